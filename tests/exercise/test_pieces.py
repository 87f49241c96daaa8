from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import SECRETS
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.exercise.pieces import Encoded, Generated, own_secret, reveal, text_of, with_function, written
from toolkit.model.text import SecretRef, escape_text

KEY = SecretRef("partner/key")
KNOWN: dict[SecretRef | Generated, Secret] = {
    KEY: Secret(SECRETS["partner/key"]),
    Generated.TOKEN: Secret("t"),
}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("a $${x} b", ("a ${x} b",)),
        ("k-${secret:partner/key}", ("k-", KEY)),
        ("EncodeBase64(a:b)", (Encoded(("a:b",)),)),
        ("Basic EncodeBase64(u:${secret:partner/key}) x", ("Basic ", Encoded(("u:", KEY)), " x")),
        ("EncodeBase64(a)EncodeBase64(b)", (Encoded(("a",)), Encoded(("b",)))),
        ("EncodeBase64(${secret:partner/key}", ("EncodeBase64(", KEY)),
        ("MyEncodeBase64(a)", ("MyEncodeBase64(a)",)),
        ("EncodeBase64 (a)", ("EncodeBase64 (a)",)),
    ],
)
def test_a_text_is_its_literals_its_secrets_and_what_is_encoded(text: str, pieces: object) -> None:
    assert with_function(text_of(text)) == pieces


def test_a_secret_with_a_bracket_does_not_end_the_function() -> None:
    known: dict[SecretRef | Generated, Secret] = {KEY: Secret("a)b")}
    text = with_function(text_of("EncodeBase64(u:${secret:partner/key})"))
    assert base64.b64decode(reveal(text, known)) == b"u:a)b"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_literal_text_is_revealed_and_written_as_it_is(text: str) -> None:
    pieces = text_of(escape_text(text))
    assert reveal(pieces, {}) == text == written(pieces)


def test_what_is_written_names_secrets_and_what_is_made_later_and_shows_none() -> None:
    text = ("Bearer ", Generated.TOKEN, KEY, Encoded(("u:", Secret("pw"))))
    assert written(text) == f"Bearer ${{token}}${{secret:partner/key}}EncodeBase64(u:{MASK})"
    assert reveal(text, KNOWN) == f"Bearer t{SECRETS['partner/key']}{base64.b64encode(b'u:pw').decode()}"


def test_a_credential_is_a_secret_as_a_whole_only_where_nothing_in_it_is_open() -> None:
    assert own_secret(("plain",)) == (Secret("plain"),)
    for text in ((), ("k-", KEY), (Encoded((KEY,)),), (Generated.TOKEN,)):
        assert own_secret(text) == text


@pytest.mark.parametrize(("text", "code"), [("${host}", "AJO304"), ("${secret:}", "AJO307")])
def test_what_nobody_can_resolve_is_refused(text: str, code: str) -> None:
    with pytest.raises(AjoError) as caught:
        text_of(text)
    assert caught.value.code == code

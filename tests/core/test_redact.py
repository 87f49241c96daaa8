"""Secrets don't show."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
import pprint
import string
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law, odd_characters
from toolkit.core.canonical import dump_json
from toolkit.core.redact import MASK, Redactor, Secret

HIDDEN = "hunter2-öffne"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "percent-encoded": lambda text: quote(text, safe=""),
    "form-encoded": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "our own JSON": lambda text: dump_json(text)[1:-1],
}
# The mask is made of asterisks: a secret of asterisks can't be told from it.
secret_texts = (st.text(min_size=4, max_size=20) | st.text(odd_characters, min_size=4, max_size=8)).filter(
    lambda text: "*" not in text
)


@dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


@law
@given(st.lists(secret_texts, min_size=1, max_size=4), st.text(max_size=10), st.text(max_size=10), st.data())
def test_no_spelling_of_a_secret_survives(
    secrets: list[str], before: str, after: str, data: st.DataObject
) -> None:
    redactor = Redactor(map(Secret, secrets))
    spelled = [spell(text) for text in secrets for spell in SPELLINGS.values()]
    shown = redactor.text(before + "".join(data.draw(st.permutations(spelled))) + after)
    assert not [spelling for spelling in spelled if spelling in shown]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_text_around_a_secret_stays(spelling: str) -> None:
    secret = 'pass/wörd+"\u200b ?\\'
    shown = Redactor([Secret(secret)]).text(f"key={SPELLINGS[spelling](secret)}&more")
    assert shown == f"key={MASK}&more"


def test_the_longer_of_two_overlapping_secrets_is_masked_whole() -> None:
    redactor = Redactor([Secret("word"), Secret("password")])
    assert redactor.text("a password, a word") == f"a {MASK}, a {MASK}"


def test_a_secret_learnt_later_is_masked_too() -> None:
    redactor = Redactor()
    redactor.add(Secret(HIDDEN))
    assert redactor.text(HIDDEN) == MASK


@pytest.mark.parametrize("text", ["", "a", "abc"])
def test_a_text_too_short_to_be_secret_is_left_alone(text: str) -> None:
    assert Redactor([Secret(text)]).text("abc of a cab") == "abc of a cab"


def test_half_of_a_surrogate_pair_does_not_stop_a_redactor() -> None:
    assert Redactor([Secret("half\ud800")]).text("half\ud800") == MASK


def test_a_tree_is_masked_in_texts_and_keys_and_nothing_else() -> None:
    tree = {HIDDEN: [1, None, True, (HIDDEN, 2.5)], "plain": {"deep": f"Bearer {HIDDEN}"}}
    assert Redactor([Secret(HIDDEN)]).tree(tree) == {
        MASK: [1, None, True, [MASK, 2.5]],
        "plain": {"deep": f"Bearer {MASK}"},
    }


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(str, id="str"),
        pytest.param(repr, id="repr"),
        pytest.param(lambda secret: f"{secret}", id="f-string"),
        pytest.param(lambda secret: f"{secret!r:>30}", id="f-string with a width"),
        pytest.param(lambda secret: format(secret, ">30"), id="format"),
        pytest.param(lambda secret: "%s %r" % (secret, secret), id="percent"),  # noqa: UP031  # the form under test
        pytest.param(lambda secret: string.Template("$s").substitute(s=secret), id="template"),
        pytest.param(lambda secret: str([secret]), id="in a list"),
        pytest.param(lambda secret: str({secret: secret}), id="in a dict"),
        pytest.param(lambda secret: repr(Holder("name", secret)), id="in a dataclass"),
        pytest.param(pprint.pformat, id="pprint"),
        pytest.param(lambda secret: json.dumps(secret, default=str), id="JSON by str"),
        pytest.param(lambda secret: str(ValueError(secret)), id="in an exception"),
    ],
)
def test_a_secret_shows_as_its_mask(show: Callable[[Secret], str]) -> None:
    shown = show(Secret(HIDDEN))
    assert MASK in shown
    assert HIDDEN not in shown


@pytest.mark.parametrize(
    "carry",
    [
        pytest.param(json.dumps, id="JSON"),
        pytest.param(dump_json, id="our JSON"),
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(lambda secret: asdict(Holder("name", secret)), id="asdict"),
        pytest.param(vars, id="vars"),
    ],
)
def test_a_secret_can_not_be_carried_away(carry: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as caught:
        carry(Secret(HIDDEN))
    assert HIDDEN not in str(caught.value)


def test_a_traceback_with_local_variables_shows_no_secret() -> None:
    def fails(secret: Secret) -> None:
        raise RuntimeError(f"refused {secret}")

    with pytest.raises(RuntimeError) as caught:
        fails(Secret(HIDDEN))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert MASK in shown
    assert HIDDEN not in shown.replace(f"HIDDEN = '{HIDDEN}'", "")


def test_a_log_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("sent %s", Secret(HIDDEN))
    assert caplog.messages == [f"sent {MASK}"]


def test_only_revealing_gives_the_text() -> None:
    assert Secret(HIDDEN).reveal() == HIDDEN


def test_secrets_are_equal_by_their_text_and_to_nothing_else() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2

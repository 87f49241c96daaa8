from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.exercise.samples import SECRETS, action, resolve
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.exercise import ResolveSecret, render
from toolkit.exercise.vault import OutgoingRequest, Vault
from toolkit.model.kinds import CustomAction
from toolkit.model.text import SecretRef


def opened(subject: CustomAction, resolver: ResolveSecret = resolve) -> tuple[OutgoingRequest, Vault]:
    vault = Vault(resolver)
    rendered = render(subject, {})
    vault.open(rendered)
    return vault.revealed(rendered.request), vault


def outgoing(**parts: Any) -> OutgoingRequest:
    return opened(action(**parts))[0]


def header(request: OutgoingRequest, name: str) -> tuple[str, str]:
    (line,) = [line for line in request.headers if line.name.lower() == name.lower()]
    return line.value.reveal(), line.shown


def test_basic_is_user_and_password_in_base64() -> None:
    authentication = {"type": "basic", "username": "ursel", "password": "${secret:partner/password}"}
    sent, shown = header(outgoing(authentication=authentication), "Authorization")
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "ursel:" + SECRETS["partner/password"]
    assert shown == f"Basic {MASK}"


def test_an_api_key_goes_into_its_header_with_the_text_around_it_and_wins_over_one_of_that_name() -> None:
    authentication = {
        "type": "apiKey",
        "name": "Authorization",
        "value": "Bearer ${secret:partner/key}",
        "location": "header",
    }
    request = outgoing(authentication=authentication, headers={"authorization": "other"})
    assert header(request, "Authorization") == (f"Bearer {SECRETS['partner/key']}", f"Bearer {MASK}")


def test_an_api_key_goes_into_its_parameter() -> None:
    authentication = {
        "type": "apiKey",
        "name": "k",
        "value": "${secret:partner/key}",
        "location": "queryParam",
    }
    request = outgoing(authentication=authentication, query={"q": "1", "k": "2"})
    assert [(line.name, line.value.reveal(), line.shown) for line in request.query] == [
        ("q", "1", "1"),
        ("k", SECRETS["partner/key"], MASK),
    ]


def test_a_credential_without_any_reference_is_masked_as_a_whole() -> None:
    authentication = {"type": "apiKey", "name": "k", "value": "Key plain-text-key", "location": "header"}
    request, vault = opened(action(authentication=authentication, headers={"Cookie": "session=abcdef"}))
    assert header(request, "k") == ("Key plain-text-key", MASK)
    assert header(request, "Cookie")[1] == MASK
    assert vault.redactor.text("plain-text-key session=abcdef") == f"{MASK} {MASK}"


def test_each_secret_is_asked_for_once() -> None:
    asked: list[SecretRef] = []

    def noting(reference: SecretRef) -> Secret:
        asked.append(reference)
        return Secret("abcdef")

    subject = action(headers={"X-A": "${secret:a}"}, query={"b": "${secret:a}", "c": "${secret:b@1}"})
    opened(subject, noting)
    assert [str(reference) for reference in asked] == ["${secret:a}", "${secret:b@1}"]


def test_a_secret_that_is_not_there_stops_everything() -> None:
    with pytest.raises(AjoError) as caught:
        outgoing(headers={"X-A": "${secret:unknown}"})
    assert caught.value.code == "AJO307"


def test_a_secret_with_a_line_break_can_not_begin_another_header() -> None:
    subject = action(headers={"X-A": "${secret:a}"})
    with pytest.raises(AjoError) as caught:
        opened(subject, lambda _: Secret("abc\r\nX-B: def"))
    assert caught.value.code == "AJO306"
    assert "abc" not in caught.value.message


def test_blanks_around_a_header_value_are_not_sent() -> None:
    assert header(outgoing(headers={"X-A": " \ta b\t "}), "X-A")[0] == "a b"


def test_after_very_many_credentials_of_journeys_the_secrets_of_the_definition_are_still_known() -> None:
    vault = Vault(resolve)
    subject = action(
        headers={"Cookie": {"$variable": "Cookie"}, "X-Key": "${secret:partner/key}"},
    )
    for number in range(150):
        rendered = render(subject, {"header:Cookie": f"session-of-{number:04}"})
        vault.open(rendered)
        vault.revealed(rendered.request)
        said = f"session-of-{number:04} {SECRETS['partner/key']}"
        assert vault.redactor.text(said) == f"{MASK} {MASK}"
    assert vault.redactor.text("session-of-0000") == "session-of-0000"


def test_a_secret_that_is_no_text_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(AjoError) as caught:
        opened(action(query={"k": "${secret:a}"}), lambda _: Secret("abc\udcff"))
    assert (caught.value.code, "abc" in caught.value.message) == ("AJO340", False)

"""What was pasted from somewhere and would be sent as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only

_TOKEN = "action with a token"
_KEY = {"type": "apiKey", "name": "X-Key", "location": "header"}

_PLACES: dict[str, tuple[str, str]] = {
    "payload": ("action", "/request/text"),
    "header": ("action", "/endpoint/headers/X-Text"),
    "query": ("action", "/endpoint/query/text"),
    "token request": (_TOKEN, "/authentication/body/bodyParams/text"),
    "header of a token request": (_TOKEN, "/authentication/headers/X-Text"),
    "campaign": ("campaign", "/request/text"),
}
each_place = pytest.mark.parametrize(("base", "place"), _PLACES.values(), ids=_PLACES)


@each_place
@pytest.mark.parametrize(
    "text",
    [
        "@event{Purchase.total}",
        "Hello @{profile.person.name.firstName}!",
        "#{ExperiencePlatform.ProfileFieldGroup.profile.personalEmail.address}",
        "@action{Points.balance, defaultValue: 0}",
        "@decision{Offers.first}",
        "Hello {{profile.person.name.firstName}}",
        "{{#each context.journey.actions.Points.offers as |offer|}}",
        "currentEventField.sku",
    ],
)
def test_expression_in_a_constant_is_a_warning(base: str, place: str, text: str) -> None:
    assert ids(base, {place: text}) == {"AJO290"}


@each_place
@pytest.mark.parametrize(
    "text",
    ["${tenant}", "a@b.example", "#1 {x}", "{{name}}", "@channel", "@here {", "profile.person", "{}", "$100"],
)
def test_text_that_only_reminds_of_an_expression_is_fine(base: str, place: str, text: str) -> None:
    assert ids(base, {place: text}) == set()


@each_place
@pytest.mark.parametrize(
    "text",
    ["<your-client-id>", "<epsilon Client Id>", "YOUR_CLIENT", "CHANGEME", "replace".upper() + "_ME", "TODO"],
)
def test_blank_to_fill_in_is_a_warning(base: str, place: str, text: str) -> None:
    assert ids(base, {place: text}) == {"AJO291"}


@each_place
@pytest.mark.parametrize(
    "text", ["a < b", "<3", "todo", "Your", "YOU", "TODOS", "Changes", "<https://x.example>"]
)
def test_text_that_only_reminds_of_a_blank_is_fine(base: str, place: str, text: str) -> None:
    assert ids(base, {place: text}) == set()


def test_markup_in_a_payload_is_no_blank() -> None:
    assert ids("action", {"/request/text": "<p>Hello <b>you</b></p>"}) == set()


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ("action", {"/authentication": {**_KEY, "value": "<key>"}}, {"AJO250", "AJO291"}),
        (
            "action",
            {"/authentication": {"type": "basic", "username": "<user>", "password": "${secret:a}"}},
            {"AJO291"},
        ),
        (
            _TOKEN,
            {"/authentication/headers/Authorization": "Basic EncodeBase64(<id>:${secret:a})"},
            {"AJO291"},
        ),
        ("action with a certificate", {"/authentication/aud": "<token endpoint>"}, {"AJO291"}),
    ],
    ids=["API key", "user name", "header", "audience"],
)
def test_blank_in_an_authentication_is_found(base: str, changes: dict[str, Any], expected: set[str]) -> None:
    assert ids(base, changes) == expected


def test_message_names_the_segment_that_is_no_template() -> None:
    problem = only("action with a token", {"/authentication/endpoint": "https://login.example/:tenant/token"})

    assert (problem.code, problem.path) == ("AJO292", ("authentication", "endpoint"))
    assert '":tenant"' in problem.message

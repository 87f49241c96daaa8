"""Definitions that say one thing and do another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only
from toolkit.rules.examples import REMOVED

_TOKEN = "action with a token"


@pytest.mark.parametrize(
    ("body_type", "header", "expected"),
    [
        ("form", "application/x-www-form-urlencoded", set()),
        ("form", "Application/X-WWW-Form-URLencoded ; charset=UTF-8", set()),
        ("form", "${contentType}", set()),
        ("form", "application/json", {"AJO293"}),
        ("json", "application/json", set()),
        ("json", "application/x-www-form-urlencoded", {"AJO293"}),
        ("json", "", {"AJO293"}),
    ],
)
def test_content_type_of_a_token_request_follows_its_body(
    body_type: str, header: str, expected: set[str]
) -> None:
    changes = {
        "/authentication/body/bodyType": body_type,
        "/authentication/headers/content-type": header,
    }

    assert ids(_TOKEN, changes) == expected


def test_content_type_of_a_token_request_without_body_is_free() -> None:
    changes = {
        "/authentication/method": "GET",
        "/authentication/body": REMOVED,
        "/authentication/headers/Content-Type": "text/plain",
    }

    assert ids(_TOKEN, changes) == set()


@pytest.mark.parametrize(
    ("base", "place"),
    [
        (_TOKEN, "/authentication/headers/Authorization"),
        ("action", "/endpoint/headers/authorization"),
    ],
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Basic ${client}:${secret:a}", {"AJO294"}),
        ("basic journeys:${secret:a}", {"AJO294"}),
        ("Basic ${secret:a}", set()),
        ("Bearer a:${secret:a}", set()),
    ],
)
def test_basic_credentials_are_encoded(base: str, place: str, text: str, expected: set[str]) -> None:
    assert ids(base, {place: text}) == expected


def test_nulls_are_allowed_where_nothing_is_sent() -> None:
    changes = {"/endpoint/method": "GET", "/request": REMOVED, "/allowNullValues": True}
    problem = only("action", changes)

    assert (problem.code, problem.path) == ("AJO295", ("allowNullValues",))


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize(
    ("authentication", "part"),
    [
        ({"type": "basic", "username": "{}", "password": "${secret:a}"}, "username"),
        ({"type": "basic", "username": "ajo", "password": "{}"}, "password"),
        ({"type": "apiKey", "name": "X-Key", "value": "{}", "location": "header"}, "value"),
    ],
    ids=["user name", "password", "API key"],
)
def test_mandatory_part_of_an_authentication_is_filled(
    authentication: dict[str, Any], part: str, empty: str
) -> None:
    found = ids("action", {"/authentication": {**authentication, part: empty}})

    assert found >= {"AJO296"}
    assert found <= {"AJO296", "AJO226"}

"""Credentials belong to secret references, and no message repeats one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only, problems

_TOKEN = "action with a token"
_OPEN = "opensesame"

_CREDENTIALS: dict[str, tuple[str, dict[str, Any]]] = {
    "password": ("action", {"/authentication": {"type": "basic", "username": "ajo", "password": "{}"}}),
    "API key": (
        "action",
        {"/authentication": {"type": "apiKey", "name": "k", "value": "{}", "location": "queryParam"}},
    ),
    "client secret": (_TOKEN, {"/authentication/body/bodyParams/client_secret": "{}"}),
    "password of a user": (_TOKEN, {"/authentication/body/bodyParams/password": "{}"}),
    "refresh token": (_TOKEN, {"/authentication/body/bodyParams/refresh_token": "{}"}),
    "token in camel case": (_TOKEN, {"/authentication/body/bodyParams/accessToken": "{}"}),
    "secret alone": (_TOKEN, {"/authentication/body/bodyParams/secret": "{}"}),
    "header of the token request": (_TOKEN, {"/authentication/headers/Authorization": "{}"}),
    "header of the action": ("action", {"/endpoint/headers/authorization": "{}"}),
}


def _with(changes: Any, text: str) -> Any:
    if isinstance(changes, dict):
        return {key: _with(value, text) for key, value in changes.items()}
    return text if changes == "{}" else changes


@pytest.mark.parametrize(("base", "changes"), _CREDENTIALS.values(), ids=_CREDENTIALS)
@pytest.mark.parametrize("text", [_OPEN, "${plainValue}", "Bearer " + _OPEN, "$${secret:a}"])
def test_credential_in_the_open_is_refused_and_not_shown(
    base: str, changes: dict[str, Any], text: str
) -> None:
    problem = only(base, _with(changes, text))

    assert problem.code == "AJO250"
    assert _OPEN not in problem.message


@pytest.mark.parametrize(("base", "changes"), _CREDENTIALS.values(), ids=_CREDENTIALS)
@pytest.mark.parametrize("text", ["${secret:a/b@2}", "Bearer ${secret:a}", "${user}:${secret:a}"])
def test_credential_by_reference_is_fine(base: str, changes: dict[str, Any], text: str) -> None:
    assert ids(base, _with(changes, text)) == set()


@pytest.mark.parametrize("name", ["grant_type", "client_id", "scope", "token_type", "username", "secret_id"])
def test_parameter_that_is_no_credential_may_be_literal(name: str) -> None:
    assert ids(_TOKEN, {f"/authentication/body/bodyParams/{name}": "password"}) == set()


@pytest.mark.parametrize("place", ["headers", "query"])
@pytest.mark.parametrize("name", ["access_token", "X-Auth-Token", "apiKey", "client-secret", "PASSWORD"])
def test_parameter_that_looks_like_a_credential_is_a_warning(place: str, name: str) -> None:
    problem = only("action", {f"/endpoint/{place}": {name: _OPEN}})

    assert problem.code == "AJO251"
    assert _OPEN not in problem.message


@pytest.mark.parametrize("place", ["headers", "query"])
def test_parameter_that_the_journey_fills_is_no_credential(place: str) -> None:
    assert ids("action", {f"/endpoint/{place}": {"deviceToken": {"$variable": "Device token"}}}) == set()


def test_x_api_key_is_a_credential_only_without_another() -> None:
    changes = {"/endpoint/headers/x-api-key": "journeys"}

    assert ids("action", changes) == {"AJO251"}
    assert ids(_TOKEN, changes) == set()


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        ("action", {"/endpoint/query/source": "INSERT SECRET HERE"}),
        ("action", {"/request/template": "x INSERT SECRET HERE x"}),
        ("action", {"/description": "INSERT SECRET HERE"}),
        ("action", {"/endpoint/headers/Authorization": "INSERT SECRET HERE"}),
        (_TOKEN, {"/authentication/body/bodyParams/client_secret": "INSERT SECRET HERE"}),
        ("capping", {"/description": "INSERT SECRET HERE"}),
    ],
    ids=["query", "payload", "description", "header", "client secret", "capping"],
)
def test_lost_secret_is_one_finding_wherever_it_is(base: str, changes: dict[str, Any]) -> None:
    assert [problem.code for problem in problems(base, changes)] == ["AJO252"]


# Written in halves, so that no scanner of this repository takes an example for a token.
_TOKENS = {
    "Slack bot": "xox" + "b-123456789012-abcdefABCDEF",
    "Slack user": "xox" + "p-1234567890-1234567890",
    "Slack app": "xap" + "p-1-A0123456789-1234567890-abc",
    "AWS": "AKI" + "AIOSFODNN7EXAMPLE",
    "AWS session": "ASI" + "AIOSFODNN7EXAMPLE",
    "GitHub": "gh" + "p_" + "a1B2" * 9,
    "GitHub fine-grained": "github" + "_pat_" + "a1B2" * 10,
    "JSON Web Token": "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiJham8ifQ.c2lnbmF0dXJl",
    "Google": "AI" + "za" + "a1B2_" * 7,
    "Google client": "GOC" + "SPX-" + "a1B2_" * 5,
    "Stripe": "sk_" + "live_" + "a1B2" * 6,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE",
    "plain private key": "-----BEGIN " + "PRIVATE KEY-----",
}


@pytest.mark.parametrize("token", _TOKENS.values(), ids=_TOKENS)
@pytest.mark.parametrize(
    "place",
    ["/description", "/request/template", "/endpoint/query/q", "/lifecycle/owner"],
    ids=lambda p: p[1:],
)
def test_well_known_token_is_found_and_not_shown(place: str, token: str) -> None:
    found = [p for p in problems("action", {place: f"see {token} there"}) if p.code == "AJO253"]

    assert len(found) == 1
    assert token not in found[0].message
    assert token[:12] not in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "${secret:slack/xoxb-bot-token}",
        "xoxb tokens and AKIA keys",
        "MAKIAIOSFODNN7EXAMPLES",
        "AKIAIOSFODNN7",
        "ghp_short",
        "eyJ is how tokens begin",
        "AIza",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_text_that_only_reminds_of_a_token_is_fine(text: str) -> None:
    assert "AJO253" not in ids("action", {"/endpoint/query/q": text})


def test_token_in_a_label_is_found() -> None:
    assert ids("action", {"/request/member": {"$variable": _TOKENS["Slack bot"]}}) == {"AJO253"}


@pytest.mark.parametrize(
    ("request_fields", "expected"),
    [
        ({"password": _OPEN}, {"AJO254"}),
        ({"auth": {"apiKey": _OPEN}}, {"AJO254"}),
        ({"tokens": [{"token": _OPEN}]}, {"AJO254"}),
        ({"token": [_OPEN]}, {"AJO254"}),
        ({"token": {"$variable": "Device token"}}, set()),
        ({"token": ""}, set()),
        ({"token": 1}, set()),
        ({"token_type": _OPEN}, set()),
    ],
)
def test_constant_of_a_payload_that_looks_like_a_credential(
    request_fields: dict[str, Any], expected: set[str]
) -> None:
    assert ids("action", {"/request": request_fields}) == expected

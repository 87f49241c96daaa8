"""Authentication: names, collisions, token requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only, problems
from toolkit.rules.examples import REMOVED

_TOKEN = "action with a token"
_CERTIFICATE = "action with a certificate"
_BASIC = {"type": "basic", "username": "ajo", "password": "${secret:a}"}


def _key(name: str, location: str) -> dict[str, str]:
    return {"type": "apiKey", "name": name, "value": "${secret:a}", "location": location}


@pytest.mark.parametrize("name", [".key", "$key", "my key", "schlüssel"])
def test_api_key_needs_a_header_name_in_a_header(name: str) -> None:
    problem = only("action", {"/authentication": _key(name, "header")})

    assert (problem.code, problem.path) == ("AJO240", ("authentication", "name"))


@pytest.mark.parametrize(
    ("name", "expected"), [("my key", set()), ("$key", {"AJO240"}), (".key", {"AJO240"})]
)
def test_api_key_needs_a_parameter_name_in_the_query(name: str, expected: set[str]) -> None:
    assert ids("action", {"/authentication": _key(name, "queryParam")}) == expected


def test_token_target_needs_a_header_name() -> None:
    changes = {"/authentication/authorizationType": "header", "/authentication/tokenTarget": "x auth"}

    assert ids(_TOKEN, changes) == {"AJO240"}


@pytest.mark.parametrize("username", ["a:b", "a\n", "${a}:b"])
def test_user_name_with_a_colon_or_control_character_is_refused(username: str) -> None:
    assert ids("action", {"/authentication": {**_BASIC, "username": username}}) == {"AJO240"}


@pytest.mark.parametrize(
    ("authentication", "place", "name"),
    [
        (_BASIC, "headers", "authorization"),
        (_key("X-Key", "header"), "headers", "x-key"),
        (_key("appid", "queryParam"), "query", "appid"),
    ],
    ids=["basic", "key in a header", "key in the query"],
)
def test_name_sent_by_authentication_and_action_is_refused(
    authentication: dict[str, str], place: str, name: str
) -> None:
    changes = {"/authentication": authentication, f"/endpoint/{place}": {name: {"$variable": "V"}}}
    problem = only("action", changes)

    assert (problem.code, problem.path) == ("AJO241", ("endpoint", place, name))


def test_bearer_token_beside_an_authorization_header_is_refused() -> None:
    changes = {"/endpoint/headers/Authorization": "Bearer ${secret:a}"}

    assert ids(_TOKEN, changes) == {"AJO241"}


def test_token_in_the_query_beside_a_parameter_of_its_name_is_refused() -> None:
    changes = {
        "/authentication/authorizationType": "queryParam",
        "/authentication/tokenTarget": "session",
        "/endpoint/query/session": "1",
    }

    assert ids(_TOKEN, changes) == {"AJO241"}


def test_query_names_are_compared_with_their_case() -> None:
    changes = {"/authentication": _key("appid", "queryParam"), "/endpoint/query/appID": "1"}

    assert ids("action", changes) == set()


@pytest.mark.parametrize("name", ["Content-Type", "charset"])
def test_credential_can_not_take_a_header_the_platform_sends(name: str) -> None:
    problem = only("action", {"/authentication": _key(name, "header")})

    assert (problem.code, problem.path) == ("AJO241", ("authentication", "name"))


def test_authorization_header_without_other_authentication_is_fine() -> None:
    assert ids("action", {"/endpoint/headers/Authorization": "Bearer ${secret:a}"}) == set()


def test_get_token_request_with_a_body_is_refused() -> None:
    problem = only(_TOKEN, {"/authentication/method": "GET"})

    assert (problem.code, problem.path) == ("AJO242", ("authentication", "body"))


@pytest.mark.parametrize(
    "selector", ["response", "json://token", "json://a.b.c", "json://a-b.c_d", "json://a[0].b"]
)
def test_token_selector_is_fine(selector: str) -> None:
    assert ids(_TOKEN, {"/authentication/tokenInResponse": selector}) == set()


@pytest.mark.parametrize(
    "selector",
    [
        *("Response", "token", "json://", "json:token", "json: //token", "JSON://token", "json://a..b"),
        *("json://.a", "json://a.", "json:///a", "json://a/b", "json://a b", "json://a\n", "$.token"),
    ],
)
def test_token_selector_is_refused(selector: str) -> None:
    assert ids(_TOKEN, {"/authentication/tokenInResponse": selector}) == {"AJO243"}


@pytest.mark.parametrize("selector", ["response", "expires_in", "json://"])
def test_expiry_selector_is_refused(selector: str) -> None:
    cache = {"expiryInResponse": selector, "timeUnit": "seconds"}
    problem = only(_TOKEN, {"/authentication/cacheDuration": cache})

    assert (problem.code, problem.path[-1]) == ("AJO243", "expiryInResponse")


@pytest.mark.parametrize("kind", ["header", "queryParam"])
def test_token_target_is_needed(kind: str) -> None:
    assert ids(_TOKEN, {"/authentication/authorizationType": kind}) == {"AJO244"}


def test_token_target_is_refused_with_bearer() -> None:
    assert ids(_TOKEN, {"/authentication/tokenTarget": "x-token"}) == {"AJO244"}


@pytest.mark.parametrize(
    ("duration", "unit"),
    [(60_000, "milliseconds"), (60, "seconds"), (1, "minutes"), (23, "hours"), (31, "days"), (1, "months")],
)
def test_cache_duration_is_plausible(duration: int, unit: str) -> None:
    assert ids(_TOKEN, {"/authentication/cacheDuration": {"duration": duration, "timeUnit": unit}}) == set()


@pytest.mark.parametrize(
    ("duration", "unit"),
    [
        (3600, "milliseconds"),
        (59, "seconds"),
        (3600, "hours"),
        (32, "days"),
        (2, "months"),
        (1, "years"),
        (10**400, "seconds"),
    ],
)
def test_cache_duration_is_not_plausible(duration: int, unit: str) -> None:
    changes = {"/authentication/cacheDuration": {"duration": duration, "timeUnit": unit}}

    assert ids(_TOKEN, changes) == {"AJO245"}


@pytest.mark.parametrize(
    ("expiry", "unit", "expected"),
    [
        ("json://expires_in", "seconds", set()),
        ("json://data.expires_in", "minutes", {"AJO245"}),
        ("json://expiryDuration", "minutes", set()),
    ],
)
def test_expires_in_counts_seconds(expiry: str, unit: str, expected: set[str]) -> None:
    changes = {"/authentication/cacheDuration": {"expiryInResponse": expiry, "timeUnit": unit}}

    assert ids(_TOKEN, changes) == expected


def test_expiry_can_not_stand_in_an_answer_that_is_the_token() -> None:
    cache = {"expiryInResponse": "json://expires_in", "timeUnit": "seconds"}

    assert ids(
        _TOKEN, {"/authentication/cacheDuration": cache, "/authentication/tokenInResponse": "response"}
    ) == {"AJO245"}


def test_absent_cache_duration_is_fine() -> None:
    assert ids(_TOKEN, {"/authentication/cacheDuration": REMOVED}) == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("EncodeBase64(${a}:${secret:b})", set()),
        ("Basic EncodeBase64(a:b) EncodeBase64(${secret:c})", set()),
        ("EncodeBase64(${secret:b}", {"AJO246"}),
        ("EncodeBase64()${secret:b}", {"AJO246"}),
        ("EncodeBase64 (${secret:b})", {"AJO246"}),
        ("EncodeBase64${secret:b}", {"AJO246"}),
        ("EncodeBase64(a) EncodeBase64(${secret:b}", {"AJO246"}),
        ("EncodeBase64(EncodeBase64(${secret:b}))", {"AJO246"}),
        ("encodeBase64(${secret:b})", {"AJO247"}),
        ("Encode64(${secret:b})", {"AJO247"}),
        ("Basic Base64(${secret:b})", {"AJO247"}),
        ("MyEncodeBase64(${secret:b})", {"AJO247"}),
        ("(${secret:b})", set()),
        ("${secret:b} (see vault)", set()),
    ],
)
@pytest.mark.parametrize("place", ["headers/Authorization", "body/bodyParams/client_secret"])
def test_function_in_a_token_request(place: str, value: str, expected: set[str]) -> None:
    assert ids(_TOKEN, {f"/authentication/{place}": value}) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"/endpoint/headers/Authorization": "Basic EncodeBase64(a:${secret:b})"},
        {"/endpoint/query/q": "EncodeBase64(a)"},
        {"/authentication": {**_BASIC, "password": "EncodeBase64(${secret:a})"}},
        {"/authentication": {**_key("X-Key", "header"), "value": "EncodeBase64(${secret:a})"}},
    ],
    ids=["header", "query", "password", "API key"],
)
def test_function_where_none_is_evaluated_is_a_warning(changes: dict[str, Any]) -> None:
    assert ids("action", changes) == {"AJO247"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"/authentication/endpoint": "http://login.loyalty.example/token"}, {"AJO218", "AJO248"}),
        ({"/authentication/method": "GET"}, {"AJO242", "AJO248"}),
        ({"/authentication/aud": " "}, {"AJO248"}),
        ({"/authentication/body/bodyParams": {"scope": "a"}}, {"AJO248", "AJO249"}),
        ({"/authentication/body/bodyParams/scope": "a,b"}, {"AJO249"}),
        ({"/authentication/body/bodyParams/grant_type": "password"}, {"AJO249"}),
        ({"/authentication/body/bodyParams/client_id": ""}, {"AJO248"}),
        ({"/authentication/body/bodyParams/client_id": "${client}"}, set()),
        ({"/authentication/body/bodyParams/scope": "a" * 1000}, set()),
        ({"/authentication/body/bodyParams/scope": "a" * 1001}, {"AJO248"}),
        ({"/authentication/body/bodyParams/client_assertion_type": "jwt"}, {"AJO248"}),
        ({"/authentication/body/bodyParams/client_assertion": "${secret:a}"}, {"AJO248"}),
        ({"/authentication/body/bodyParams/client_secret": "${secret:a}"}, {"AJO249"}),
        ({"/authentication/endpoint": "https://login.loyalty.example/token?"}, {"AJO249"}),
    ],
)
def test_guardrails_of_certificate_credentials(changes: dict[str, Any], expected: set[str]) -> None:
    assert ids(_CERTIFICATE, changes) == expected


def test_audience_without_a_certificate_is_an_error() -> None:
    assert ids("action with a token", {"/authentication/aud": "https://login.loyalty.example"}) == {"AJO248"}


def test_guardrails_of_certificates_do_not_bind_other_token_requests() -> None:
    changes = {"/authentication/body/bodyParams": {"client_assertion": "${secret:a}"}}

    assert problems(_TOKEN, changes) == ()

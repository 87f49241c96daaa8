"""What *Authentication* of the platform says, each sentence against a stand-in over real HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, get_args

import pytest

from tests.exercise.conftest import Bench, Partner
from tests.exercise.samples import action
from toolkit.core.pointer import format_pointer
from toolkit.core.redact import MASK
from toolkit.exercise import Exchange
from toolkit.exercise.caller import Runtime
from toolkit.model.authentication import TimeUnit
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction, parse_definition
from toolkit.model.text import SecretRef
from toolkit.rules import check_definition
from toolkit.workspace.secrets import made_up_secret

TOKEN = "https://example.com/oauth2/token"
ASKED = {
    "grant_type": "client_credentials",
    "client_id": "acme",
    "client_secret": "${secret:example/client-secret}",
}
CUSTOM: dict[str, Any] = {
    "type": "customAuthorization",
    "endpoint": TOKEN,
    "method": "POST",
    "body": {"bodyType": "form", "bodyParams": ASKED},
    "tokenInResponse": "json://access_token",
    "authorizationType": "bearer",
}


def message(authentication: Any = None, url: str = "https://example.com/v2/messages") -> CustomAction:
    return action({"a": 1}, url=url, authentication=authentication or CUSTOM)


def token_calls(bench: Bench) -> int:
    return bench.requests().count("example.com/oauth2/token")


def test_basic_authentication_opens_what_wants_it(bench: Bench) -> None:
    basic = {"type": "basic", "username": "journey", "password": "${secret:example/password}"}
    exchange = bench.call(message(basic, "https://example.com/v1/messages"))
    assert exchange.succeeded
    assert dict(exchange.request.headers)["Authorization"] == f"Basic {MASK}"


@pytest.mark.parametrize(("name", "location"), [("X-Api-Key", "header"), ("api_key", "queryParam")])
def test_an_api_key_opens_what_wants_it_from_either_place(bench: Bench, name: str, location: str) -> None:
    key = {"type": "apiKey", "name": name, "value": "${secret:example/key}", "location": location}
    assert bench.call(message(key, "https://example.com/v1/messages")).succeeded


@pytest.mark.parametrize("body_type", ["form", "json"])
@pytest.mark.parametrize(
    "target",
    [
        {"authorizationType": "bearer"},
        {"authorizationType": "header", "tokenTarget": "X-Access-Token"},
        {"authorizationType": "queryParam", "tokenTarget": "access_token"},
    ],
    ids=lambda target: target["authorizationType"],
)
def test_a_token_is_fetched_by_form_or_json_and_sent_where_it_belongs(
    bench: Bench, body_type: str, target: Any
) -> None:
    custom = {**CUSTOM, "body": {"bodyType": body_type, "bodyParams": ASKED}, **target}
    exchange = bench.call(message(custom))
    assert exchange.succeeded
    assert [call.role for call in exchange.calls] == ["token", "action"]
    assert bench.requests() == ["example.com/oauth2/token", "example.com/v2/messages"]


def test_encode_base64_is_understood_in_the_headers_of_a_token_request(bench: Bench) -> None:
    custom = {
        **CUSTOM,
        "headers": {"Authorization": "Basic EncodeBase64(acme:${secret:example/client-secret})"},
        "body": {"bodyType": "form", "bodyParams": {"grant_type": "client_credentials"}},
    }
    assert bench.call(message(custom)).succeeded


def test_encode_base64_is_understood_in_the_body_and_no_other_function_is(
    bench: Bench, start_partner: Callable[[], Partner]
) -> None:
    partner = start_partner()
    partner.text = b"t-1"
    bench.routes["login.example"] = partner.base
    params = {
        "pair": "EncodeBase64(acme:${secret:example/client-secret}) and more",
        "other": "Upper(acme)",
        "scope": "xEncodeBase64(acme)",
    }
    custom = {
        **CUSTOM,
        "endpoint": "https://login.example/token",
        "body": {"bodyType": "json", "bodyParams": params},
        "tokenInResponse": "response",
    }
    bench.call(message(custom))
    secret = made_up_secret(SecretRef("example/client-secret")).reveal()
    assert json.loads(partner.seen[0][3]) == {
        "pair": base64.b64encode(f"acme:{secret}".encode()).decode() + " and more",
        "other": "Upper(acme)",
        "scope": "xEncodeBase64(acme)",
    }


UNITS = {
    "milliseconds": 0.001,
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86_400,
    "months": 30 * 86_400,
    "years": 365 * 86_400,
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("where", ["duration", "expiryInResponse"])
def test_a_token_is_kept_in_every_unit_of_time(
    bench: Bench, answering: Callable[[str], str], unit: str, where: str
) -> None:
    bench.routes["login.example"] = answering('{"token": "t-1", "life": 2000}')
    kept = {"duration": 2000} if where == "duration" else {"expiryInResponse": "json://life"}
    custom = {
        **CUSTOM,
        "endpoint": "https://login.example/token",
        "tokenInResponse": "json://token",
        "cacheDuration": {**kept, "timeUnit": unit},
    }
    now, life_s = [0.0], 2000 * UNITS[unit]
    bench.runtime = Runtime(clock=lambda: now[0])
    cached = []
    for now[0] in (0.0, life_s * 0.999, life_s):
        cached.append(bench.call(message(custom)).token_from_cache)
    assert cached == [False, True, False]


def test_the_time_units_are_those_of_the_model() -> None:
    assert set(UNITS) == set(get_args(TimeUnit))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"body": None}, "/authentication/body"),
        (
            {"body": {"bodyType": "form", "bodyParams": {"a": {"b": "c"}}}},
            "/authentication/body/bodyParams/a",
        ),
        ({"authorizationType": "header"}, "/authentication/tokenTarget"),
        ({"authorizationType": "queryParam"}, "/authentication/tokenTarget"),
        ({"cacheDuration": {"duration": 1, "timeUnit": "weeks"}}, "/authentication/cacheDuration/timeUnit"),
        ({"tokenInResponse": "$.token"}, "/authentication/tokenInResponse"),
    ],
    ids=["no body", "not flat", "no header", "no parameter", "unit", "selector"],
)
def test_a_custom_authorization_that_says_too_little_or_too_much_is_no_definition(
    change: dict[str, Any], pointer: str
) -> None:
    custom = {key: value for key, value in {**CUSTOM, **change}.items() if value is not None}
    parsed = parse_definition({**to_document(message()), "authentication": custom})
    findings = check_definition(parsed.definition) if parsed.definition else ()
    places = {format_pointer(found.path) for found in (*parsed.problems, *findings)}
    assert any(pointer == place or pointer.startswith(place + "/") for place in places), places


def test_the_whole_answer_or_what_a_path_selects_is_the_token(
    bench: Bench, answering: Callable[[str], str]
) -> None:
    bench.routes["login.example"] = answering('{"data": {"tokens": [{"value": "t-1"}]}, "life": "5"}')
    nested = {
        **CUSTOM,
        "endpoint": "https://login.example/token",
        "tokenInResponse": "json://data.tokens.0.value",
        "authorizationType": "header",
        "tokenTarget": "X-Api-Key",
    }
    assert bench.call(message(nested, "https://example.com/v1/messages")).succeeded
    bench.routes["login.example"] = answering(" t-whole\n")
    whole = {**nested, "tokenInResponse": "response"}
    assert bench.call(message(whole, "https://example.com/v1/messages")).succeeded


@pytest.mark.parametrize(
    ("duration", "kept_s"),
    [
        (None, 3600),
        ({"duration": 50, "timeUnit": "minutes"}, 3000),
        ({"duration": 1500, "timeUnit": "milliseconds"}, 1.5),
        ({"expiryInResponse": "json://expires_in", "timeUnit": "seconds"}, 3600),
    ],
)
def test_a_token_is_kept_by_duration_or_by_the_answers_expiry_an_hour_if_nothing_is_said(
    bench: Bench, duration: Any, kept_s: float
) -> None:
    now = [0.0]
    bench.runtime = Runtime(clock=lambda: now[0])
    custom = {**CUSTOM, **({"cacheDuration": duration} if duration else {})}
    fetched = []
    for now[0] in (0.0, kept_s - 0.1, kept_s):
        exchange = bench.call(message(custom))
        assert exchange.succeeded
        fetched.append(exchange.token_from_cache)
    assert fetched == [False, True, False]
    assert token_calls(bench) == 2


def test_a_token_is_kept_for_each_journey(bench: Bench) -> None:
    bench.call(message())
    bench.runtime.journey = "another"
    bench.call(message())
    assert token_calls(bench) == 2


def outcome(exchange: Exchange) -> tuple[str, str]:
    return exchange.jo_status_code, exchange.trouble


def test_a_token_that_is_refused_ends_the_call_before_the_action_is_called(bench: Bench) -> None:
    lost = {**ASKED, "client_secret": "********"}
    exchange = bench.call(message({**CUSTOM, "body": {"bodyType": "form", "bodyParams": lost}}))
    assert outcome(exchange) == ("internalError", "there is no token: the token endpoint answered 401")
    assert bench.requests() == ["example.com/oauth2/token"]


@pytest.mark.parametrize(
    ("selector", "cache", "reason"),
    [
        ("json://nothing", None, "no text at json://nothing"),
        ("json://expires_in.deeper", None, "no text at"),
        ("json://access_token", "json://scope", "no number above 0 at json://scope"),
    ],
)
def test_an_answer_without_what_is_selected_is_told(
    bench: Bench, selector: str, cache: str | None, reason: str
) -> None:
    custom = {**CUSTOM, "tokenInResponse": selector}
    if cache:
        custom["cacheDuration"] = {"expiryInResponse": cache, "timeUnit": "seconds"}
    code, trouble = outcome(bench.call(message(custom)))
    assert code == "internalError"
    assert reason in trouble


def test_neither_the_token_nor_what_comes_with_it_is_shown(
    bench: Bench, answering: Callable[[str], str]
) -> None:
    answer = {"access_token": "t-0815-secret", "refresh_token": "r-4711-secret", "token_type": "Bearer"}
    bench.routes["login.example"] = answering(json.dumps(answer))
    custom = {**CUSTOM, "endpoint": "https://login.example/token", "authorizationType": "queryParam"}
    exchange = bench.call(message({**custom, "tokenTarget": "access_token"}))
    shown = repr(exchange) + str(exchange.to_json())
    spelled = [*answer.values(), base64.b64encode(b"t-0815-secret").decode(), "made-up-example-client-secret"]
    assert [text for text in spelled if text in shown] == ["Bearer"]
    assert f"access_token={MASK}" in exchange.request.url


def test_a_token_endpoint_may_be_asked_by_get_with_its_query(
    bench: Bench, answering: Callable[[str], str]
) -> None:
    bench.routes["login.example"] = answering("t-1")
    custom = {
        "type": "customAuthorization",
        "endpoint": "https://login.example/token?for=journeys",
        "method": "GET",
        "headers": {"X-Client": "${secret:example/client-secret}"},
        "tokenInResponse": "response",
        "authorizationType": "header",
        "tokenTarget": "X-Api-Key",
    }
    exchange = bench.call(message(custom, "https://example.com/v1/messages"))
    assert exchange.succeeded
    assert exchange.calls[0].request.url == "https://login.example/token?for=journeys"
    assert ("X-Client", MASK) in exchange.calls[0].request.headers


def test_the_time_for_a_token_counts_against_the_timeout_of_the_whole_call(bench: Bench) -> None:
    bench.faults({"fault": "latency", "seconds": 3, "path": "*/oauth2/token"})
    exchange = bench.call(message(), timeout_s=1)
    assert exchange.jo_status_code == "timedout"
    assert [call.role for call in exchange.calls] == ["token"]
    assert exchange.total_ms < 2000


def test_a_token_that_failed_is_asked_for_again_by_the_next_call(bench: Bench) -> None:
    bench.faults({"fault": "status", "status": 503, "path": "*/oauth2/token", "nth": 1})
    assert [bench.call(message()).succeeded for _ in range(3)] == [False, True, True]
    assert token_calls(bench) == 2

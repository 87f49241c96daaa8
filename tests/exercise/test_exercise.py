from __future__ import annotations

import base64
import json
import re
import traceback
from typing import Any
from urllib.parse import quote, quote_plus

import httpcore
import httpx
import pytest

import toolkit.exercise
from tests.exercise.samples import HOST, SECRETS, Handler, action, exercise, hole
from toolkit.core.canonical import dump_json, parse_json
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Secret
from toolkit.exercise import Exchange, ValuesError, What
from toolkit.model.kinds import CustomAction

KEY = SECRETS["partner/key"]
PASSWORD = SECRETS["partner/password"]
BASIC = {"type": "basic", "username": "ursel", "password": "${secret:partner/password}"}
PAIR = f"ursel:{PASSWORD}"


def always(answer: httpx.Response) -> Handler:
    """A partner with one answer."""
    return lambda _: answer


def secretive() -> CustomAction:
    return action(
        {"a": hole()},
        headers={"X-Key": "k-${secret:partner/key}"},
        query={"key": "${secret:partner/key}"},
        authentication=BASIC,
        response={"all": "string"},
        failureResponse={"all": "string"},
    )


def spellings(secret: str) -> list[str]:
    raw = secret.encode()
    percent = quote(secret, safe="")
    lower = re.sub("%..", lambda match: match[0].lower(), percent)
    return [
        secret, percent, lower, quote_plus(secret), json.dumps(secret)[1:-1], secret.replace("/", "\\/"),
        base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(),
    ]  # fmt: skip


ALL_SPELLINGS = [spelled for secret in (KEY, PASSWORD, PAIR) for spelled in spellings(secret)]


def assert_no_secret(*shown: str) -> None:
    for text in shown:
        for spelled in ALL_SPELLINGS:
            assert spelled not in text


def everything_shown(exchange: Exchange) -> tuple[str, ...]:
    as_json = dump_json(exchange.to_json())
    return repr(exchange), str(exchange), as_json, dump_json(parse_json(as_json)), repr(exchange.to_json())


def echo(status: int) -> Handler:
    """A partner that says back whatever it knows, in every spelling and place."""

    def answer(request: httpx.Request) -> httpx.Response:
        known = [str(request.url), *request.headers.values(), request.content.decode(), *ALL_SPELLINGS]
        text = " ".join(known)
        body = dump_json({"all": text, KEY: [PASSWORD], "location": str(request.url)})
        headers = {
            "X-Echo": quote(text),
            "Set-Cookie": f"s={KEY}",
            "X-Raw": KEY,
            "Location": f"/again?{quote(KEY)}",
        }
        return httpx.Response(status, content=body.encode(), headers=headers)

    return answer


@pytest.mark.parametrize("status", [200, 302, 400])
def test_no_secret_is_in_an_exchange_even_when_the_partner_echoes_it(status: int) -> None:
    exchange = exercise(secretive(), {"a": KEY}, handler=echo(status))
    assert_no_secret(*everything_shown(exchange))
    assert f"key={MASK}" in exchange.request.url
    shown = dict(exchange.request.headers)
    assert (shown["Authorization"], shown["X-Key"]) == (f"Basic {MASK}", f"k-{MASK}")


def test_a_secret_of_digits_that_comes_back_as_a_number_is_masked() -> None:
    subject = action(
        headers={"X-Pin": "${secret:pin}"},
        response={"pin": "integer", "list": "listInteger", "text": "string"},
    )
    body = b'{"pin":4711081512,"list":[1,4711081512],"text":"t","extra":{"4711081512":1}}'
    handler = always(httpx.Response(200, content=body))
    exchange = exercise(subject, {}, resolve_secret=lambda _: Secret("4711081512"), handler=handler)
    assert not [text for text in everything_shown(exchange) if "4711081512" in text]
    assert exchange.view["@action{Welcome.list}"] == [1, MASK]


def test_a_secret_too_short_to_be_found_is_still_masked_where_it_was_put() -> None:
    handler = always(httpx.Response(204))
    subject = action(headers={"X-Key": "${secret:s}"}, query={"key": "${secret:s}"})
    exchange = exercise(subject, {}, resolve_secret=lambda _: Secret("qx7"), handler=handler)
    assert not [text for text in everything_shown(exchange) if "qx7" in text]


def test_the_beginning_of_a_secret_at_the_end_of_a_cut_body_is_cut_off() -> None:
    body = b"x" * ((1 << 20) - 10) + KEY.encode() + b"x" * 100
    handler = always(httpx.Response(200, content=body))
    exchange = exercise(secretive(), {"a": "1"}, handler=handler)
    assert exchange.answer is not None
    assert exchange.answer.cut
    assert not exchange.answer.body.strip("x")
    assert [deviation.what for deviation in exchange.deviations] == [What.CUT]


@pytest.mark.parametrize(
    "error",
    [
        httpcore.ReadError(f"no way to {KEY}"),
        httpcore.LocalProtocolError(f"Illegal header value {KEY!r}"),
        httpcore.ReadTimeout(f"waited for {PASSWORD}"),
        ValueError(f"Invalid URL {quote(KEY)}"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_secret_of_an_error_s_message_is_shown(error: Exception) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    exchange = exercise(secretive(), {"a": "1"}, handler=fail)
    assert exchange.jo_status_code == (
        "timedout" if isinstance(error, httpcore.TimeoutException) else "internalError"
    )
    assert_no_secret(*everything_shown(exchange))
    assert type(error).__name__ in exchange.calls[-1].failure or exchange.jo_status_code == "timedout"


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"a": 1, KEY: "x"}, {}),
        ({"a": "1"}, {"routes": {HOST: "http://stand-in.example"}}),
        ({"a": "1"}, {"timeout_s": 31.0}),
        ({"a": "1"}, {"timeout_s": 0.5}),
        ({"a": "1"}, {"timeout_s": float("nan")}),
    ],
)
def test_no_exception_holds_a_secret_that_was_resolved(values: Any, parts: Any) -> None:
    with pytest.raises(AjoError) as caught:
        exercise(secretive(), values, **parts)
    text = "".join(traceback.format_exception(caught.value))
    for spelled in spellings(PASSWORD) + spellings(PAIR):
        assert spelled not in text + repr(caught.value)


def test_an_exchange_tells_request_answer_view_and_deviations() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert (request.method, str(request.url)) == ("POST", f"https://{HOST}/v1/messages?lang=de")
        assert request.content == b'{"id":"m-1","price":2.50}'
        assert (request.headers["Content-Type"], request.headers["Charset"]) == ("application/json", "UTF-8")
        return httpx.Response(200, json={"messageId": "x", "surplus": 1}, headers={"X-Request-Id": "r-1"})

    subject = action(
        {"id": hole(), "price": hole("decimal")},
        query={"lang": {"$variable": "Language"}},
        response={"messageId": "string", "points": "integer"},
    )
    exchange = exercise(subject, {"id": "m-1", "price": "2.50", "query:lang": "de"}, answer)
    assert (exchange.jo_status_code, exchange.succeeded, exchange.retries) == ("http_200", True, 0)
    assert exchange.answer is not None
    assert ("X-Request-Id", "r-1") in exchange.answer.headers
    assert exchange.request.body == '{"id":"m-1","price":2.50}'
    assert exchange.view["@action{Welcome.messageId}"] == "x"
    assert [(each.pointer, each.what) for each in exchange.deviations] == [
        ("/points", What.MISSING),
        ("/surplus", What.EXTRA),
    ]


def test_a_timeout_is_an_outcome_that_is_not_tried_again() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpcore.ReadTimeout("too slow")

    exchange = exercise(action(), handler=fail)
    assert (exchange.jo_status_code, exchange.succeeded, exchange.answer) == ("timedout", False, None)
    assert len(exchange.calls) == 1


def test_a_redirect_is_a_call_of_its_own_and_the_last_answer_counts() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        moved = request.url.path == "/v1/messages"
        return httpx.Response(302, headers={"Location": "/v2"}) if moved else httpx.Response(404)

    exchange = exercise(action(), handler=answer)
    assert [call.request.url for call in exchange.calls] == [
        f"https://{HOST}/v1/messages",
        f"https://{HOST}/v2",
    ]
    assert (exchange.jo_status_code, exchange.succeeded) == ("http_404", False)
    assert exchange.total_ms == pytest.approx(sum(call.total_ms for call in exchange.calls))


def test_the_json_of_an_exchange_keeps_this_shape() -> None:
    handler = always(httpx.Response(200, text="ok"))
    routes = {HOST: "http://127.0.0.1:1/it"}
    document = exercise(action(), {}, routes=routes, handler=handler).to_json()
    assert list(document) == [
        "action", "succeeded", "totalMs", "retries", "tokenFromCache", "trouble", "calls",
        "joStatusCode", "view", "deviations",
    ]  # fmt: skip
    (call,) = document["calls"]
    assert list(call) == ["role", "attempt", "request", "answer", "timings", "failure"]
    assert list(call["request"]) == ["method", "url", "sentTo", "headers", "body"]
    assert call["request"]["url"] == f"https://{HOST}/v1/messages"
    assert call["request"]["sentTo"] == "http://127.0.0.1:1/it/v1/messages"
    assert list(call["answer"]) == ["status", "headers", "body", "cut"]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset", "base64"])
def test_a_body_is_read_in_the_charset_it_names_where_that_is_known(charset: str) -> None:
    content = "ü".encode("iso-8859-1" if charset == "iso-8859-1" else "utf-8")
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    handler = always(httpx.Response(200, content=content, headers=headers))
    answer = exercise(action(), {}, handler=handler).answer
    assert answer is not None
    assert answer.body == "ü"


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "utf-7", "utf-16", "punycode", "idna", "undefined", "rot13"]
)
def test_no_charset_makes_text_that_can_not_be_written(charset: str) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    for content in (b"\\ud800", b"+2AA-", b"\x00\xd8\x00\x41", b"xn--\xff"):
        exchange = exercise(action(), handler=always(httpx.Response(200, content=content, headers=headers)))
        assert exchange.answer is not None
        assert dump_json(exchange.to_json()).encode()


def test_nothing_is_sent_when_values_are_missing() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(ValuesError):
        exercise(secretive(), {}, handler=fail)


def test_what_the_room_offers_is_there() -> None:
    assert all(hasattr(toolkit.exercise, name) for name in toolkit.exercise.__all__)
    assert (
        sorted(toolkit.exercise.__all__, key=lambda name: (not name.isupper(), name))
        == toolkit.exercise.__all__
    )

"""Answers that are not what was agreed, and exceptions of the HTTP library: all become ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.platform.samples import BASE, Clock, action, custom_action, envelope, served
from toolkit.core.codes import CODES
from toolkit.model.catalog import RemoteRef, ResourceKey
from toolkit.platform import PlatformError, client
from toolkit.platform.answers import MalformedAnswer, parse_answer
from toolkit.platform.faults import HTTPX_ERRORS, trouble_of_exception
from toolkit.platform.veil import Veil

KEY, REMOTE = ResourceKey("CustomAction", "Welcome"), RemoteRef("u1", "", "")


def kinds_below(*roots: type[Exception]) -> Iterator[type[Exception]]:
    for root in roots:
        yield root
        yield from kinds_below(*root.__subclasses__())


def exceptions_of_httpx() -> set[type[Exception]]:
    named = (getattr(httpx, name) for name in httpx.__all__)
    return {kind for kind in named if isinstance(kind, type) and issubclass(kind, Exception)}


def test_the_roots_cover_every_exception_that_httpx_exports() -> None:
    assert exceptions_of_httpx() <= set(kinds_below(*HTTPX_ERRORS))


@pytest.mark.parametrize("kind", sorted(kinds_below(*HTTPX_ERRORS), key=str))
def test_every_exception_of_httpx_has_a_meaning(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    error.args = ("words",)

    trouble = trouble_of_exception(error, "GET /x", Veil())

    assert trouble.code in CODES
    assert trouble.message.startswith("GET /x: ")


@pytest.mark.parametrize("kind", sorted(kinds_below(httpx.TransportError), key=str))
def test_no_exception_of_the_transport_gets_out(kind: type[httpx.TransportError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise kind("words")

    with pytest.raises(PlatformError):
        served(handler).fetch(KEY, REMOTE)


def refused(answer: httpx.Response, **changes: Any) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        served(lambda _: answer, **changes).fetch(KEY, REMOTE)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(200, text="<html>Sign in</html>"), "content type is text/plain"),
        (
            httpx.Response(200, content=b'{"result": ', headers={"content-type": "application/json"}),
            "not JSON",
        ),
        (httpx.Response(200, content=b"\xff", headers={"content-type": "application/json"}), "not UTF-8"),
        (httpx.Response(200, content=b'{"a":NaN}', headers={"content-type": "application/json"}), "NaN"),
        (httpx.Response(200, content=b""), "PF-WRT-3"),
        (httpx.Response(200, json=[]), "PF-WRT-3"),
        (httpx.Response(200, json={"result": action(uid="other")}), "PF-WRT-3"),
        (httpx.Response(404, text="<html>nginx</html>"), "nginx"),
        (httpx.Response(404, json={"error_code": "404001", "message": "no such API"}), "no such API"),
    ],
)
def test_an_answer_of_another_shape_is_not_understood(answer: httpx.Response, words: str) -> None:
    error = refused(answer)

    assert error.code == "AJO504"
    assert words in error.message


def test_an_envelope_whose_text_is_no_json_is_shown_as_it_is() -> None:
    error = refused(httpx.Response(400, json={"status": 400, "error": "plain words", "requestId": "r9"}))

    assert "plain words (request r9)" in error.message


def test_a_resource_that_is_gone_is_none() -> None:
    assert served(lambda _: envelope(404, "1404", "unknown uid")).fetch(KEY, REMOTE) is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_names_the_base_url(status: int) -> None:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"location": "https://evil.example/x?code=1"})

    with pytest.raises(PlatformError) as caught:
        served(handler).fetch(KEY, REMOTE)

    assert asked == ["platform.example.com"]
    assert caught.value.code == "AJO504"
    assert BASE in caught.value.message
    assert "redirected to https://evil.example/x;" in caught.value.message


def test_an_answer_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MAX_ANSWER_BYTES", 1000)
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 400

    error = refused(httpx.Response(200, content=endless()))

    assert (error.code, read) == ("AJO504", 3)


def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    clock = Clock()

    def drip() -> Iterator[bytes]:
        while True:
            clock.now += 29
            yield b" "

    with pytest.raises(PlatformError) as caught:
        served(lambda _: httpx.Response(200, content=drip()), clock).fetch(KEY, REMOTE)

    assert caught.value.code == "AJO502"


def test_controls_in_a_foreign_message_are_escaped_and_long_ones_cut() -> None:
    error = refused(envelope(400, "1", "\x1b[31mred\u202e\n" + "x" * 5000))

    assert "\\u001b[31mred\\u202e" in error.message
    assert error.message.isprintable()
    assert len(error.message) < 900


def test_request_ids_of_all_attempts_are_kept() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        number = len(ids)
        ids.append(f"r{number}")
        if request.method == "PUT" and number == 0:
            return httpx.Response(503, headers={"x-request-id": ids[-1]})
        return httpx.Response(200, json={"result": action()}, headers={"x-request-id": ids[-1]})

    ids: list[str] = []
    written = served(handler).update(custom_action(), REMOTE)

    assert written.request_ids == ("r0", "r1", "r2")


@pytest.mark.parametrize(
    "content",
    [b'{"a":1,"a":2}', b"[" * 100_000, b"1e999999999999999999999", b"9" * 5000, b"", b"\xef\xbb\xbf{}"],
    ids=["repeated key", "depth", "exponent", "digits", "nothing", "byte order mark"],
)
def test_json_that_cannot_be_carried_exactly_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        parse_answer(content)

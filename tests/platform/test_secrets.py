"""No secret in any message, repr or traceback, whatever goes wrong."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.plan.samples import action
from tests.platform.samples import (
    BASE,
    CLIENT_SECRET,
    PASSWORD,
    TOKEN,
    TOKEN_URL,
    connection,
    custom_action,
    envelope,
    platform,
    resolve,
    token_answer,
)
from toolkit.core.redact import MASK, Secret
from toolkit.model.catalog import RemoteRef, Resource
from toolkit.model.text import MASKED, SECRET_LOST
from toolkit.platform import HttpPlatform, PlatformError

CANARIES = (CLIENT_SECRET, TOKEN, PASSWORD)
ECHO = " ".join((*CANARIES, *(base64.b64encode(canary.encode()).decode() for canary in CANARIES)))

FAILURES: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "refused in the envelope": lambda _: envelope(400, ECHO, ECHO, ECHO),
    "failing in plain text": lambda _: httpx.Response(500, text=ECHO),
    "redirected": lambda _: httpx.Response(302, headers={"location": f"https://evil.example/{ECHO}"}),
    "not JSON": lambda _: httpx.Response(200, text=ECHO),
    "refused twice": lambda _: httpx.Response(401, json={"error_code": "401013", "message": ECHO}),
    "another shape": lambda _: httpx.Response(200, json={"result": ECHO}),
}


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError(ECHO)


def everything_said(error: BaseException) -> str:
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of the tests hold what they echo; what counts are those of the room.
    shown.stack[:] = [frame for frame in shown.stack if "/toolkit/" in frame.filename]
    return "".join([*shown.format(), str(error), repr(error), repr(vars(error))])


def failing(answer: Callable[[httpx.Request], httpx.Response]) -> HttpPlatform:
    def handler(request: httpx.Request) -> httpx.Response:
        return token_answer() if str(request.url) == TOKEN_URL else answer(request)

    return platform(httpx.MockTransport(handler), attempts=2)


def create(live: HttpPlatform) -> None:
    live.create(custom_action())


def update(live: HttpPlatform) -> None:
    live.update(custom_action(), RemoteRef("u1", "", ""))


@pytest.mark.parametrize("answer", [*FAILURES.values(), broken], ids=[*FAILURES, "broken"])
@pytest.mark.parametrize("write", [create, update])
def test_no_secret_shows_when_a_write_fails(
    answer: Callable[[httpx.Request], httpx.Response], write: Callable[[HttpPlatform], None]
) -> None:
    live = failing(answer)

    with pytest.raises(PlatformError) as caught:
        write(live)

    said = everything_said(caught.value)
    assert not [canary for canary in CANARIES if canary in said]
    assert caught.value.__context__ is None


@pytest.mark.parametrize("status", [200, 400, 500])
def test_no_secret_shows_when_there_is_no_token(status: int) -> None:
    content = {"error": ECHO, "error_description": ECHO, "access_token": TOKEN, "expires_in": ECHO}
    live = platform(httpx.MockTransport(lambda _: httpx.Response(status, json=content)), attempts=2)

    with pytest.raises(PlatformError) as caught:
        live.read()

    said = everything_said(caught.value)
    assert CLIENT_SECRET not in said
    assert status != 200 or TOKEN not in said


def test_no_secret_shows_in_a_repr() -> None:
    settings = connection()
    with HttpPlatform(settings, resolve) as live:
        assert CLIENT_SECRET not in repr(settings) + repr(live) + str(vars(live))


def test_secrets_are_sent_only_to_the_base_url() -> None:
    hosts = []

    def handler(request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            return token_answer()
        hosts.append(str(request.url).startswith(BASE))
        return httpx.Response(307, headers={"location": "https://evil.example/"})

    with pytest.raises(PlatformError):
        platform(httpx.MockTransport(handler)).create(custom_action())

    assert hosts == [True]


def sealed(text: str) -> dict[str, Resource]:
    """An action for each place where a secret may be live, with `text` in it."""
    token = {
        "type": "customAuthorization",
        "endpoint": "https://login.example.com/token",
        "method": "POST",
        "body": {"bodyType": "form", "bodyParams": {"client_secret": text}},
        "tokenInResponse": "response",
        "authorizationType": "bearer",
    }
    key = {"type": "apiKey", "name": "X-Key", "value": text, "location": "header"}
    places: dict[str, dict[str, Any]] = {
        "a header": {"headers": {"X-Team": text}},
        "a parameter": {"query": {"team": text}},
        "a password": {"authentication": {"type": "basic", "username": "u", "password": text}},
        "a key": {"authentication": key},
        "a token request": {"authentication": token},
        "a header of a token request": {"authentication": {**token, "headers": {"Authorization": text}}},
    }
    return {place: action(**changes) for place, changes in places.items()}


PLACES = sorted(sealed("x"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [MASK, SECRET_LOST, f"Bearer {MASK}", f" {SECRET_LOST} "])
def test_a_mask_or_a_placeholder_never_leaves_whatever_the_way_it_came(text: str, place: str) -> None:
    sent: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request.content.decode())
        return token_answer() if str(request.url) == TOKEN_URL else httpx.Response(500)

    def refused(resource: Resource) -> list[str]:
        codes = []
        with HttpPlatform(
            connection(), lambda _: Secret(text), transport=httpx.MockTransport(handler)
        ) as live:
            for remote in (None, RemoteRef("u1", "", "")):
                with pytest.raises(PlatformError) as caught:
                    live.update(resource, remote) if remote else live.create(resource)
                codes.append(caught.value.code)
        return codes

    for said in (text, "${secret:team/key}"):
        assert refused(sealed(said)[place]) == ["AJO340", "AJO340"]
    assert not [body for body in sent if MASK in body or SECRET_LOST in body]


def test_a_live_mask_is_never_sent_back() -> None:
    masked = sealed("x")["a password"]
    document = {
        **masked.document,
        "authentication": {**masked.document["authentication"], "password": MASKED},
    }
    with pytest.raises(PlatformError) as caught:
        failing(lambda _: httpx.Response(500)).update(
            replace(masked, document=document), RemoteRef("u1", "", "")
        )
    assert (caught.value.code, caught.value.path) == ("AJO307", ("authentication", "password"))

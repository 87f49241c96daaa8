"""Getting in: tokens, headers, refused credentials."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import parse_qs

import httpx
import pytest
from pytest_httpx import HTTPXMock

from tests.platform.samples import (
    BASE,
    CLIENT_SECRET,
    TOKEN,
    TOKEN_URL,
    Clock,
    action,
    envelope,
    listing,
    platform,
    served,
    token_answer,
)
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.model.catalog import RemoteRef, ResourceKey
from toolkit.platform import PlatformError

KEY, REMOTE = ResourceKey("CustomAction", "Welcome"), RemoteRef("u1", "", "")
ELEMENT_URL = f"{BASE}/actions/u1"
GATEWAY_401 = {"error_code": "401013", "message": "Oauth token is not valid"}


def add_token(httpx_mock: HTTPXMock, token: str = TOKEN, life: int = 86400) -> None:
    content = {"access_token": token, "expires_in": life, "token_type": "bearer"}
    httpx_mock.add_response(url=TOKEN_URL, json=content)


def test_every_call_carries_the_headers_of_the_connection(httpx_mock: HTTPXMock) -> None:
    add_token(httpx_mock)
    httpx_mock.add_response(url=f"{BASE}/list/actions", json={"results": []})

    with platform() as live:
        live.find(KEY)

    sent = httpx_mock.get_requests(url=f"{BASE}/list/actions")[0].headers
    assert sent["authorization"] == f"Bearer {TOKEN}"
    assert (sent["x-api-key"], sent["x-gw-ims-org-id"]) == ("client", "ORG@AdobeOrg")
    assert (sent["x-sandbox-name"], sent["content-type"]) == ("stage", "application/json")


def test_a_token_is_asked_for_with_a_form(httpx_mock: HTTPXMock) -> None:
    add_token(httpx_mock)
    httpx_mock.add_response(url=ELEMENT_URL, json={"result": action()})

    platform().fetch(KEY, REMOTE)

    asked = httpx_mock.get_requests(url=TOKEN_URL)[0]
    assert parse_qs(asked.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["client"],
        "client_secret": [CLIENT_SECRET],
        "scope": ["openid,AdobeID"],
    }


def test_one_token_serves_until_shortly_before_its_end(httpx_mock: HTTPXMock) -> None:
    add_token(httpx_mock, life=3600)
    httpx_mock.add_response(url=ELEMENT_URL, json={"result": action()}, is_reusable=True)
    clock = Clock()
    live = platform(clock=clock)

    live.fetch(KEY, REMOTE)
    clock.now = 3600 - 61
    live.fetch(KEY, REMOTE)
    add_token(httpx_mock, "second")
    clock.now = 3600 - 59
    live.fetch(KEY, REMOTE)

    tokens = [each.headers["authorization"] for each in httpx_mock.get_requests(url=ELEMENT_URL)]
    assert tokens == [f"Bearer {TOKEN}", f"Bearer {TOKEN}", "Bearer second"]


def test_a_refused_token_is_renewed_once_and_the_call_repeated(httpx_mock: HTTPXMock) -> None:
    add_token(httpx_mock)
    add_token(httpx_mock, "second")
    httpx_mock.add_response(url=ELEMENT_URL, status_code=401, json=GATEWAY_401)
    httpx_mock.add_response(
        url=ELEMENT_URL, match_headers={"Authorization": "Bearer second"}, json={"result": action()}
    )

    assert platform().fetch(KEY, REMOTE) is not None


def test_a_token_refused_twice_is_an_error_that_says_what_the_gateway_said(httpx_mock: HTTPXMock) -> None:
    add_token(httpx_mock)
    add_token(httpx_mock, "second")
    httpx_mock.add_response(url=ELEMENT_URL, status_code=401, json=GATEWAY_401, is_reusable=True)

    with pytest.raises(PlatformError, match="401013 Oauth token is not valid") as caught:
        platform().fetch(KEY, REMOTE)

    assert (caught.value.code, caught.value.exit) == ("AJO401", Exit.AUTHENTICATION)
    assert len(httpx_mock.get_requests(url=ELEMENT_URL)) == 2


def test_many_refused_at_once_renew_the_token_once() -> None:
    together, tokens = Barrier(4), iter(["old", "new", "newer"])
    given = []

    def answer(request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            given.append(next(tokens))
            return token_answer(given[-1])
        if request.headers["authorization"] == "Bearer old":
            together.wait(timeout=10)
            return httpx.Response(401, json=GATEWAY_401)
        return httpx.Response(200, json={"result": action()})

    live = platform(httpx.MockTransport(answer), workers=4)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: live.fetch(KEY, REMOTE), range(4)))

    assert all(found)
    assert given == ["old", "new"]


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_credentials_are_refused_in_the_words_of_ims(httpx_mock: HTTPXMock, status: int) -> None:
    refusal = {"error": "invalid_client", "error_description": f"invalid client_secret {CLIENT_SECRET}"}
    httpx_mock.add_response(url=TOKEN_URL, status_code=status, json=refusal)

    with pytest.raises(PlatformError, match="invalid_client invalid client_secret") as caught:
        platform().read()

    assert caught.value.code == "AJO401"
    assert CLIENT_SECRET not in str(caught.value)


def test_refused_credentials_are_not_tried_again(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=TOKEN_URL, status_code=401, json={"error": "invalid_client"})
    live = platform()

    for _ in range(3):
        with pytest.raises(PlatformError, match="invalid_client"):
            live.fetch(KEY, REMOTE)

    assert len(httpx_mock.get_requests()) == 1


@pytest.mark.parametrize(
    "content",
    [
        {"access_token": TOKEN},
        {"access_token": "", "expires_in": 10, "token_type": "bearer"},
        {"access_token": TOKEN, "expires_in": True, "token_type": "bearer"},
        {"access_token": f"{TOKEN}\r\nx: y", "expires_in": 10, "token_type": "bearer"},
        {"access_token": TOKEN, "expires_in": 10, "token_type": "mac"},
        [],
    ],
)
def test_a_token_answer_of_another_shape_is_not_understood_and_not_shown(
    httpx_mock: HTTPXMock, content: object
) -> None:
    httpx_mock.add_response(url=TOKEN_URL, json=content)

    with pytest.raises(PlatformError, match="PF-ACC-1") as caught:
        platform().fetch(KEY, REMOTE)

    assert caught.value.code == "AJO504"
    assert TOKEN not in str(caught.value)


def test_a_refused_api_key_is_a_matter_of_credentials() -> None:
    gateway = {"error_code": "403000", "message": "Api Key is invalid"}

    with pytest.raises(PlatformError, match="Api Key is invalid") as caught:
        served(lambda _: httpx.Response(403, json=gateway)).fetch(KEY, REMOTE)

    assert caught.value.code == "AJO401"


def test_a_foreign_sandbox_is_refused_as_such() -> None:
    with pytest.raises(PlatformError, match="no such sandbox") as caught:
        served(lambda _: envelope(403, "1000", "no such sandbox")).read()

    assert (caught.value.code, caught.value.exit) == ("AJO402", Exit.AUTHENTICATION)


def test_a_foreign_organisation_is_refused_as_such_whatever_code_the_service_gives() -> None:
    with pytest.raises(PlatformError, match="not belong") as caught:
        served(lambda _: envelope(403, "403", "the token does not belong to this organisation")).read()

    assert caught.value.code == "AJO402"


def test_an_internal_error_says_that_the_sandbox_may_not_exist() -> None:
    with pytest.raises(PlatformError, match="check the target's sandbox") as caught:
        served(lambda _: envelope(500, "4000", "INTERNAL ERROR"), attempts=1).read()

    assert caught.value.code == "AJO503"


@pytest.mark.parametrize("name", ["organisation", "sandbox", "client_id"])
@pytest.mark.parametrize("value", ["", "a\r\nb: c", "ü"])
def test_a_setting_that_cannot_be_a_header_is_refused_before_anything_is_sent(name: str, value: str) -> None:
    with pytest.raises(AjoError) as caught:
        served(lambda _: listing(), None, **{name: value})

    assert caught.value.code == "AJO302"

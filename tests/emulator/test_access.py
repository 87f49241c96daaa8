"""Who is let in, and how everybody else is answered."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from tests.emulator.conftest import (
    Caller,
    call_headers,
    connect,
    note,
    ok,
    plain_refusal,
    refusal,
    showing,
    token_of,
)
from tests.emulator.samples import action, capping
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator
from toolkit.emulator.wire import MAX_BODY_BYTES


@pytest.mark.shows("token 200", "PF-ACC-1")
def test_a_token_is_opaque_and_says_its_lifetime_in_seconds(shared_emulator: RunningEmulator) -> None:
    answer = ok(token_of(shared_emulator))
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 86399
    assert answer["access_token"] != ok(token_of(shared_emulator))["access_token"]


@pytest.mark.shows("PF-ACC-2")
@pytest.mark.parametrize(
    ("changes", "status", "error"),
    showing(
        [
            ({"client_id": "somebody"}, 401, "invalid_client"),
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_secret": "wröng"}, 401, "invalid_client"),
            ({"scope": ""}, 400, "invalid_scope"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": ""}, 400, "invalid_request"),
            ({"client_id": ""}, 400, "invalid_request"),
            ({"client_secret": ""}, 400, "invalid_request"),
        ]
    ),
)
def test_a_bad_token_request_is_refused_by_name(
    shared_emulator: RunningEmulator, changes: dict[str, str], status: int, error: str
) -> None:
    answer = token_of(shared_emulator, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "error_description" in answer.json()


def test_a_token_request_has_to_be_form_encoded(shared_emulator: RunningEmulator) -> None:
    answer = httpx.post(f"{shared_emulator.ims_url}/ims/token/v3", json={}, verify=False)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.shows("token 400", "invalid_scope", "PF-ACC-9")
def test_scopes_can_be_limited_to_a_set() -> None:
    with start_emulator(EmulatorConfig(scopes=frozenset(("openid", "AdobeID")))) as running:
        assert token_of(running, scope="openid").status_code == 200
        assert token_of(running, scope="AdobeID openid").status_code == 200
        assert token_of(running, scope="openid,other").json()["error"] == "invalid_scope"


@pytest.mark.shows("401013")
def test_a_token_ends_with_its_lifetime() -> None:
    now = [1_700_000_000.0]
    with start_emulator(EmulatorConfig(token_lifetime_s=60), clock=lambda: now[0]) as running:
        caller = connect(running, "dev")
        now[0] += 59
        assert caller.post("list/actions", {}).status_code == 200
        now[0] += 1
        assert caller.post("list/actions", {}).status_code == 401
        caller.http.close()


def gateway_refusal(response: httpx.Response) -> tuple[int, str, str]:
    assert set(response.json()) == {"error_code", "message"}
    return response.status_code, response.json()["error_code"], response.json()["message"]


@pytest.mark.shows("PF-ACC-4")
@pytest.mark.parametrize(
    ("header", "value", "expected", "code"),
    showing(
        [
            ("x-api-key", None, (403, "403000", "Api Key is required"), "403000"),
            ("x-api-key", "somebody", (403, "403003", "Api Key is invalid"), "403003"),
            ("Authorization", None, (403, "403010", "Oauth token is missing"), "403010"),
            ("Authorization", "Bearer made-up", (401, "401013", "Oauth token is not valid"), "401013"),
            ("Authorization", "Basic made-up", (401, "401013", "Oauth token is not valid"), "401013"),
        ]
    ),
)
def test_the_gateway_refuses_without_key_or_token(
    shared_emulator: RunningEmulator,
    header: str,
    value: str | None,
    expected: tuple[int, str, str],
    code: str,
) -> None:
    headers = {**call_headers(shared_emulator, "prod")}
    del headers[header]
    if value is not None:
        headers[header] = value
    answer = note(
        httpx.post(f"{shared_emulator.base_url}/list/actions", json={}, headers=headers, verify=False)
    )
    assert gateway_refusal(answer) == expected
    assert answer.headers["x-request-id"]


@pytest.mark.shows("PF-ACC-5", "PF-ACC-6")
@pytest.mark.parametrize(
    ("header", "value", "expected", "reason"),
    [
        ("x-gw-ims-org-id", "OTHER@AdobeOrg", (403, 403), "Forbidden"),
        ("x-gw-ims-org-id", "", (400, 400), "Bad Request"),
        ("x-sandbox-name", "", (400, 400), "Bad Request"),
        ("x-sandbox-name", "nowhere", (500, 4000), "Internal Server Error"),
    ],
)
def test_the_service_refuses_a_foreign_organisation_or_sandbox(
    caller: Caller, header: str, value: str, expected: tuple[int, int], reason: str
) -> None:
    answer = caller.post("list/actions", {}, headers={header: value})
    assert refusal(answer) == expected
    assert "schema" not in answer.json()["error"]
    journeys = f"{caller.running.journeys_url}/journey"
    assert plain_refusal(caller.get(journeys, headers={header: value})) == (expected[0], reason)


@pytest.mark.shows("getEndpointConfig 404", "deleteEndpointConfig 404")
def test_a_sandbox_does_not_see_another_ones_elements(new_caller: Callable[[], Caller]) -> None:
    mine, yours = new_caller(), new_caller()
    uid = mine.create("endpointConfigs", capping())
    assert mine.read("endpointConfigs", uid)["sandboxName"] == mine.sandbox
    assert refusal(yours.get(f"endpointConfigs/{uid}")) == (404, 404)
    assert refusal(yours.delete(f"endpointConfigs/{uid}")) == (404, 404)
    assert yours.results("endpointConfigs") == []


@pytest.mark.shows("PF-ACC-7")
def test_every_answer_has_its_own_request_id(caller: Caller) -> None:
    ids = {caller.post("list/actions", {}).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.shows("404")
@pytest.mark.parametrize("path", ["nothing", "actions/a/b", "list", "list/somethings", "endpointConfigs/a/x"])
def test_an_unknown_path_is_404_in_the_envelope(caller: Caller, path: str) -> None:
    assert refusal(caller.get(path)) == (404, 404)
    assert refusal(caller.get(f"{caller.running.ims_url}/{path}")) == (404, 404)


@pytest.mark.shows("405")
@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "list/actions", "OPTIONS, POST"),
        ("HEAD", "list/actions", "OPTIONS, POST"),
        ("PATCH", "actions/some-uid", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("TRACE", "actions/some-uid", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("FROBNICATE", "endpointConfigs", "OPTIONS, POST"),
        ("PUT", "endpointConfigs/some-uid/deploy", "OPTIONS, POST"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_ones(
    caller: Caller, method: str, path: str, allow: str
) -> None:
    answer = caller.send(method, path, {})
    assert answer.status_code == 405
    assert method == "HEAD" or refusal(answer) == (405, 405)
    assert answer.headers["allow"] == allow


MALFORMED = [
    b"{",
    b"",
    b"[]",
    b'"text"',
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": "\xff"}',
    b'{"a": "\\ud800"}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a":' * 100 + b"1" + b"}" * 100,
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize(
    ("kind", "expected"),
    [("actions", (400, 1479)), ("endpointConfigs", (500, "ERR_ENDPOINTCONFIG_112"))],
)
def test_a_body_that_is_no_strict_json_object_is_refused(
    caller: Caller, kind: str, expected: tuple[int, int | str], body: bytes
) -> None:
    answer = caller.post(kind, content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer) == expected
    assert len(caller.results("endpointConfigs")) == 0


@pytest.mark.shows("415", "PF-ACC-3")
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_415(caller: Caller, content_type: str) -> None:
    answer = caller.post("actions", content=b"{}", headers={"Content-Type": content_type})
    assert refusal(answer) == (415, 415)


@pytest.mark.shows("413")
def test_a_body_above_one_mebibyte_is_413_and_nothing_is_kept(caller: Caller) -> None:
    big = action(description="x" * MAX_BODY_BYTES)
    assert refusal(caller.post("actions", big)) == (413, 413)
    assert [one["name"] for one in caller.results("actions") if one["actionType"] == "custom"] == []


def test_a_body_of_exactly_one_mebibyte_is_read(caller: Caller) -> None:
    body = b"{}" + b" " * (MAX_BODY_BYTES - 2)
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    assert caller.post("list/actions", content=body, headers=headers).status_code == 200


def raw_status(running: RunningEmulator, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(running.ims_url).port or 0)
    try:
        connection.request("GET", "/partners/example.com/v1/messages?api_key=k", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:1234", "localhost", "LOCALHOST:80", "[::1]:8080", "[::1]"]
)
def test_loopback_host_names_are_served(shared_emulator: RunningEmulator, host: str) -> None:
    assert raw_status(shared_emulator, {"Host": host}) == 202


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "10.0.0.1", "0.0.0.0", ""]
)
def test_other_host_names_are_misdirected(shared_emulator: RunningEmulator, host: str) -> None:
    assert raw_status(shared_emulator, {"Host": host}) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
def test_a_page_of_another_origin_is_refused(shared_emulator: RunningEmulator, origin: str) -> None:
    assert raw_status(shared_emulator, {"Origin": origin}) == 403


def test_the_emulators_own_origin_is_served(shared_emulator: RunningEmulator) -> None:
    assert raw_status(shared_emulator, {"Origin": shared_emulator.ims_url}) == 202

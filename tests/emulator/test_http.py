"""HTTP as a real service speaks it: methods, media types, headers, paths."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.emulator.conftest import Caller, ok, plain_refusal, refusal
from tests.emulator.samples import capping
from toolkit.emulator import RunningEmulator
from toolkit.emulator.call import accepts_json

KIND = "endpointConfigs"


def raw(running: RunningEmulator, request: bytes, *, broken_off: bool = False) -> bytes:
    """What the server sends back until it closes the connection."""
    port = urlsplit(running.ims_url).port or 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        if broken_off:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        # A server that refuses before it has read everything may reset the connection after its answer.
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
        return answer


def head_of(caller: Caller) -> list[tuple[str, str]]:
    """The headers of a good call, as a plain client would write them."""
    names = ("Authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name")
    return [("Host", "127.0.0.1"), *((name, caller.http.headers[name]) for name in names)]


def send(caller: Caller, method: str, path: str, headers: list[tuple[str, str]]) -> tuple[int, Any]:
    """Status and JSON of a request whose header lines are exactly these."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    answer = raw(caller.running, "\r\n".join([*lines, "Connection: close", "", ""]).encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


@pytest.mark.shows("PF-ACC-10")
def test_head_answers_like_get_without_a_body(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    got, head = caller.get(f"{KIND}/{uid}"), caller.send("HEAD", f"{KIND}/{uid}")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == got.headers[name]
    assert caller.send("HEAD", f"{KIND}/unknown").status_code == 404


@pytest.mark.shows("403000")
def test_options_names_the_methods_and_needs_the_same_headers(caller: Caller) -> None:
    answer = caller.send("OPTIONS", f"{KIND}/any")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert caller.send("OPTIONS", f"{KIND}/any", headers={"x-api-key": ""}).status_code == 403


@pytest.mark.shows("406")
@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml, text/*", "application/json;q=0", "*/*;q=0"]
)
def test_who_does_not_accept_json_gets_406_and_nothing_happens(caller: Caller, accept: str) -> None:
    assert refusal(caller.post(KIND, capping(), headers={"Accept": accept})) == (406, 406)
    journeys = f"{caller.running.journeys_url}/journey"
    assert plain_refusal(caller.get(journeys, headers={"Accept": accept})) == (406, "Not Acceptable")
    assert caller.results(KIND) == []


@pytest.mark.parametrize(
    ("accept", "fits"),
    [
        (None, True),
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("APPLICATION/JSON; charset=utf-8", True),
        ("text/html, application/json;q=0.1", True),
        ("application/json;q=0, */*", False),
        ("application/*;q=0, */*", False),
        ("application/json, */*;q=0", True),
        ("application/json;q=loud", False),
        ("application/jsonx", False),
    ],
)
def test_the_most_specific_accepted_type_decides(accept: str | None, fits: bool) -> None:
    assert accepts_json(accept) is fits


@pytest.mark.shows("415")
@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
def test_a_coded_body_is_415(caller: Caller, coding: str) -> None:
    answer = caller.post(KIND, capping(), headers={"Content-Encoding": coding})
    assert refusal(answer) == (415, 415)


HOSTILE_UIDS = [
    "../actions",
    "a/b",
    "%",
    "%2F",
    "%zz",
    "ü",
    "\x00",
    "a b",
    ".",
    "..",
    "?",
    "#",
    "'; --",
    "x" * 5000,
]


@pytest.mark.shows("PF-ACC-10")
@pytest.mark.parametrize("uid", HOSTILE_UIDS, ids=range(len(HOSTILE_UIDS)))
def test_any_uid_is_one_segment_and_unknown(caller: Caller, uid: str) -> None:
    # Written by hand: a client library would resolve the dots.
    path = quote(uid, safe="").replace(".", "%2E")
    assert send(caller, "GET", f"/journey/orchestration/{KIND}/{path}", head_of(caller))[0] == 404


def test_an_encoded_slash_does_not_reach_another_operation(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    assert refusal(caller.post(f"{KIND}/{uid}%2Fdeploy")) == (405, 405)
    assert caller.read(KIND, uid)["hasBeenDeployed"] is False


def test_encoding_what_needs_none_changes_nothing(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    encoded = "".join(f"%{ord(character):02X}" for character in uid)
    assert ok(caller.get(f"endpoint%43onfigs/{encoded}"))["uid"] == uid


@pytest.mark.parametrize("uid", ["a/b", "50%", "50%25", "ü?#"])
def test_a_journeys_id_may_hold_anything(caller: Caller, uid: str) -> None:
    caller.add_journey(id=uid)
    assert ok(caller.get(f"{caller.running.journeys_url}/journey/{quote(uid, safe='')}"))["id"] == uid


@pytest.mark.shows("PF-ACC-11")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x-api-key", (403, "403003")),
        ("Authorization", (401, "401013")),
        ("x-gw-ims-org-id", (403, 403)),
        ("x-sandbox-name", (500, 4000)),
    ],
)
def test_a_header_sent_twice_is_a_list_and_so_another_value(
    caller: Caller, name: str, expected: tuple[int, int | str]
) -> None:
    twice = [*head_of(caller), (name, caller.http.headers[name])]
    status, body = send(caller, "GET", f"/journey/orchestration/{KIND}/any", twice)
    code = body["error_code"] if "error_code" in body else json.loads(body["error"])["code"]
    assert (status, code) == expected


@pytest.mark.shows("1451", "PF-ACC-12")
def test_of_two_parameters_of_one_name_the_first_counts(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    caller.post(f"{KIND}/{uid}/deploy")
    assert refusal(caller.delete(f"{KIND}/{uid}?forceDelete=false&forceDelete=true")) == (500, 1451)
    assert ok(caller.delete(f"{KIND}/{uid}?forceDelete=true&forceDelete=false")) == {}


@pytest.mark.parametrize(
    "name", ["x-sandbox-name", "x-gw-ims-org-id", "x-api-key", "Authorization", "Accept"]
)
def test_a_very_long_header_value_is_only_wrong(caller: Caller, name: str) -> None:
    headers = [*(pair for pair in head_of(caller) if pair[0] != name), (name, "x" * 30_000)]
    status, _ = send(caller, "GET", f"/journey/orchestration/{KIND}/any", headers)
    assert status in {401, 403, 406, 500}
    assert caller.get(f"{KIND}/any").status_code == 404


GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: " + b"y" * 66_000,
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"hello\r\n\r\n",
]


@pytest.mark.shows("PF-ACC-13")
@pytest.mark.parametrize("request_bytes", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_http_is_400_and_the_server_lives_on(caller: Caller, request_bytes: bytes) -> None:
    assert raw(caller.running, request_bytes).split()[1] == b"400"
    assert caller.get(f"{KIND}/any").status_code == 404


@pytest.mark.parametrize("target", ["*", "//", "/../..", "/journey/orchestration/%2e%2e/", "/%00"])
def test_a_strange_target_is_404_in_an_envelope(caller: Caller, target: str) -> None:
    status, body = send(caller, "GET", target, head_of(caller))
    assert (status, json.loads(body["error"])["code"]) == (404, 404)


def test_the_absolute_form_of_a_target_is_served(caller: Caller) -> None:
    uid = caller.create(KIND, capping())
    status, body = send(caller, "GET", f"{caller.running.base_url}/{KIND}/{uid}", head_of(caller))
    assert (status, body["uid"]) == (200, uid)


def test_a_body_that_breaks_off_leaves_nothing(caller: Caller) -> None:
    head = [*head_of(caller), ("Content-Type", "application/json"), ("Content-Length", "5000")]
    lines = [f"POST /journey/orchestration/{KIND} HTTP/1.1", *(f"{name}: {value}" for name, value in head)]
    answer = raw(caller.running, "\r\n".join([*lines, "", '{"url": ']).encode(), broken_off=True)
    assert answer == b""
    assert caller.results(KIND) == []


def test_a_chunked_body_is_read(caller: Caller) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(caller.running.ims_url).port or 0)
    headers = {**dict(head_of(caller)), "Content-Type": "application/json"}
    parts = iter([json.dumps(capping())[:10].encode(), json.dumps(capping())[10:].encode()])
    connection.request("POST", f"/journey/orchestration/{KIND}", parts, headers, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()

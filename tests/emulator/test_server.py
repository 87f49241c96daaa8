"""Starting and stopping, and what happens when something breaks inside."""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import Response
from starlette.routing import Route

import toolkit.emulator
from tests.emulator.conftest import Caller, connect, refusal, token_of
from toolkit.emulator import EmulatorConfig, EmulatorStartError, RunningEmulator, build_app, start_emulator
from toolkit.emulator.call import Call, Resource
from toolkit.emulator.edge import Edge


def port_of(running: RunningEmulator) -> int:
    return urlsplit(running.ims_url).port or 0


def test_every_public_name_is_there() -> None:
    assert all(hasattr(toolkit.emulator, name) for name in toolkit.emulator.__all__)


def test_all_addresses_are_under_one_loopback_port(shared_emulator: RunningEmulator) -> None:
    root = f"http://127.0.0.1:{port_of(shared_emulator)}"
    assert shared_emulator.base_url == f"{root}/journey/orchestration"
    assert shared_emulator.journeys_url == f"{root}/ajo"
    assert shared_emulator.ims_url == root
    assert shared_emulator.partners_url == f"{root}/partners"
    assert shared_emulator.admin_url == f"{root}/_admin"


def test_secrets_are_not_in_the_representation(shared_emulator: RunningEmulator) -> None:
    shown = repr(shared_emulator) + repr(EmulatorConfig())
    assert shared_emulator.admin_token not in shown
    assert shared_emulator.client_secret not in shown


def test_the_port_is_free_again_after_a_stop() -> None:
    with start_emulator() as running:
        assert token_of(running).status_code == 200
    with start_emulator(EmulatorConfig(port=port_of(running))) as again:
        assert port_of(again) == port_of(running)
    with pytest.raises(httpx.ConnectError):
        token_of(running)


def test_a_port_in_use_is_a_start_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorStartError, match=str(port)), start_emulator(EmulatorConfig(port=port)):
            pass


def test_an_impossible_port_is_a_start_error() -> None:
    with pytest.raises(EmulatorStartError), start_emulator(EmulatorConfig(port=70_000)):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "example.com", ""])
def test_only_loopback_is_listened_at(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        EmulatorConfig(host=host)


def test_sandboxes_are_production_or_development() -> None:
    with pytest.raises(ValueError, match="staging"):
        EmulatorConfig(sandboxes={"stage": "staging"})


def test_an_error_in_the_block_still_stops_the_emulator() -> None:
    with pytest.raises(RuntimeError), start_emulator() as running:
        raise RuntimeError
    with pytest.raises(httpx.ConnectError):
        token_of(running)


def test_two_emulators_do_not_know_each_other(organisation: Callable[[str], Caller]) -> None:
    caller = organisation("dev")
    with start_emulator() as other:
        assert caller.post(f"{other.base_url}/list/actions", {}).status_code == 401


def test_an_unexpected_failure_is_500_in_the_envelope_and_tells_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(call: Call) -> None:
        raise KeyError(call.body.decode())

    app = build_app(EmulatorConfig())
    app.router.routes.insert(0, Route("/broken", Resource({"POST": fail})))  # type: ignore[dict-item]
    try:
        answer = _ask(app, b"made-up-secret")
    finally:
        app.state.store.close()
    assert refusal(answer) == (500, 4000)
    assert "KeyError at" in caplog.text
    assert "made-up-secret" not in caplog.text + answer.text


def test_a_read_is_answered_while_every_worker_is_busy() -> None:
    app = build_app(EmulatorConfig())
    free = threading.Event()

    def wait(_: Call) -> Response:
        assert free.wait(60)
        return Response()

    app.router.routes.insert(0, Route("/busy", Resource({"POST": wait})))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", verify=False) as http:
            busy = [asyncio.ensure_future(http.post("/busy")) for _ in range(100)]
            try:
                return await http.get("/journey/orchestration/actions/x")
            finally:
                free.set()
                await asyncio.gather(*busy)

    try:
        assert asyncio.run(ask()).status_code == 403
    finally:
        app.state.store.close()


def _ask(app: object, body: bytes) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", verify=False
        ) as client:
            return await client.post("/broken", content=body)

    return asyncio.run(ask())


def test_the_end_of_the_lifespan_closes_the_database() -> None:
    app = build_app(EmulatorConfig())

    async def live() -> None:
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(live())
    with pytest.raises(sqlite3.ProgrammingError), app.state.store.write():
        pass


@pytest.mark.parametrize(
    "garbage",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_hurts_nobody(caller: Caller, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port_of(caller.running)), timeout=10) as connection:
        connection.sendall(garbage)
        assert b" 400 " in connection.recv(1000)
    assert caller.post("list/actions", {}).status_code == 200


def test_a_client_that_leaves_in_the_middle_hurts_nobody(caller: Caller) -> None:
    head = b"POST /ims/token/v3 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"
    with socket.create_connection(("127.0.0.1", port_of(caller.running)), timeout=10) as connection:
        connection.sendall(head)
    assert caller.post("list/actions", {}).status_code == 200


@pytest.mark.parametrize("path", ["%00", "%ff", "%ed%a0%80", "..%2f..", "a%20b", "%F0%9F%98%80", "x" * 5000])
def test_strange_uids_are_unknown(caller: Caller, path: str) -> None:
    for kind in ("actions", "endpointConfigs"):
        assert refusal(caller.get(f"{kind}/{path}")) == (404, 404)


@pytest.mark.parametrize("method", ["TRACE", "MADEUP"])
def test_strange_methods_are_405(caller: Caller, method: str) -> None:
    assert refusal(caller.send(method, "actions")) == (405, 405)


def test_the_server_logs_nothing_about_ordinary_requests(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with start_emulator() as running:
        caller = connect(running, "dev")
        caller.post("list/actions", {})
        caller.http.close()
    ours = [record for record in caplog.records if record.name.startswith(("toolkit", "uvicorn.access"))]
    assert ours == []
    assert Edge.__doc__

"""Emulators to test against, over real HTTP, and callers with sandboxes of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator import contract
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator

SANDBOXES = {f"box-{number:03}": "development" for number in range(1000)}


@dataclass(frozen=True, slots=True)
class Caller:
    """A client with a token in one sandbox. Paths are relative to the authoring API."""

    running: RunningEmulator
    http: httpx.Client
    sandbox: str

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.running.base_url}/{path}"
        content = {} if body is None else {"json": body}
        return note(self.http.request(method, url, **content, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.send("POST", path, body, **options)

    def put(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return self.send("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.send("DELETE", path, **options)

    def create(self, kind: str, body: Any) -> str:
        """The uid of a new element."""
        return str(ok(self.post(kind, body))["uid"])

    def read(self, kind: str, uid: str) -> dict[str, Any]:
        result: dict[str, Any] = ok(self.get(f"{kind}/{uid}"))["result"]
        return result

    def results(self, kind: str, **options: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = ok(self.post(f"list/{kind}", {}, **options))["results"]
        return results

    def admin(self, path: str, body: Any = None) -> httpx.Response:
        headers = {"x-emulator-admin-token": self.running.admin_token}
        method = "GET" if body is None else "POST"
        return self.send(method, f"{self.running.admin_url}/{path}", body, headers=headers)

    def admin_delete(self, path: str) -> httpx.Response:
        headers = {"x-emulator-admin-token": self.running.admin_token}
        return self.send("DELETE", f"{self.running.admin_url}/{path}", headers=headers)

    def add_journey(self, **fields: Any) -> None:
        journey = {"id": "journey-1", "name": "Welcome", "status": "Draft", "nodes": [], **fields}
        ok(self.admin("journeys", {"sandbox": self.sandbox, "journey": journey}))


def ok(response: httpx.Response) -> dict[str, Any]:
    """The body of a successful answer."""
    assert response.is_success, response.text
    body: dict[str, Any] = response.json()
    return body


def refusal(response: httpx.Response) -> tuple[int, int | str]:
    """Status and code of an error, after a look at the whole envelope (PF-ACC-6)."""
    envelope = response.json()
    assert set(envelope) == {"status", "error", "requestId"}
    assert envelope["status"] == response.status_code
    assert envelope["requestId"] == response.headers["x-request-id"]
    error = json.loads(envelope["error"])
    assert set(error) - {"schema"} == {"code", "family", "message", "service", "version", "context"}
    assert error["service"] == "vyg-authoring-api"
    return response.status_code, error["code"]


def plain_refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an error of the journeys API (PF-JRN-5)."""
    assert set(response.json()) == {"reason", "message"}
    assert response.headers["x-request-id"]
    return response.status_code, response.json()["reason"]


def showing(rows: list[tuple[Any, ...]], place: int = -1) -> list[Any]:
    """Rows of a table, each marked to show the code that it has at `place`."""
    return [pytest.param(*row, marks=pytest.mark.shows(str(row[place]))) for row in rows]


def token_of(running: RunningEmulator, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": running.client_id,
        "client_secret": running.client_secret,
        "scope": "openid,AdobeID",
        **changes,
    }
    return note(httpx.post(f"{running.ims_url}/ims/token/v3", data=form, verify=False))


def note(response: httpx.Response) -> httpx.Response:
    """The answer, which from now on counts as seen (`shows`)."""
    response.read()
    contract.SEEN.append(
        contract.Shown(response.request.method, response.url.path, response.status_code, response.text)
    )
    return response


def call_headers(running: RunningEmulator, sandbox: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {ok(token_of(running))['access_token']}",
        "x-api-key": running.client_id,
        "x-gw-ims-org-id": running.organisation,
        "x-sandbox-name": sandbox,
    }


def connect(running: RunningEmulator, sandbox: str) -> Caller:
    """A caller; its client is closed with :meth:`httpx.Client.close`."""
    return Caller(running, httpx.Client(verify=False, headers=call_headers(running, sandbox)), sandbox)


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes={"prod": "production", **SANDBOXES})) as running:
        yield running


@pytest.fixture(scope="session")
def free_sandboxes() -> list[str]:
    return sorted(SANDBOXES, reverse=True)


@pytest.fixture
def new_caller(shared_emulator: RunningEmulator, free_sandboxes: list[str]) -> Iterator[Callable[[], Caller]]:
    """Makes callers, each in a sandbox that nobody has used."""
    callers: list[Caller] = []

    def make() -> Caller:
        callers.append(connect(shared_emulator, free_sandboxes.pop()))
        return callers[-1]

    yield make
    for caller in callers:
        caller.http.close()


@pytest.fixture
def caller(new_caller: Callable[[], Caller]) -> Caller:
    return new_caller()


@pytest.fixture
def organisation() -> Iterator[Callable[[str], Caller]]:
    """An emulator of one's own, for what counts per organisation: sandbox name to caller."""
    callers: list[Caller] = []
    with start_emulator() as running:

        def make(sandbox: str) -> Caller:
            callers.append(connect(running, sandbox))
            return callers[-1]

        yield make
        for caller in callers:
            caller.http.close()


@pytest.fixture(autouse=True)
def what_a_test_shows_was_seen(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is marked to show an operation, a status or a code has got an answer with it."""
    contract.SEEN.clear()
    yield
    wanted = {entry for mark in request.node.iter_markers("shows") for entry in mark.args}
    seen = contract.SEEN
    assert {entry for entry in wanted if any(contract.sees(shown, entry) for shown in seen)} == wanted


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write which test is marked to show what, where :func:`contract.collected` asks for it."""
    if not (file := os.environ.get(contract.COLLECT)):
        return
    marks: dict[str, list[str]] = {}
    for item in session.items:
        test = item.nodeid.partition("[")[0]
        for mark in item.iter_markers("shows"):
            for entry in mark.args:
                if test not in marks.setdefault(entry, []):
                    marks[entry].append(test)
    Path(file).write_text(json.dumps(marks), encoding="utf-8")

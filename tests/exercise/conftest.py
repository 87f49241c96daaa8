"""A real HTTP server on this machine that behaves well, badly or slowly, by path."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.emulator.partners.conftest import Stage, partners_clock, partners_emulator, stage
from toolkit.exercise import Exchange
from toolkit.exercise.caller import Caller, Network, Runtime
from toolkit.model.kinds import CustomAction
from toolkit.workspace.secrets import made_up_secret

__all__ = ["partners_clock", "partners_emulator", "stage"]

PAUSE_S = 0.02


@dataclass
class Partner:
    """The server's base URL and the requests it saw, as (method, path, headers in lower case, body)."""

    base: str
    seen: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    location: str = ""
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(1))
    text: bytes = b'{"messageId":"m1"}'


class _Handler(BaseHTTPRequestHandler):
    partner: Partner
    protocol_version = "HTTP/1.1"

    def answer_by_path(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.partner.seen.append((self.command, self.path, headers, body))
        self.partner.first.set()
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        getattr(self, "at_" + name, self.at_ok)()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def at_ok(self) -> None:
        self.answer(200, self.partner.text, {"Content-Type": "application/json"})

    def at_refused(self) -> None:
        self.answer(400, b'{"error":"no"}')

    def at_moved(self) -> None:
        self.answer(302, b"", {"Location": "/v1/ok"})

    def at_prefixed(self) -> None:
        self.answer(302, b"", {"Location": self.path.replace("prefixed", "ok")})

    def at_elsewhere(self) -> None:
        self.answer(302, b"", {"Location": "https://other.example/v1/ok", "Set-Cookie": "session=abcdef"})

    def at_inside(self) -> None:
        self.answer(302, b"", {"Location": "http://127.0.0.1:1/metadata"})

    def at_together(self) -> None:
        self.partner.together.wait(20)
        self.at_ok()

    def at_to(self) -> None:
        self.answer(302, b"", {"Location": self.partner.location})

    def at_echo(self) -> None:
        self.answer(200, b"", {"X-Seen": self.headers.get("x-key", "")})

    def at_leaving(self) -> None:
        self.answer(200, b"bye")
        self.close_connection = True

    def at_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(10_000_000_000))
        self.end_headers()
        self.close_connection = True
        while not self.partner.stop.is_set():
            try:
                self.wfile.write(b"x" * 65_536)
            except OSError:
                return

    def at_round(self) -> None:
        self.answer(302, b"", {"Location": self.path})

    def at_nowhere(self) -> None:
        self.answer(302)

    def at_post_only(self) -> None:
        self.answer(307, b"", {"Location": "/v1/ok"})

    def at_big(self) -> None:
        self.answer(200, b"x" * 3_000_000)

    def at_bomb(self) -> None:
        self.answer(200, gzip.compress(b"x" * 30_000_000), {"Content-Encoding": "gzip"})

    def at_not_gzip(self) -> None:
        self.answer(200, b"plain", {"Content-Encoding": "gzip"})

    def at_closed(self) -> None:
        self.close_connection = True

    def at_garbage(self) -> None:
        self.wfile.write(b"this is not HTTP\r\n\r\n")
        self.close_connection = True

    def at_slow(self) -> None:
        self.partner.stop.wait(30)
        self.close_connection = True

    def at_endless_head(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.partner.stop.is_set():
            try:
                self.wfile.write(b"X-More: " + b"x" * 8_000 + b"\r\n")
            except OSError:
                return

    def at_body_drips(self) -> None:
        self.send_response(200)
        self.end_headers()
        self._drip(b"x")

    def at_head_drips(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._drip(b"X-A: 1\r\n")

    def _drip(self, piece: bytes) -> None:
        self.close_connection = True
        while not self.partner.stop.wait(PAUSE_S):
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some of the tests are about."""


@pytest.fixture
def start_partner() -> Iterator[Callable[[], Partner]]:
    """Starts servers, which end with the test."""
    started: list[tuple[Partner, _Server, threading.Thread]] = []

    def start() -> Partner:
        methods = {f"do_{method}": _Handler.answer_by_path for method in ("GET", "POST", "PUT")}
        members: dict[str, Any] = {"partner": Partner(""), **methods}
        server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), members))
        partner: Partner = members["partner"]
        partner.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": PAUSE_S})
        thread.start()
        started.append((partner, server, thread))
        return partner

    yield start
    for partner, server, thread in started:
        partner.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def partner(start_partner: Callable[[], Partner]) -> Partner:
    """One such server."""
    return start_partner()


@pytest.fixture
def answering(start_partner: Callable[[], Partner]) -> Callable[[str], str]:
    """Starts a partner that gives every request the same text; returns its address."""

    def start(text: str) -> str:
        partner = start_partner()
        partner.text = text.encode()
        return partner.base

    return start


@dataclass
class Bench:
    """The platform's part, played against the stand-ins of partner systems over real HTTP."""

    stage: Stage
    runtime: Runtime
    routes: dict[str, str]

    def call(
        self, subject: CustomAction, values: Any = None, *, timeout_s: float = 10, **parts: Any
    ) -> Exchange:
        with Caller(made_up_secret, Network(self.routes, **parts), self.runtime) as caller:
            return caller.call(subject, values or {}, timeout_s=timeout_s)

    def received(self, subject: CustomAction, values: Any = None) -> Any:
        """What example.com says that it got."""
        exchange = self.call(subject, values)
        assert exchange.jo_status_code == "http_202", exchange
        assert exchange.answer is not None
        return json.loads(exchange.answer.body)["received"]

    def faults(self, *rules: dict[str, Any]) -> None:
        headers = {"x-emulator-admin-token": self.stage.running.admin_token}
        url = f"{self.stage.running.admin_url}/faults"
        self.stage.http.delete(url, headers=headers).raise_for_status()
        self.stage.http.post(url, json={"faults": list(rules)}, headers=headers).raise_for_status()

    def requests(self) -> list[str]:
        """The paths below ``/partners`` that were asked for since the bench was made."""
        headers = {"x-emulator-admin-token": self.stage.running.admin_token}
        answer = self.stage.http.get(f"{self.stage.running.admin_url}/requests", headers=headers)
        paths = [item["path"] for item in answer.json()["requests"] if item["seq"] > self.since]
        return [path.removeprefix("/partners/") for path in paths if path.startswith("/partners/")]

    since: int = 0


@pytest.fixture
def bench(stage: Stage) -> Iterator[Bench]:
    made = Bench(stage, Runtime(), dict(stage.running.routes))
    headers = {"x-emulator-admin-token": stage.running.admin_token}
    made.since = stage.http.get(f"{stage.running.admin_url}/requests", headers=headers).json()["next"]
    yield made
    made.faults()

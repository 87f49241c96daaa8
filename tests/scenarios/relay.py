"""A stop between a command and the platform: another address, and a gate that a request can be held at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from toolkit.emulator import RunningEmulator

PREFIX = "/somewhere/else"
"""The path below which a relay serves what the platform serves at its root."""

PATIENCE_S = 30
"""How long anything is waited for before a test fails."""

Held = Callable[[str, str], bool]
"""Told method and path of a request, says whether to hold it."""


def nothing(method: str, path: str) -> bool:
    return False


@dataclass(slots=True)
class Relay:
    """Passes requests on to a platform and answers back.

    `hold_before` and `hold_after` choose requests that are held until `release` is set: before the platform
    hears of them, or after it, before the answer goes back. `reached` is set when one is held.
    """

    running: RunningEmulator
    hold_before: Held
    hold_after: Held
    port: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def moved(self, url: str) -> str:
        """Where the relay serves what the platform serves at `url`."""
        return f"http://127.0.0.1:{self.port}{PREFIX}{url.removeprefix(self.running.ims_url)}"

    def settings(self) -> dict[str, Any]:
        """The settings of a target behind the relay."""
        return {
            "base_url": self.moved(self.running.base_url),
            "journeys_url": self.moved(self.running.journeys_url),
            "ims_url": self.moved(self.running.ims_url),
            "audit_url": self.moved(self.running.audit_url),
        }

    def wait(self, chosen: bool) -> None:
        if chosen:
            self.reached.set()
            self.release.wait(PATIENCE_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed goes away without a word; that is what the relay is for."""


@contextmanager
def relay(
    running: RunningEmulator, *, hold_before: Held = nothing, hold_after: Held = nothing
) -> Iterator[Relay]:
    """Run a relay while the block runs; on leaving everything held is let go."""
    made = Relay(running, hold_before, hold_after)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            path = self.path.removeprefix(PREFIX)
            made.wait(made.hold_before(self.command, path))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = http.request(self.command, f"{running.ims_url}{path}", content=body, headers=headers)
            made.wait(made.hold_after(self.command, path))
            self.send_response(answer.status_code)
            for name in ("content-type", "x-request-id"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            if answer.status_code != 204:
                self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  # names that http.server looks for

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with httpx.Client(verify=False, timeout=PATIENCE_S) as http:
        server = _Server(("127.0.0.1", 0), Handler)
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            made.release.set()
            server.shutdown()
            thread.join()
            server.server_close()

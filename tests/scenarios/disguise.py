"""The emulator's actions under other paths, envelopes, names and ways of paging, and a recorder.

Written apart from what reads it: it renames and wraps by its own rules, so the two can't share a mistake.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from toolkit.emulator import RunningEmulator

PATIENCE_S = 30
OWN = ("/actions/", "/actions", "/list/actions")
Json = Any


@dataclass(frozen=True, slots=True)
class Look:
    """How the actions look from outside.

    `out` turns an element into what is shown, `back` what is sent into an element. `paging` is one of
    ``headers`` (the convention), ``page``, ``offset``, ``cursor``, ``link`` or ``none``.
    """

    prefix: str = "/journey/orchestration"
    collection: str = "actions"
    list_method: str = "POST"
    list_path: str = "list/actions"
    update_method: str = "PUT"
    delete_suffix: str = ""
    items: tuple[str, ...] = ("results",)
    read: tuple[str, ...] = ("result",)
    sent: tuple[str, ...] = ()
    created_id: tuple[str, ...] = ("uid",)
    paging: str = "headers"
    out: Callable[[Json], Json] = lambda element: element
    back: Callable[[Json], Json] = lambda element: element
    summaries: tuple[str, ...] = ()
    plain_errors: bool = False
    keeps_what_is_left_out: bool = False


def wrapped(value: Json, path: tuple[str, ...]) -> Json:
    for part in reversed(path):
        value = {part: value}
    return value


def unwrapped(value: Json, path: tuple[str, ...]) -> Json:
    for part in path:
        value = value[part]
    return value


def merged(left: Json, right: Json) -> Json:
    """Both objects in one."""
    both = dict(left)
    for name, value in right.items():
        both[name] = merged(both[name], value) if isinstance(both.get(name), dict) else value
    return both


@dataclass(slots=True)
class Disguised:
    """A running disguise: where it is, and all that passed through it."""

    look: Look
    running: RunningEmulator
    port: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where the actions are, without the collection's name."""
        return self.origin + self.look.prefix

    def har(self) -> str:
        """What passed so far, as a browser would save it."""
        log = {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": self.entries}
        return json.dumps({"log": log}, ensure_ascii=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def disguised(running: RunningEmulator, look: Look) -> Iterator[Disguised]:
    """Serve the emulator in a disguise while the block runs."""
    made = Disguised(look, running)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, content = turned(made, self.command, self.path, dict(self.headers.items()), body, http)
            with lock:
                made.entries.append(entry(made, self, body, status, content))
            self.send_response(status)
            if content is not None:
                self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  # names of http.server

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
            server.shutdown()
            thread.join()
            server.server_close()


def turned(
    made: Disguised, method: str, target: str, headers: Mapping[str, str], body: bytes, http: httpx.Client
) -> tuple[int, bytes | None]:
    """Carry out a disguised request on the platform; returns status and content."""
    look, parts = made.look, urlsplit(target)
    keep = {
        name: value
        for name, value in headers.items()
        if name.lower()
        in {"authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "content-type", "accept"}
    }

    def ask(
        method: str, path: str, sent: Json = None, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        url = f"{made.running.base_url}/{path}"
        return http.request(method, url, json=sent, headers={**keep, **(more or {})})

    path = parts.path.removeprefix(look.prefix + "/")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if method == look.list_method and path == look.list_path:
        return listed(made, query, headers, ask)
    if method == "POST" and path == look.collection:
        answer = ask("POST", "actions", look.back(unwrapped(json.loads(body), look.sent)))
        return said(
            look,
            answer,
            lambda said: merged(
                wrapped(look.out(said["createdElement"]), look.read), wrapped(said["uid"], look.created_id)
            ),
        )
    uid = path.removeprefix(look.collection + "/")
    if method == "GET":
        return said(
            look, ask("GET", f"actions/{uid}"), lambda said: wrapped(look.out(said["result"]), look.read)
        )
    if method == look.update_method and not (look.delete_suffix and uid.endswith(look.delete_suffix)):
        sent = look.back(unwrapped(json.loads(body), look.sent))
        if look.keeps_what_is_left_out:
            sent = {**ask("GET", f"actions/{uid}").json()["result"], **sent}
        answer = ask("PUT", f"actions/{uid}", sent)
        return said(look, answer, lambda said: wrapped(look.out(said["updatedElement"]), look.read))
    if method == ("POST" if look.delete_suffix else "DELETE"):
        answer = ask("DELETE", f"actions/{uid.removesuffix(look.delete_suffix)}")
        return said(look, answer, lambda said: {"ok": True})
    return 405, b'{"message": "not here"}'


def said(look: Look, answer: httpx.Response, turn: Callable[[Json], Json]) -> tuple[int, bytes]:
    """What is answered: a success turned, a failure as it is, or in words of its own."""
    if answer.is_success:
        return answer.status_code, json.dumps(turn(answer.json())).encode()
    if look.plain_errors and answer.status_code == 404:
        return 404, b'{"errors": [{"title": "no such action"}]}'
    return answer.status_code, answer.content


def listed(
    made: Disguised, query: Mapping[str, str], headers: Mapping[str, str], ask: Callable[..., httpx.Response]
) -> tuple[int, bytes]:
    look = made.look
    lower = {name.lower(): value for name, value in headers.items()}
    if look.paging == "headers":
        paging = {name: value for name, value in lower.items() if name.startswith("x-vyg-")}
        answer = ask("POST", "list/actions", {}, paging)
        return said(
            look,
            answer,
            lambda found: merged(
                wrapped([shown(look, one) for one in found["results"]], look.items),
                {"pagination": found["pagination"]} if "pagination" in found else {},
            ),
        )
    answer = ask("POST", "list/actions", {})
    if not answer.is_success:
        return answer.status_code, answer.content
    whole = [shown(look, one) for one in answer.json()["results"]]
    # A page holds at most three, whatever is asked for: an answer may always be shorter than wished.
    size = min(int(query.get("limit", 3)), 3)
    start = {
        "page": (int(query.get("page", 1)) - 1) * size,
        "offset": int(query.get("start", 0)),
        "cursor": int(base64.b64decode(query.get("cursor", "") or "MA==")),
        "link": int(query.get("after", 0)),
        "none": 0,
    }[look.paging]
    page = whole if look.paging == "none" else whole[start : start + size]
    found = wrapped(page, look.items)
    end = start + size
    more: Json = {
        "page": {"total_count": len(whole)},
        "offset": {"count": len(page)},
        "cursor": {"next_cursor": base64.b64encode(str(end).encode()).decode() if end < len(whole) else None},
        "link": {
            "links": {"next": f"{look.prefix}/{look.list_path}?after={end}"} if end < len(whole) else {}
        },
        "none": {},
    }[look.paging]
    return 200, json.dumps(merged(found, more) if more else found).encode()


def shown(look: Look, element: Json) -> Json:
    seen = look.out(element)
    return {name: seen[name] for name in look.summaries if name in seen} if look.summaries else seen


def entry(
    made: Disguised, request: BaseHTTPRequestHandler, body: bytes, status: int, content: bytes | None
) -> dict[str, Any]:
    """One request and its answer as HAR 1.2 has it; every second answer in base64."""
    parts = urlsplit(request.path)
    sent: dict[str, Any] = {
        "method": request.command,
        "url": f"{made.origin}{request.path}",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in request.headers.items()],
        "queryString": [
            {"name": name, "value": value}
            for name, values in parse_qs(parts.query).items()
            for value in values
        ],
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(body),
    }
    if body:
        sent["postData"] = {"mimeType": "application/json", "text": body.decode()}
    encoded = len(made.entries) % 2 == 1
    text = (content or b"").decode()
    answer: dict[str, Any] = {"size": len(content or b""), "mimeType": "application/json"}
    if content is not None:
        answer["text"] = base64.b64encode(content).decode() if encoded else text
        if encoded:
            answer["encoding"] = "base64"
    return {
        "startedDateTime": "2026-11-25T08:00:00.000Z",
        "time": 1,
        "request": sent,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "cookies": [],
            "content": answer,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }

"""The outermost layer: who may knock, a request id on every answer (PF-ACC-7), the log, the last resort."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.emulator.call import FAULT, REQUEST_ID
from toolkit.emulator.doors import Doors
from toolkit.emulator.redaction import KEPT_BODY_BYTES, Masked, Masking
from toolkit.emulator.refusals import internal_error
from toolkit.emulator.request_log import RequestLog
from toolkit.emulator.secret_places import Sent

OWN_PREFIXES = ("/_admin", "/_ui")
"""The emulator's own controls and page: looking at them is no request worth noting."""

_ORIGIN = re.compile(r"https?://[^/]*", re.IGNORECASE)
_logger = logging.getLogger("toolkit.emulator")


@dataclass(frozen=True, slots=True)
class Recorder:
    """How a request is noted.

    Args:
        log: where.
        timestamp: the time now as ISO 8601.
        timer: seconds, for durations.
        sandboxes: names that may appear in the log; a header's other values are not noted.
        public: values that are no secrets: the clients' ids.
    """

    log: RequestLog
    timestamp: Callable[[], str]
    timer: Callable[[], float]
    sandboxes: frozenset[str]
    public: frozenset[str]
    _masked: Masked = field(default_factory=Masked, init=False, repr=False)

    def note(self, exchange: _Exchange) -> None:
        """Note one request, unless somebody only looked at the emulator's own controls."""
        scope = exchange.scope
        if _is_own_look(scope, exchange.status):
            return
        sandbox = exchange.request.headers.get("x-sandbox-name", "")
        request = exchange.request.sent()
        masking = Masking(request, scope["query_string"], self.public, self._masked)
        self.log.add(
            {
                "time": exchange.time,
                "durationMs": round((self.timer() - exchange.began) * 1000, 1),
                "method": scope["method"],
                "path": masking.path(scope["path"]),
                "query": masking.query(),
                "status": exchange.status,
                "sandbox": sandbox if sandbox in self.sandboxes else None,
                "requestId": scope[REQUEST_ID],
                "fault": scope.get(FAULT),
                "request": masking.side(request),
                "answer": masking.side(exchange.answer.sent()),
            }
        )


class _Side:
    """A body on its way, kept as long as it is short."""

    def __init__(self, headers: Headers) -> None:
        self.headers = headers
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size <= KEPT_BODY_BYTES:
            self._chunks.append(chunk)
        else:
            self._chunks.clear()

    def sent(self) -> Sent:
        body = b"".join(self._chunks) if self._size <= KEPT_BODY_BYTES else None
        return Sent(self.headers, body, self._size)


class _Exchange:
    """One request and its answer, watched as they pass; noted before the client has all of it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, recorder: Recorder) -> None:
        self.scope = scope
        self.time, self.began = recorder.timestamp(), recorder.timer()
        self.status: int | None = None
        self.request, self.answer = _Side(Headers(scope=scope)), _Side(Headers())
        # A fault that ends the connection looks for it here, as at the server's own receive.
        self.transport = getattr(getattr(receive, "__self__", None), "transport", None)
        self._receive, self._send, self._recorder = receive, send, recorder
        self._noted = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.request.add(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.scope[REQUEST_ID]
            self.status, self.answer = message["status"], _Side(headers)
        elif message["type"] == "http.response.body":
            self.answer.add(message.get("body", b""))
            if not message.get("more_body", False):
                self.note()
        await self._send(message)

    def note(self) -> None:
        if not self._noted:
            self._noted = True
            self._recorder.note(self)


class Edge:
    """The layer itself.

    Args:
        app: what is behind it.
        recorder: notes each request.
        doors: says who may knock.
    """

    def __init__(self, app: ASGIApp, recorder: Recorder, doors: Doors) -> None:
        self._app = app
        self._recorder = recorder
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an exception behind it becomes a 500 in the envelope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST_ID] = request_id = f"{random.getrandbits(128):032x}"
        scope["path"] = _routed_path(scope.get("raw_path") or quote(scope["path"]).encode())
        exchange = _Exchange(scope, receive, send, self._recorder)
        refusal = self._doors.refusal(exchange.request.headers)
        app = self._app if refusal is None else refusal.answer(request_id)
        try:
            await app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: nothing crashes the server
            # No traceback: it could quote what was sent.
            _logger.error(  # noqa: TRY400
                "request %s failed: %s", request_id, _place(error)
            )
            if exchange.status is None:
                await internal_error().answer(request_id)(scope, receive, exchange.send)
        finally:
            exchange.note()


def _routed_path(raw: bytes) -> str:
    """The path to route by: each segment decoded, but for a slash or a percent sign in it (PF-ACC-10)."""
    # The absolute form of a request target is served as well (RFC 9112, 3.2.2).
    path = _ORIGIN.sub("", raw.partition(b"?")[0].decode("latin-1")) or "/"
    segments = (unquote(segment).replace("%", "%25").replace("/", "%2F") for segment in path.split("/"))
    return "/" + "/".join(segments).removeprefix("/")


def _is_own_look(scope: Scope, status: int | None) -> bool:
    own = scope["path"] == "/" or scope["path"].startswith(OWN_PREFIXES)
    return own and scope["method"] in ("GET", "HEAD") and (status is None or status < 400)


def _place(error: BaseException) -> str:
    # The message could quote what was sent, so only the type and the place are logged.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
    return f"{type(error).__name__} at {where}"

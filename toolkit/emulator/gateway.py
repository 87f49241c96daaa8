"""What stands before the services: key, token, organisation, sandbox; loopback only; request ids, the log."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.emulator.call import FAULT, REQUEST_ID, Call, Handler, Resource
from toolkit.emulator.config import PRODUCTION, Organisation
from toolkit.emulator.refusals import GatewayRefusal, Refusal, internal_error
from toolkit.emulator.store import Space
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import JsonObject

_LOGGED_REQUESTS = 10_000
_ORIGIN = re.compile(r"https?://[^/]*", re.IGNORECASE)
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_logger = logging.getLogger("toolkit.emulator")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Admits callers to the sandboxes of their organisation (PF-ACC-3 to PF-ACC-5).

    Args:
        organisations: all that there are, the first one first.
        tokens: decides which bearer tokens count.
    """

    organisations: tuple[Organisation, ...]
    tokens: Tokens
    _production: frozenset[Space] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        production = frozenset(
            Space(one.id, name)
            for one in self.organisations
            for name, kind in one.sandboxes.items()
            if kind == PRODUCTION
        )
        object.__setattr__(self, "_production", production)

    def protect(
        self,
        path: str,
        methods: Mapping[str, Handler],
        kind: str = "",
        refuse: Callable[[Refusal, str, str], Response] = Refusal.answer,
    ) -> Route:
        """A route whose handlers only see admitted calls."""
        return Route(path, Resource(methods, self.admit, kind, refuse))

    def admit(self, call: Call) -> Space:
        """Where the caller may act.

        Raises:
            GatewayRefusal: 403 for a missing (403000) or wrong (403003) key and a missing token (403010), 401
                for a token that does not count (401013) or is another client's (401014).
            Refusal: 400 for a missing header, 403 for a foreign organisation, 500 with code 4000 for an
                unknown sandbox, as published in *Throttling API* [Q].
        """
        caller = self._owner_of_key(call.header("x-api-key"))
        self._check_token(call.header("authorization"), caller)
        if _required(call, "x-gw-ims-org-id") != caller.id:
            raise Refusal(403, 403, "the token does not belong to this organisation")
        sandbox = _required(call, "x-sandbox-name")
        if sandbox not in caller.sandboxes:
            raise internal_error()
        return Space(caller.id, sandbox)

    def spaces(self) -> Iterator[Space]:
        """Every sandbox of every organisation."""
        return (Space(one.id, sandbox) for one in self.organisations for sandbox in one.sandboxes)

    def is_production(self, space: Space) -> bool:
        """Whether the sandbox is a production one."""
        return space in self._production

    def _owner_of_key(self, key: str | None) -> Organisation:
        if not key:
            raise GatewayRefusal(403, "403000", "Api Key is required")
        for one in self.organisations:
            if hmac.compare_digest(key.encode(), one.client_id.encode()):
                return one
        raise GatewayRefusal(403, "403003", "Api Key is invalid")

    def _check_token(self, authorization: str | None, caller: Organisation) -> None:
        if not authorization:
            raise GatewayRefusal(403, "403010", "Oauth token is missing")
        scheme, _, token = authorization.partition(" ")
        client_id = self.tokens.client_of(token.strip()) if scheme.lower() == "bearer" else None
        if client_id is None:
            raise GatewayRefusal(401, "401013", "Oauth token is not valid")
        if client_id != caller.client_id:
            raise GatewayRefusal(401, "401014", "Token not allowed in the current context")


def _required(call: Call, header: str) -> str:
    value = call.header(header)
    if not value:
        raise Refusal(400, 400, f"the header {header} is required")
    return value


class RequestLog:
    """The last requests, oldest first: method, path, status, sandbox, request id, time, fault; nothing else.

    ``status`` is null where no answer was sent, ``fault`` where the request met none.
    """

    def __init__(self) -> None:
        self._entries: deque[JsonObject] = deque(maxlen=_LOGGED_REQUESTS)
        self._lock = threading.Lock()

    def add(self, entry: JsonObject) -> None:
        """Note one request."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[JsonObject]:
        """All noted requests."""
        with self._lock:
            return list(self._entries)


class Edge:
    """The outermost layer: loopback only, a request id on every answer (PF-ACC-7), the log, the last resort.

    Args:
        app: what is behind it.
        log: where requests are noted.
        timestamp: the time now as ISO 8601.
        sandboxes: names that may appear in the log; a header's other values are not noted.
    """

    def __init__(
        self, app: ASGIApp, log: RequestLog, timestamp: Callable[[], str], sandboxes: frozenset[str]
    ) -> None:
        self._app = app
        self._log = log
        self._timestamp = timestamp
        self._sandboxes = sandboxes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an exception behind it becomes a 500 in the envelope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST_ID] = request_id = secrets.token_hex(16)
        scope["path"] = _routed_path(scope.get("raw_path") or quote(scope["path"]).encode())
        headers = Headers(scope=scope)
        started = False

        async def send_marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["x-request-id"] = request_id
                self._note(scope, headers, message["status"])
            await send(message)

        app = _refusing(headers, request_id) or self._app
        try:
            await app(scope, receive, send_marked)
            if not started:
                self._note(scope, headers, None)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: nothing crashes the server
            # No traceback: it could quote what was sent.
            _logger.error(  # noqa: TRY400
                "request %s failed: %s", request_id, _place(error)
            )
            if not started:
                await internal_error().answer(request_id)(scope, receive, send_marked)

    def _note(self, scope: Scope, headers: Headers, status: int | None) -> None:
        sandbox = headers.get("x-sandbox-name", "")
        self._log.add(
            {
                "time": self._timestamp(),
                "method": scope["method"],
                "path": scope["path"][:500],
                "status": status,
                "sandbox": sandbox if sandbox in self._sandboxes else None,
                "requestId": scope[REQUEST_ID],
                "fault": scope.get(FAULT),
            }
        )


def _routed_path(raw: bytes) -> str:
    """The path to route by: each segment decoded, but for a slash or a percent sign in it (PF-ACC-10)."""
    # The absolute form of a request target is served as well (RFC 9112, 3.2.2).
    path = _ORIGIN.sub("", raw.partition(b"?")[0].decode("latin-1")) or "/"
    segments = (unquote(segment).replace("%", "%25").replace("/", "%2F") for segment in path.split("/"))
    return "/" + "/".join(segments).removeprefix("/")


def _refusing(headers: Headers, request_id: str) -> ASGIApp | None:
    """A browser can be made to call loopback: neither a foreign name (rebinding) nor a foreign page may."""
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0]):
        return Refusal(421, 421, "only loopback host names are served").answer(request_id)
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{hosts[0].lower()}":
        return Refusal(403, 403, "requests of other origins are refused").answer(request_id)
    return None


def _place(error: BaseException) -> str:
    # The message could quote what was sent, so only the type and the place are logged.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
    return f"{type(error).__name__} at {where}"

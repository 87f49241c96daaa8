"""The one network call of this room: a request goes out, redirects are followed, what came back is kept.

302 is followed (``help/using/action/about-custom-action-configuration.md``, *Endpoint configuration*); that
the next request is then a GET without a body is assumed, as most clients do it. Any other status is an
answer.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

import httpx

from toolkit.exercise.authorise import Line, OutgoingRequest
from toolkit.exercise.routes import RedirectRefused, Routes, origin_of, refuse_to_expose

MAX_BODY_BYTES = 1 << 20
"""Bytes of an answer's body that are read, after decompression."""

MAX_REDIRECTS = 5
"""Redirects followed; how many the platform follows is not documented."""

Failure = Literal["", "timedout", "internalError"]

_CLIENT_HEADERS = {"User-Agent": "ajo-actions", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One request that went out and what came of it; secrets masked in the request, not in the answer.

    `url` is the address the action means, `sent_to` where the request went. `status` is None and `content`
    empty when no complete answer came: `failure` then says what the platform calls it, `detail` why. Times in
    ms.
    """

    method: str
    url: str = field(repr=False)
    sent_to: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: str | None = field(repr=False)
    status: int | None = None
    answer_headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    content: bytes = field(default=b"", repr=False)
    cut: bool = False
    first_byte_ms: float | None = None
    total_ms: float = 0.0
    failure: Failure = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Leg:
    """What goes out next; `url` with its query, `shown` the same masked, `secret` if it has credentials."""

    method: str
    url: str = field(repr=False)
    shown: str
    headers: tuple[Line, ...]
    body: str | None = field(repr=False)
    secret: bool


class _Watchdog:
    """Cuts the connection when time is up: a drip of bytes renews every other timeout."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._end - self._clock()

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember a connection; called by httpx at every step (its extension *trace*)."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            connection = info["return_value"].get_extra_info("socket")
            if isinstance(connection, socket.socket):
                self._sockets.append(connection)
            if self.left <= 0:
                self._cut()

    def _cut(self) -> None:
        for connection in list(self._sockets):
            try:
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                continue


def send(
    request: OutgoingRequest,
    *,
    routes: Routes,
    timeout_s: float,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Hop, ...]:
    """Send `request` and follow its redirects, all within `timeout_s` seconds; the last hop is the outcome.

    Whatever the network does ends up in a hop. A `transport` that is handed in stays open. Proxies,
    certificates and .netrc of the environment are not looked at. Looking up a host's name is the one wait
    that can't be cut.

    Raises:
        AjoError: AJO302 when a route would carry credentials unencrypted over the network.
    """
    leg = _first_leg(request)
    hops: list[Hop] = []
    with ExitStack() as stack:
        client = httpx.Client(transport=transport, trust_env=False, headers=_CLIENT_HEADERS)
        if transport is None:
            stack.callback(client.close)
        watchdog = stack.enter_context(_Watchdog(timeout_s, clock))
        while True:
            hop = _one_hop(client, leg, routes, watchdog)
            hops.append(hop)
            if hop.failure or hop.status != 302 or "location" not in hop.answer_headers:
                return tuple(hops)
            try:
                leg = _next_leg(leg, hop, len(hops), routes, request)
            except RedirectRefused as refusal:
                return (*hops[:-1], replace(hop, failure="internalError", detail=str(refusal)))


def _first_leg(request: OutgoingRequest) -> _Leg:
    sent = [(line.name, quote(line.value.reveal(), safe="")) for line in request.query]
    shown = [(line.name, quote(line.shown, safe="*" if line.credential else "")) for line in request.query]
    return _Leg(
        method=request.method,
        url=_with_query(request.url, sent),
        shown=_with_query(request.url, shown),
        headers=request.headers,
        body=request.body,
        secret=request.has_credentials,
    )


def _with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    query = "&".join(f"{quote(name, safe='')}={value}" for name, value in pairs)
    return f"{url}?{query}" if query else url


def _next_leg(leg: _Leg, hop: Hop, count: int, routes: Routes, request: OutgoingRequest) -> _Leg:
    """Return the request a redirect asks for: without credentials when it leads to another origin."""
    if count > MAX_REDIRECTS:
        raise RedirectRefused(f"more than {MAX_REDIRECTS} redirects")
    target = routes.follow(leg.url, hop.answer_headers["location"])
    same_origin = origin_of(target) == origin_of(leg.url)
    headers = tuple(line for line in leg.headers if same_origin or not line.credential)
    shown = request.redactor.text(target)
    return _Leg(
        "GET", target, shown, headers, None, shown != target or any(line.credential for line in headers)
    )


def _one_hop(client: httpx.Client, leg: _Leg, routes: Routes, watchdog: _Watchdog) -> Hop:
    sent_to = routes.sent_to(leg.url)
    if leg.secret:
        refuse_to_expose(leg.url, sent_to)
    client.cookies.clear()  # an answer's cookies are not sent along
    started = watchdog.left
    hop = Hop(leg.method, leg.shown, routes.sent_to(leg.shown), (), leg.body)
    try:
        request = client.build_request(
            leg.method,
            sent_to,
            headers=[(line.name.encode(), line.value.reveal().encode()) for line in leg.headers],
            content=None if leg.body is None else leg.body.encode(),
            timeout=max(watchdog.left, 0.001),
            extensions={"trace": watchdog.note},
        )
        hop = replace(hop, headers=tuple(_shown_headers(request, leg.headers)))
        hop = _answered(client, request, hop, watchdog)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        hop = replace(hop, **_outcome(error, watchdog))
    return replace(hop, total_ms=_milliseconds(started - watchdog.left))


def _answered(client: httpx.Client, request: httpx.Request, hop: Hop, watchdog: _Watchdog) -> Hop:
    """Send `request` and read the answer as far as time and :data:`MAX_BODY_BYTES` allow."""
    started = watchdog.left
    response = client.send(request, stream=True)
    try:
        first_byte_ms = _milliseconds(started - watchdog.left)
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if watchdog.left <= 0 or len(content) > MAX_BODY_BYTES:
                break
    finally:
        response.close()
    if watchdog.left <= 0:
        return replace(hop, failure="timedout", detail="the answer was not complete in time")
    return replace(
        hop,
        status=response.status_code,
        answer_headers=response.headers,
        content=bytes(content[:MAX_BODY_BYTES]),
        cut=len(content) > MAX_BODY_BYTES,
        first_byte_ms=first_byte_ms,
    )


def _outcome(error: httpx.RequestError | httpx.InvalidURL, watchdog: _Watchdog) -> dict[str, Any]:
    """Name a failure as the platform does.

    Only what the system says of a connection is quoted: other messages may quote the request.
    """
    if isinstance(error, httpx.TimeoutException) or watchdog.left <= 0:
        return {"failure": "timedout", "detail": "no answer in time"}
    detail = str(error) if isinstance(error, httpx.ConnectError) else ""
    return {"failure": "internalError", "detail": f"{type(error).__name__}: {detail}".rstrip(": ")}


def _shown_headers(request: httpx.Request, lines: Iterable[Line]) -> Iterable[tuple[str, str]]:
    shown = {line.name.lower(): line.shown for line in lines}
    for raw_name, raw_value in request.headers.raw:
        name = raw_name.decode("latin-1")
        yield name, shown.get(name.lower(), raw_value.decode("latin-1"))


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)

"""One attempt: a request goes out, redirects are followed, what came back is kept as far as it is bounded.

302 is followed (``help/using/action/about-custom-action-configuration.md``, *Endpoint configuration*); that
the next request is then a GET without a body is assumed, as most clients do it. Any other status is an
answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import httpcore

from toolkit.core.redact import Redactor
from toolkit.exercise.hop import Headers, Hop, last_header
from toolkit.exercise.routes import RedirectRefused, Routes, origin_of, refuse_to_expose
from toolkit.exercise.transport import RawHeaders, Transport, Undecodable, decoded, host_header
from toolkit.exercise.vault import OutgoingRequest, SentLine
from toolkit.exercise.wire import DestinationRefused, Stopwatch

MAX_BODY_BYTES = 1 << 20
"""Bytes of an answer's body that are read, after decompression."""

MAX_REDIRECTS = 5
"""Redirects followed; how many the platform follows is not documented."""

_CLIENT_HEADERS = {"User-Agent": "ajo-actions", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class _Leg:
    """What goes out next; `url` with its query, `shown` the same masked, `secret` if it has credentials."""

    method: str
    url: str = field(repr=False)
    shown: str
    headers: tuple[SentLine, ...]
    body: bytes | None = field(repr=False)
    shown_body: str | None = field(repr=False)
    secret: bool


def send(
    request: OutgoingRequest, *, routes: Routes, transport: Transport, watch: Stopwatch, redactor: Redactor
) -> tuple[Hop, ...]:
    """Send `request` and follow its redirects, all within what is left; the last hop is the outcome.

    Whatever the network does ends up in a hop. Proxies, certificates and .netrc of the environment are not
    looked at.

    Raises:
        AjoError: AJO302 when a route would carry credentials unencrypted over the network.
    """
    leg = _first_leg(request)
    hops: list[Hop] = []
    while True:
        hop = _one_hop(leg, routes, transport, watch)
        hops.append(hop)
        location = hop.header("location")
        if hop.failure or hop.status != 302 or not location:
            return tuple(hops)
        try:
            leg = _next_leg(leg, location, len(hops), routes, redactor)
        except RedirectRefused as refusal:
            refused = replace(hop, failure="internalError", detail=str(refusal), refused=True)
            return (*hops[:-1], refused)


def _first_leg(request: OutgoingRequest) -> _Leg:
    sent = [(line.name, quote(line.value.reveal(), safe="")) for line in request.query]
    shown = [(line.name, quote(line.shown, safe="*" if line.credential else "")) for line in request.query]
    return _Leg(
        method=request.method,
        url=_with_query(request.url, sent),
        shown=_with_query(request.url, shown),
        headers=request.headers,
        body=None if request.body is None else request.body.reveal().encode(),
        shown_body=request.shown_body,
        secret=request.has_credentials,
    )


def _with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    query = "&".join(f"{quote(name, safe='')}={value}" for name, value in pairs)
    return f"{url}?{query}" if query else url


def _next_leg(leg: _Leg, location: str, count: int, routes: Routes, redactor: Redactor) -> _Leg:
    """Return the request a redirect asks for: without credentials when it leads to another origin."""
    if count > MAX_REDIRECTS:
        raise RedirectRefused(f"more than {MAX_REDIRECTS} redirects")
    target = routes.follow(leg.url, location)
    same_origin = origin_of(target) == origin_of(leg.url)
    headers = tuple(line for line in leg.headers if same_origin or not line.credential)
    shown = redactor.text(target)
    secret = shown != target or any(line.credential for line in headers)
    return _Leg("GET", target, shown, headers, None, None, secret)


def _one_hop(leg: _Leg, routes: Routes, transport: Transport, watch: Stopwatch) -> Hop:
    sent_to = routes.sent_to(leg.url)
    if leg.secret:
        refuse_to_expose(leg.url, sent_to)
    shown_to = sent_to if leg.shown == leg.url else routes.sent_to(leg.shown)
    watch.begin_call()
    headers: Headers = ()
    try:
        raw, headers = _headers(leg, sent_to)
        outcome = _answered(transport, (leg.method, sent_to, raw, leg.body), watch)
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, ValueError) as error:
        outcome = _failed(error, watch)
    return Hop(leg.method, leg.shown, shown_to, headers, leg.shown_body, timings=watch.timings(), **outcome)


def _answered(
    transport: Transport, sent: tuple[str, str, RawHeaders, bytes | None], watch: Stopwatch
) -> dict[str, Any]:
    """Send and read the answer as far as time and :data:`MAX_BODY_BYTES` allow; returns fields of a hop."""
    with transport(*sent) as reply:
        watch.note_first_byte()
        headers = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers])
        content = bytearray()
        for piece in decoded(reply.pieces, last_header(headers, "content-encoding"), MAX_BODY_BYTES):
            content += piece
            if watch.left <= 0 or len(content) > MAX_BODY_BYTES:
                break
    if watch.left <= 0:
        return {"failure": "timedout", "detail": "the answer was not complete in time"}
    return {
        "status": reply.status,
        "answer_headers": headers,
        "content": bytes(content[:MAX_BODY_BYTES]),
        "cut": len(content) > MAX_BODY_BYTES,
    }


def _failed(error: Exception, watch: Stopwatch) -> dict[str, Any]:
    """Name a failure as the platform does.

    Only what this room itself or the system says of a connection is quoted: other messages may quote the
    request.
    """
    if isinstance(error, httpcore.TimeoutException) or watch.left <= 0:
        return {"failure": "timedout", "detail": "no answer in time"}
    if isinstance(error, Undecodable):
        return {"failure": "internalError", "detail": "the answer is not in the coding that it names"}
    detail = str(error) if isinstance(error, httpcore.ConnectError) else ""
    text = f"{type(error).__name__}: {detail}".rstrip(": ")
    return {
        "failure": "internalError",
        "detail": text,
        "refused": isinstance(error, (DestinationRefused, ValueError)),
    }


def _headers(leg: _Leg, sent_to: str) -> tuple[RawHeaders, Headers]:
    """Return every header as it is sent, and as it is shown."""
    own = {line.name.lower() for line in leg.headers}
    ours = {"Host": host_header(sent_to), **_CLIENT_HEADERS}
    if leg.body is not None:
        ours["Content-Length"] = str(len(leg.body))
    first = [(name, value) for name, value in ours.items() if name.lower() not in own]
    raw = [(name.encode(), value.encode()) for name, value in first]
    raw += [(line.name.encode(), line.value.reveal().encode()) for line in leg.headers]
    return raw, (*first, *[(line.name, line.shown) for line in leg.headers])

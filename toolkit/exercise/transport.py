"""The one place that sends: a request goes out over a connection, an answer comes back piece by piece."""

from __future__ import annotations

import logging
import ssl
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import httpcore

from toolkit.exercise.destinations import Destinations
from toolkit.exercise.lookup import Lookup, system_lookup
from toolkit.exercise.wire import Backend, Stopwatch

RawHeaders = Sequence[tuple[bytes, bytes]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
_IDLE_S = 5.0


class Undecodable(ValueError):
    """A body is not in the coding that its header names."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The beginning of an answer; `pieces` are its body as it comes, still coded."""

    status: int
    headers: RawHeaders
    pieces: Iterator[bytes]


class Transport(Protocol):
    """Sends a request and gives the reply for as long as a block runs; raises what ``httpcore`` raises."""

    def __call__(
        self, method: str, url: str, headers: RawHeaders, body: bytes | None
    ) -> AbstractContextManager[Reply]:
        """Send a request whose body and headers are complete."""


class Wire:
    """HTTP/1.1 over connections that stay open, for one thread."""

    def __init__(
        self,
        watch: Stopwatch,
        destinations: Destinations,
        context: Callable[[], ssl.SSLContext],
        lookup: Lookup = system_lookup,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            # Never used: the stream takes its own context, made only where there is TLS.
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            max_connections=4,
            max_keepalive_connections=4,
            keepalive_expiry=_IDLE_S,
            network_backend=Backend(watch, destinations, context, lookup),
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def __call__(self, method: str, url: str, headers: RawHeaders, body: bytes | None) -> Iterator[Reply]:
        """Send one request."""
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        address = httpcore.URL(
            scheme=parts.scheme.encode(),
            host=_ascii(parts.hostname or "").encode(),
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            target=target.encode(),
        )
        request = httpcore.Request(method, address, headers=[*headers], content=body)
        with _discreetly():
            response = self._pool.handle_request(request)
            try:
                yield Reply(response.status, response.headers, response.iter_stream())
            finally:
                response.close()


class _Discreet(logging.Filter):
    """Lets nothing pass that a library would log of an exercise."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        """Tell whether a record is about something else."""
        return not _EXERCISING.get()


_EXERCISING: ContextVar[bool] = ContextVar("exercising", default=False)

for _name in ("connection", "http11"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_Discreet())


@contextmanager
def _discreetly() -> Iterator[None]:
    """Keep answers out of the log of the library: they may echo every secret that they were sent."""
    token = _EXERCISING.set(True)
    try:
        yield
    finally:
        _EXERCISING.reset(token)


def host_header(url: str) -> str:
    """Return what ``Host`` says for `url`: the port only where it is not the scheme's own."""
    parts = urlsplit(url)
    host = _ascii(parts.hostname or "")
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{shown}:{parts.port}"


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def decoded(pieces: Iterator[bytes], coding: str, most: int) -> Iterator[bytes]:
    """Yield a body without its coding, in pieces of at most `most` bytes however small the coded ones are.

    A coding that we don't know stays. Raises :class:`Undecodable`.
    """
    bits = _CODINGS.get(coding.strip().lower())
    if bits is None:
        yield from pieces
        return
    unpack, is_empty = zlib.decompressobj(bits), True
    try:
        for piece in pieces:
            rest, is_empty = piece, is_empty and not piece
            while rest:
                yield unpack.decompress(rest, most)
                rest = unpack.unconsumed_tail
    except zlib.error:
        raise Undecodable(coding) from None
    if not unpack.eof and not is_empty:
        raise Undecodable(coding)

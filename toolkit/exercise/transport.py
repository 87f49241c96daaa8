"""The one place that sends: a request goes out over a connection, an answer comes back piece by piece."""

from __future__ import annotations

import logging
import ssl
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
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
_MOST_OPEN = 4
_MOST_KEPT = 1024
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Origin = tuple[bytes, bytes, int]
"""Scheme, host and port of a connection."""


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
        self._backend = Backend(watch, destinations, context, lookup)
        self._open: dict[Origin, httpcore.HTTPConnection] = {}

    def close(self) -> None:
        """Close the connections."""
        while self._open:
            self._open.popitem()[1].close()

    @contextmanager
    def __call__(self, method: str, url: str, headers: RawHeaders, body: bytes | None) -> Iterator[Reply]:
        """Send one request."""
        plain, _, query = url.partition("#")[0].partition("?")
        origin, path = _parts(plain)
        target = f"{path}?{query}".encode() if query else path.encode()
        address = httpcore.URL(scheme=origin[0], host=origin[1], port=origin[2], target=target)
        request = httpcore.Request(method, address, headers=headers, content=body)
        # Answers may echo every secret that they were sent: they are kept out of the log of the library.
        token = _EXERCISING.set(True)
        try:
            response = self._connection(origin, address).handle_request(request)
            try:
                yield Reply(response.status, response.headers, response.iter_stream())
            finally:
                response.close()
        finally:
            _EXERCISING.reset(token)

    def _connection(self, origin: Origin, address: httpcore.URL) -> httpcore.HTTPConnection:
        """Return the connection to an origin: the one that is open, unless the other side has closed it."""
        connection = self._open.get(origin)
        if connection is not None:
            if connection.is_available() and not connection.has_expired():
                return connection
            del self._open[origin]
            connection.close()
        if len(self._open) >= _MOST_OPEN:
            self._open.pop(next(iter(self._open))).close()
        self._open[origin] = httpcore.HTTPConnection(
            address.origin,
            # Never used: the stream takes its own context, made only where there is TLS.
            ssl_context=_NO_TLS,
            keepalive_expiry=_IDLE_S,
            network_backend=self._backend,
        )
        return self._open[origin]


@lru_cache(_MOST_KEPT)
def _parts(plain: str) -> tuple[Origin, str]:
    """Return scheme, host and port of an address, and its path."""
    parts = urlsplit(plain)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return (parts.scheme.encode(), _ascii(parts.hostname or "").encode(), port), parts.path or "/"


class _Discreet(logging.Filter):
    """Lets nothing pass that a library would log of an exercise."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002
        """Tell whether a record is about something else."""
        return not _EXERCISING.get()


_EXERCISING: ContextVar[bool] = ContextVar("exercising", default=False)

for _name in ("connection", "http11"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_Discreet())


def host_header(url: str) -> str:
    """Return what ``Host`` says for `url`: the port only where it is not the scheme's own."""
    return _host_header(url.partition("?")[0])


@lru_cache(_MOST_KEPT)
def _host_header(plain: str) -> str:
    parts = urlsplit(plain)
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

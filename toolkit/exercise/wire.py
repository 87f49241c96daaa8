"""Connections whose time is measured and bounded as a whole, and whose addresses are judged before use.

A client's timeouts begin anew with every byte; here each operation gets what is left of the call's time, so
that a slow drip ends when the call does.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore

from toolkit.exercise.destinations import Destinations
from toolkit.exercise.hop import Timings
from toolkit.exercise.lookup import Lookup, system_lookup

_LONGEST_CHUNK = 65_536


class DestinationRefused(httpcore.ConnectError):
    """A name leads to an address that is not allowed; the message says which kind, never the address."""


@dataclass(slots=True)
class Stopwatch:
    """The time of one call: what is left of it, and what its phases took. `clock` gives seconds."""

    clock: Callable[[], float]
    _end: float = float("inf")
    _began: float = 0.0
    _phases: dict[str, float] = field(default_factory=dict)

    def start(self, seconds: float) -> None:
        """Begin an exercise that may take `seconds` in all."""
        self._end = self.clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never less than none."""
        return max(0.0, self._end - self.clock())

    def begin_call(self) -> None:
        """Measure another call."""
        self._began, self._phases = self.clock(), {}

    @contextmanager
    def phase(self, name: str) -> Iterator[float]:
        """Measure a phase and give the seconds that it may take; raises ``httpcore.TimeoutException``."""
        began = self.clock()
        left = self._end - began
        if left <= 0:
            raise httpcore.ConnectTimeout("no time is left")
        try:
            yield left
        finally:
            self._phases[name] = self.clock() - began

    def note_first_byte(self) -> None:
        """The answer begins."""
        self._phases["first_byte"] = self.clock() - self._began

    def timings(self) -> Timings:
        """Return what was measured since the call began."""
        taken = {f"{name}_ms": round(seconds * 1000, 3) for name, seconds in self._phases.items()}
        return Timings(**taken, total_ms=round((self.clock() - self._began) * 1000, 3))


class _Stream(httpcore.NetworkStream):
    def __init__(
        self, connection: socket.socket, watch: Stopwatch, context: Callable[[], ssl.SSLContext]
    ) -> None:
        self._socket, self._watch, self._context = connection, watch, context
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the call's time counts
        self._limit(httpcore.ReadTimeout)
        try:
            self._flush()
            return self._socket.recv(min(max_bytes, _LONGEST_CHUNK))
        except TimeoutError:
            raise httpcore.ReadTimeout from None
        except OSError:
            raise httpcore.ReadError from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Keep what is written until somebody reads: head and body of a request go out together."""
        self._unsent += buffer

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, b""
        if not unsent:
            return
        try:
            self._socket.sendall(unsent)
        except TimeoutError:
            raise
        except OSError:
            return  # whoever closed the connection may have answered before: reading tells

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Shake hands with our own context, made when it is first needed; `ssl_context` is not looked at."""
        context = self._context()
        try:
            with self._watch.phase("tls") as left:
                self._socket.settimeout(left)
                self._socket = context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise httpcore.ConnectTimeout from None
        except ssl.SSLError as error:
            self.close()
            raise httpcore.ConnectError(f"TLS: {error.reason or 'failed'}") from None
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(f"TLS: {error.strerror or 'failed'}") from None
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return _is_readable(self._socket)
        return self._socket if info == "socket" else None

    def _limit(self, timeout: type[httpcore.TimeoutException]) -> None:
        left = self._watch.left
        if left <= 0:
            raise timeout
        self._socket.settimeout(left)


def _is_readable(connection: socket.socket) -> bool:
    """Tell whether an idle connection has something to read: then the other side has closed it."""
    if connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class Backend(httpcore.NetworkBackend):
    """Connects within what is left of the call's time, to allowed addresses alone."""

    def __init__(
        self,
        watch: Stopwatch,
        destinations: Destinations,
        context: Callable[[], ssl.SSLContext],
        lookup: Lookup = system_lookup,
    ) -> None:
        self._watch, self._destinations, self._context = watch, destinations, context
        self._lookup = lookup

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Resolve, judge, connect: to the very address that was judged."""
        with self._watch.phase("lookup") as left:
            addresses = self._lookup(host, port, left)
        if not all(self._destinations.allow(host, port, address) for address in addresses):
            raise DestinationRefused("the host's name leads to a private, local or reserved address")
        with self._watch.phase("connect"):
            return _Stream(self._connected(addresses, port), self._watch, self._context)

    def _connected(self, addresses: list[str], port: int) -> socket.socket:
        problem: OSError = OSError("no address")
        for address in addresses:
            left = self._watch.left
            if left <= 0:
                raise httpcore.ConnectTimeout
            try:
                connection = socket.create_connection((address, port), left)
            except TimeoutError:
                raise httpcore.ConnectTimeout from None
            except OSError as error:
                problem = error
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        raise httpcore.ConnectError(problem.strerror or "no connection")

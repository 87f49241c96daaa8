"""Hosts that are one's own: every request of a load is looked at before a connection is used for it.

What counts is where a request really goes, host and port, after the routes of the target: redirects, tokens
and connections that are still open included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from toolkit.core.errors import AjoError
from toolkit.exercise.routes import origin_of
from toolkit.exercise.transport import RawHeaders, Reply, Transport
from toolkit.exercise.wire import DestinationRefused

Door = tuple[str, int]
"""Host and port."""

_ASKING: ContextVar[bool] = ContextVar("asking", default=False)


@contextmanager
def asking_for_a_token() -> Iterator[None]:
    """Mark the requests of a block as those for a token."""
    mark = _ASKING.set(True)
    try:
        yield
    finally:
        _ASKING.reset(mark)


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """Doors that load may be put on, and those that may be asked for tokens beside."""

    doors: frozenset[Door]
    token_doors: frozenset[Door] = frozenset()

    def check(self, url: str, *, for_token: bool = False) -> None:
        """Raise ``AjoError`` AJO750 unless a request to `url` goes to a door that is listed."""
        door = door_of(url)
        if self.has(door, for_token=for_token):
            return
        what, name, when = "load would go to", "hosts", "if it is yours; put load on no other"
        if for_token:
            what, name, when = "token would come from", "token-hosts", "if you may ask there for tokens"
        fix = f'Add "{shown(door)}" to {name} in [tool.ajo.load] {when}.'
        raise AjoError("AJO750", f"the {what} {shown(door)}, which the settings don't list", fix=fix)

    def has(self, door: Door, *, for_token: bool) -> bool:
        """Tell whether a request may go there."""
        return door in self.doors or (for_token and door in self.token_doors)


class OwnTransport:
    """Sends what goes to one's own hosts and refuses the rest; `refused` is the number of refusals."""

    def __init__(self, inner: Transport, own: OwnHosts) -> None:
        self._inner, self._own = inner, own
        self.refused = 0

    def __call__(
        self, method: str, url: str, headers: RawHeaders, body: bytes | None
    ) -> AbstractContextManager[Reply]:
        """Send one request; raises what the inner transport raises, and :class:`DestinationRefused`."""
        door = door_of(url)
        if not self._own.has(door, for_token=_ASKING.get()):
            self.refused += 1
            raise DestinationRefused(f"{shown(door)} is not among the hosts that [tool.ajo.load] lists")
        return self._inner(method, url, headers, body)


def door_of(url: str) -> Door:
    """Return host and port that a request to `url` goes to, the host as it is asked for."""
    _, host, port = origin_of(url)
    return (host if host.isascii() else host.encode("idna").decode()), port


def shown(door: Door) -> str:
    """Return a door as settings spell it, without a port where that is one of the two usual ones."""
    host, port = door
    name = f"[{host}]" if ":" in host else host
    return name if port in (80, 443) else f"{name}:{port}"

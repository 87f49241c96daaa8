"""One request that went out and what came of it: what the network hands to the pure part of the room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.exercise.journey import Failure

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of a call by phase; None for a phase that there was not, as with a connection kept open.

    `first_byte_ms` and `total_ms` count from the beginning of the call.
    """

    lookup_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0

    def named(self) -> Iterator[tuple[str, float | None]]:
        """Yield each phase by its name in JSON."""
        yield "lookupMs", self.lookup_ms
        yield "connectMs", self.connect_ms
        yield "tlsMs", self.tls_ms
        yield "firstByteMs", self.first_byte_ms
        yield "totalMs", self.total_ms


@dataclass(frozen=True, slots=True)
class Hop:
    """A request and its answer; secrets masked in the request, not in the answer.

    `url` is the address the action means, `sent_to` where the request went. `status` is None and `content`
    empty when no complete answer came: `failure` then says what the platform calls it, `detail` why.
    `refused` when this tool did not send or follow, so that trying again is of no use.
    """

    method: str
    url: str = field(repr=False)
    sent_to: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: str | None = field(default=None, repr=False)
    status: int | None = None
    answer_headers: Headers = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)
    cut: bool = False
    timings: Timings = Timings()
    failure: Failure = ""
    detail: str = ""
    refused: bool = False

    def header(self, name: str) -> str:
        """Return a header of the answer, empty when there is none; the last one counts."""
        return last_header(self.answer_headers, name)


def last_header(headers: Headers, name: str) -> str:
    """Return the last value of a header, whose `name` is in lower case; empty when there is none."""
    return next((value for key, value in reversed(headers) if key.lower() == name), "")

"""What a rehearsal says: what became of the calls of each action, over time, and how long they took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.exercise.rehearsal.lane import Limit

WORDS = (
    "succeeded",
    "succeeded after a retry",
    "capped",
    "timed out",
    "refused",
    "failed",
    "expired in the queue",
)
"""What becomes of a call, in the order of the kernel's outcomes."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls by what became of them."""

    succeeded: int = 0
    retried: int = 0
    capped: int = 0
    timed_out: int = 0
    refused: int = 0
    failed: int = 0
    expired: int = 0

    @property
    def arrived(self) -> int:
        """All calls."""
        return self.lost + self.succeeded + self.retried

    @property
    def lost(self) -> int:
        """Calls that did not succeed."""
        return self.capped + self.timed_out + self.refused + self.failed + self.expired

    @property
    def good(self) -> float:
        """The share that succeeded, of 1; 1 where there was none."""
        return 1.0 if not self.arrived else (self.succeeded + self.retried) / self.arrived


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the time: its begin, what became of the calls that came in it, calls sent, longest queue."""

    begin_s: float
    counts: Counts
    sent: int
    queue: int


@dataclass(frozen=True, slots=True)
class Times:
    """Percentiles in seconds, and how many calls they are of; None where there is none."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class LaneOutcome:
    """What became of one lane.

    `sent` are calls to the endpoint with retries; `waited_s` the mean time a call waited for a connection or
    a worker of the endpoint; `slow_s` how long the slow lane was on; `done_s` when the last call ended.
    """

    limit: Limit
    flows: Mapping[str, Counts]
    spans: tuple[Span, ...] = field(repr=False)
    response: Times
    in_queue: Times
    sent: int
    waited_s: float
    slow_s: float
    done_s: float

    @property
    def total(self) -> Counts:
        """All flows together."""
        sums = [sum(column) for column in zip(*map(row_of, self.flows.values()), strict=True)]
        return Counts(*sums)

    @property
    def longest_queue(self) -> int:
        """The most calls that waited at once."""
        return max((span.queue for span in self.spans), default=0)


def row_of(counts: Counts) -> tuple[int, ...]:
    """Return the counts in the order of :data:`WORDS`."""
    return (
        counts.succeeded,
        counts.retried,
        counts.capped,
        counts.timed_out,
        counts.refused,
        counts.failed,
        counts.expired,
    )


def in_percent(of_one: float) -> str:
    """Return a share in percent; what is not all is never shown as all, nor what is something as nothing."""
    text = f"{of_one:.1%}"
    if text == "100.0%" and of_one < 1:
        return "99.9%"
    return "0.1%" if text == "0.0%" and of_one > 0 else text

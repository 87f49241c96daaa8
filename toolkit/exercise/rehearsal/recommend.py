"""Which limit a lane should have: candidates are rehearsed as well, so that advice is shown, not claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, sqrt

from toolkit.exercise.rehearsal.endpoint import Endpoint
from toolkit.exercise.rehearsal.kernel import RETRIES
from toolkit.exercise.rehearsal.lane import Lane, Limit, throttling
from toolkit.exercise.rehearsal.outcome import LaneOutcome, in_percent
from toolkit.model.guardrails import (
    EVENTS,
    MILLISECONDS_A_SECOND,
    THROUGHPUT_LEAST,
    THROUGHPUT_MOST,
    Rate,
)

HEADROOM = 0.95
"""The share of an endpoint's capacity that a limit may use: at all of it queues grow without bound."""

WORTH = 0.001
"""A better share of successes from which on another limit is recommended."""


TOLERATED = 0.1
"""The part of the successes that may be lost where an overloaded endpoint is spared."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A limit and what the same calls would meet with it."""

    limit: Limit
    outcome: LaneOutcome


@dataclass(frozen=True, slots=True)
class Advice:
    """What was considered, the best one (None: as it is), and why."""

    considered: tuple[Considered, ...]
    best: Considered | None
    reason: str


Rehearse = Callable[[Limit], LaneOutcome]


def advise(lane: Lane, endpoint: Endpoint, outcome: LaneOutcome, rehearse: Rehearse) -> Advice:
    """Recommend a limit by rehearsing what could be one instead; `outcome` is that of the lane as it is."""
    if lane.limit.kind == "campaign":
        return Advice((), None, "Campaign's cap is the platform's and can't be changed: spread the messages.")
    total = outcome.total
    avoidable = total.capped + total.timed_out + total.expired
    silent = endpoint.silent * total.arrived
    if avoidable <= silent + WORTH * total.arrived:
        return Advice((), None, "Nothing is lost that a limit could save.")
    considered = tuple(Considered(limit, rehearse(limit)) for limit in candidates(lane, endpoint))
    best = max(considered, key=_merit, default=None)
    if best is None or not _is_better(best.outcome, outcome):
        return Advice(considered, None, "No limit lets more calls succeed: the endpoint itself bounds it.")
    return Advice(considered, best, _reason(best, outcome))


def candidates(lane: Lane, endpoint: Endpoint) -> Iterator[Limit]:
    """Yield limits that could serve: what the endpoint bears as a cap and as a throttling, and the peak."""
    name, pattern = lane.limit.name, lane.limit.pattern
    bearable = endpoint.capacity * HEADROOM if endpoint.capacity else float(EVENTS.value)
    wanted = lane.peak * (1 + RETRIES * min(1.0, endpoint.failing))
    # In a second of chance arrivals five deviations more than the mean come hardly ever.
    calls = max(1, floor(min(bearable, wanted + 5 * sqrt(wanted))))
    if calls != lane.limit.per_second:
        yield Limit("capping", Rate(calls, MILLISECONDS_A_SECOND), name, pattern)
    if bearable >= THROUGHPUT_LEAST.value:
        rate = min(ceil(wanted * 1.05), floor(bearable), THROUGHPUT_MOST.value)
        yield throttling(max(rate, THROUGHPUT_LEAST.value), name, pattern)


def _merit(each: Considered) -> tuple[float, bool]:
    # Among equals a capping: a throttling is for production alone, and there is one of it.
    return round(each.outcome.total.good, 3), each.limit.kind == "capping"


def _is_better(best: LaneOutcome, now: LaneOutcome) -> bool:
    saved = best.total.good - now.total.good
    spared = now.total.timed_out - best.total.timed_out
    bearable = now.total.good * TOLERATED + WORTH
    return saved > WORTH or (saved > -bearable and spared > WORTH * now.total.arrived)


def _reason(best: Considered, now: LaneOutcome) -> str:
    before, after = now.total, best.outcome.total
    if after.good - before.good > WORTH:
        return f"{in_percent(after.good)} of the calls succeed instead of {in_percent(before.good)}."
    spared = before.timed_out - after.timed_out
    return f"{spared:,} fewer calls wait for an answer in vain, and the endpoint is spared."

"""A lane: the calls that share one limit of the platform, and the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.exercise.rehearsal.arrivals import Arrivals
from toolkit.model.guardrails import (
    CAMPAIGN_CAP,
    DEFAULT_CAP,
    QUEUED_FOR,
    SLOW_FROM_MS,
    SLOW_LANE,
    THROTTLED_CONNECTIONS,
    TIMEOUT_MOST,
    Rate,
)

LimitKind = Literal["default", "capping", "throttling", "campaign"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a lane shares: a cap (a sliding window, above it calls are dropped) or a throttling (they queue).

    `rate` is in calls a period, `connections` how many may be open at once. `name` and `pattern` are the
    definition's, `pattern` the host where there is none.
    """

    kind: LimitKind
    rate: Rate
    name: str = ""
    pattern: str = ""
    connections: int | None = None

    @property
    def per_second(self) -> float:
        """Calls a second over a long time."""
        return self.rate.calls * 1000 / self.rate.period_ms

    def __str__(self) -> str:
        match self.kind:
            case "throttling":
                return f"throttling at {self.rate.calls:,}/s"
            case "capping":
                return f"capping of {self.rate}"
            case "campaign":
                return f"Campaign's cap of {self.rate}"
            case _:
                return f"the default cap of {self.rate}"


@dataclass(frozen=True, slots=True)
class Flow:
    """The calls of one action."""

    action: str
    arrivals: Arrivals


@dataclass(frozen=True, slots=True)
class Lane:
    """Flows under one limit. `timeout_s` spans a call and its retries, `retry_wait_s` lies between them.

    How long the platform waits between retries is not documented (``configuration/external-systems.md``).
    """

    limit: Limit
    flows: tuple[Flow, ...]
    timeout_s: float = float(TIMEOUT_MOST.value)
    retry_wait_s: float = 0.0

    @property
    def peak(self) -> float:
        """The highest rate of arrivals, if all flows have theirs at once; calls a second."""
        return sum(flow.arrivals.peak for flow in self.flows)


def default_limit(host: str) -> Limit:
    """Return the cap of a host that no capping names."""
    return Limit("default", DEFAULT_CAP, pattern=host)


def campaign_limit() -> Limit:
    """Return the cap that all Campaign actions share."""
    return Limit("campaign", CAMPAIGN_CAP, pattern="Campaign v7/v8")


def throttling(throughput: int, name: str = "", pattern: str = "") -> Limit:
    """Return a throttling in calls a second, with the connections that its rate allows (PF-RUN)."""
    connections = next((most for rate, most in THROTTLED_CONNECTIONS if throughput <= rate), None)
    return Limit("throttling", Rate(throughput, 1000), name, pattern, connections)


SLOW_FROM_S = SLOW_FROM_MS.value / 1000
SLOW_CALLS, SLOW_PERIOD_S = SLOW_LANE.calls, SLOW_LANE.period_ms / 1000
QUEUED_FOR_S = QUEUED_FOR.value * 3600.0

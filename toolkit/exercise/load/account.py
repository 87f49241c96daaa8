"""The account of a load: what journeys would have seen, beside the platform's limits and stated bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import DecimalLiteral
from toolkit.exercise.load.tally import Tally
from toolkit.exercise.load.terms import Terms
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, SLOW_FROM_MS, Rate

PERCENTILES = (50, 95, 99, 100)

_TELLING_S = 5.0
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Bound:
    """What must not be exceeded: `name` is the option, `reached` None where nothing was measured."""

    name: str
    most: float
    reached: float | None

    @property
    def kept(self) -> bool:
        """Whether it held; what could not be measured did not."""
        return self.reached is not None and self.reached <= self.most


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bounds that were stated: the share that may fail, milliseconds by percentile."""

    fail_ratio: float = 0.0
    percentiles_ms: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class EngineCount:
    """What the engine itself counted, rounded as it does: requests, failures, a second, percentiles in ms."""

    requests: int
    failures: int
    per_second: float
    percentiles_ms: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class LoadAccount:
    """What came of a load in `elapsed_s`, from the first call to the last answer.

    `processes` sent, `lost` of them ended before they were asked to, and their last seconds are not counted;
    one that is `busy` had no processor time left, so that answers waited for it.
    """

    action: str
    terms: Terms
    tally: Tally
    elapsed_s: float
    cap: Rate
    engine: EngineCount
    wanted: Wanted = Wanted()
    processes: int = 1
    lost: int = 0
    interrupted: bool = False
    busy: bool = False

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Every bound with what was reached."""
        count = self.tally.exercises
        failed = self.tally.failed / count if count else None
        times = [
            Bound(f"--p{rank}", most, self.tally.percentile_ms(rank))
            for rank, most in self.wanted.percentiles_ms
        ]
        return (Bound("--fail-ratio", self.wanted.fail_ratio, failed), *times)

    @property
    def kept(self) -> bool:
        """Whether every bound held."""
        return all(bound.kept for bound in self.bounds)

    @property
    def is_slow(self) -> bool:
        """Whether the platform would lead these calls through the slow lane."""
        return (self.tally.average_ms or 0.0) > SLOW_FROM_MS.value

    @property
    def exercises_a_second(self) -> float:
        """The rate that was reached."""
        return self.tally.exercises / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def falls_short(self) -> bool:
        """Whether the rate was clearly missed in a load that took long enough to tell."""
        return self.elapsed_s >= _TELLING_S and self.exercises_a_second < _NEARLY * self.terms.rate

    @property
    def calls_a_second(self) -> float:
        """Slots of the cap taken a second, retries included."""
        return self.tally.calls / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def share_of_cap(self) -> float:
        """The share of the cap that was used, in a window of its period on average; 1 is all of it."""
        windows = max(1.0, self.elapsed_s * MILLISECONDS_A_SECOND / self.cap.period_ms)
        return self.tally.calls / windows / self.cap.calls

    def to_json(self) -> dict[str, Any]:
        """Return the account as JSON, keys in camelCase."""
        tally = self.tally
        return {
            "action": self.action,
            "terms": {
                name: _decimal(value) if isinstance(value, float) else value
                for name, value in self.terms.to_json().items()
            },
            "exercises": tally.exercises,
            "failed": tally.failed,
            "calls": tally.calls,
            "tokenRequests": tally.tokens,
            "elapsedSeconds": _decimal(self.elapsed_s),
            "processes": self.processes,
            "lost": self.lost,
            "interrupted": self.interrupted,
            "busy": self.busy,
            "outcomes": [
                {
                    "joStatusCode": group.jo_status_code,
                    "count": group.count,
                    "retries": group.retries,
                    "withDeviations": group.deviating,
                }
                for group in tally.groups
            ],
            "answerMs": {f"p{rank}": _maybe(tally.percentile_ms(rank)) for rank in PERCENTILES},
            "averageMs": _maybe(tally.average_ms),
            "slowLane": self.is_slow,
            "longestMs": _decimal(tally.longest_ms),
            "callsPerSecond": _decimal(self.calls_a_second),
            "cap": {"calls": self.cap.calls, "periodInMs": self.cap.period_ms},
            "shareOfCap": _decimal(self.share_of_cap),
            "locust": {
                "requests": self.engine.requests,
                "failures": self.engine.failures,
                "requestsPerSecond": _decimal(self.engine.per_second),
                "responseMs": {f"p{rank}": _decimal(time) for rank, time in self.engine.percentiles_ms},
            },
            "bounds": [
                {
                    "option": bound.name,
                    "most": _decimal(bound.most),
                    "reached": _maybe(bound.reached),
                    "kept": bound.kept,
                }
                for bound in self.bounds
            ],
        }


def _maybe(number: float | None) -> DecimalLiteral | None:
    return None if number is None else _decimal(number)


def _decimal(number: float) -> DecimalLiteral:
    return DecimalLiteral(f"{number:.3f}")

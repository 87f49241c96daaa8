"""Many exercises in one account: outcomes, latency by percentile, and the platform's limits beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from toolkit.core.canonical import DecimalLiteral
from toolkit.exercise.exchange import Exchange
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, SLOW_FROM_MS, Rate

PERCENTILES = (50, 90, 95, 99, 100)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One exercise in short: `answers_ms` are the times of its answered calls, `slots` all calls it made."""

    row: int
    jo_status_code: str
    succeeded: bool
    total_ms: float
    answers_ms: tuple[float, ...]
    slots: int
    deviations: int

    @classmethod
    def of(cls, row: int, exchange: Exchange) -> Outcome:
        """Return the outcome of row number `row`, counted from 1."""
        calls = exchange.action_calls
        return cls(
            row,
            exchange.jo_status_code,
            exchange.succeeded,
            exchange.total_ms,
            tuple(call.total_ms for call in calls if call.answer is not None),
            exchange.retries + 1 if calls else 0,
            len(exchange.deviations),
        )

    @property
    def retries(self) -> int:
        """How often the action was called again."""
        return max(0, self.slots - 1)


@dataclass(frozen=True, slots=True)
class Tally:
    """All exercises with one status code."""

    jo_status_code: str
    count: int
    first_row: int
    retries: int
    deviations: int


@dataclass(frozen=True, slots=True)
class Account:
    """What came of many exercises in `elapsed_s` seconds, against the platform's limits."""

    action: str
    outcomes: tuple[Outcome, ...]
    elapsed_s: float
    timeout_s: float
    cap: Rate

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """A row for each status code, the most frequent first."""
        codes = dict.fromkeys(outcome.jo_status_code for outcome in self.outcomes)
        groups = {code: [each for each in self.outcomes if each.jo_status_code == code] for code in codes}
        tallies = [
            Tally(
                code,
                len(group),
                min(each.row for each in group),
                sum(each.retries for each in group),
                sum(each.deviations > 0 for each in group),
            )
            for code, group in groups.items()
        ]
        return tuple(sorted(tallies, key=lambda tally: (-tally.count, tally.jo_status_code)))

    @property
    def succeeded(self) -> bool:
        """Whether every exercise did."""
        return all(outcome.succeeded for outcome in self.outcomes)

    @property
    def answers_ms(self) -> tuple[float, ...]:
        """The times of all answers, retries included, shortest first."""
        return tuple(sorted(time for outcome in self.outcomes for time in outcome.answers_ms))

    @property
    def average_ms(self) -> float | None:
        """The average time of an answer: above 0.75 s the endpoint is slow."""
        times = self.answers_ms
        return sum(times) / len(times) if times else None

    @property
    def is_slow(self) -> bool:
        """Whether the platform would lead these calls through the slow lane."""
        return (self.average_ms or 0.0) > SLOW_FROM_MS.value

    @property
    def longest_ms(self) -> float:
        """The longest exercise, to compare with the timeout."""
        return max((outcome.total_ms for outcome in self.outcomes), default=0.0)

    @property
    def calls_a_second(self) -> float:
        """Slots of the cap taken a second, retries included."""
        slots = sum(outcome.slots for outcome in self.outcomes)
        return slots / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def share_of_cap(self) -> float:
        """The share of the cap that was used, in a window of its period on average; 1 is all of it."""
        windows = max(1.0, self.elapsed_s * MILLISECONDS_A_SECOND / self.cap.period_ms)
        return sum(outcome.slots for outcome in self.outcomes) / windows / self.cap.calls

    def to_json(self) -> dict[str, Any]:
        """Return the account as JSON, keys in camelCase."""
        return {
            "action": self.action,
            "succeeded": self.succeeded,
            "exercises": len(self.outcomes),
            "elapsedSeconds": _decimal(self.elapsed_s),
            "outcomes": [
                {
                    "joStatusCode": tally.jo_status_code,
                    "count": tally.count,
                    "firstRow": tally.first_row,
                    "retries": tally.retries,
                    "withDeviations": tally.deviations,
                }
                for tally in self.tallies
            ],
            "calls": [
                {
                    "joStatusCode": outcome.jo_status_code,
                    "answersMs": [_decimal(time) for time in outcome.answers_ms],
                }
                for outcome in self.outcomes
            ],
            "answerMs": {f"p{rank}": _decimal(percentile(self.answers_ms, rank)) for rank in PERCENTILES}
            if self.answers_ms
            else None,
            "averageMs": None if self.average_ms is None else _decimal(self.average_ms),
            "slowLane": self.is_slow,
            "longestMs": _decimal(self.longest_ms),
            "timeoutMs": int(self.timeout_s * MILLISECONDS_A_SECOND),
            "callsPerSecond": _decimal(self.calls_a_second),
            "cap": {"calls": self.cap.calls, "periodInMs": self.cap.period_ms},
            "shareOfCap": _decimal(self.share_of_cap),
        }


def percentile(in_order: Sequence[float], rank: int) -> float:
    """Return the smallest value that `rank` per cent of the values do not exceed (nearest rank)."""
    return in_order[max(0, ceil(len(in_order) * rank / 100) - 1)]


def _decimal(number: float) -> DecimalLiteral:
    return DecimalLiteral(f"{number:.3f}")

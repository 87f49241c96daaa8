"""What came of many exercises, in numbers that stay few however many there are, and can be summed up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

from toolkit.exercise.outcomes import Outcome

_DIGITS = 3
_MICROSECONDS_A_MS = 1000


@dataclass(frozen=True, slots=True)
class Group:
    """The exercises with one status code."""

    jo_status_code: str
    count: int
    retries: int
    deviating: int

    @property
    def succeeded(self) -> bool:
        """Whether a journey goes on without its error branch."""
        return self.jo_status_code.startswith(("http_1", "http_2"))


@dataclass(slots=True)
class Tally:
    """Exercises by status code, and times of answers to three digits: half of a per cent is exact enough."""

    counts: Counter[str] = field(default_factory=Counter)
    retries: Counter[str] = field(default_factory=Counter)
    deviating: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    calls: int = 0
    tokens: int = 0
    sum_ms: float = 0.0
    longest_answer_ms: float = 0.0
    longest_ms: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count one exercise."""
        code = outcome.jo_status_code
        self.counts[code] += 1
        self.retries[code] += outcome.retries
        self.deviating[code] += outcome.deviations > 0
        self.calls += outcome.slots
        self.longest_ms = max(self.longest_ms, outcome.total_ms)
        for time in outcome.answers_ms:
            self.times[_rounded(time)] += 1
            self.sum_ms += time
            self.longest_answer_ms = max(self.longest_answer_ms, time)

    def merge(self, other: Tally) -> None:
        """Count what another one counted too."""
        for mine, theirs in zip(self._counters(), other._counters(), strict=True):
            mine.update(theirs)
        self.calls += other.calls
        self.tokens += other.tokens
        self.sum_ms += other.sum_ms
        self.longest_answer_ms = max(self.longest_answer_ms, other.longest_answer_ms)
        self.longest_ms = max(self.longest_ms, other.longest_ms)

    def _counters(self) -> tuple[Counter[Any], ...]:
        return self.counts, self.retries, self.deviating, self.times

    @property
    def exercises(self) -> int:
        """How many there were."""
        return self.counts.total()

    @property
    def failed(self) -> int:
        """How many would have led a journey into its error branch."""
        return sum(group.count for group in self.groups if not group.succeeded)

    @property
    def groups(self) -> tuple[Group, ...]:
        """A group for each status code, the most frequent first."""
        codes = sorted(self.counts, key=lambda code: (-self.counts[code], code))
        return tuple(
            Group(code, self.counts[code], self.retries[code], self.deviating[code]) for code in codes
        )

    @property
    def answers(self) -> int:
        """How many answers came, retries included."""
        return self.times.total()

    @property
    def average_ms(self) -> float | None:
        """The average time of an answer, exact; None without any."""
        return self.sum_ms / self.answers if self.answers else None

    def percentile_ms(self, rank: int) -> float | None:
        """Return the time that `rank` per cent of the answers do not exceed, to three digits."""
        if not self.answers:
            return None
        if rank == 100:
            return self.longest_answer_ms
        left = max(1, ceil(self.answers * rank / 100))
        for time, count in sorted(self.times.items()):
            left -= count
            if left <= 0:
                return min(time / _MICROSECONDS_A_MS, self.longest_answer_ms)
        raise AssertionError("the ranks of all answers are below their number")

    def to_json(self) -> dict[str, Any]:
        """Return the tally in plain values that any process can read."""
        return {
            "counts": dict(self.counts),
            "retries": dict(self.retries),
            "deviating": dict(self.deviating),
            "times": [[time, count] for time, count in self.times.items()],
            "numbers": [self.calls, self.tokens],
            "ms": [self.sum_ms, self.longest_answer_ms, self.longest_ms],
        }

    @classmethod
    def from_json(cls, value: Any) -> Tally:
        """Read what :meth:`to_json` wrote; raises ``ValueError`` for anything else."""
        try:
            counts, retries, deviating = (
                Counter({str(code): int(count) for code, count in value[name].items()})
                for name in ("counts", "retries", "deviating")
            )
            times = Counter({int(time): int(count) for time, count in value["times"]})
            calls, tokens = map(int, value["numbers"])
            sum_ms, longest_answer_ms, longest_ms = map(float, value["ms"])
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"this is no tally: {type(error).__name__}") from None
        return cls(counts, retries, deviating, times, calls, tokens, sum_ms, longest_answer_ms, longest_ms)


def _rounded(milliseconds: float) -> int:
    """Return microseconds to three digits."""
    micro = max(1, round(milliseconds * _MICROSECONDS_A_MS))
    step = 10 ** max(0, floor(log10(micro)) + 1 - _DIGITS)
    return int(round(micro / step) * step)

"""The terms of a load: how many users, how fast, for how long; and the share of each process."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from toolkit.exercise.limits import Limits
from toolkit.model.guardrails import RETRIES, Rate

_NO_CAP = Rate(10**9, 1000)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be sent: `users` at once, `spawn_rate` more a second, for `run_time_s` at most.

    `rate` is exercises a second of all together; `requests`, where given, the number after which it ends.
    Without `retries` no call is made again; `uncapped` lets calls through that the platform would drop.
    """

    users: int
    spawn_rate: float
    run_time_s: float
    rate: float
    requests: int | None = None
    timeout_s: float = 30.0
    retries: bool = True
    uncapped: bool = False

    @property
    def most_exercises(self) -> int:
        """How many exercises there can be at the most."""
        most = floor(self.rate * self.run_time_s) + 1
        return most if self.requests is None else min(most, self.requests)

    @property
    def most_calls(self) -> int:
        """How many calls of the action these can be at the most, retries included."""
        return self.most_exercises * (1 + (RETRIES.value if self.retries else 0))

    def to_json(self) -> dict[str, Any]:
        """Return the terms as JSON, keys in camelCase."""
        return {
            "users": self.users,
            "spawnRate": self.spawn_rate,
            "runTimeSeconds": self.run_time_s,
            "rate": self.rate,
            "requests": self.requests,
            "timeoutSeconds": self.timeout_s,
            "retries": self.retries,
            "uncapped": self.uncapped,
        }

    @classmethod
    def from_json(cls, value: Any) -> Terms:
        """Read what :meth:`to_json` wrote; raises ``ValueError`` for anything else."""
        try:
            requests = value["requests"]
            return cls(
                users=int(value["users"]),
                spawn_rate=float(value["spawnRate"]),
                run_time_s=float(value["runTimeSeconds"]),
                rate=float(value["rate"]),
                requests=None if requests is None else int(requests),
                timeout_s=float(value["timeoutSeconds"]),
                retries=bool(value["retries"]),
                uncapped=bool(value["uncapped"]),
            )
        except (TypeError, KeyError) as error:
            raise ValueError(f"these are no terms: {type(error).__name__}") from None


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several processes does: number `index`, counted from 0, of `of`."""

    index: int = 0
    of: int = 1

    def rate(self, terms: Terms) -> float:
        """Return exercises a second."""
        return terms.rate / self.of

    def requests(self, terms: Terms) -> int | None:
        """Return how many exercises; the shares of all are together what the terms say."""
        if terms.requests is None:
            return None
        return terms.requests // self.of + (self.index < terms.requests % self.of)

    def limits(self, terms: Terms, host: str, cap: Rate) -> Limits:
        """Return the platform's limits, so that all processes together keep to them."""
        if terms.uncapped:
            return Limits(cap=_NO_CAP, slow_lane=_NO_CAP)
        limits = Limits()
        return Limits(
            cap=self.part(limits.cap), caps={host: self.part(cap)}, slow_lane=self.part(limits.slow_lane)
        )

    def part(self, rate: Rate) -> Rate:
        """Return a share of a cap: fewer calls, or one in a longer time where there are too few to share."""
        if rate.calls >= self.of:
            return Rate(rate.calls // self.of, rate.period_ms)
        return Rate(1, ceil(rate.period_ms * self.of / rate.calls))

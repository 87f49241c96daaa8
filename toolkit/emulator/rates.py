"""How often a stand-in for a partner lets somebody call, and the numbers it starts with."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds.

    Raises:
        ValueError: one of them is not positive.
    """

    calls: int
    period_s: float

    def __post_init__(self) -> None:
        if self.calls < 1 or not self.period_s > 0:
            raise ValueError("a rate is at least one call in a period that lasts")


@dataclass(frozen=True, slots=True)
class PartnerLimits:
    """The vendors' numbers; each module names the page.

    Args:
        fcm: messages of one project.
        io_events: events with one API key.
        slack: messages to one channel: one a second, counted so that a short burst passes.
        campaign: messages of the integration with Adobe Campaign.
    """

    fcm: Rate = Rate(600_000, 60)
    io_events: Rate = Rate(3_000, 5)
    slack: Rate = Rate(5, 5)
    campaign: Rate = Rate(4_000, 300)


class Window:
    """Counts calls by key; a key's period begins with its first call.

    Args:
        rate: what is let through.
        clock: seconds since the epoch.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._counts: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Count a call; 0 when it may pass, else the whole seconds until the next one may."""
        with self._lock:
            now = self._clock()
            begin, count = self._counts.get(key, (now, 0))
            if not begin <= now < begin + self._rate.period_s:
                begin, count = now, 0
            if count >= self._rate.calls:
                return max(1, math.ceil(begin + self._rate.period_s - now))
            if key not in self._counts and len(self._counts) >= _MOST_KEYS:
                del self._counts[next(iter(self._counts))]
            self._counts[key] = (begin, count + 1)
            return 0

    def reset(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._counts.clear()

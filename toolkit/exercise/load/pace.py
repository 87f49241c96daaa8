"""When the next exercise may begin: slots at equal distances for all users of a process, never a burst."""

from __future__ import annotations

from collections.abc import Callable


class Pace:
    """At most `rate` exercises a second, from the first on; `clock` gives seconds.

    In any stretch of `n` seconds no more than ``rate * n + 1`` begin. What is called again takes its share:
    it goes at once, and those that come after wait for longer.
    """

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._interval, self._clock = 1.0 / rate, clock
        self._next = clock()

    def wait_s(self) -> float:
        """Take the next slot; returns the seconds until it begins."""
        now = self._clock()
        slot = max(now, self._next)
        self._next = slot + self._interval
        return slot - now

    def owe(self, calls: int) -> None:
        """Make room for calls that took no slot, retries, after now: slots that nobody took are no room."""
        if calls:
            self._next = max(self._next, self._clock()) + calls * self._interval


class Numbers:
    """Numbers from 0 below `most`, each given once; without end where that is None."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self.given = 0

    def take(self) -> int | None:
        """Return the next number, or None when all are given."""
        if self._most is not None and self.given >= self._most:
            return None
        self.given += 1
        return self.given - 1

"""What the platform lets through: a cap per host in a sliding window, and the lane for slow endpoints.

*Configure a custom action*, *Best practices* (``help/using/action/about-custom-action-configuration.md``);
*Endpoints with slow response time* (``help/using/configuration/external-systems.md``). Limits may be scaled
for tests; the clock is handed in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from toolkit.model.guardrails import DEFAULT_CAP, MILLISECONDS_A_SECOND, SLOW_FROM_MS, SLOW_LANE, Rate

_REMEMBERED = 100


class SlidingWindow:
    """At most so many calls in any stretch of time, whichever millisecond it begins at."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._period_s = rate.period_ms / MILLISECONDS_A_SECOND
        self._calls: deque[float] = deque()

    def admit(self, now_s: float) -> bool:
        """Take a slot at `now_s`, or tell that there is none; times never go back."""
        while self._calls and self._calls[0] <= now_s - self._period_s:
            self._calls.popleft()
        if len(self._calls) >= self._rate.calls:
            return False
        self._calls.append(now_s)
        return True


@dataclass(frozen=True, slots=True)
class Limits:
    """The rates of one sandbox, and from which average response on an endpoint counts as slow.

    `caps` are those of hosts that have a capping of their own.
    """

    cap: Rate = DEFAULT_CAP
    caps: Mapping[str, Rate] = field(default_factory=dict)
    slow_lane: Rate = SLOW_LANE
    slow_from_ms: float = SLOW_FROM_MS.value


class _Host:
    def __init__(self, limits: Limits, name: str) -> None:
        self.cap = SlidingWindow(limits.caps.get(name, limits.cap))
        self.slow_lane = SlidingWindow(limits.slow_lane)
        self.times: deque[float] = deque(maxlen=_REMEMBERED)

    def average_ms(self) -> float:
        return sum(self.times) / len(self.times) if self.times else 0.0


class Gate:
    """The limits at work, for all actions and threads of a sandbox: one cap for each host.

    An endpoint is slow while the average of its last 100 responses is above the limit (PF-RUN-11); a call of
    the slow lane takes a slot there instead of one of the cap.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits, self._clock = limits, clock
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def admit(self, host: str) -> bool:
        """Take a slot for one call, a retry included; False when the call is dropped as ``capped``."""
        with self._lock:
            found = self._host(host)
            lane = found.slow_lane if self._slow(found) else found.cap
            return lane.admit(self._clock())

    def answered(self, host: str, milliseconds: float) -> None:
        """Remember how long a response took."""
        with self._lock:
            self._host(host).times.append(milliseconds)

    def is_slow(self, host: str) -> bool:
        """Tell whether calls to `host` go through the slow lane."""
        with self._lock:
            return self._slow(self._host(host))

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(self._limits, host)
        return self._hosts[host]

    def _slow(self, host: _Host) -> bool:
        return host.average_ms() > self._limits.slow_from_ms

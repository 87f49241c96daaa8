"""The platform's numbers: how much, how fast, how long, each with the page that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HELP: Final = "https://github.com/AdobeDocs/journey-optimizer.en/blob/HEAD/help/using/"
"""Where the pages of the product's documentation are."""

MILLISECONDS_A_SECOND: Final = 1_000
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many milliseconds; the same rate can be written in many ways."""

    calls: int
    period_ms: int

    def is_above(self, other: Rate) -> bool:
        """Tell whether this rate lets more calls through than the other, over a long time."""
        return self.calls * other.period_ms > other.calls * self.period_ms

    def __str__(self) -> str:
        return f"{self.calls:,} calls in {self.period_ms:,} ms"


@dataclass(frozen=True, slots=True)
class Guardrail:
    """One number of the platform. `page` is relative to :data:`HELP`."""

    value: int
    unit: str
    page: str


ACTION_NAME_LENGTH: Final = Guardrail(30, "characters", "action/about-custom-action-configuration.md")

DEFAULT_CAP: Final = Rate(300_000, _MINUTE_MS)
"""For each host and sandbox, where no capping says otherwise
(``action/about-custom-action-configuration.md``)."""

SLOW_LANE: Final = Rate(150_000, 30_000)
"""For endpoints slower than :data:`SLOW_FROM_MS` on average (``configuration/external-systems.md``)."""

SLOW_FROM_MS: Final = Guardrail(750, "ms", "configuration/external-systems.md")

DATA_SOURCE_CAP: Final = Rate(15, MILLISECONDS_A_SECOND)
"""For external data sources, unless Adobe lists the endpoint (``configuration/external-systems.md``)."""

CAMPAIGN_CAP: Final = Rate(4_000, 5 * _MINUTE_MS)
"""Messages of Campaign v7/v8, all actions together (``action/acc-action.md``)."""

CONNECTIONS: Final = Guardrail(400, "connections", "configuration/capping.md")
THROUGHPUT_LEAST: Final = Guardrail(200, "calls a second", "configuration/throttling.md")
THROUGHPUT_MOST: Final = Guardrail(5_000, "calls a second", "configuration/throttling.md")
THROTTLED_CONNECTIONS: Final = ((2_000, 50), (3_000, 75), (4_000, 100), (5_000, 125))
"""Connections open at once under a throttling, by calls a second up to which they hold, with the egress proxy
(``configuration/external-systems.md``)."""

QUEUED_FOR: Final = Guardrail(6, "hours", "configuration/throttling.md")
RETRIES: Final = Guardrail(3, "retries", "configuration/external-systems.md")
TIMEOUT_LEAST: Final = Guardrail(1, "seconds", "configuration/external-systems.md")
TIMEOUT_MOST: Final = Guardrail(30, "seconds", "configuration/external-systems.md")
EVENTS: Final = Guardrail(5_000, "events a second", "configuration/external-systems.md")
SCOPE_LENGTH: Final = Guardrail(1_000, "characters", "datasource/external-data-sources.md")

"""Stand-ins over real HTTP, with a clock that stands still and limits that a test can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from toolkit.emulator import EmulatorConfig, PartnerLimits, Rate, RunningEmulator, start_emulator

NOW = 1_800_000_000.0
LIMITS = PartnerLimits(fcm=Rate(40, 60), io_events=Rate(30, 5), slack=Rate(5, 5), campaign=Rate(20, 300))


@dataclass
class Clock:
    """Seconds since the epoch, as the test says."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Stage:
    """An emulator whose partners have seen nothing yet."""

    running: RunningEmulator
    clock: Clock
    http: httpx.Client

    def call(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send a request to ``host/path``; its stand-in gets it."""
        return self.http.request(method, f"{self.running.partners_url}/{url}", **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.call("POST", url, **options)

    def admin(self, path: str, body: Any = None) -> httpx.Response:
        headers = {"x-emulator-admin-token": self.running.admin_token}
        return self.http.post(f"{self.running.admin_url}/partners/{path}", json=body or {}, headers=headers)


@pytest.fixture(scope="session")
def partners_clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def partners_emulator(partners_clock: Clock) -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(partner_limits=LIMITS), partners_clock) as running:
        yield running


@pytest.fixture
def stage(partners_emulator: RunningEmulator, partners_clock: Clock) -> Iterator[Stage]:
    partners_clock.now = NOW
    with httpx.Client(verify=False) as http:
        made = Stage(partners_emulator, partners_clock, http)
        assert made.admin("reset").json() == {"reset": True}
        yield made

"""How an endpoint behaves: how long it works on a call, how often it refuses or fails, how many at once.

Stated by a person, or measured by exercising the action.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from toolkit.core.errors import AjoError
from toolkit.exercise.rehearsal.quantities import parse_duration, parse_share

Shape = Literal["constant", "exponential", "lognormal", "measured"]

NO_RETRY = frozenset({401, 403, 404})
"""Statuses that the platform does not try again (``help/using/configuration/external-systems.md``)."""

_Z95 = 1.6448536269514722
_QUANTILES = re.compile(r"p50=(?P<half>\S+) p95=(?P<most>\S+)")
_MEAN = re.compile(r"mean=(?P<mean>\S+)")


@dataclass(frozen=True, slots=True)
class Latency:
    """Times that an endpoint works on one call, in seconds.

    `middle` is the value of a constant, the mean of exponential, the median of lognormal times; `spread` is
    the deviation of a lognormal time's logarithm; `measured` are samples.
    """

    shape: Shape
    middle: float
    spread: float = 0.0
    measured: tuple[float, ...] = field(default=(), repr=False)

    @property
    def mean(self) -> float:
        """The mean in seconds."""
        match self.shape:
            case "lognormal":
                return self.middle * math.exp(self.spread**2 / 2)
            case "measured":
                return sum(self.measured) / len(self.measured)
            case _:
                return self.middle


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint: times, shares of calls that are refused, fail or are never answered, calls at once.

    *Refused* is not tried again (401, 403, 404), *failing* is. Without `workers` it takes any number at once.
    """

    latency: Latency
    refused: float = 0.0
    failing: float = 0.0
    silent: float = 0.0
    workers: int | None = None

    @property
    def succeeds(self) -> float:
        """The share of calls that succeed."""
        return max(0.0, 1.0 - self.refused - self.failing - self.silent)

    @property
    def capacity(self) -> float | None:
        """Calls a second that it can take for long; None where nothing bounds it."""
        return self.workers / self.latency.mean if self.workers else None


def parse_latency(text: str) -> Latency:
    """Read ``200ms``, ``mean=200ms`` (exponential) or ``p50=120ms p95=900ms``; raises AJO720."""
    if mean := _MEAN.fullmatch(text):
        return Latency("exponential", parse_duration(mean["mean"]))
    if quantiles := _QUANTILES.fullmatch(text):
        half, most = parse_duration(quantiles["half"]), parse_duration(quantiles["most"])
        if most < half:
            raise AjoError("AJO720", f'"{text}": p95 is below p50')
        return Latency("lognormal", half, math.log(most / half) / _Z95)
    if "=" in text:
        fix = 'Write it as 200ms, "mean=200ms" or "p50=120ms p95=900ms".'
        raise AjoError("AJO720", f'"{text}" does not say how long answers take', fix=fix)
    return Latency("constant", parse_duration(text))


def parse_errors(text: str) -> Mapping[str, float]:
    """Read ``500=2%,404=0.1%,none=0.5%`` into shares by status; raises :class:`AjoError` AJO720."""
    shares: dict[str, float] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        status, _, share = part.partition("=")
        if status != "none" and not (status.isascii() and status.isdigit() and 300 <= int(status) <= 599):
            fix = 'Write statuses from 300 on, or "none" where no answer comes: 500=2%,none=0.5%.'
            raise AjoError("AJO720", f'"{part}" is not a status with a share', fix=fix)
        shares[status] = shares.get(status, 0.0) + parse_share(share)
    if sum(shares.values()) > 1:
        raise AjoError("AJO720", f'"{text}" is more than all calls')
    return shares


def endpoint_of(latency: Latency, errors: Mapping[str, float], workers: int | None = None) -> Endpoint:
    """Return an endpoint by its times, its errors' shares by status, and how many calls it takes at once."""
    refused = sum(share for status, share in errors.items() if status != "none" and int(status) in NO_RETRY)
    silent = errors.get("none", 0.0)
    return Endpoint(latency, refused, max(0.0, sum(errors.values()) - refused - silent), silent, workers)


def measured_endpoint(answers: Sequence[tuple[int | None, float]], workers: int | None = None) -> Endpoint:
    """Return an endpoint that behaves as calls did: pairs of status (None: no answer) and seconds.

    Raises :class:`AjoError` AJO720 where no call was answered.
    """
    times = tuple(sorted(seconds for status, seconds in answers if status is not None))
    if not times:
        raise AjoError(
            "AJO720", "none of the measured calls was answered, so nothing says how long answers take"
        )
    counts = Counter(
        "none" if status is None else str(status) for status, _ in answers if status is None or status >= 300
    )
    shares = {status: count / len(answers) for status, count in counts.items()}
    return endpoint_of(Latency("measured", times[len(times) // 2], measured=times), shares, workers)

"""When calls come: phases at a steady, rising or falling rate, all at once, or as recorded.

Written as a person says it: ``500/s for 1h``, ``0/s to 5000/s over 10m``, ``200000 at once``, one after the
other with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from toolkit.core.errors import AjoError
from toolkit.exercise.rehearsal.quantities import parse_count, parse_duration, parse_rate
from toolkit.model.guardrails import EVENTS

Floats = npt.NDArray[np.float64]

BLOCK = 1_000_000
"""Arrivals that are made at once, about."""

MOST = 200_000_000
"""Arrivals of one rehearsal: some minutes of computing."""

EXAMPLES = "500/s for 1h", "0/s to 5000/s over 10m", "200000 at once"

_STEADY = re.compile(r"(?P<rate>\S+) for (?P<length>\S+)")
_RAMP = re.compile(r"(?P<first>\S+) to (?P<last>\S+) over (?P<length>\S+)")
_BURST = re.compile(r"(?P<count>\S+) at once")


@dataclass(frozen=True, slots=True)
class Phase:
    """A time in which the rate goes straight from one value to another: seconds, calls a second."""

    length_s: float
    first: float
    last: float

    @property
    def calls(self) -> float:
        """How many calls are expected in it."""
        return (self.first + self.last) / 2 * self.length_s

    def times(self, counted: Floats) -> Floats:
        """Return when so many calls have come, in seconds from the phase's begin."""
        slope = (self.last - self.first) / self.length_s
        under = np.maximum(self.first * self.first + 2 * slope * counted, 0.0)
        bottom = self.first + np.sqrt(under)
        # At the very begin of a ramp from nothing both are 0.
        return np.divide(2 * counted, bottom, out=np.zeros_like(counted), where=bottom > 0)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Calls of one action: in phases, or at recorded times (seconds, sorted).

    `even`: at equal distances; otherwise by chance, as independent people come. `most`: how many profiles
    there are, after which nobody comes any more.
    """

    phases: tuple[Phase, ...] = ()
    recorded: Floats | None = field(default=None, repr=False)
    even: bool = False
    most: int | None = None

    @property
    def length_s(self) -> float:
        """When the last phase ends, or the last recorded call comes."""
        if self.recorded is not None:
            return float(self.recorded[-1]) if self.recorded.size else 0.0
        return sum(phase.length_s for phase in self.phases)

    @property
    def expected(self) -> float:
        """How many calls are expected."""
        count = self.recorded.size if self.recorded is not None else sum(each.calls for each in self.phases)
        return count if self.most is None else min(count, self.most)

    @property
    def peak(self) -> float:
        """The highest rate in calls a second; of recorded calls the fullest second."""
        if self.recorded is None:
            return max((max(phase.first, phase.last) for phase in self.phases), default=0.0)
        if not self.recorded.size:
            return 0.0
        return float(np.unique(np.floor(self.recorded), return_counts=True)[1].max())

    def blocks(self, rng: np.random.Generator, edges: Sequence[float]) -> Iterator[Floats]:
        """Yield the sorted times of the calls between each two neighbours of `edges` (seconds, rising)."""
        left = self.most
        for since, until in pairwise(edges):
            if self.recorded is not None:
                first, last = np.searchsorted(self.recorded, [since, until])
                block = self.recorded[first:last]
            else:
                block = self._between(rng, since, until)
            if left is not None:
                block = block[:left]
                left -= block.size
            yield block

    def _between(self, rng: np.random.Generator, since: float, until: float) -> Floats:
        parts, begin = [np.empty(0)], 0.0
        for phase in self.phases:
            end = begin + phase.length_s
            if end > since and begin < until and phase.calls > 0:
                parts.append(begin + self._part(rng, phase, max(since - begin, 0.0), min(until, end) - begin))
            begin = end
        return np.concatenate(parts)

    def _part(self, rng: np.random.Generator, phase: Phase, since: float, until: float) -> Floats:
        first, last = _counted(phase, since), _counted(phase, until)
        if self.even:
            return phase.times(np.arange(ceil(first - 0.5), ceil(last - 0.5), dtype=np.float64) + 0.5)
        counted = first + rng.random(rng.poisson(max(last - first, 0.0))) * (last - first)
        counted.sort()
        return phase.times(counted)


def _counted(phase: Phase, at: float) -> float:
    slope = (phase.last - phase.first) / phase.length_s
    return phase.first * at + slope * at * at / 2


def parse_arrivals(text: str, *, even: bool = False, most: int | None = None) -> Arrivals:
    """Read phases from a text; raises :class:`AjoError` AJO720 with examples."""
    phases = tuple(_phase(part.strip()) for part in text.split(","))
    arrivals = Arrivals(phases, even=even, most=most)
    if arrivals.expected > MOST:
        raise AjoError(
            "AJO720", f'"{text}" makes {arrivals.expected:,.0f} calls; at most {MOST:,} are rehearsed'
        )
    return arrivals


def _phase(text: str) -> Phase:
    if steady := _STEADY.fullmatch(text):
        rate = parse_rate(steady["rate"])
        return Phase(parse_duration(steady["length"]), rate, rate)
    if ramp := _RAMP.fullmatch(text):
        return Phase(parse_duration(ramp["length"]), parse_rate(ramp["first"]), parse_rate(ramp["last"]))
    if burst := _BURST.fullmatch(text):
        return Phase(parse_count(burst["count"]) / EVENTS.value, EVENTS.value, EVENTS.value)
    examples = ", ".join(f'"{example}"' for example in EXAMPLES)
    raise AjoError("AJO720", f'"{text}" does not say when calls come', fix=f"Write it as {examples}.")


def recorded_arrivals(times: Sequence[float], *, most: int | None = None) -> Arrivals:
    """Return calls at recorded times: seconds in any order, counted from the first one."""
    sorted_times = np.sort(np.asarray(times, dtype=np.float64))
    if sorted_times.size:
        sorted_times = sorted_times - sorted_times[0]
    return Arrivals(recorded=sorted_times, most=most)


def edges(arrivals: Sequence[Arrivals]) -> list[float]:
    """Return times that cut what is to come into blocks of a bounded size, each in seconds."""
    length = max((each.length_s for each in arrivals), default=0.0)
    fullest = sum(each.peak for each in arrivals)
    parts = max(1, floor(length * fullest / BLOCK) + 1)
    cuts = [length * part / parts for part in range(parts)]
    return [*cuts, np.nextafter(length, np.inf) if length else 1.0]

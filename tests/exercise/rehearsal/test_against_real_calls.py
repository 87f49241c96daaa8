"""The simulation held against calls that were really made to a stand-in, at the same times and limits."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.exercise.conftest import Bench
from tests.exercise.test_runtime_rows import FAILING, MESSAGE, scaled
from toolkit.exercise.rehearsal.arrivals import recorded_arrivals
from toolkit.exercise.rehearsal.endpoint import endpoint_of, parse_latency
from toolkit.exercise.rehearsal.lane import Flow, Lane, Limit
from toolkit.exercise.rehearsal.outcome import Counts
from toolkit.exercise.rehearsal.simulate import rehearse
from toolkit.model.guardrails import Rate

CAP = Rate(5, 1000)
INSTANT = parse_latency("0.000001ms")


def times(seed: int, count: int, seconds: float) -> list[float]:
    """Times at multiples of a 64th second, exact in binary, the first one at 0."""
    chance = random.Random(seed)
    found = sorted(chance.randrange(int(seconds * 64)) / 64 for _ in range(count))
    return [at - found[0] for at in found]


def really(bench: Bench, at: list[float]) -> Counter[str]:
    now = [0.0]
    bench.runtime = scaled(now, cap=CAP)
    seen: Counter[str] = Counter()
    for now[0] in at:
        seen[bench.call(MESSAGE).jo_status_code] += 1
    return seen


def rehearsed(at: list[float], errors: dict[str, float]) -> Counts:
    lane = Lane(Limit("capping", CAP), (Flow("A", recorded_arrivals(at)),))
    return rehearse(lane, endpoint_of(INSTANT, errors)).total


@pytest.mark.parametrize("seed", range(3))
def test_as_many_calls_are_capped_as_in_a_real_run(bench: Bench, seed: int) -> None:
    at = times(seed, 60, 8.0)
    seen, counts = really(bench, at), rehearsed(at, {})
    assert (seen["http_202"], seen["capped"]) == (counts.succeeded, counts.capped)
    assert counts.capped > 0


def test_retries_take_slots_as_in_a_real_run(bench: Bench) -> None:
    at = times(9, 30, 12.0)
    bench.faults(FAILING)
    seen, counts = really(bench, at), rehearsed(at, {"500": 1.0})
    assert (seen["http_500"], seen["capped"]) == (counts.failed, counts.capped)
    assert counts.failed > 0
    assert counts.capped > 0

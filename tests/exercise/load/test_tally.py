"""Tallies: what is counted in several processes and summed up is what one would have counted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.load.account import EngineCount, LoadAccount, Wanted
from toolkit.exercise.load.tally import Tally
from toolkit.exercise.load.terms import Terms
from toolkit.exercise.outcomes import Outcome, percentile
from toolkit.model.guardrails import Rate

TIMES = st.floats(0.002, 30_000, allow_nan=False)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    code = draw(st.sampled_from(["http_200", "http_503", "timedout", "capped", "internalError"]))
    answers = () if code == "capped" else tuple(draw(st.lists(TIMES, max_size=4)))
    slots = 0 if code == "capped" else max(1, len(answers))
    return Outcome(1, code, code == "http_200", sum(answers), answers, slots, draw(st.integers(0, 2)))


def tally_of(found: list[Outcome]) -> Tally:
    tally = Tally()
    for outcome in found:
        tally.add(outcome)
    return tally


@given(st.lists(outcomes(), max_size=30), st.integers(0, 30))
def test_parts_of_a_load_sum_up_to_the_whole(found: list[Outcome], cut: int) -> None:
    summed = Tally()
    for part in (found[:cut], found[cut:]):
        summed.merge(Tally.from_json(json.loads(json.dumps(tally_of(part).to_json()))))
    whole = tally_of(found)
    assert summed.groups == whole.groups
    assert (summed.calls, summed.failed, summed.times) == (whole.calls, whole.failed, whole.times)
    assert summed.average_ms == pytest.approx(whole.average_ms) if whole.average_ms else not summed.answers


@given(st.lists(TIMES, min_size=1, max_size=200), st.sampled_from([1, 50, 90, 95, 99, 100]))
def test_a_percentile_is_within_half_a_per_cent_of_the_exact_one(times: list[float], rank: int) -> None:
    tally = tally_of([Outcome(1, "http_200", True, time, (time,), 1, 0) for time in times])
    exact = percentile(sorted(times), rank)
    assert tally.percentile_ms(rank) == pytest.approx(exact, rel=0.0051, abs=0.0006)


def test_nothing_has_no_percentiles_and_keeps_no_bound() -> None:
    account = account_of(Tally(), Wanted(0.5, ((95, 100.0),)))
    assert account.tally.percentile_ms(95) is None
    assert [(bound.name, bound.kept) for bound in account.bounds] == [
        ("--fail-ratio", False),
        ("--p95", False),
    ]


def test_bounds_are_kept_up_to_the_value_and_broken_above() -> None:
    tally = tally_of([Outcome(1, "http_200", True, 100, (100.0,), 1, 0)] * 19)
    tally.merge(tally_of([Outcome(1, "http_503", False, 900, (900.0,), 1, 0)]))
    kept = account_of(tally, Wanted(0.05, ((95, 100.0),)))
    broken = account_of(tally, Wanted(0.04, ((95, 99.0), (99, 900.0))))
    assert [bound.kept for bound in kept.bounds] == [True, True]
    assert [bound.kept for bound in broken.bounds] == [False, False, True]


def test_the_cap_is_compared_with_calls_not_with_exercises() -> None:
    tally = tally_of([Outcome(1, "http_503", False, 40, (10.0,) * 4, 4, 0)] * 100)
    account = account_of(tally, Wanted(1.0))
    assert (account.calls_a_second, account.share_of_cap) == (100.0, 0.5)


def test_a_rate_that_was_missed_is_told_only_of_a_load_that_was_long_enough() -> None:
    tally = tally_of([Outcome(1, "http_200", True, 1, (1.0,), 1, 0)] * 10)
    assert account_of(tally, Wanted(), elapsed_s=5.0).falls_short
    assert not account_of(tally, Wanted(), elapsed_s=1.0).falls_short


@pytest.mark.parametrize("value", [None, {}, {"counts": 1}, {**Tally().to_json(), "numbers": [1]}])
def test_what_is_no_tally_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"tally|unpack|values"):
        Tally.from_json(value)


def account_of(tally: Tally, wanted: Wanted, elapsed_s: float = 4.0) -> LoadAccount:
    terms = Terms(users=1, spawn_rate=1, run_time_s=4, rate=100)
    engine = EngineCount(tally.exercises, tally.failed, 1.0, ())
    return LoadAccount("Hello", terms, tally, elapsed_s, Rate(200, 1000), engine, wanted)

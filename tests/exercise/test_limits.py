from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.limits import Gate, Limits, SlidingWindow
from toolkit.model.guardrails import Rate

EIGHTH_S, EIGHTH_MS = 0.125, 125
"""A unit that a float has exactly."""

GAPS = st.lists(st.integers(0, 6), max_size=60)


@given(GAPS, st.integers(0, 5), st.integers(1, 12))
def test_no_stretch_of_the_period_ever_holds_more_calls_than_the_rate(
    gaps: list[int], calls: int, period: int
) -> None:
    window, now, admitted = SlidingWindow(Rate(calls, period * EIGHTH_MS)), 0, []
    for gap in gaps:
        now += gap
        if window.admit(now * EIGHTH_S):
            admitted.append(now)
    for begin in admitted:
        assert sum(begin <= moment < begin + period for moment in admitted) <= calls


@given(GAPS, st.integers(1, 5), st.integers(1, 12))
def test_a_call_is_dropped_only_when_the_stretch_before_it_is_full(
    gaps: list[int], calls: int, period: int
) -> None:
    window, now, admitted = SlidingWindow(Rate(calls, period * EIGHTH_MS)), 0, list[int]()
    for gap in gaps:
        now += gap
        if window.admit(now * EIGHTH_S):
            admitted.append(now)
        else:
            assert sum(now - period < moment for moment in admitted) == calls


def test_an_endpoint_is_slow_by_its_average_and_quick_again_when_that_falls() -> None:
    gate = Gate(Limits(slow_from_ms=750), lambda: 0.0)
    gate.answered("a.example", 1_400)
    assert gate.is_slow("a.example")
    gate.answered("a.example", 100)
    assert not gate.is_slow("a.example")
    gate.answered("a.example", 750)
    gate.answered("b.example", 751)
    assert (gate.is_slow("a.example"), gate.is_slow("b.example")) == (False, True)


def test_only_the_last_hundred_answers_count() -> None:
    gate = Gate(Limits(), lambda: 0.0)
    for _ in range(100):
        gate.answered("a.example", 5_000)
    for _ in range(100):
        gate.answered("a.example", 10)
    assert not gate.is_slow("a.example")


def test_a_host_with_a_capping_has_that_one() -> None:
    gate = Gate(Limits(caps={"a.example": Rate(1, 1_000)}), lambda: 0.0)
    assert [gate.admit("a.example"), gate.admit("a.example"), gate.admit("b.example")] == [True, False, True]

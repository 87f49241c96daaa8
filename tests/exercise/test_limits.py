from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.limits import Gate, Limits, SlidingWindow
from toolkit.model.guardrails import CAMPAIGN_CAP, DEFAULT_CAP, EVENTS, SLOW_FROM_MS, SLOW_LANE, Rate

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


# The platform's numbers at their full size, on a clock of our own.


class Admitted:
    """A gate with the platform's limits, asked at times that are handed in."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.now = 0.0
        self.gate = Gate(limits or Limits(), lambda: self.now)

    def at(self, seconds: float, calls: int = 1, host: str = "a.example") -> int:
        """How many of so many calls are let through at a time."""
        self.now = seconds
        return sum(self.gate.admit(host) for _ in range(calls))


def test_as_fast_as_journeys_process_no_call_is_ever_above_the_default_cap() -> None:
    asked = Admitted()
    for second in range(125):
        assert asked.at(float(second), EVENTS.value) == EVENTS.value == 5_000
    assert asked.at(124.5) == 0


def test_the_300_001st_call_of_a_minute_is_dropped_whichever_millisecond_the_minute_begins_at() -> None:
    asked = Admitted()
    assert asked.at(0.0, 100_000) + asked.at(37.125, 100_000) + asked.at(59.75, 100_001) == DEFAULT_CAP.calls
    assert asked.at(59.999, 10) == 0
    assert asked.at(60.0, 100_001) == 100_000
    assert asked.at(97.0, 10) == 0
    assert asked.at(97.125, 100_001) == 100_000
    assert asked.at(97.125, 300_001, host="b.example") == 300_000


def test_the_slow_lane_lets_150_000_calls_through_in_30_seconds() -> None:
    asked = Admitted()
    asked.gate.answered("a.example", SLOW_FROM_MS.value + 1)
    assert asked.at(0.0, 75_000) + asked.at(15.5, 75_001) == SLOW_LANE.calls == 150_000
    assert asked.at(29.999) == 0
    assert asked.at(30.0, 75_001) == 75_000
    assert asked.at(45.25, 10) == 0


def test_the_4_001st_message_of_campaign_in_five_minutes_is_dropped() -> None:
    asked = Admitted(Limits(caps={"a.example": CAMPAIGN_CAP}))
    assert asked.at(0.0, 4_001) == 4_000
    assert (asked.at(299.999), asked.at(300.0, 4_001)) == (0, 4_000)


def test_a_hundred_calls_a_second_with_two_retries_each_leave_33() -> None:
    asked = Admitted(Limits(caps={"a.example": Rate(100, 1_000)}))
    for second in range(10):
        done = sum(asked.at(float(second), 3) == 3 for _ in range(100))
        assert done == 33


def test_more_than_2_000_calls_may_be_under_way_at_once() -> None:
    assert Admitted().at(0.0, 2_500) == 2_500

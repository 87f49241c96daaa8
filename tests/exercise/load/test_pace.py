"""Slots at a rate: never more than it says, whoever waits and however long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.load.pace import Numbers, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(
    st.floats(0.01, 5_000),
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 3)), min_size=1, max_size=60),
    st.floats(0.001, 10),
)
def test_no_stretch_of_time_has_more_slots_than_the_rate_and_one(
    rate: float, visits: list[tuple[float, int]], stretch_s: float
) -> None:
    clock = Clock()
    pace = Pace(rate, clock)
    begins = []
    for later, owed in visits:
        clock.now += later
        begins.append(clock.now + pace.wait_s())
        pace.owe(owed)
    for begin in begins:
        inside = [each for each in begins if begin <= each < begin + stretch_s]
        assert len(inside) <= rate * stretch_s + 1 + 1e-6


def test_the_first_does_not_wait_and_the_next_waits_its_turn() -> None:
    clock = Clock()
    pace = Pace(4, clock)
    assert [pace.wait_s() for _ in range(3)] == pytest.approx([0, 0.25, 0.5])


def test_what_was_called_again_takes_room_from_those_that_come() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    pace.wait_s()
    pace.owe(3)
    assert pace.wait_s() == pytest.approx(0.4)


def test_what_was_called_again_after_a_pause_takes_room_too() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    pace.wait_s()
    clock.now += 30
    pace.owe(3)
    assert pace.wait_s() == pytest.approx(0.3)


def test_time_in_which_nobody_came_is_not_made_up_for() -> None:
    clock = Clock()
    pace = Pace(1, clock)
    pace.wait_s()
    clock.now += 100
    assert [pace.wait_s(), pace.wait_s()] == pytest.approx([0, 1])


def test_numbers_are_given_once_and_end() -> None:
    numbers = Numbers(2)
    assert [numbers.take() for _ in range(3)] == [0, 1, None]
    assert Numbers(0).take() is None
    endless = Numbers(None)
    assert [endless.take() for _ in range(3)] == [0, 1, 2]

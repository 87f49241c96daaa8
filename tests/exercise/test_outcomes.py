from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.outcomes import Account, Outcome, percentile
from toolkit.model.guardrails import Rate


def account(*outcomes: Outcome, elapsed_s: float = 2.0, cap: Rate | None = None) -> Account:
    return Account("Welcome", outcomes, elapsed_s, 30.0, cap or Rate(100, 1_000))


def outcome(row: int, code: str = "http_200", *times: float, slots: int = 1) -> Outcome:
    return Outcome(row, code, code == "http_200", sum(times), times, slots, 0)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], rank: int) -> None:
    found = percentile(sorted(values), rank)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= rank * len(values)
    assert sum(value < found for value in values) * 100 < rank * len(values)


def test_outcomes_are_counted_by_status_the_most_frequent_first() -> None:
    found = account(
        outcome(1, "capped", slots=0), outcome(2, "http_200", 5), outcome(3, "http_200", 5, 6, slots=2)
    )
    assert [
        (tally.jo_status_code, tally.count, tally.first_row, tally.retries) for tally in found.tallies
    ] == [
        ("http_200", 2, 2, 1),
        ("capped", 1, 1, 0),
    ]
    assert not found.succeeded


def test_the_average_of_all_answers_decides_about_the_slow_lane() -> None:
    assert account(outcome(1, "http_200", 700, 801, slots=2)).is_slow
    assert not account(outcome(1, "http_200", 700, 800, slots=2)).is_slow
    assert account(outcome(1, "timedout")).average_ms is None


def test_the_share_of_the_cap_is_by_window_and_never_more_than_what_was_called_in_one() -> None:
    twenty = [outcome(row, "http_200", 1) for row in range(20)]
    assert account(*twenty, elapsed_s=0.1).share_of_cap == 0.2
    assert account(*twenty, elapsed_s=10).share_of_cap == 0.02

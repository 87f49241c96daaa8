"""Terms and shares: together the processes of a load do what the terms say, and no more."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.exercise.load.terms import Share, Terms
from toolkit.model.guardrails import DEFAULT_CAP, Rate

TERMS = Terms(users=5, spawn_rate=2.5, run_time_s=10, rate=20)


@given(st.integers(1, 40), st.integers(1, 10_000))
def test_the_shares_of_all_are_the_whole(processes: int, requests: int) -> None:
    terms = Terms(users=40, spawn_rate=1, run_time_s=1, rate=100, requests=requests)
    shares = [Share(index, processes) for index in range(processes)]
    parts = [share.requests(terms) or 0 for share in shares]
    assert (sum(parts), max(parts) - min(parts) <= 1) == (requests, True)
    assert sum(share.rate(terms) for share in shares) == pytest.approx(100)


@given(st.integers(1, 64), st.integers(1, 10_000), st.integers(1, 600_000))
def test_all_processes_together_never_let_through_more_than_the_cap(
    processes: int, calls: int, period_ms: int
) -> None:
    cap = Rate(calls, period_ms)
    part = Share(0, processes).part(cap)
    assert part.calls * processes / part.period_ms <= cap.calls / cap.period_ms + 1e-9


def test_a_load_without_limits_lets_through_what_the_platform_would_drop() -> None:
    kept = Share().limits(TERMS, "a.example", Rate(5, 1000))
    free = Share().limits(Terms(1, 1, 1, 1, uncapped=True), "a.example", Rate(5, 1000))
    assert (kept.caps["a.example"], kept.cap) == (Rate(5, 1000), DEFAULT_CAP)
    assert free.caps == {}
    assert free.cap.is_above(DEFAULT_CAP)


def test_the_most_that_can_come_of_terms_counts_retries_and_a_stated_number() -> None:
    assert (TERMS.most_exercises, TERMS.most_calls) == (201, 804)
    few = Terms(users=1, spawn_rate=1, run_time_s=10, rate=20, requests=7, retries=False)
    assert (few.most_exercises, few.most_calls) == (7, 7)
    assert Share(1, 2).requests(TERMS) is None


@given(
    st.builds(
        Terms,
        users=st.integers(1, 9),
        spawn_rate=st.floats(0.1, 9),
        run_time_s=st.floats(0.1, 9),
        rate=st.floats(0.1, 9),
        requests=st.none() | st.integers(1, 9),
        timeout_s=st.floats(1, 30),
        retries=st.booleans(),
        uncapped=st.booleans(),
    )
)
def test_terms_reach_another_process_as_they_are(terms: Terms) -> None:
    assert Terms.from_json(json.loads(json.dumps(terms.to_json()))) == terms


@pytest.mark.parametrize("value", [None, {}, [], {**TERMS.to_json(), "users": "many"}])
def test_what_are_no_terms_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"terms|int"):
        Terms.from_json(value)

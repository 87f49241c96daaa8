"""Held against closed forms where there are some, and against counting by hand."""

from __future__ import annotations

import math
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.exercise.rehearsal.arrivals import Arrivals, parse_arrivals, recorded_arrivals
from toolkit.exercise.rehearsal.endpoint import Endpoint, Latency, endpoint_of, measured_endpoint
from toolkit.exercise.rehearsal.lane import Flow, Lane, Limit, campaign_limit, default_limit, throttling
from toolkit.exercise.rehearsal.outcome import Counts, LaneOutcome
from toolkit.exercise.rehearsal.simulate import rehearse
from toolkit.model.guardrails import Rate

WIDE = Limit("capping", Rate(1_000_000, 1))
QUICK = Endpoint(Latency("constant", 0.05))


def capping(calls: int, period_ms: int, connections: int | None = None) -> Limit:
    return Limit("capping", Rate(calls, period_ms), connections=connections)


def run(
    arrivals: str | Arrivals, endpoint: Endpoint = QUICK, limit: Limit = WIDE, timeout_s: float = 30.0
) -> LaneOutcome:
    given_arrivals = parse_arrivals(arrivals, even=True) if isinstance(arrivals, str) else arrivals
    return rehearse(Lane(limit, (Flow("A", given_arrivals),), timeout_s), endpoint, seed=3)


class TestQueueingTheory:
    @pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
    def test_one_worker_with_chance_times_waits_as_m_m_1(self, load: float) -> None:
        endpoint = Endpoint(Latency("exponential", 0.1), workers=1)
        outcome = run(parse_arrivals(f"{load * 10}/s for 40h"), endpoint, timeout_s=1e9)
        assert outcome.waited_s == pytest.approx(load * 0.1 / (1 - load), rel=0.05)

    def test_one_worker_with_constant_times_waits_half_as_long_as_m_d_1(self) -> None:
        endpoint = Endpoint(Latency("constant", 0.1), workers=1)
        outcome = run(parse_arrivals("8/s for 40h"), endpoint, timeout_s=1e9)
        assert outcome.waited_s == pytest.approx(0.8 * 0.1 / (2 * 0.2), rel=0.05)

    def test_several_workers_wait_as_erlang_says(self) -> None:
        workers, load = 5, 4.0
        top = load**workers / math.factorial(workers) * workers / (workers - load)
        waiting = top / (sum(load**k / math.factorial(k) for k in range(workers)) + top)
        endpoint = Endpoint(Latency("exponential", 0.1), workers=workers)
        outcome = run(parse_arrivals("40/s for 10h"), endpoint, timeout_s=1e9)
        assert outcome.waited_s == pytest.approx(waiting * 0.1 / (workers - load), rel=0.05)

    def test_connections_of_a_capping_are_servers_too(self) -> None:
        endpoint = Endpoint(Latency("exponential", 0.1))
        outcome = run(parse_arrivals("8/s for 40h"), endpoint, capping(10**6, 1, connections=1), 1e9)
        assert outcome.waited_s == pytest.approx(0.4, rel=0.05)

    def test_lognormal_times_have_the_median_and_the_percentile_that_were_asked_for(self) -> None:
        outcome = run("1000/s for 100s", Endpoint(Latency("lognormal", 0.1, math.log(9) / 1.6448536)))
        assert outcome.response.p50 == pytest.approx(0.1, rel=0.03)
        assert outcome.response.p95 == pytest.approx(0.9, rel=0.03)


class TestCap:
    @given(
        st.lists(st.integers(0, 400), min_size=1, max_size=60),
        st.integers(1, 8),
        st.integers(1, 90),
    )
    @settings(deadline=None)
    def test_as_many_pass_as_counting_each_window_by_hand(
        self, ticks: list[int], most: int, period: int
    ) -> None:
        # Eighths of a second are exact in binary, so that the borders of windows are.
        arrivals = recorded_arrivals([tick / 8 for tick in ticks])
        outcome = run(arrivals, limit=capping(most, period * 125))
        passed: deque[int] = deque()
        capped = 0
        for tick in sorted(ticks):
            while passed and tick - passed[0] >= period:
                passed.popleft()
            if len(passed) < most:
                passed.append(tick)
            else:
                capped += 1
        assert outcome.total.capped == capped

    def test_a_steady_rate_above_the_cap_gets_the_cap_through(self) -> None:
        outcome = run("2000/s for 60s", limit=capping(1000, 1000))
        assert outcome.total == Counts(succeeded=60_000, capped=60_000)

    def test_actions_that_share_a_limit_share_its_slots(self) -> None:
        flows = tuple(Flow(name, parse_arrivals("1000/s for 30s")) for name in ("A", "B"))
        outcome = rehearse(Lane(capping(1000, 1000), flows), QUICK)
        assert outcome.total.succeeded == pytest.approx(30_000, abs=1000)
        assert outcome.flows["A"].succeeded == pytest.approx(outcome.flows["B"].succeeded, rel=0.05)

    def test_each_retry_takes_a_slot_so_two_of_them_leave_a_third(self) -> None:
        # 100 slots a second; every call fails twice in three tries on average when two thirds of all fail.
        endpoint = endpoint_of(Latency("constant", 0.01), {"500": 2 / 3})
        outcome = run("100/s for 10m", endpoint, capping(100, 1000))
        assert outcome.total.succeeded + outcome.total.retried == pytest.approx(60_000 / 3, rel=0.1)

    def test_messages_of_campaign_are_four_thousand_in_five_minutes(self) -> None:
        outcome = run("100/s for 10m", limit=campaign_limit())
        assert outcome.total.succeeded == 8000

    def test_the_default_cap_is_three_hundred_thousand_a_minute(self) -> None:
        outcome = run("6000/s for 60s", limit=default_limit("a.example"))
        assert outcome.total == Counts(succeeded=300_000, capped=60_000)


def test_without_a_throttling_more_than_2_000_connections_are_open_at_once() -> None:
    outcome = run(recorded_arrivals([0.0] * 2_500), Endpoint(Latency("constant", 0.7)), default_limit("h"))
    assert (outcome.total.succeeded, outcome.waited_s) == (2_500, 0)
    assert outcome.done_s == pytest.approx(0.7)


class TestThrottling:
    def test_what_comes_at_once_leaves_at_the_rate_and_is_not_lost(self) -> None:
        outcome = run(recorded_arrivals([0.0] * 10_000), limit=throttling(200))
        assert outcome.total.succeeded == 10_000
        assert outcome.in_queue.most == pytest.approx(9999 / 200, rel=0.02)
        assert outcome.longest_queue == 9_999  # the first one goes at once

    def test_after_six_hours_in_the_queue_a_call_is_dropped(self) -> None:
        outcome = run("300/s for 24h", limit=throttling(200))
        # The queue grows by 100/s until its wait is six hours: then a third of what comes expires.
        assert outcome.total.expired > 0
        assert outcome.in_queue.most == pytest.approx(6 * 3600, rel=0.02)
        assert outcome.total.succeeded == pytest.approx(200 * (24 + 6) * 3600, rel=0.02)

    def test_its_connections_bound_what_a_slow_endpoint_gets(self) -> None:
        # 50 connections, a second each: 50 a second, though 200 are allowed.
        outcome = run("200/s for 60s", Endpoint(Latency("constant", 1.0)), throttling(200))
        assert outcome.done_s == pytest.approx(12_000 / 50, rel=0.05)

    @pytest.mark.parametrize(
        ("rate", "connections"), [(200, 50), (2000, 50), (2001, 75), (4000, 100), (5000, 125)]
    )
    def test_connections_follow_the_rate(self, rate: int, connections: int) -> None:
        assert throttling(rate).connections == connections


class TestRetriesAndTimeout:
    @pytest.mark.parametrize("failing", [0.1, 0.5, 0.9])
    def test_a_call_fails_only_if_its_first_try_and_three_retries_do(self, failing: float) -> None:
        endpoint = endpoint_of(Latency("constant", 0.01), {"503": failing})
        outcome = run("1000/s for 100s", endpoint)
        assert outcome.total.good == pytest.approx(1 - failing**4, abs=0.006)
        assert outcome.sent / 100_000 == pytest.approx((1 - failing**4) / (1 - failing), rel=0.02)

    @pytest.mark.parametrize("status", ["401", "403", "404"])
    def test_what_is_refused_is_not_tried_again(self, status: str) -> None:
        outcome = run("100/s for 10s", endpoint_of(Latency("constant", 0.01), {status: 1.0}))
        assert (outcome.total, outcome.sent) == (Counts(refused=1000), 1000)

    def test_a_call_without_an_answer_ends_at_the_timeout_and_is_not_tried_again(self) -> None:
        outcome = run("100/s for 10s", endpoint_of(Latency("constant", 0.01), {"none": 1.0}), timeout_s=5)
        assert (outcome.total, outcome.sent) == (Counts(timed_out=1000), 1000)
        assert outcome.done_s == pytest.approx(15, abs=0.1)

    def test_a_retry_that_ends_after_the_timeout_is_a_timeout(self) -> None:
        outcome = run("10/s for 10s", endpoint_of(Latency("constant", 0.7), {"500": 1.0}), timeout_s=2)
        assert (outcome.total, outcome.sent) == (Counts(timed_out=100), 300)


class TestSlowLane:
    def test_an_endpoint_slower_than_three_quarters_of_a_second_is_capped_in_half_a_minute(self) -> None:
        slow = Endpoint(Latency("constant", 0.8))
        # 5,000/s fill both windows at the same rate; a burst shows that the shorter one holds.
        outcome = run("1/s for 60s, 250000/s for 1s", slow, default_limit("a.example"))
        assert outcome.total.capped == pytest.approx(100_000, rel=0.01)
        assert outcome.slow_s > 0

    def test_a_quick_endpoint_is_not(self) -> None:
        outcome = run("1/s for 60s, 250000/s for 1s", QUICK, default_limit("a.example"))
        assert (outcome.total.capped, outcome.slow_s) == (0, 0)


@given(st.integers(0, 2**32), st.floats(1, 400), st.floats(0, 0.5), st.sampled_from(["cap", "throttle"]))
@settings(deadline=None, max_examples=25)
def test_every_call_has_one_end_and_the_same_seed_gives_the_same_answer(
    seed: int, rate: float, failing: float, kind: str
) -> None:
    limit = capping(100, 1000, connections=20) if kind == "cap" else throttling(200)
    endpoint = endpoint_of(Latency("exponential", 0.3), {"500": failing, "none": 0.01, "404": 0.02}, 40)
    lane = Lane(limit, (Flow("A", parse_arrivals(f"{rate:.3f}/s for 30s", even=True)),), timeout_s=2)
    first, second = (rehearse(lane, endpoint, seed=seed) for _ in range(2))
    assert first == second
    assert first.total.arrived == pytest.approx(rate * 30, abs=2)
    assert sum(span.counts.arrived for span in first.spans) == first.total.arrived
    assert sum(span.sent for span in first.spans) == first.sent


def test_a_queue_that_outgrows_its_room_loses_nobody() -> None:
    outcome = run(recorded_arrivals([0.0] * 300_000), limit=throttling(5000))
    assert outcome.total.succeeded == 300_000


def test_an_endpoint_that_was_measured_answers_as_it_did() -> None:
    endpoint = measured_endpoint([(200, 0.1), (200, 0.1), (500, 0.1), (None, 30.0), (404, 0.3)])
    shares = (endpoint.succeeds, endpoint.failing, endpoint.refused, endpoint.silent)
    assert shares == pytest.approx((0.4, 0.2, 0.2, 0.2))
    assert endpoint.latency.mean == pytest.approx(0.15)

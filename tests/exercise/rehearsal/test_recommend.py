from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.exercise.rehearsal.arrivals import parse_arrivals
from toolkit.exercise.rehearsal.endpoint import Endpoint, Latency, endpoint_of
from toolkit.exercise.rehearsal.lane import Flow, Lane, Limit, campaign_limit, default_limit
from toolkit.exercise.rehearsal.recommend import Advice, advise
from toolkit.exercise.rehearsal.simulate import rehearse
from toolkit.model.guardrails import Rate


def advice(arrivals: str, endpoint: Endpoint, limit: Limit) -> Advice:
    lane = Lane(limit, (Flow("A", parse_arrivals(arrivals)),))
    return advise(
        lane,
        endpoint,
        rehearse(lane, endpoint),
        lambda instead: rehearse(replace(lane, limit=instead), endpoint),
    )


DEFAULT = default_limit("a.example")


def test_where_nothing_is_lost_nothing_is_recommended() -> None:
    given = advice("100/s for 60s", Endpoint(Latency("constant", 0.1)), DEFAULT)
    assert (given.best, given.reason) == (None, "Nothing is lost that a limit could save.")


def test_an_endpoint_that_can_take_less_than_comes_gets_a_throttling_within_its_capacity() -> None:
    given = advice("2000/s for 60s", Endpoint(Latency("constant", 0.1), workers=60), DEFAULT)
    assert given.best is not None
    assert (given.best.limit.kind, given.best.limit.per_second <= 600) == ("throttling", True)
    assert given.best.outcome.total.lost == 0


def test_an_endpoint_too_small_for_any_throttling_gets_a_capping_that_spares_it() -> None:
    given = advice("500/s for 60s", Endpoint(Latency("constant", 0.1), workers=10), DEFAULT)
    assert given.best is not None
    assert given.best.limit.rate == Rate(95, 1000)
    assert given.best.outcome.total.timed_out == 0


def test_a_capping_below_what_comes_and_can_be_taken_is_raised() -> None:
    given = advice(
        "100/s for 60s", Endpoint(Latency("constant", 0.1)), Limit("capping", Rate(10, 1000), "c", "p")
    )
    assert given.best is not None
    assert (given.best.limit.kind, given.best.limit.name, given.best.outcome.total.capped) == (
        "capping",
        "c",
        0,
    )
    assert given.best.limit.per_second >= 100


def test_calls_that_fail_whatever_the_limit_are_no_reason_for_one() -> None:
    endpoint = endpoint_of(Latency("constant", 0.1), {"404": 0.5, "none": 0.1})
    assert advice("100/s for 60s", endpoint, DEFAULT).best is None


def test_the_cap_of_campaign_is_not_ours_to_change() -> None:
    given = advice("100/s for 60s", Endpoint(Latency("constant", 0.1)), campaign_limit())
    assert (given.best, given.considered) == (None, ())
    assert "can't be changed" in given.reason


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_what_is_recommended_lets_more_succeed_than_what_is(share: float) -> None:
    endpoint = endpoint_of(Latency("lognormal", 0.1, 0.8), {"503": share}, 100)
    given = advice("3000/s for 120s", endpoint, DEFAULT)
    lane = Lane(DEFAULT, (Flow("A", parse_arrivals("3000/s for 120s")),))
    assert given.best is not None
    assert given.best.outcome.total.good > rehearse(lane, endpoint).total.good

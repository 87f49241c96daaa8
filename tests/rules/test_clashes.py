"""Definitions that get in each other's way."""

from __future__ import annotations

import time

import pytest

from tests.rules.scenes import action, capping, codes, found, places, scene, throttling
from toolkit.model.guardrails import Rate
from toolkit.rules import Example, Facts, Scene, TargetFacts, Together, check_together
from toolkit.rules.facts import Address

HOST = "https://api.example.com"
BASIC = {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}


def named(base: str, name: str) -> Example:
    return Example(base, {"/name": name})


def test_names_of_actions_of_both_families_are_told_apart_by_more_than_case() -> None:
    ((file, problem),) = found(Scene({"a": named("action", "Welcome"), "b": named("campaign", "welcome")}))

    assert (file, problem.code, problem.path) == ("b", "AJO280", ("name",))
    assert '"Welcome" in a' in problem.message


def test_a_name_may_stand_for_an_action_and_a_limit() -> None:
    welcome = Example("capping", {"/name": "welcome"})

    assert "AJO280" not in codes(Scene({"a": named("action", "Welcome"), "b": welcome}))


def test_one_name_twice_is_not_said_again() -> None:
    assert codes(Scene({"a": named("action", "Welcome"), "b": named("action", "Welcome")})) == []


@pytest.mark.parametrize("url", [f"{HOST}/v1", "https://API.example.com:443/v1"])
def test_one_url_is_called_in_one_way(url: str) -> None:
    assert places(scene(action(f"{HOST}/v1", authentication=BASIC), action(url))) == [("AJO281", "1.json")]


@pytest.mark.parametrize("url", [f"{HOST}/v2", "http://api.example.com/v1", "https://${host}/v1"])
def test_another_url_may_be_called_in_another_way(url: str) -> None:
    assert codes(scene(action(f"{HOST}/v1", authentication=BASIC), action(url))) == []


def overlaps(*limits: Example) -> list[tuple[str, str]]:
    everything = action(f"{HOST}/")
    return [place for place in places(scene(everything, *limits)) if place[0] == "AJO285"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/v1/*", "/*"),
        ("/v1/*", "/v1/messages"),
        ("/*/messages", "/v1/*"),
        ("/v1*", "/v1/a*"),
        ("", "/"),
    ],
)
def test_patterns_that_can_match_one_call_overlap(one: str, other: str) -> None:
    assert overlaps(capping(f"{HOST}{one}"), capping(f"{HOST}{other}")) == [("AJO285", "2.json")]
    assert overlaps(capping(f"{HOST}{other}"), capping(f"{HOST}{one}")) == [("AJO285", "2.json")]


@pytest.mark.parametrize(
    "other",
    [
        capping(f"{HOST}/v2/*"),
        capping("https://other.example.com/v1/*"),
        capping(f"{HOST}/v1/a*", methods=["GET"]),
        throttling(f"{HOST}/v1/a*"),
    ],
    ids=["another path", "another host", "another method", "a throttling"],
)
def test_limits_of_different_calls_do_not_overlap(other: Example) -> None:
    assert overlaps(capping(f"{HOST}/v1/*"), other) == []


def test_cappings_of_different_services_do_not_overlap() -> None:
    rating = {"maxCallsCount": 500, "periodInMs": 1000}
    sources = {"dataSource": {"maxHttpConnections": 50, "rating": rating}}

    assert overlaps(capping(f"{HOST}/*"), capping(f"{HOST}/v1/*", services=sources)) == []


def test_one_pattern_twice_is_one_resource_and_not_said_again() -> None:
    assert overlaps(capping(f"{HOST}/*", name="a"), capping(f"{HOST}/*", name="b")) == []


def test_each_capping_is_compared_with_the_first_it_overlaps() -> None:
    problems = [
        p for _, p in found(scene(action(f"{HOST}/"), *(capping(f"{HOST}/{n}*") for n in ("", "a", "ab"))))
    ]

    assert ["1.json" in problem.message for problem in problems] == [True, True]


THROTTLED = (action(f"{HOST}/v1"), throttling(f"{HOST}/*"))


@pytest.mark.parametrize(("production", "expected"), [(False, ["AJO287"]), (True, []), (None, [])])
def test_a_throttling_is_refused_where_a_target_is_known_not_to_be_production(
    production: bool | None, expected: list[str]
) -> None:
    assert codes(scene(*THROTTLED, target=TargetFacts("here", production))) == expected


def test_every_throttling_but_the_first_is_too_many() -> None:
    more = (throttling(f"{HOST}/v1"), throttling(f"{HOST}/v1/*"))

    assert places(scene(*THROTTLED, *more)) == [("AJO288", "2.json"), ("AJO288", "3.json")]


def test_a_throttling_in_another_sandbox_of_the_organisation_is_too_many() -> None:
    ((file, problem),) = found(scene(*THROTTLED, target=TargetFacts("here", True, ("there",))))

    assert (file, problem.code) == ("1.json", "AJO288")
    assert '"here", "there"' in problem.message
    assert "lifecycle.targets" in problem.fix


def test_a_target_without_throttling_does_not_mind_those_of_others() -> None:
    assert codes(scene(action(f"{HOST}/v1"), target=TargetFacts("here", True, ("there",)))) == []


def _many(count: int) -> Together:
    """Half actions, half cappings of one host, no two of which have to do with each other."""
    return Together(tuple(fact for index in range(count // 2) for fact in _pair(index)))


def _pair(index: int) -> tuple[Facts, Facts]:
    path = f"/v1/{index:06}/"
    here = Address("https", "api.example.com", path + "messages")
    pattern = Address("https", "api.example.com", path + "*")
    return (
        Facts("CustomAction", f"Action{index}", f"{index}.json", "", here, methods=("POST",)),
        Facts(
            "EndpointConfig",
            f"capping{index}",
            f"{index}.capping.json",
            path,
            pattern,
            methods=("POST",),
            services=("action",),
            rate=Rate(500, 1000),
        ),
    )


def test_ten_thousand_definitions_of_one_host_are_compared_in_a_moment() -> None:
    together = _many(10_000)
    begun = time.process_time()

    assert check_together(together) == ()
    assert time.process_time() - begun < 5

"""Which calls a limit counts, and which it misses."""

from __future__ import annotations

import pytest

from tests.rules.scenes import action, capping, codes, found, places, scene, throttling
from toolkit.rules import Example

HOST = "https://api.example.com"
RAISED = 6_000


@pytest.mark.parametrize(
    ("pattern", "methods", "expected"),
    [
        ("/v1/*", ["POST"], set()),
        ("/v1/messages", ["GET", "POST"], set()),
        ("/v2/*", ["POST"], {"AJO282", "AJO283"}),
        ("/v1/*", ["PUT"], {"AJO282", "AJO283"}),
    ],
)
def test_a_capping_counts_an_action_by_path_and_method(
    pattern: str, methods: list[str], expected: set[str]
) -> None:
    limit = capping(f"{HOST}{pattern}", methods=methods)

    assert set(codes(scene(action(f"{HOST}/v1/messages"), limit))) == expected


def test_a_throttling_that_matches_no_action_is_idle() -> None:
    assert places(scene(action(f"{HOST}/v1"), throttling("https://other.example.com/*"))) == [
        ("AJO282", "1.json")
    ]


def test_a_capping_of_data_sources_alone_is_left_in_peace() -> None:
    rating = {"maxCallsCount": 500, "periodInMs": 1000}
    services = {"dataSource": {"maxHttpConnections": 50, "rating": rating}}

    assert codes(scene(action(f"{HOST}/v1"), capping("https://other.example.com/*", services=services))) == []


def test_nothing_is_called_idle_or_unlimited_while_a_definition_can_not_be_read() -> None:
    wrong = scene(action(f"{HOST}/v1"), capping(f"{HOST}/v2/*"))

    assert codes(wrong, is_whole=False) == []


def test_nothing_is_called_idle_while_an_action_has_a_url_that_is_not_known() -> None:
    wrong = scene(action("https://${host}/v1"), capping("https://other.example.com/*"))

    assert codes(wrong) == []


def test_a_campaign_action_needs_no_limit_and_makes_none_useful() -> None:
    assert codes(scene(Example("campaign", {}), capping(f"{HOST}/*"))) == ["AJO282"]


def test_an_action_beside_a_tight_limit_is_named_with_the_limit() -> None:
    ((file, problem),) = found(
        scene(action(f"{HOST}/v1/a"), action(f"{HOST}/v2/b"), capping(f"{HOST}/v1/*", name="tight"))
    )

    assert (file, problem.code, problem.path) == ("1.json", "AJO283", ("endpoint", "url"))
    assert '"tight"' in problem.message


def test_an_action_beside_a_raised_limit_keeps_the_default() -> None:
    both = (action(f"{HOST}/v1/a"), action(f"{HOST}/v2/b"))

    assert places(scene(*both, capping(f"{HOST}/v1/*", RAISED))) == [("AJO284", "1.json")]


def test_an_action_beside_a_tight_and_a_raised_limit_is_said_once() -> None:
    cappings = (capping(f"{HOST}/v1/*"), capping(f"{HOST}/v3/*", RAISED))
    actions = tuple(action(f"{HOST}/{path}/a") for path in ("v1", "v2", "v3"))

    assert places(scene(*actions, *cappings)) == [("AJO283", "1.json")]


def test_an_action_of_another_host_is_not_compared() -> None:
    assert codes(scene(action(f"{HOST}/v1"), action("https://b.example.com/v1"), capping(f"{HOST}/*"))) == []


@pytest.mark.parametrize(("calls", "expected"), [(399, ["AJO286"]), (400, ["AJO286"]), (401, [])])
def test_a_capping_has_to_let_more_through_than_a_throttling(calls: int, expected: list[str]) -> None:
    limits = (capping(f"{HOST}/*", calls), throttling(f"{HOST}/v1/*", 400))

    assert codes(scene(action(f"{HOST}/v1/a"), *limits)) == expected


@pytest.mark.parametrize(
    "limit",
    [throttling(f"{HOST}/v2/*", 1000), throttling(f"{HOST}/v1/*", 1000, methods=["PUT"])],
    ids=["another path", "another method"],
)
def test_a_throttling_of_other_calls_may_let_more_through(limit: Example) -> None:
    actions = (
        action(f"{HOST}/v1/a"),
        action(f"{HOST}/v2/a"),
        Example("action", {"/endpoint/url": f"{HOST}/v1/b", "/endpoint/method": "PUT"}),
    )

    assert "AJO286" not in codes(scene(*actions, capping(f"{HOST}/v1/*", 100), limit))

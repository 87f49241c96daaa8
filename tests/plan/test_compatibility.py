from __future__ import annotations

from typing import Any

import pytest

from tests.plan.samples import action, changed, journey, live, plan_of
from toolkit.model.catalog import JourneyUse, Resource
from toolkit.plan.types import Block

HEADER = {"X-Locale": "en"}
BEFORE = action(
    request={"id": {"$variable": "Member id"}},
    authentication={"type": "basic", "username": "u", "password": "${secret:acme/key}"},
    governance={"channel": "other"},
)


def blocks(desired: Resource, *journeys: JourneyUse, before: Resource = BEFORE) -> tuple[Block, ...]:
    (step,) = plan_of([desired], [live(before, *journeys)]).steps
    return step.blocks


def with_endpoint(**changes: Any) -> Resource:
    return changed(BEFORE, endpoint={**BEFORE.document["endpoint"], **changes})


FREE = [
    pytest.param(changed(BEFORE, description="new"), id="description"),
    pytest.param(with_endpoint(url="https://api.example.com/v2"), id="url"),
    pytest.param(
        changed(BEFORE, authentication={**BEFORE.document["authentication"], "username": "new"}),
        id="authentication",
    ),
]
FIXED = [
    pytest.param(with_endpoint(method="PUT"), "endpoint.method", id="method"),
    pytest.param(with_endpoint(query={"lang": "en"}), "endpoint.query.lang", id="query"),
    pytest.param(changed(BEFORE, request={"id": "x"}), "request.id", id="request"),
    pytest.param(changed(BEFORE, response={"id": "string"}), "response", id="response"),
    pytest.param(changed(BEFORE, failureResponse={"id": "string"}), "failureResponse", id="failure response"),
    pytest.param(changed(BEFORE, allowNullValues=True), "allowNullValues", id="nulls"),
    pytest.param(changed(BEFORE, governance={"channel": "sms"}), "governance.channel", id="governance"),
]


@pytest.mark.parametrize("desired", FREE)
def test_some_fields_may_change_while_a_journey_uses_the_action(desired: Resource) -> None:
    assert blocks(desired, journey()) == ()


@pytest.mark.parametrize(("desired", "field"), FIXED)
def test_other_fields_may_not_and_are_named_with_the_journey(desired: Resource, field: str) -> None:
    (block,) = blocks(desired, journey("Deployed", "Onboarding"))
    assert block.code == "AJO603"
    assert 'journey "Onboarding" (Deployed) uses it' in block.reason
    assert block.reason.endswith(f"refuses to change {field}")


def test_several_journeys_and_fields_are_all_named() -> None:
    desired = changed(with_endpoint(method="PUT"), allowNullValues=True)
    (block,) = blocks(desired, journey(name="One"), journey("Paused", "Two"))
    assert 'journey "One" (Deployed), journey "Two" (Paused) use it' in block.reason
    assert "endpoint.method, allowNullValues" in block.reason


@pytest.mark.parametrize(
    "status", ["Draft", "Testing", "In Review", "Deployed", "Redeployed", "Dry Run", "Paused", "Unknown"]
)
def test_a_journey_locks_an_action(status: str) -> None:
    assert blocks(with_endpoint(method="PUT"), journey(status))


@pytest.mark.parametrize("status", ["Finished", "Stopped"])
def test_a_journey_that_is_over_locks_nothing(status: str) -> None:
    assert not blocks(with_endpoint(method="PUT"), journey(status))


@pytest.mark.parametrize("place", ["headers", "query"])
@pytest.mark.parametrize(
    ("journeys", "blocked"),
    [
        pytest.param([journey("Draft")], False, id="a draft"),
        pytest.param([journey("Draft"), journey("Stopped", "B")], False, id="a draft and one that is over"),
        pytest.param([journey("Draft"), journey("Deployed", "B")], True, id="a draft and one that runs"),
    ],
)
def test_parameters_may_be_added_while_all_journeys_are_drafts(
    place: str, journeys: list[JourneyUse], blocked: bool
) -> None:
    desired = with_endpoint(**{place: {**BEFORE.document["endpoint"][place], **HEADER}})
    assert bool(blocks(desired, *journeys)) is blocked


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Locale": "de"}, id="changed"),
        pytest.param({}, id="removed"),
        pytest.param({"X-Locale": {"$variable": "Locale"}}, id="made variable"),
    ],
)
def test_a_header_that_is_there_may_not_change_even_for_drafts(headers: dict[str, Any]) -> None:
    before = action(headers=HEADER)
    assert blocks(action(headers=headers), journey("Draft"), before=before)


def test_a_draft_allows_no_new_payload_field() -> None:
    request = {**BEFORE.document["request"], "new": "x"}
    assert blocks(changed(BEFORE, request=request), journey("Draft"))


def test_an_action_in_use_may_not_be_deleted() -> None:
    (step,) = plan_of([], [live(BEFORE, journey("Draft"))], base=[BEFORE]).steps
    (block,) = step.blocks
    assert block.code == "AJO603"
    assert 'journey "Onboarding" (Draft)' in block.reason


def test_an_action_that_only_journeys_that_are_over_used_may_be_deleted() -> None:
    (step,) = plan_of([], [live(BEFORE, journey("Finished"))], base=[BEFORE]).steps
    assert not step.blocks


def test_a_protected_action_in_use_is_blocked_for_both_reasons() -> None:
    base = action(lifecycle={"protect": True})
    (step,) = plan_of([], [live(action(), journey())], base=[base]).steps
    assert [block.code for block in step.blocks] == ["AJO605", "AJO603"]

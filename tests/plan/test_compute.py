from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.plan.samples import SCOPE, action, capping, changed, live, plan_of, throttling
from toolkit.model.catalog import Catalog, RemoteRef, Resource
from toolkit.model.text import MASKED, SecretRef
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.compute import compute, covers, phase
from toolkit.plan.stance import Base
from toolkit.plan.types import Plan, StepKind, Unmanaged

SECRET = "${secret:acme/key}"

POOL: Sequence[Resource] = [
    action("Welcome"),
    action("Goodbye", "https://other.example.com/send"),
    action("Keyed", authentication={"type": "basic", "username": "u", "password": "p"}),
    capping(),
    capping("https://other.example.com/*"),
    throttling(),
]


def names(plan: Plan, kind: StepKind) -> list[str]:
    return [step.resource.name for step in plan.steps if step.kind is kind]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Resource], list[Resource], list[Resource] | None]:
    """Draw what is desired, live and the base; live ones may differ."""
    chosen = st.lists(st.sampled_from(POOL), unique_by=lambda resource: resource.key)
    spoil = st.sampled_from(["", "edited"])
    live_ones = [live(changed(each, description=draw(spoil))) for each in draw(chosen)]
    return draw(chosen), live_ones, draw(st.none() | chosen)


def test_what_is_only_in_the_files_is_created() -> None:
    assert names(plan_of([action("Welcome")]), StepKind.CREATE) == ["Welcome"]


def test_what_differs_is_updated_with_its_fields() -> None:
    plan = plan_of([action(description="new")], [live(action(description="old"))])
    (step,) = plan.steps
    assert step.kind is StepKind.UPDATE
    assert [change.path for change in step.changes] == [("description",)]


@pytest.mark.parametrize(
    ("desired", "why"),
    [
        pytest.param({"description": "new"}, "1 field differs", id="one"),
        pytest.param({"description": "new", "response": {"a": "string"}}, "2 fields differ", id="two"),
    ],
)
def test_an_update_says_how_many_fields_differ(desired: dict[str, Any], why: str) -> None:
    assert plan_of([action(**desired)], [live(action())]).steps[0].why == why


def test_an_update_is_of_the_live_resource() -> None:
    found = live(action(description="old"), uid="abc")
    assert plan_of([action()], [found]).steps[0].remote == found.remote


def test_an_update_says_what_it_means_for_journeys() -> None:
    before = action(request={"id": {"$variable": "Member id"}, "n": 1})
    after = action(request={"id": {"$variable": "Member id", "$type": "integer"}, "n": 2})
    (step,) = plan_of([after], [live(before)]).steps
    assert [change.kind for change in step.impact] == [
        ChangeKind.VARIABLE_TYPE_CHANGED,
        ChangeKind.CONSTANT_CHANGED,
    ]


def test_what_is_created_means_nothing_for_journeys() -> None:
    (step,) = plan_of([action()]).steps
    assert step.impact == ()


def test_what_was_ours_and_left_the_files_is_deleted() -> None:
    plan = plan_of([], [live(action("Welcome"))], base=[action("Welcome")])
    assert names(plan, StepKind.DELETE) == ["Welcome"]


def test_without_a_base_nothing_is_deleted() -> None:
    assert not plan_of([], [live(action("Welcome"))])


def test_what_left_the_files_and_the_platform_needs_nothing() -> None:
    assert not plan_of([], [], base=[action("Welcome")])


def test_what_never_was_ours_is_reported() -> None:
    plan = plan_of([action("Welcome")], [live(action("Theirs"))], base=[])
    assert plan.unmanaged == (Unmanaged("CustomAction", "Theirs", "no definition stands for it"),)


def test_what_no_definition_can_stand_for_is_reported_in_order() -> None:
    others = [Unmanaged("builtIn", "Push", "built in"), Unmanaged("builtIn", "Email", "built in")]
    plan = compute(SCOPE, Catalog(), Catalog.of([live(action("Theirs"))]), others=others)
    assert [item.name for item in plan.unmanaged] == ["Theirs", "Email", "Push"]


def test_what_is_equal_is_counted_as_unchanged() -> None:
    plan = plan_of([action("B"), action("A")], [live(action("A")), live(action("B"))])
    assert [key.identity for key in plan.unchanged] == ["A", "B"]


def test_a_field_that_both_sides_changed_alike_is_no_step() -> None:
    new, old = action(description="new"), action(description="old")
    assert not plan_of([new], [live(new)], base=[old])


def test_a_resource_that_the_base_does_not_know_is_compared_all_the_same() -> None:
    plan = plan_of([action(description="new")], [live(action())], base=[])
    assert names(plan, StepKind.UPDATE) == ["Welcome"]


def test_a_masked_secret_alone_is_no_step() -> None:
    desired = action(authentication={"type": "basic", "username": "u", "password": SECRET})
    found = {"type": "basic", "username": "u", "password": MASKED}
    assert not plan_of([desired], [live(changed(desired, authentication=found))])


def test_an_update_names_what_it_could_not_compare_without_its_value() -> None:
    desired = action(headers={"X-Tenant": SECRET}, description="new")
    (step,) = plan_of([desired], [live(action(headers={"X-Tenant": "hunter2"}))]).steps
    assert step.unknowable == (("endpoint", "headers", "X-Tenant"),)
    assert "hunter2" not in str(step)


def test_a_step_names_each_secret_it_sends_once() -> None:
    desired = action(headers={"X-A": SECRET, "X-B": f"{SECRET} ${{secret:acme/other@v2}}"})
    assert plan_of([desired]).steps[0].secrets == (SecretRef("acme/key"), SecretRef("acme/other", "v2"))


@pytest.mark.parametrize("limit", [capping(), throttling()], ids=lambda limit: limit.key.kind)
def test_a_limit_is_set_before_the_action_it_protects(limit: Resource) -> None:
    plan = plan_of([action(), limit])
    assert [step.key for step in plan.steps] == [limit.key, action().key]
    assert plan.steps[1].waits_for == (limit.key,)


@pytest.mark.parametrize("limit", [capping(), throttling()], ids=lambda limit: limit.key.kind)
def test_a_limit_is_taken_away_after_the_action_it_protects(limit: Resource) -> None:
    plan = plan_of([], [live(action()), live(limit)], base=[action(), limit])
    assert [step.key for step in plan.steps] == [action().key, limit.key]
    assert plan.steps[1].waits_for == (action().key,)


def test_an_update_waits_for_its_changed_limit() -> None:
    plan = plan_of([action(description="new"), capping(calls=10)], [live(action()), live(capping(calls=500))])
    assert plan.steps[1].waits_for == (capping().key,)


def test_a_removal_waits_for_no_limit() -> None:
    plan = plan_of([capping(calls=10)], [live(action()), live(capping(calls=500))], base=[action()])
    assert [step.waits_for for step in plan.steps] == [(), ()]


@pytest.mark.parametrize(
    ("pattern", "waits"),
    [
        pytest.param("https://api.example.com/v1/send", True, id="the same url"),
        pytest.param("https://api.example.com/v2/*", True, id="the same host"),
        pytest.param("https://API.example.com/*", True, id="the same host in other letters"),
        pytest.param("https://other.example.com/*", False, id="another host"),
        pytest.param("https://[broken/*", False, id="no url"),
    ],
)
def test_only_actions_that_a_limit_may_protect_wait_for_it(pattern: str, waits: bool) -> None:
    step = plan_of([action(), capping(pattern)]).steps[1]
    assert bool(step.waits_for) is waits


def test_an_action_whose_url_the_integration_gives_waits_for_no_limit() -> None:
    campaign = changed(action("Campaign"), endpoint=None)
    assert plan_of([campaign, capping()]).steps[1].waits_for == ()


@pytest.mark.parametrize(
    ("pattern", "url", "covered"),
    [
        pytest.param("https://a.example/x", "https://a.example/x", True, id="literally"),
        pytest.param("https://a.example/*", "https://a.example/x/y", True, id="the end"),
        pytest.param("https://a.example/*/y", "https://a.example/x/y", True, id="the middle"),
        pytest.param("https://a.example/x", "https://a.example/x/y", False, id="only the beginning"),
        pytest.param("https://a.example/x.y", "https://a.example/xzy", False, id="a dot is a dot"),
        pytest.param("", "https://a.example/", False, id="nothing"),
    ],
)
def test_a_pattern_covers_a_url(pattern: str, url: str, covered: bool) -> None:
    assert covers(pattern, url) is covered


def test_a_protected_definition_may_not_be_deleted() -> None:
    base = action(lifecycle={"protect": True})
    (step,) = plan_of([], [live(action())], base=[base]).steps
    assert [block.code for block in step.blocks] == ["AJO605"]


def test_protection_does_not_hinder_an_update() -> None:
    desired = action(description="new", lifecycle={"protect": True})
    assert not plan_of([desired], [live(action())]).blocked


def test_a_plan_counts_its_steps_by_kind() -> None:
    plan = plan_of([action("A"), action("B")], [live(action("C"))], base=[action("C")])
    assert [plan.count(kind) for kind in StepKind] == [2, 0, 1]


def digest_of(**changes: Any) -> str:
    plan = plan_of([action(description="new")], [live(action(), uid="one")])
    (step,) = plan.steps
    own = {name: changes.pop(name) for name in list(changes) if hasattr(plan, name)}
    return replace(plan, steps=(replace(step, **changes),), **own).digest


def test_the_digest_is_the_same_for_the_same_plan() -> None:
    assert digest_of() == digest_of()


def test_the_digest_is_what_it_was() -> None:
    """Scripts and receipts keep digests: a change of how they are computed must be meant."""
    empty = "sha256:16fdb5735bc8349cd6f5873cb1c6bf65c50b3d5c0c0e98929534d8e4b9b67ff0"
    assert plan_of().digest == empty


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "prod"},
        {"organisation": "OTHER@AdobeOrg"},
        {"sandbox": "prod"},
        {"kind": StepKind.DELETE},
        {"resource": action(description="newer")},
        {"resource": replace(action(description="new"), key=action("Other").key)},
        {"remote": RemoteRef("two", live(action()).digest, "created")},
        {"remote": RemoteRef("one", "sha256:other", "created")},
        {"remote": None},
    ],
    ids=str,
)
def test_the_digest_tells_plans_apart_that_do_something_else(changes: dict[str, Any]) -> None:
    assert digest_of(**changes) != digest_of()


@law
@given(worlds(), st.data())
def test_a_plan_does_not_depend_on_the_order_of_files_or_of_the_platform(
    world: Any, data: st.DataObject
) -> None:
    desired, live_ones, base = world
    files, listed = data.draw(st.permutations(desired)), data.draw(st.permutations(live_ones))
    assert plan_of(files, listed, base) == plan_of(*world)


@law
@given(worlds())
def test_a_plan_for_what_is_live_is_empty(world: Any) -> None:
    _, live_ones, base = world
    assert not plan_of(live_ones, live_ones, base)


@law
@given(worlds())
def test_a_plan_never_touches_what_is_not_ours(world: Any) -> None:
    desired, _, base = world
    ours = {resource.key for resource in [*desired, *(base or [])]}
    assert {step.key for step in plan_of(*world).steps} <= ours


@law
@given(worlds())
def test_everything_live_is_in_a_step_or_unchanged_or_unmanaged(world: Any) -> None:
    plan = plan_of(*world)
    accounted = {(step.key.kind, step.resource.name) for step in plan.steps}
    accounted |= {(item.kind, item.name) for item in plan.unmanaged}
    identities = set(plan.unchanged)
    assert all(
        resource.key in identities or (resource.key.kind, resource.name) in accounted for resource in world[1]
    )


@law
@given(worlds())
def test_steps_come_in_the_safe_order_and_wait_only_for_earlier_ones(world: Any) -> None:
    steps = plan_of(*world).steps
    places = {step.key: index for index, step in enumerate(steps)}
    assert [phase(step) for step in steps] == sorted(map(phase, steps))
    assert all(places[key] < places[step.key] for step in steps for key in step.waits_for)


def test_what_was_there_before_a_definition_came_and_went_is_reported_and_not_deleted() -> None:
    there = live(action())
    assert there.remote is not None
    there = replace(there, remote=replace(there.remote, made_at=100))
    for named_at, steps in ((101, 0), (100, 1), (0, 1)):
        base = Base(since=(action(),), named_at={there.key: named_at})
        plan = compute(SCOPE, Catalog(), Catalog.of([there]), base)
        assert len(plan.steps) == steps
        assert [item.name for item in plan.unmanaged] == ([there.name] if steps == 0 else [])


def test_what_was_there_before_and_is_defined_now_is_managed() -> None:
    there = live(action())
    assert there.remote is not None
    there = replace(there, remote=replace(there.remote, made_at=100))
    base = Base(since=(action(),), named_at={there.key: 101})
    plan = compute(SCOPE, Catalog.of([action()]), Catalog.of([there]), base)
    assert (plan.steps, plan.unmanaged) == ((), ())

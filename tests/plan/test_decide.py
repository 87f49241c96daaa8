"""What others did since the base: shown as theirs, and treated as the target's settings say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.fake_platform import FakePlatform
from tests.plan.samples import action, capping, changed, journey, live, plan_of, throttling
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK
from toolkit.model.catalog import Catalog, Resource
from toolkit.model.text import MASKED
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.decide import unused_waivers
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base, Handling, Stance, Waiver
from toolkit.plan.types import Plan, Policy, Step, StepKind, Verdict
from toolkit.sync.runner import run

OLD, OURS, THEIRS = action(description="old"), action(description="ours"), action(description="theirs")
BOLD = Policy(allow_destroy=True, allow_mass_change=True)
SECRET, ROTATED = "${secret:acme/key@1}", "${secret:acme/key@2}"


def only(plan: Plan) -> Step:
    (step,) = plan.steps
    return step


def verdicts(plan: Plan) -> dict[str, Verdict]:
    return {str(change.path[-1]): change.verdict for change in only(plan).changes}


def codes(plan: Plan) -> list[str]:
    return [block.code for step in plan.blocked for block in step.blocks]


def waiver(*path: str, name: str = "Welcome") -> Waiver:
    return Waiver("CustomAction", name, path, "agreed with the shop", date(2026, 12, 31))


def test_what_only_the_file_changed_is_a_plain_update() -> None:
    plan = plan_of([OURS], [live(OLD)], [OLD])
    assert (verdicts(plan), only(plan).why) == ({"description": Verdict.OURS}, "1 field differs")


def test_drift_is_overwritten_if_the_target_says_nothing_and_shown_as_drift() -> None:
    plan = plan_of([OLD], [live(THEIRS)], [OLD])
    assert verdicts(plan) == {"description": Verdict.THEIRS}
    assert only(plan).why == "1 field differs: 1 drifted"
    assert not plan.blocked


def test_drift_that_is_refused_blocks_the_step_and_names_the_field() -> None:
    plan = plan_of([OLD], [live(THEIRS)], [OLD], on_drift=Handling.REFUSE)
    assert codes(plan) == ["AJO607"]
    assert only(plan).blocks[0].reason == "description changed on the platform"


def test_drift_that_is_kept_is_shown_and_not_written() -> None:
    plan = plan_of([OLD], [live(THEIRS)], [OLD], on_drift=Handling.KEEP)
    assert not plan.steps
    assert [(kept.changes[0].live, kept.reason) for kept in plan.kept] == [("theirs", "drift is kept")]


def test_an_update_of_one_field_keeps_the_drift_of_another() -> None:
    desired = changed(OLD, allowNullValues=True)
    plan = plan_of([desired], [live(THEIRS)], [OLD], on_drift=Handling.KEEP)
    assert only(plan).resource.document == {**desired.document, "description": "theirs"}
    assert verdicts(plan) == {"allowNullValues": Verdict.OURS}
    assert len(plan.kept) == 1


def test_a_conflict_is_refused_if_the_target_says_nothing() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [OLD])
    assert (verdicts(plan), codes(plan)) == ({"description": Verdict.CONFLICT}, ["AJO606"])


def test_a_conflict_may_be_decided_for_the_file() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [OLD], on_conflict=Handling.OVERWRITE)
    assert (only(plan).resource.document["description"], plan.blocked) == ("ours", ())


def test_a_conflict_may_be_decided_for_the_platform() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [OLD], on_conflict=Handling.KEEP)
    assert not plan.steps
    assert [kept.verdict for kept in plan.kept] == [Verdict.CONFLICT]


def test_the_same_change_on_both_sides_needs_nothing() -> None:
    assert not plan_of([OURS], [live(OURS)], [OLD])


def test_what_a_failed_run_wrote_is_ours_and_no_conflict() -> None:
    written, newer = action(description="first try"), action(description="second try")
    plan = plan_of([newer], [live(written)], [OLD], since=[written, newer])
    assert verdicts(plan) == {"description": Verdict.OURS}


def test_an_edit_of_what_a_failed_run_wrote_is_drift_in_that_field_alone() -> None:
    written = action(description="new", request={"a": 1})
    edited = changed(written, allowNullValues=True)
    plan = plan_of([written], [live(edited)], [OLD], since=[written])
    assert verdicts(plan) == {"allowNullValues": Verdict.THEIRS}


def test_what_a_failed_run_created_and_a_later_commit_removed_is_deleted() -> None:
    plan = plan_of([], [live(OLD)], [], since=[OLD])
    assert only(plan).kind is StepKind.DELETE


def test_a_removal_of_what_others_changed_is_a_conflict() -> None:
    plan = plan_of([], [live(THEIRS)], [OLD])
    assert (only(plan).verdict, codes(plan)) == (Verdict.CONFLICT, ["AJO606"])
    assert "description changed on the platform" in only(plan).why


def test_a_removal_of_what_others_changed_may_be_decided() -> None:
    assert not plan_of([], [live(THEIRS)], [OLD], on_conflict=Handling.OVERWRITE).blocked
    kept = plan_of([], [live(THEIRS)], [OLD], on_conflict=Handling.KEEP)
    assert (kept.steps, [item.verdict for item in kept.kept]) == ((), [Verdict.CONFLICT])


@pytest.mark.parametrize(
    ("desired", "verdict", "codes_of_refusal"),
    [(OLD, Verdict.THEIRS, ["AJO607"]), (OURS, Verdict.CONFLICT, ["AJO606"])],
    ids=["drift", "conflict"],
)
def test_what_others_removed_is_created_again_refused_or_left(
    desired: Resource, verdict: Verdict, codes_of_refusal: list[str]
) -> None:
    def plan(handling: Handling) -> Plan:
        return plan_of([desired], [], [OLD], on_drift=handling, on_conflict=handling)

    again = plan(Handling.OVERWRITE)
    assert (only(again).kind, only(again).verdict) == (StepKind.CREATE, verdict)
    assert codes(plan(Handling.REFUSE)) == codes_of_refusal
    left = plan(Handling.KEEP)
    assert (left.steps, [item.verdict for item in left.kept]) == ((), [verdict])


def test_what_never_was_ours_is_not_overwritten_unasked() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [])
    assert codes(plan) == ["AJO606"]
    assert "--adopt" in only(plan).blocks[0].way_out


def test_what_was_made_on_the_platform_under_a_name_of_a_new_file_is_not_ours() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [], since=[OURS])
    assert codes(plan) == ["AJO606"]


def test_a_version_that_was_never_written_does_not_turn_a_conflict_into_drift() -> None:
    def of(one: int, two: int) -> Resource:
        return action(request={"a": one, "b": two})

    plan = plan_of([of(2, 2)], [live(of(2, 3))], [of(1, 1)], since=[of(2, 2)])
    assert verdicts(plan) == {"b": Verdict.CONFLICT}


def test_what_never_was_ours_is_taken_over_with_adopt_and_says_so() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [], adopt=True)
    assert (only(plan).adopted, verdicts(plan), plan.blocked) == (True, {"description": Verdict.OURS}, ())


def test_adopt_changes_nothing_about_what_was_ours() -> None:
    plan = plan_of([OURS], [live(THEIRS)], [OLD], adopt=True)
    assert (only(plan).adopted, codes(plan)) == (False, ["AJO606"])


def test_without_any_base_an_update_needs_no_adoption() -> None:
    assert not plan_of([OURS], [live(THEIRS)]).blocked


def test_a_waived_drift_stays_with_its_reason_although_drift_is_refused() -> None:
    plan = plan_of([OLD], [live(THEIRS)], [OLD], on_drift=Handling.REFUSE, waivers=(waiver("description"),))
    assert not plan.steps
    assert [kept.reason for kept in plan.kept] == ["waived until 2026-12-31: agreed with the shop"]


def test_a_waiver_holds_without_a_base_too() -> None:
    assert not plan_of([OLD], [live(THEIRS)], waivers=(waiver("description"),))


@pytest.mark.parametrize(
    "other", [waiver("allowNullValues"), waiver("description", name="Other")], ids=["field", "name"]
)
def test_a_waiver_covers_nothing_else(other: Waiver) -> None:
    assert plan_of([OLD], [live(THEIRS)], [OLD], waivers=(other,)).steps


def test_a_waiver_does_not_cover_a_conflict() -> None:
    assert codes(plan_of([OURS], [live(THEIRS)], [OLD], waivers=(waiver("description"),))) == ["AJO606"]


def test_a_waiver_of_the_whole_covers_its_removal_by_others() -> None:
    plan = plan_of([OLD], [], [OLD], waivers=(waiver(),))
    assert (plan.steps, len(plan.kept)) == ((), 1)


def test_a_waiver_of_a_list_covers_its_length_and_one_of_an_item_does_not() -> None:
    longer = action(request={"a": [1, 2], "b": 1})
    short = action(request={"a": [1], "b": 1})
    assert not plan_of([short], [live(longer)], [short], waivers=(waiver("request", "a"),))
    item = Waiver("CustomAction", "Welcome", ("request", "a", 1), "r", date(2026, 1, 1))
    assert plan_of([short], [live(longer)], [short], waivers=(item,)).steps


def test_kept_items_of_lists_come_and_go_as_they_are_live() -> None:
    def of(items: Sequence[int], note: str) -> Resource:
        return action(request={"a": list(items), "note": note})

    for theirs in ([1, 2, 3, 4], [1]):
        plan = plan_of(
            [of([1, 2], "new")], [live(of(theirs, "old"))], [of([1, 2], "old")], on_drift=Handling.KEEP
        )
        assert only(plan).resource.document == of(theirs, "new").document


def test_lists_that_both_sides_changed_in_length_are_one_conflict() -> None:
    base, ours, theirs = (action(request={"a": items, "b": 1}) for items in ([1], [1, 2, 3], [0, 1]))
    assert [change.path for change in only(plan_of([ours], [live(theirs)], [base])).changes] == [
        ("request", "a")
    ]


def test_a_variable_that_both_sides_reshaped_is_one_conflict() -> None:
    hole = {"$variable": "Products"}
    base = action(request={"a": hole})
    ours = action(request={"a": {**hole, "$items": {"id": {"$variable": "Id"}}}})
    theirs = action(request={"a": {**hole, "$type": "integer"}})
    assert [change.path for change in only(plan_of([ours], [live(theirs)], [base])).changes] == [
        ("request", "a")
    ]


def test_two_kinds_of_authentication_are_never_mixed() -> None:
    base = action(authentication={"type": "basic", "username": "u", "password": SECRET})
    ours = action(authentication={"type": "apiKey", "name": "X-Key", "value": SECRET, "location": "header"})
    theirs = changed(base, authentication={"type": "basic", "username": "other", "password": MASKED})
    plan = plan_of([ours], [live(theirs)], [base])
    assert [(change.path, change.verdict) for change in only(plan).changes] == [
        (("authentication",), Verdict.CONFLICT)
    ]


def test_removing_an_authentication_is_ours_although_the_platform_masks_it() -> None:
    base = action(authentication={"type": "basic", "username": "u", "password": SECRET})
    found = changed(base, authentication={"type": "basic", "username": "u", "password": MASKED})
    assert verdicts(plan_of([action()], [live(found)], [base])) == {"authentication": Verdict.OURS}


def test_a_rotated_secret_is_an_update_although_nobody_can_compare_it() -> None:
    def of(secret: str) -> Resource:
        return action(authentication={"type": "basic", "username": "u", "password": secret})

    found = live(
        changed(of(SECRET), authentication={**of(SECRET).document["authentication"], "password": MASKED})
    )
    assert verdicts(plan_of([of(ROTATED)], [found], [of(SECRET)])) == {"password": Verdict.OURS}
    assert not plan_of([of(ROTATED)], [found], [of(ROTATED)])


def test_a_rotated_secret_in_a_header_is_never_shown() -> None:
    found = live(action(headers={"X-Tenant": "hunter2"}))
    plan = plan_of([action(headers={"X-Tenant": ROTATED})], [found], [action(headers={"X-Tenant": SECRET})])
    assert only(plan).changes[0].live == MASK
    assert "hunter2" not in str(plan)


def test_what_can_not_be_sent_back_can_not_be_kept_beside_an_update() -> None:
    base = action(headers={"X-Api-Key": "a"})
    found = live(action(headers={"X-Api-Key": "hunter2"}))
    desired = action(headers={"X-Api-Key": "a"}, description="new")
    plan = plan_of([desired], [found], [base], on_drift=Handling.KEEP)
    assert codes(plan) == ["AJO606"]
    assert "can't be kept" in only(plan).blocks[0].reason


# Renames.

IS = action("Is", lifecycle={"previousName": "Was"})


def test_a_rename_is_one_update_of_the_live_resource() -> None:
    plan = plan_of([IS], [live(action("Was"), journey())], [action("Was")])
    step = only(plan)
    assert (step.kind, step.key.identity, step.previous) == (StepKind.UPDATE, "Is", action("Was").key)
    assert step.remote is not None
    assert step.remote.uid == "uid-Was"
    assert [change.kind for change in step.impact] == [ChangeKind.RENAMED]
    assert not plan.blocked


def test_a_rename_is_carried_out_and_then_nothing_is_left() -> None:
    platform = FakePlatform([action("Was")])
    plan = plan_of([IS], platform.read().catalog, [action("Was")])
    assert run(approve(plan, BOLD, "ada"), platform).complete
    assert platform.keys == [IS.key]
    assert not plan_of([IS], platform.read().catalog, [IS])


@pytest.mark.parametrize(
    ("desired", "live_ones", "base"),
    [
        pytest.param([IS], [action("Was")], [], id="the old name never was ours"),
        pytest.param([IS, action("Was")], [action("Was")], [action("Was")], id="the old name is desired"),
        pytest.param([IS], [action("Is"), action("Was")], [action("Is")], id="the new name is live"),
        pytest.param([IS], [], [action("Was")], id="the old name is gone"),
    ],
)
def test_nothing_is_renamed_if(
    desired: list[Resource], live_ones: list[Resource], base: list[Resource]
) -> None:
    plan = plan_of(desired, map(live, live_ones), base)
    assert all(step.previous is None for step in plan.steps)
    assert all(step.key.identity != "Was" for step in plan.steps)


def test_only_one_definition_takes_over_an_old_name() -> None:
    twin = action("Too", lifecycle={"previousName": "Was"})
    plan = plan_of([twin, IS], [live(action("Was"))], [action("Was")])
    assert [(step.kind, step.key.identity) for step in plan.steps] == [
        (StepKind.UPDATE, "Is"),
        (StepKind.CREATE, "Too"),
    ]


def test_a_throttling_with_another_pattern_is_one_update_of_the_only_one() -> None:
    old, new = throttling(), throttling("https://new.example.com/*")
    step = only(plan_of([new], [live(old)], [old]))
    assert (step.kind, step.previous, step.key) == (StepKind.UPDATE, old.key, new.key)
    assert [change.path for change in step.changes] == [("urlPattern",)]
    assert [change.kind for change in step.impact] == [ChangeKind.LIMIT_PATTERN_CHANGED]


def test_a_throttling_that_never_was_ours_is_not_taken_for_the_one_to_move() -> None:
    step = only(plan_of([throttling("https://new.example.com/*")], [live(throttling())], []))
    assert (step.kind, step.previous) == (StepKind.CREATE, None)


def test_a_capping_with_another_pattern_is_two_steps_that_say_they_are_one_move() -> None:
    old, new = capping(), capping("https://new.example.com/*")
    create, delete = plan_of([new], [live(old)], [old]).steps
    assert (create.kind, delete.kind) == (StepKind.CREATE, StepKind.DELETE)
    assert create.why.endswith(f"moved: takes the place of {old.key.identity}, which goes last")
    assert delete.why == "moved: acme-api is for https://new.example.com/* now"


def test_cappings_of_two_definitions_are_no_move() -> None:
    old, new = capping(), capping("https://new.example.com/*", name="other-api")
    assert not any("moved: " in step.why for step in plan_of([new], [live(old)], [old]).steps)


# Protection, and what an update endangers.


@pytest.mark.parametrize("where", ["base", "since"])
def test_protection_holds_from_the_base_on(where: str) -> None:
    guarded, free = action(lifecycle={"protect": True}), action()
    base, since = ([guarded], [free]) if where == "base" else ([free], [guarded])
    assert codes(plan_of([], [live(action())], base, since)) == ["AJO605"]


def test_an_update_that_breaks_a_draft_is_a_danger() -> None:
    desired = action(headers={"X-Locale": {"$variable": "Locale"}})
    step = only(plan_of([desired], [live(action(), journey("Draft"))]))
    assert step.dangers == ('it breaks journey "Onboarding" (Draft)',)
    assert not step.blocks


# Laws.

POOL = [
    action("A"),
    action("B", headers={"X-Key": SECRET}),
    action("C", request={"a": [1, 2]}),
    capping(),
    throttling(),
]
NOTES = ["", "one", "two"]


@st.composite
def some(draw: st.DrawFn) -> list[Resource]:
    """Draw resources, each in one of three versions."""
    chosen = draw(st.lists(st.sampled_from(POOL), unique_by=lambda each: each.key))
    return [changed(each, description=draw(st.sampled_from(NOTES))) for each in chosen]


stances = st.fixed_dictionaries(
    {"on_drift": st.sampled_from(Handling), "on_conflict": st.sampled_from(Handling), "adopt": st.booleans()}
)


def approved(plan: Plan) -> bool:
    try:
        approve(plan, BOLD, "ada")
    except AjoError:
        return False
    return True


@law
@given(some(), st.none() | some(), some(), stances)
def test_a_plan_for_what_is_live_is_empty_whatever_the_base(
    both: list[Resource], base: list[Resource] | None, since: list[Resource], stance: dict[str, Any]
) -> None:
    assert not plan_of(both, map(live, both), base, since, **stance)


@law
@given(some(), some(), some(), stances)
def test_what_is_deleted_was_ours_and_is_not_desired(
    desired: list[Resource], found: list[Resource], base: list[Resource], stance: dict[str, Any]
) -> None:
    plan = plan_of(desired, map(live, found), base, **stance)
    deleted = {step.key for step in plan.steps if step.kind is StepKind.DELETE}
    assert deleted <= {each.key for each in base} - {each.key for each in desired}
    assert not {step.key for step in plan.steps} & {each.key for each in found} - {
        each.key for each in [*base, *desired]
    }


@law
@given(some(), some(), some(), stances)
def test_refusing_conflicts_never_yields_an_approved_plan_with_one(
    desired: list[Resource], found: list[Resource], base: list[Resource], stance: dict[str, Any]
) -> None:
    plan = plan_of(desired, map(live, found), base, **{**stance, "on_conflict": Handling.REFUSE})
    contested = [
        step
        for step in plan.steps
        if Verdict.CONFLICT in (step.verdict, *(change.verdict for change in step.changes))
    ]
    assert not (contested and approved(plan))


@law
@given(some(), some(), some(), stances)
def test_after_a_plan_is_carried_out_nothing_is_left_but_what_was_kept(
    desired: list[Resource], found: list[Resource], base: list[Resource], stance: dict[str, Any]
) -> None:
    platform = FakePlatform(found)
    plan = plan_of(desired, platform.read().catalog, base, **stance)
    if not approved(plan):
        return
    assert run(approve(plan, BOLD, "ada"), platform).complete
    after = plan_of(desired, platform.read().catalog, base, since=desired, **stance)
    assert not after
    assert {kept.key for kept in after.kept} <= {kept.key for kept in plan.kept}


@law
@given(some(), some(), some(), stances, st.data())
def test_the_order_of_files_commits_and_lists_is_irrelevant(
    desired: list[Resource],
    found: list[Resource],
    base: list[Resource],
    stance: dict[str, Any],
    data: st.DataObject,
) -> None:
    mixed = [data.draw(st.permutations(side)) for side in (desired, found, base)]
    one = plan_of(desired, map(live, found), base, **stance)
    assert plan_of(mixed[0], map(live, mixed[1]), mixed[2], **stance) == one


def test_a_base_knows_each_version_once() -> None:
    base = Base(Catalog.of([OLD]), (OLD, OURS, OURS, THEIRS))
    assert base.history()[OLD.key].versions == (OLD, OURS, THEIRS)


def test_a_list_that_holds_what_the_platform_hides_can_not_be_kept_beside_an_update() -> None:
    base = action(request={"a": [1]})
    found = live(changed(base, request={"a": [{"x": MASKED}]}))
    desired = action(request={"a": [1]}, description="new")
    assert codes(plan_of([desired], [found], [base], on_drift=Handling.KEEP)) == ["AJO606"]
    found = live(changed(base, request={"a": {"x": [MASKED]}}))
    assert codes(plan_of([desired], [found], [base], on_drift=Handling.KEEP)) == ["AJO606"]


def test_a_new_limit_that_a_broken_off_run_saved_and_did_not_deploy_is_finished() -> None:
    limit = capping()
    saved = live(changed(limit, state="created"))
    (step,) = plan_of([limit], [saved], [], since=[limit]).steps
    assert [(change.path, change.verdict) for change in step.changes] == [(("state",), Verdict.OURS)]
    assert step.blocks == ()


def test_an_undeployed_limit_that_never_was_ours_is_not_taken_for_one_of_ours() -> None:
    theirs = live(changed(capping(calls=7), state="created"))
    (step,) = plan_of([capping()], [theirs], [], since=[capping()]).steps
    assert [block.code for block in step.blocks] == ["AJO606"]


def test_a_limit_of_the_base_that_somebody_undeployed_has_drifted() -> None:
    limit = capping()
    (step,) = plan_of([limit], [live(changed(limit, state="created"))], [limit], since=[limit]).steps
    assert [change.verdict for change in step.changes] == [Verdict.THEIRS]


def unused(*waivers: Waiver, desired: Resource = OLD, found: Sequence[Resource] = (OLD,)) -> list[Waiver]:
    """The waivers that hide nothing in a plan with `desired` as its base too."""
    plan = plan_of([desired], map(live, found), [desired], waivers=waivers)
    return list(unused_waivers(plan, Stance(waivers=waivers)))


def test_a_waiver_without_a_drift_is_unused_and_one_with_it_is_not() -> None:
    one = waiver("description")
    assert unused(one) == [one]
    assert unused(one, found=[THEIRS]) == []
    assert unused(waiver(), found=[]) == []
    assert unused(waiver("request"), found=[THEIRS]) == [waiver("request")]


def test_a_waiver_behind_a_wider_one_is_unused() -> None:
    wide, narrow = waiver(), waiver("description")
    assert unused(wide, narrow, found=[THEIRS]) == [narrow]


def test_a_waiver_of_a_list_whose_length_drifted_is_used() -> None:
    short, longer = action(request={"a": [1], "b": 1}), action(request={"a": [1, 2], "b": 1})
    assert unused(waiver("request", "a"), desired=short, found=[longer]) == []


def test_a_step_says_where_a_secret_may_be_live_in_any_version() -> None:
    place = ("endpoint", "headers", "X-Team")
    held, bare = action(headers={"X-Team": SECRET}), action(description="new")
    assert only(plan_of([held])).secret_places == (place,)
    assert only(plan_of([bare], [live(action(headers={"X-Team": "s"}))], [held])).secret_places == (place,)
    assert only(plan_of([], [live(held)], [held])).secret_places == (place,)

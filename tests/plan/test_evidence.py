"""Steps are held to the evidence that a target demands: which, how old, of which version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.evidence_samples import evidence
from tests.plan.samples import SCOPE, action, capping, live, plan_of
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource
from toolkit.model.evidence import Filed, proven_digest
from toolkit.model.text import MASKED
from toolkit.plan.compute import compute
from toolkit.plan.evidence import Demand, demanding, held_to
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base, Handling
from toolkit.plan.types import EvidenceState, Plan, Policy, StepKind, Verdict

TODAY = date(2026, 11, 25)
FILE = "evidence/dev/Welcome.evidence.json"
NEW = action(headers={"X": "new"})
OLD = action(headers={"X": "old"})
BROKEN = Filed(FILE, None, (Finding("AJO643", Severity.ERROR, FILE, 3, 5, ("x",), "it is broken", "Mend."),))


def filed(resource: Resource = NEW, days: int = 0, file: str = FILE) -> Filed:
    """Evidence of a resource, so many days old."""
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - timedelta(days=days)
    return Filed(file, evidence(definition=proven_digest(resource.document), exercised_at=at))


def held(
    *found: Filed,
    desired: Iterable[Resource] = (NEW,),
    live_ones: Iterable[Resource] = (live(OLD),),
    days: int | None = 30,
    **more: Any,
) -> Plan:
    desired = list(desired)
    plan = plan_of(desired, live_ones, **more)
    keys = [step.key for step in demanding(plan)]
    demand = Demand(TODAY, days, dict.fromkeys(keys, FILE), dict.fromkeys(keys, found))
    return held_to(plan, Catalog.of(desired), demand)


def state(plan: Plan) -> tuple[EvidenceState | None, list[str]]:
    (step,) = plan.steps
    return step.evidence.state if step.evidence else None, [block.code for block in step.blocks]


def test_evidence_of_this_version_lets_a_step_pass() -> None:
    plan = held(filed())
    assert state(plan) == (EvidenceState.FRESH, [])
    assert plan.steps[0].evidence is not None
    assert plan.steps[0].evidence.file == FILE
    assert approve(plan, Policy(), "me").plan is plan


@pytest.mark.parametrize(
    ("found", "expected", "code"),
    [
        ([], EvidenceState.MISSING, "AJO640"),
        ([filed(OLD)], EvidenceState.STALE, "AJO641"),
        ([filed(days=31)], EvidenceState.OLD, "AJO642"),
        ([filed(days=-2)], EvidenceState.OLD, "AJO642"),
        ([BROKEN], EvidenceState.UNUSABLE, "AJO643"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_step_without_such_evidence_is_refused_by_the_guard(
    found: list[Filed], expected: EvidenceState, code: str
) -> None:
    plan = held(*found)
    assert state(plan) == (expected, [code])
    with pytest.raises(AjoError) as caught:
        approve(plan, Policy(allow_destroy=True, allow_mass_change=True), "me")
    assert caught.value.code == code
    assert "`ajo exercise Welcome --target dev --evidence`" in caught.value.message
    assert FILE in caught.value.message


@law
@given(st.integers(0, 400), st.integers(1, 400))
def test_evidence_counts_for_its_days_the_last_one_included(age: int, days: int) -> None:
    is_fresh = state(held(filed(days=age), days=days))[0] is EvidenceState.FRESH
    assert is_fresh == (age <= days)


def test_where_age_does_not_count_the_version_still_does() -> None:
    assert state(held(filed(days=4000), days=None))[0] is EvidenceState.FRESH
    assert state(held(filed(OLD), days=None))[0] is EvidenceState.STALE


def test_of_several_records_the_one_that_will_do_counts_and_else_the_first_is_told() -> None:
    assert state(held(filed(OLD), filed()))[0] is EvidenceState.FRESH
    assert state(held(BROKEN, filed(OLD)))[0] is EvidenceState.UNUSABLE


def test_a_broken_record_is_a_finding_of_the_plan_beside_others() -> None:
    assert held(BROKEN).findings == BROKEN.findings
    assert held(BROKEN, filed()).findings == ()


def test_a_new_action_needs_evidence() -> None:
    assert state(held(live_ones=())) == (EvidenceState.MISSING, ["AJO640"])


@pytest.mark.parametrize("changes", [{"description": "Other."}, {"failureResponse": {"a": "string"}}])
def test_an_update_of_what_is_neither_sent_nor_read_needs_none(changes: dict[str, Any]) -> None:
    plan = held(desired=[action(**changes)], live_ones=[live(action())])
    assert state(plan) == (EvidenceState.UNNEEDED, [])


def test_a_hidden_secret_that_no_base_knows_needs_evidence() -> None:
    key = {"type": "apiKey", "name": "X-Key", "value": "${secret:acme/key}", "location": "header"}
    there = live(action(authentication=key))
    hidden = replace(there, document={**there.document, "authentication": {**key, "value": MASKED}})
    new = action(description="Other.", authentication=key)
    assert state(held(desired=[new], live_ones=[hidden]))[1] == ["AJO640"]
    known = Base(Catalog.of([action(authentication=key)]), revision="c0ffee")
    plan = compute(SCOPE, Catalog.of([new]), Catalog.of([hidden]), known)
    assert list(demanding(plan)) == []


def test_limits_and_deletions_are_left_as_they_are() -> None:
    gone = action("Gone")
    plan = held(desired=[capping()], live_ones=[live(gone)], base=[gone])
    assert [(step.kind, step.evidence, step.blocks) for step in plan.steps] == [
        (StepKind.CREATE, None, ()),
        (StepKind.DELETE, None, ()),
    ]


def test_what_stays_as_others_made_it_is_not_asked_for() -> None:
    new = action(headers={"X": "new"}, query={"a": "ours"})
    theirs = live(action(headers={"X": "old"}, query={"a": "theirs"}))
    base = action(headers={"X": "old"}, query={"a": "ours"})
    plan = held(filed(new), desired=[new], live_ones=[theirs], base=[base], on_drift=Handling.KEEP)
    assert plan.kept[0].verdict is Verdict.THEIRS
    assert state(plan)[0] is EvidenceState.FRESH


def test_a_demand_adds_to_what_else_stands_against_a_step() -> None:
    plan = held(desired=[replace(NEW)], live_ones=[live(OLD)], base=[action(headers={"X": "base"})])
    assert state(plan)[1] == ["AJO606", "AJO640"]

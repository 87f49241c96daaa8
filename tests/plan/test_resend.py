"""Secrets that are sent again although nobody can compare them, as steps that can be looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.plan.samples import action, changed, journey, live, plan_of
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, JourneyUse, Resource
from toolkit.model.text import MASKED, SecretRef
from toolkit.plan.saved import Circumstances, keep, take_up
from toolkit.plan.types import Plan, Resend, ResendReason, Step, StepKind

PASSWORD, KEY = SecretRef("acme/password"), SecretRef("acme/key", "v2")
CHANGED, ASKED = ResendReason.CHANGED, ResendReason.ASKED


def desired(**more: Any) -> Resource:
    """An action with one secret behind the mask and another in a header."""
    authentication = {"type": "basic", "username": "u", "password": str(PASSWORD)}
    return action(authentication=authentication, headers={"X-Key": str(KEY)}, **more)


def as_live(*uses: JourneyUse, **more: Any) -> Resource:
    """The same as a platform shows it."""
    document = desired(**more).document
    endpoint = {**document["endpoint"], "headers": {**document["endpoint"]["headers"], "X-Key": "live"}}
    masked = {**document["authentication"], "password": MASKED}
    return live(changed(desired(**more), endpoint=endpoint, authentication=masked), *uses)


def plan_with(reason: ResendReason, *references: SecretRef, found: Resource | None = None) -> Plan:
    resends = {desired().key: tuple(Resend(each, reason) for each in references)}
    return plan_of([desired()], [found or as_live()], [desired()], resends=resends)


def only(plan: Plan) -> Step:
    (step,) = plan.steps
    return step


def paths(step: Step) -> list[str]:
    return [str(change.path[-1]) for change in step.changes]


def test_a_secret_that_changed_is_an_update_of_the_fields_that_hold_it() -> None:
    step = only(plan_with(CHANGED, PASSWORD))
    assert (step.kind, paths(step)) == (StepKind.UPDATE, ["password"])
    assert step.why == "re-sent: ${secret:acme/password} (changed since the last sync)"
    assert step.resends == (Resend(PASSWORD, CHANGED),)
    assert [path[-1] for path in step.unknowable] == ["X-Key"]


def test_the_label_of_a_secret_does_not_matter_for_finding_it() -> None:
    assert paths(only(plan_with(CHANGED, SecretRef("acme/key")))) == ["X-Key"]


def test_secrets_that_are_asked_for_are_sent_again() -> None:
    step = only(plan_with(ASKED, PASSWORD, KEY))
    assert sorted(paths(step)) == ["X-Key", "password"]
    assert step.why == "re-sent: ${secret:acme/password}, ${secret:acme/key@v2} (asked for)"


def test_a_field_that_differs_is_counted_apart_from_what_is_sent_again() -> None:
    resends = {desired().key: (Resend(PASSWORD, CHANGED),)}
    step = only(plan_of([desired(description="new")], [as_live()], [desired()], resends=resends))
    assert step.why == "1 field differs; re-sent: ${secret:acme/password} (changed since the last sync)"


def test_what_is_sent_again_is_never_shown() -> None:
    assert "live'" not in str(only(plan_with(CHANGED, KEY)).changes)


def test_without_a_reason_nothing_is_sent_again() -> None:
    assert not plan_of([desired()], [as_live()], [desired()])


def test_a_secret_that_another_change_sends_anyway_is_no_second_reason() -> None:
    old = {**desired().document["authentication"], "password": "${secret:old}"}
    before = changed(desired(), authentication=old)
    resends = {desired().key: (Resend(PASSWORD, CHANGED),)}
    step = only(plan_of([desired()], [as_live()], [before], resends=resends))
    assert (step.resends, step.why) == ((), "1 field differs")


def test_a_header_of_an_action_in_use_can_not_get_its_changed_secret() -> None:
    step = only(plan_with(CHANGED, KEY, found=as_live(journey())))
    assert [block.code for block in step.blocks] == ["AJO603"]
    assert 'journey "Onboarding" (Deployed)' in step.blocks[0].reason


def test_an_action_in_use_gets_the_secrets_of_its_authentication_again() -> None:
    for references in ((PASSWORD,), (PASSWORD, SecretRef("acme/password"))):
        step = only(plan_with(ASKED, *references, found=as_live(journey())))
        assert (paths(step), step.blocks) == (["password"], ())


def test_a_header_that_is_asked_for_in_an_action_in_use_is_left_out_beside_what_can_be_sent() -> None:
    password = {"type": "basic", "username": "u", "password": str(KEY)}
    wanted = changed(desired(), authentication=password)
    found = as_live(journey())
    resends = {wanted.key: (Resend(KEY, ASKED),)}
    step = only(plan_of([wanted], [found], [wanted], resends=resends))
    assert (paths(step), step.blocks) == (["password"], ())


def test_a_kept_plan_is_stale_where_a_secret_is_not_to_be_sent_again() -> None:
    made = Circumstances("1.0", datetime(2026, 1, 1, tzinfo=UTC), "https://platform.example")
    saved, now = (
        keep(plan, Catalog.of([desired()]), made)
        for plan in (plan_with(CHANGED, PASSWORD), plan_of([desired()], [as_live()], [desired()]))
    )
    with pytest.raises(AjoError, match="got its secrets since, or whether they changed can't be told here"):
        take_up(saved, now, plan_of([desired()], [as_live()], [desired()]))

from __future__ import annotations

import pytest

from tests.plan.samples import action, journey, live, plan_of
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.plan.guard import approve
from toolkit.plan.types import ApprovedPlan, Plan, Policy

CAREFUL, BOLD = Policy(), Policy(allow_destroy=True)
DELETES = plan_of([], [live(action("Welcome"))], base=[action("Welcome")])
IN_USE = plan_of([action(request={"a": 1})], [live(action(request={"a": 2}), journey())])
DELETES_IN_USE = plan_of([], [live(action(), journey())], base=[action()])
PROTECTED = plan_of([], [live(action())], base=[action(lifecycle={"protect": True})])


def refusal(plan: Plan, policy: Policy) -> AjoError:
    with pytest.raises(AjoError) as caught:
        approve(plan, policy, "somebody")
    return caught.value


@pytest.mark.parametrize(
    ("plan", "policy", "code"),
    [
        pytest.param(DELETES, CAREFUL, "AJO604", id="a removal"),
        pytest.param(IN_USE, CAREFUL, "AJO603", id="a change of an action in use"),
        pytest.param(IN_USE, BOLD, "AJO603", id="a change of an action in use, allowed to destroy"),
        pytest.param(DELETES_IN_USE, BOLD, "AJO603", id="a removal of an action in use"),
        pytest.param(PROTECTED, BOLD, "AJO605", id="a removal of a protected definition"),
        pytest.param(PROTECTED, CAREFUL, "AJO605", id="protection comes before the policy"),
    ],
)
def test_a_plan_is_refused_with_a_code(plan: Plan, policy: Policy, code: str) -> None:
    found = refusal(plan, policy)
    assert (found.code, found.exit) == (code, Exit.REFUSED)


def test_delete_is_refused_without_allow_destroy_naming_what_would_go() -> None:
    assert refusal(DELETES, CAREFUL).message == "the plan deletes Welcome"


def test_a_refusal_names_what_is_blocked_why_and_the_way_out() -> None:
    message = refusal(IN_USE, CAREFUL).message
    assert message.startswith('Welcome: journey "Onboarding" (Deployed) uses it')
    assert message.endswith("Define a new action beside it and move the journeys over, or stop them first.")


def test_a_refusal_names_everything_that_is_blocked() -> None:
    ours = [action("One", request={"a": 1}), action("Two", request={"a": 1})]
    plan = plan_of(ours, [live(action(each.name, request={"a": 2}), journey()) for each in ours])
    assert all(name in refusal(plan, CAREFUL).message for name in ("One: ", "Two: "))


@pytest.mark.parametrize(
    ("plan", "policy"),
    [
        pytest.param(plan_of(), CAREFUL, id="nothing to do"),
        pytest.param(plan_of([action()]), CAREFUL, id="a creation"),
        pytest.param(DELETES, BOLD, id="a removal that is allowed"),
    ],
)
def test_an_approved_plan_holds_the_plan_the_policy_and_who(plan: Plan, policy: Policy) -> None:
    assert approve(plan, policy, "ada") == ApprovedPlan(plan, policy, "ada")

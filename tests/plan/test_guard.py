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
    assert "`ajo duplicate Welcome NEW`" in message
    assert message.endswith("or stop them first.")


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


def mass(existing: int, changed: int, kind: str = "update") -> Plan:
    """Plan for a sandbox of `existing` resources of which some are updated or deleted."""
    old = [action(f"A{number}", description="old") for number in range(existing)]
    new = [action(each.name, description="new") for each in old[:changed]] if kind == "update" else []
    return plan_of([*new, *old[changed:]], map(live, old), old)


@pytest.mark.parametrize("kind", ["update", "delete"])
@pytest.mark.parametrize(
    ("existing", "changed", "is_refused"),
    [
        pytest.param(10, 10, False, id="few may all change"),
        pytest.param(11, 4, True, id="more than a third"),
        pytest.param(11, 3, False, id="less than a third"),
        pytest.param(12, 4, True, id="a third, which is more than 33 percent"),
    ],
)
def test_a_change_of_a_large_share_is_refused(
    kind: str, existing: int, changed: int, is_refused: bool
) -> None:
    plan = mass(existing, changed, kind)
    if is_refused:
        found = refusal(plan, BOLD)
        assert (found.code, found.exit) == ("AJO608", Exit.REFUSED)
        assert found.message == f"the plan would {kind} {changed} of {existing} resources, more than 33 %"
    else:
        assert approve(plan, BOLD, "ada").plan is plan


def test_a_change_of_a_large_share_may_be_allowed_by_name_or_by_the_target() -> None:
    for plan, policy in (
        (mass(12, 12), Policy(allow_mass_change=True)),
        (mass(12, 12), Policy(max_updates_percent=100)),
        (mass(12, 6, "delete"), Policy(allow_destroy=True, max_deletes_percent=50)),
    ):
        assert approve(plan, policy, "ada").policy is policy


def test_creating_much_is_no_mass_change() -> None:
    plan = plan_of(action(f"A{number}") for number in range(50))
    assert approve(plan, CAREFUL, "ada").plan is plan


def test_an_update_that_endangers_something_is_refused_without_allow_destroy() -> None:
    headers = {"X-Key": "${secret:acme/key}"}
    moved = action(url="https://other.example/", headers=headers)
    plan = plan_of([moved], [live(action(headers=headers))])
    found = refusal(plan, CAREFUL)
    assert found.code == "AJO604"
    assert found.message == (
        "Welcome: ${secret:acme/key} is bound to api.example.com and would go to other.example"
    )
    assert approve(plan, BOLD, "ada").plan is plan

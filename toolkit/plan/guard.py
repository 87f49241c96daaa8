"""The only door from a plan to a sync: policy in, an approved plan or a refusal out."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.errors import AjoError
from toolkit.plan.types import ApprovedPlan, Plan, Policy, StepKind

FEW = 10
"""Existing resources up to which a plan may change any share of them, as octoDNS has it for records."""


def approve(plan: Plan, policy: Policy, approved_by: str) -> ApprovedPlan:
    """Approve `plan`, or raise :class:`AjoError` AJO603 to AJO643 naming what stands against it."""
    refuse_blocked(plan)
    dangers = list(_dangers(plan))
    if dangers and not policy.allow_destroy:
        raise AjoError("AJO604", "; ".join(dangers))
    masses = list(_masses(plan, policy))
    if masses and not policy.allow_mass_change:
        raise AjoError("AJO608", "; ".join(masses))
    return ApprovedPlan(plan, policy, approved_by)


def refuse_blocked(plan: Plan) -> None:
    """Raise :class:`AjoError` with the code of the first block, naming all that no leave can let pass."""
    blocked = [
        (block.code, f"{step.resource.name}: {block.reason}. {block.way_out}")
        for step in plan.blocked
        for block in step.blocks
    ]
    if blocked:
        raise AjoError(blocked[0][0], "; ".join(reason for _, reason in blocked))


def _dangers(plan: Plan) -> Iterator[str]:
    deletes = [step.resource.name for step in plan.steps if step.kind is StepKind.DELETE]
    if deletes:
        yield f"the plan deletes {', '.join(deletes)}"
    for step in plan.steps:
        for danger in step.dangers:
            yield f"{step.resource.name}: {danger}"


def _masses(plan: Plan, policy: Policy) -> Iterator[str]:
    existing = plan.existing
    if existing <= FEW:
        return
    for kind, percent in (
        (StepKind.UPDATE, policy.max_updates_percent),
        (StepKind.DELETE, policy.max_deletes_percent),
    ):
        count = plan.count(kind)
        if count * 100 > percent * existing:
            yield f"the plan would {kind.value} {count} of {existing} resources, more than {percent} %"

"""The only door from a plan to a sync: policy in, an approved plan or a refusal out."""

from __future__ import annotations

from toolkit.core.errors import AjoError
from toolkit.plan.types import ApprovedPlan, Plan, Policy, StepKind


def approve(plan: Plan, policy: Policy, approved_by: str) -> ApprovedPlan:
    """Approve `plan`, or raise :class:`AjoError` AJO603, AJO604 or AJO605 naming what stands against it."""
    blocked = [
        (block.code, f"{step.resource.name}: {block.reason}. {block.way_out}")
        for step in plan.blocked
        for block in step.blocks
    ]
    if blocked:
        raise AjoError(blocked[0][0], "; ".join(reason for _, reason in blocked))
    deletes = [step.resource.name for step in plan.steps if step.kind is StepKind.DELETE]
    if deletes and not policy.allow_destroy:
        raise AjoError("AJO604", f"the plan deletes {', '.join(deletes)}")
    return ApprovedPlan(plan, policy, approved_by)

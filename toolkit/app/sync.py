"""An approved plan carried out: secrets checked first, then the steps, then the account of them."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.core.errors import AjoError
from toolkit.plan.types import ApprovedPlan, Plan, Policy, StepKind
from toolkit.platform.port import Platform, SecretResolver
from toolkit.sync.receipt import Receipt, Row
from toolkit.sync.runner import RunOptions, run
from toolkit.workspace.settings import Target


def carry_out(
    approved: ApprovedPlan,
    platform: Platform,
    resolve: SecretResolver,
    workers: int,
    on_row: Callable[[Row], None] = lambda row: None,
) -> Receipt:
    """Run `approved`; raises :class:`AjoError` AJO307 before the first write when a secret is missing."""
    require_secrets(approved.plan, resolve)
    return run(approved, platform, RunOptions(workers=workers, on_row=on_row))


def policy_of(target: Target, *, allow_destroy: bool = False, allow_mass_change: bool = False) -> Policy:
    """Return what may be done to a target: what its settings allow, and what is allowed this once."""
    return Policy(
        allow_destroy or target.allow_destroy,
        allow_mass_change,
        target.max_updates_percent,
        target.max_deletes_percent,
    )


def require_secrets(plan: Plan, resolve: SecretResolver) -> None:
    """Look up every secret the plan will send; raises one :class:`AjoError` naming all that are missing."""
    missing: dict[str, None] = {}
    for step in plan.steps:
        if step.kind is not StepKind.DELETE:
            for reference in step.secrets:
                try:
                    resolve(reference)
                except AjoError as error:
                    missing[f"{error.message} (needed by {step.resource.name})"] = None
    if missing:
        raise AjoError("AJO307", "; ".join(missing))

"""A target's demand for evidence: what is on file for the steps of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from toolkit.plan.evidence import Demand, demanding
from toolkit.plan.types import Plan, Step
from toolkit.workspace.evidence_files import Owner, read_evidence, read_evidence_at
from toolkit.workspace.load import Workspace
from toolkit.workspace.settings import is_on_this_machine


@dataclass(frozen=True, slots=True)
class BackTo:
    """The commit that a rollback leads to, and the environment that git runs in."""

    commit: str
    environment: Mapping[str, str]


def demand_of(
    workspace: Workspace, plan: Plan, today: date, days: int, back_to: BackTo | None = None
) -> Demand:
    """Return the demand for evidence of at most so many `days`, with what is on file for the plan's steps.

    On the way `back_to` a commit its age does not count, and what is on file there counts too: that version
    was tried before it went out, and a way back must not wait.

    Raises :class:`AjoError` AJO820 to AJO822 where that commit can't be read.
    """
    owners = {step.key: _owner(workspace, plan, step) for step in demanding(plan)}
    there = {}
    if back_to:
        there = read_evidence_at(workspace.root, back_to.commit, owners.values(), back_to.environment)
    filed = {
        key: [each for each in (read_evidence(workspace.root, owner), there.get(owner)) if each]
        for key, owner in owners.items()
    }
    files = {key: owner.file for key, owner in owners.items()}
    if back_to is None:
        return Demand(today, days, files, filed)
    where = f" with the definitions of {back_to.commit[:12]}"
    return Demand(today, None, files, filed, where, "; `ajo rollback --receipt` needs none")


def _owner(workspace: Workspace, plan: Plan, step: Step) -> Owner:
    target = workspace.settings.targets[plan.target]
    return Owner(
        step.key.kind,
        step.resource.name,
        plan.target,
        target.organisation,
        target.sandbox,
        is_on_this_machine(target),
    )

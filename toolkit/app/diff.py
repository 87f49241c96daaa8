"""Desired against live and base: reads, computes, never writes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from toolkit.app.base import find_base
from toolkit.app.validate import checked_for_target
from toolkit.model.catalog import Catalog
from toolkit.plan.compute import Scope, compute
from toolkit.plan.stance import Handling, Stance, Waiver
from toolkit.plan.types import Plan, Unmanaged
from toolkit.platform.port import Platform
from toolkit.workspace.load import Workspace
from toolkit.workspace.settings import Target
from toolkit.workspace.synced import Standing, standing
from toolkit.workspace.waivers import WAIVERS_FILE, load_waivers


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is made: against which revision, what is taken over, on which day.

    Own rules in a file of the workspace need `trust`.
    """

    base: str | None = None
    adopt: bool = False
    trust: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, where the repository stood when it was made, and why it has no base, if it has none."""

    plan: Plan
    stood: Standing | None
    why_no_base: str = ""


def make_plan(
    workspace: Workspace, target_name: str | None, platform: Platform, *, trust: bool = False
) -> Plan:
    """Return what a sync would do to the target; see :func:`plan_for`."""
    return plan_for(workspace, target_name, platform, PlanOptions(trust=trust)).plan


def plan_for(
    workspace: Workspace, target_name: str | None, platform: Platform, options: PlanOptions
) -> Planned:
    """Return what a sync would do to the target, and against what that was found.

    Raises :class:`InvalidDefinitions` before anything is read, :class:`AjoError` AJO820 to AJO822 where the
    base can't be read, :class:`PlatformError` when a list can't be read completely.
    """
    name, _ = workspace.target(target_name)
    desired = checked_for_target(workspace, name, trust=options.trust).catalog()
    return plan_of(workspace, name, desired, platform, options)


def plan_of(
    workspace: Workspace, name: str, desired: Catalog, platform: Platform, options: PlanOptions
) -> Planned:
    """Return what would make target `name` what is `desired`, wherever that comes from."""
    target = workspace.settings.targets[name]
    waivers = load_waivers(workspace, name, options.today)
    holding = tuple(
        Waiver(each.kind, each.name, each.path, each.reason, each.until) for each in waivers.holding
    )
    stood = standing(workspace, name, options.environment, (WAIVERS_FILE,))
    found = find_base(workspace, name, stood, options.environment, options.base)
    live = platform.read()
    plan = compute(
        Scope(name, target.organisation, target.sandbox),
        desired,
        live.catalog,
        found.base,
        [Unmanaged(item.kind, item.name, item.reason) for item in live.others],
        replace(stance_of(target), waivers=holding, adopt=options.adopt),
    )
    return Planned(replace(plan, findings=waivers.findings), stood, found.why_none)


def stance_of(target: Target) -> Stance:
    """Return what a target's settings say about drift and conflicts."""
    return Stance(Handling(target.on_drift), Handling(target.on_conflict))

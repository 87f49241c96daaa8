"""What was changed on the platform since it was left, for one target or all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toolkit.app.base import find_base
from toolkit.app.connect import connected
from toolkit.app.diff import PlanOptions, holding_waivers
from toolkit.app.validate import checked_for_target
from toolkit.core.diagnostics import in_order
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog
from toolkit.plan.compute import Scope, compute
from toolkit.plan.decide import unused_waivers
from toolkit.plan.drift import Drift, TargetDrift, drift_of
from toolkit.plan.stance import Base, Handling, Stance
from toolkit.plan.types import Unmanaged
from toolkit.platform.port import Platform
from toolkit.workspace.load import Workspace
from toolkit.workspace.synced import standing
from toolkit.workspace.waivers import WAIVERS_FILE


@dataclass(frozen=True, slots=True)
class FoundDrift:
    """The drift of a target, both sides of it, and why the files stand for the base, if they do."""

    drift: Drift
    desired: Catalog
    live: Catalog
    why_no_base: str = ""


def find_drift(workspace: Workspace, target: str, platform: Platform, options: PlanOptions) -> FoundDrift:
    """Compare what is live with what was synced last, or without such a base with the files.

    Raises what :func:`toolkit.app.diff.plan_for` raises.
    """
    settings = workspace.settings.targets[target]
    desired = checked_for_target(workspace, target, trust=options.trust).catalog()
    holding, about_waivers = holding_waivers(workspace, target, options.today)
    # Whatever the settings do about drift: here it is told.
    stance = Stance(Handling.OVERWRITE, Handling.OVERWRITE, tuple(holding))
    stood = standing(workspace, target, options.environment, (WAIVERS_FILE,))
    found = find_base(workspace, target, stood, options.environment, options.base)
    base = found.base or Base(desired)
    live = platform.read()
    plan = compute(
        Scope(target, settings.organisation, settings.sandbox),
        desired,
        live.catalog,
        base,
        [Unmanaged(item.kind, item.name, item.reason) for item in live.others],
        stance,
    )
    unused = (holding[waiver] for waiver in unused_waivers(plan, stance))
    plan = replace(plan, findings=in_order((*about_waivers, *unused)))
    drift = drift_of(plan, live.catalog, base.catalog.resources.keys())
    return FoundDrift(drift, desired, live.catalog, found.why_none)


def find_all_drift(
    workspace: Workspace, targets: Iterable[str], options: PlanOptions
) -> tuple[TargetDrift, ...]:
    """Look at each target; one that can't be read does not stand in the way of the others."""
    return tuple(_of_target(workspace, name, options) for name in targets)


def _of_target(workspace: Workspace, name: str, options: PlanOptions) -> TargetDrift:
    target = workspace.settings.targets[name]
    try:
        with connected(target, workspace.root, options.environment, trust=options.trust) as platform:
            return TargetDrift(name, find_drift(workspace, name, platform, options).drift)
    except AjoError as error:
        return TargetDrift(name, None, error)

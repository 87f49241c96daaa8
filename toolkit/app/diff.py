"""Desired against live: reads, computes, never writes."""

from __future__ import annotations

from toolkit.app.validate import checked_for_target
from toolkit.plan.compute import Scope, compute
from toolkit.plan.types import Plan, Unmanaged
from toolkit.platform.port import Platform
from toolkit.workspace.load import Workspace


def make_plan(
    workspace: Workspace, target_name: str | None, platform: Platform, *, trust: bool = False
) -> Plan:
    """Return what a sync would do to the target; own rules in a file of the workspace need `trust`.

    Raises :class:`InvalidDefinitions` before anything is read, :class:`PlatformError` when a list can't be
    read completely.
    """
    name, target = workspace.target(target_name)
    desired = checked_for_target(workspace, name, trust=trust).catalog()
    live = platform.read()
    others = [Unmanaged(item.kind, item.name, item.reason) for item in live.others]
    scope = Scope(name, target.organisation, target.sandbox)
    return compute(scope, desired, live.catalog, others=others)

"""Plans in files: written, read again, and taken up if nothing they rest on has moved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.plan.saved import Circumstances, SavedPlan, keep, take_up
from toolkit.plan.saved_format import MAX_BYTES, read_saved, saved_text
from toolkit.plan.types import Plan
from toolkit.workspace.load import Workspace
from toolkit.workspace.read import naming, read_named
from toolkit.workspace.values import for_target
from toolkit.workspace.write import write_text


def kept(workspace: Workspace, plan: Plan, tool: str) -> SavedPlan:
    """Return `plan`, made from `workspace` by version `tool`, with what it rests on."""
    name, target = workspace.target(plan.target)
    desired = for_target(workspace, name).catalog()
    return keep(plan, desired, Circumstances(tool, datetime.now(UTC), target.place))


def write_plan(file: Path, saved: SavedPlan) -> None:
    """Write a plan into `file`, whole or not at all; raises :class:`AjoError` AJO309."""
    write_text(file, saved_text(saved))


def read_plan(file: Path) -> SavedPlan:
    """Return the plan in `file`.

    Raises :class:`AjoError` AJO004, AJO009, AJO621 or AJO622 that names the file.
    """
    content = read_named(file, MAX_BYTES)
    try:
        return read_saved(content)
    except AjoError as error:
        raise naming(file, error) from None


def taken_up(saved: SavedPlan, workspace: Workspace, plan: Plan, tool: str) -> Plan:
    """Return what of `plan`, made now, `saved` has the steps of; raises :class:`AjoError` AJO620 if stale."""
    return take_up(saved, kept(workspace, plan, tool), plan)

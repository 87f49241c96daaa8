"""Plans in files: written, read again, and taken up if nothing they rest on has moved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.plan.saved import Circumstances, SavedPlan, keep, take_up
from toolkit.plan.saved_format import MAX_BYTES, read_saved, saved_text
from toolkit.plan.types import Plan
from toolkit.workspace.load import Workspace
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
    """Return the plan in `file`; raises :class:`AjoError` AJO009, AJO621 or AJO622 that names the file."""
    try:
        if not file.is_file():  # a pipe would be waited for
            raise AjoError("AJO009", f"{file} is not a file")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file has such a name"
        raise AjoError("AJO009", f"{file} can't be read: {reason}") from None
    try:
        return read_saved(content)
    except AjoError as error:
        raise AjoError(error.code, error.message, fix=error.fix, place=str(file)) from None


def taken_up(saved: SavedPlan, workspace: Workspace, plan: Plan, tool: str) -> Plan:
    """Return what of `plan`, made now, `saved` has the steps of; raises :class:`AjoError` AJO620 if stale."""
    return take_up(saved, kept(workspace, plan, tool), plan)

"""What the platform would refuse because journeys use an action, said before anything is written.

Rules: *Configure a custom action* (``help/using/action/about-custom-action-configuration.md``), PF-ACT-13.
"""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.core.pointer import format_path
from toolkit.model.catalog import JourneyUse, RemoteRef
from toolkit.plan.in_use import is_free_while_in_use
from toolkit.plan.types import ABSENT, Block, FieldChange

RELEASED = ("Finished", "Stopped")
"""Journeys in these states no longer lock an action (PF-JRN-4)."""

_ADDABLE_IN_DRAFT = (("endpoint", "headers"), ("endpoint", "query"))


def locking(remote: RemoteRef | None) -> tuple[JourneyUse, ...]:
    """Return the journeys that lock a live action."""
    return tuple(use for use in (remote.used_in if remote else ()) if use.status not in RELEASED)


def blocks_of_update(changes: Iterable[FieldChange], remote: RemoteRef | None) -> tuple[Block, ...]:
    """Return what stands against an update: fields that can't change while journeys use the action."""
    journeys = locking(remote)
    if not journeys:
        return ()
    only_drafts = all(use.status == "Draft" for use in journeys)
    fixed = [
        format_path(change.path) for change in changes if not _may_change(change, only_drafts=only_drafts)
    ]
    if not fixed:
        return ()
    verb = "uses" if len(journeys) == 1 else "use"
    reason = f"{_named(journeys)} {verb} it, so the platform refuses to change {', '.join(fixed)}"
    way_out = "Define a new action beside it and move the journeys over, or stop them first."
    return (Block("AJO603", reason, way_out),)


def blocks_of_delete(remote: RemoteRef | None, *, protected: bool) -> tuple[Block, ...]:
    """Return what stands against a delete: protection, and journeys that use the action."""
    blocks = []
    if protected:
        way_out = "Remove lifecycle.protect in a change of its own, sync, then remove the file."
        blocks.append(Block("AJO605", "its definition is protected", way_out))
    journeys = locking(remote)
    if journeys:
        blocks.append(Block("AJO603", f"{_named(journeys)} still need it", "Stop the journeys first."))
    return tuple(blocks)


def _may_change(change: FieldChange, *, only_drafts: bool) -> bool:
    if is_free_while_in_use(change.path):
        return True
    return (
        only_drafts and change.live is ABSENT and any(change.path[:2] == place for place in _ADDABLE_IN_DRAFT)
    )


def _named(journeys: tuple[JourneyUse, ...]) -> str:
    return ", ".join(f'journey "{use.name}" ({use.status})' for use in journeys)

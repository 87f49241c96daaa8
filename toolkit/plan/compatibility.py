"""What stands against a step: the platform's rules, protection, what others did; and what it would destroy.

Rules: *Configure a custom action* (``help/using/action/about-custom-action-configuration.md``), PF-ACT-13.
"""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.core.pointer import format_path
from toolkit.model.catalog import JourneyUse, RemoteRef, Resource
from toolkit.plan.assessment import InterfaceChange
from toolkit.plan.change_kinds import Compatibility
from toolkit.plan.in_use import is_free_while_in_use
from toolkit.plan.types import ABSENT, Block, FieldChange

RELEASED = ("Finished", "Stopped")
"""Journeys in these states no longer lock an action (PF-JRN-4)."""

_ADDABLE_IN_DRAFT = (("endpoint", "headers"), ("endpoint", "query"))


def locking(remote: RemoteRef | None) -> tuple[JourneyUse, ...]:
    """Return the journeys that lock a live action."""
    return tuple(use for use in (remote.used_in if remote else ()) if use.status not in RELEASED)


def blocks_of_update(
    changes: Iterable[FieldChange], remote: RemoteRef | None, name: str = "NAME"
) -> tuple[Block, ...]:
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
    way_out = (
        f"`ajo duplicate {name} NEW` writes a copy to change instead: move the journeys over, then remove "
        "this one; or stop them first."
    )
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


def blocks_of_conflict(found: str) -> tuple[Block, ...]:
    """Return what stands against overwriting what somebody else did while we changed it too."""
    way_out = (
        "Put into the file what should be, or undo it in the product; on-conflict of the target decides."
    )
    return (Block("AJO606", found, way_out),)


def blocks_of_adoption(fields: str) -> tuple[Block, ...]:
    """Return what stands against overwriting something that never was ours."""
    found = f"it is live already and no definition stood for it until now; {fields} would be overwritten"
    return (Block("AJO606", found, "Choose another name, or take it over with --adopt."),)


def blocks_of_drift(found: str) -> tuple[Block, ...]:
    """Return what stands against overwriting what somebody else did, where a target refuses that."""
    way_out = "Put it into the file, undo it in the product, or waive it; on-drift of the target decides."
    return (Block("AJO607", found, way_out),)


def dangers_of_update(live: Resource, impact: Iterable[InterfaceChange]) -> tuple[str, ...]:
    """Return in words what an update breaks for journeys."""
    journeys = locking(live.remote)
    if journeys and any(change.compatibility is Compatibility.BREAKING for change in impact):
        return (f"it breaks {_named(journeys)}",)
    return ()


def _may_change(change: FieldChange, *, only_drafts: bool) -> bool:
    if is_free_while_in_use(change.path):
        return True
    return (
        only_drafts and change.live is ABSENT and any(change.path[:2] == place for place in _ADDABLE_IN_DRAFT)
    )


def _named(journeys: tuple[JourneyUse, ...]) -> str:
    return ", ".join(f'journey "{use.name}" ({use.status})' for use in journeys)

"""Which journeys use an action, and what that forbids (PF-ACT-13, PF-JRN-3, PF-JRN-4)."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.emulator.action_rules import IN_USE_CHANGE, IN_USE_DELETE
from toolkit.emulator.elements import Element, Space, Transaction, Use
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject, render_json

DRAFT = "Draft"
UNLOCKED = ("Finished", "Stopped")
"""Statuses of journeys that do not lock an action (PF-JRN-4)."""

_ALWAYS_FREE = ("name", "description", "authentication")


def uses_of(tx: Transaction, space: Space, actions: Sequence[Element]) -> dict[str, list[Use]]:
    """The journeys that use each action, by the action's uid; one look-up for all of them."""
    marks = {mark: action.uid for action in actions for mark in (action.uid, action.name)}
    found: dict[str, dict[str, Use]] = {action.uid: {} for action in actions}
    for use in tx.uses(space, list(marks)):
        found[marks[use.mark]][use.journey] = use
    return {uid: list(uses.values()) for uid, uses in found.items()}


def shown(uses: Sequence[Use]) -> list[JsonObject]:
    """``usedIn`` as it is read."""
    return [{"journeyId": use.journey, "name": use.name, "status": use.status} for use in uses]


def check_change(uses: Sequence[Use], old: JsonObject, new: JsonObject) -> None:
    """Refuse a change that a locking journey forbids: 409 with code 1473.

    Name, description, URL and authentication are always free. While every locking journey is a draft, headers
    and query parameters may be added, but not changed or removed.
    """
    locking = [use for use in uses if use.status not in UNLOCKED]
    if not locking:
        return
    drafts = all(use.status == DRAFT for use in locking)
    if _locked_part(old) != _locked_part(new) or not _entries_fit(old, new, may_add=drafts):
        message = "a journey uses this action: only name, description, URL and authentication may change"
        raise Refusal(409, IN_USE_CHANGE, message)


def check_delete(uses: Sequence[Use]) -> None:
    """Refuse to delete an action that a locking journey uses: 409 with code 1474."""
    if any(use.status not in UNLOCKED for use in uses):
        raise Refusal(409, IN_USE_DELETE, "a journey uses this action: it can't be deleted")


def _locked_part(definition: JsonObject) -> JsonObject:
    rest = {key: value for key, value in definition.items() if key not in (*_ALWAYS_FREE, "endpoint")}
    return {**rest, "method": definition.get("endpoint", {}).get("method")}


def _entries_fit(old: JsonObject, new: JsonObject, *, may_add: bool) -> bool:
    for key in ("headers", "queryParameters"):
        before = sorted(render_json(entry) for entry in old.get("endpoint", {}).get(key, []))
        after = sorted(render_json(entry) for entry in new.get("endpoint", {}).get(key, []))
        if before != after and not (
            may_add and all(after.count(entry) >= before.count(entry) for entry in before)
        ):
            return False
    return True

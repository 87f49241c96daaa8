"""Which journeys use an action, as a folder says it, and what that forbids (PF-ACT-13, PF-JRN-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.canonical import JsonError, JsonLimitError, parse_json, same_json
from toolkit.model.catalog import JourneyUse
from toolkit.model.document import Document
from toolkit.platform.port import PlatformError

FILE = "journeys.json"
"""Kept by whoever keeps the folder: ``[{"journeyId": …, "name": …, "status": …, "actions": [name, …]}]``."""

Uses = Mapping[str, tuple[JourneyUse, ...]]
"""Journeys by the name of the action that they use."""

_UNLOCKED = ("Finished", "Stopped")
_DRAFT = "Draft"
_FREE = ("name", "description", "authentication", "endpoint")
_ADDABLE = ("headers", "query")


def read_uses(content: bytes) -> Uses:
    """Read the file; raises AJO504 for another shape, since what is in use must not be guessed."""
    try:
        journeys: Any = parse_json(content.decode("utf-8"))
    except (UnicodeDecodeError, JsonError, JsonLimitError) as error:
        raise PlatformError("AJO504", f"{FILE} can't be read: {error}") from None
    found: dict[str, tuple[JourneyUse, ...]] = {}
    for number, journey in enumerate(journeys if isinstance(journeys, list) else [None]):
        match journey:
            case {
                "journeyId": str(uid),
                "name": str(name),
                "status": str(status),
                "actions": list(actions),
            } if all(isinstance(action, str) for action in actions):
                for action in dict.fromkeys(actions):
                    found[action] = (*found.get(action, ()), JourneyUse(uid, name, status))
            case _:
                words = "an array of objects with journeyId, name, status and actions"
                raise PlatformError("AJO504", f"{FILE}: {words} is expected, item {number} is another thing")
    return found


def check_removal(uses: tuple[JourneyUse, ...]) -> None:
    """Refuse to remove what a journey locks."""
    locking = _locking(uses)
    if locking:
        raise PlatformError(
            "AJO505", f"it can't be removed: {locking[0].name} ({locking[0].status}) uses it", status=409
        )


def check_change(uses: tuple[JourneyUse, ...], old: Document, new: Document) -> None:
    """Refuse a change that a journey locks: of all but name, description, URL and authentication.

    While every locking journey is a draft, headers and query parameters may be added.
    """
    locking = _locking(uses)
    drafts = all(use.status == _DRAFT for use in locking)
    if locking and not _fits(old, new, may_add=drafts):
        words = "only name, description, URL and authentication may change"
        use = f"{locking[0].name} ({locking[0].status}) uses it"
        raise PlatformError("AJO505", f"{use}: {words}", status=409)


def _locking(uses: tuple[JourneyUse, ...]) -> list[JourneyUse]:
    return [use for use in uses if use.status not in _UNLOCKED]


def _fits(old: Document, new: Document, *, may_add: bool) -> bool:
    if not same_json(_without(old, _FREE), _without(new, _FREE)):
        return False
    before, after = old.get("endpoint", {}), new.get("endpoint", {})
    if not same_json(_without(before, ("url", *_ADDABLE)), _without(after, ("url", *_ADDABLE))):
        return False
    for part in _ADDABLE:
        then, now = before.get(part, {}), after.get(part, {})
        if may_add:
            now = {name: value for name, value in now.items() if name in then}
        if not same_json(then, now):
            return False
    return True


def _without(document: Document, names: tuple[str, ...]) -> Document:
    return {key: value for key, value in document.items() if key not in names}

"""One throw-away action: created, read, removed, and looked for until it is gone, whatever happened."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import AjoError
from toolkit.model.document import comparable
from toolkit.model.kinds import parse_definition
from toolkit.platform.adapter import Outgoing
from toolkit.platform.checking.sightings import Inspector, Look, Probed
from toolkit.platform.port import Outcome, PlatformError
from toolkit.platform.shapes import Element
from toolkit.platform.store import Store

PREFIX = "ajo_check_delete_me_"
URL = "https://ajo-check.example.com/delete-me"
_NAME = re.compile(PREFIX + r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Tried:
    """What a probe saw, what it could not do, and what is still there of it (name and uid)."""

    probed: Probed | None = None
    trouble: str = ""
    leftover: str = ""


def probe_name() -> str:
    """Return a name that nobody takes for another action."""
    return PREFIX + secrets.token_hex(4)


def leftovers(elements: list[Element]) -> list[Element]:
    """Return those of the actions that earlier probes left behind: by their name and their URL."""
    return [each for each in elements if is_probe(each)]


def is_probe(element: Element) -> bool:
    """Tell whether an action is a probe's: nothing else has such a name and such a URL."""
    endpoint = element.get("endpoint")
    url = endpoint.get("url") if isinstance(endpoint, dict) else None
    return (
        url == URL and isinstance(element.get("name"), str) and _NAME.fullmatch(element["name"]) is not None
    )


def try_out(inspector: Inspector, name: str) -> Tried:
    """Create the action `name`, read it, remove it, and read again; says what is left if it can't be removed.

    Interrupted or failed on the way, it is removed all the same; where that is impossible an interruption
    becomes AJO513, which names it.
    """
    store = Store(inspector.dialect)
    body = probe_body(inspector, name)
    uid, probed, trouble, may_exist = "", None, "", True
    try:
        uid = store.post(inspector.talk(), Outgoing(body))
        read = store.get(inspector.talk(), uid)
        probed = Probed(body, read)
    except PlatformError as error:
        may_exist = bool(uid) or error.outcome is Outcome.UNKNOWN
        trouble = inspector.shown(error.message)
    except BaseException as interruption:
        _, left = _remove(inspector, store, name, uid)
        if left:
            raise _still_there(left) from interruption
        raise
    if not may_exist:
        return Tried(None, trouble)
    removal, left = _remove(inspector, store, name, uid)
    if probed is not None:
        probed = Probed(body, probed.read, *removal)
    return Tried(probed, trouble, left)


def clear(inspector: Inspector, elements: list[Element]) -> list[str]:
    """Remove what earlier probes left behind; returns what is still there."""
    store = Store(inspector.dialect)
    left = (_remove(inspector, store, str(each["name"]), str(each["uid"]))[1] for each in leftovers(elements))
    return [each for each in left if each]


def probe_body(inspector: Inspector, name: str) -> Element:
    """Return an action with each kind of field once, as it is sent."""
    parsed = parse_definition({**_DEFINITION, "name": name})
    if parsed.definition is None:
        raise AjoError("AJO900", "the throw-away action is no definition")
    document = comparable(parsed.definition)
    return inspector.adapter.body(document)


def _still_there(left: str) -> AjoError:
    return AjoError("AJO513", f"{left} could not be removed")


def _remove(
    inspector: Inspector, store: Store, name: str, uid: str
) -> tuple[tuple[Look | None, Look | None], str]:
    """Remove the action, by its uid or else by its name; returns the answers, and what is left."""
    try:
        uids = [uid] if uid else _uids_of(inspector, name)
    except PlatformError as error:
        return (None, None), f"the action {name} (if it was created: {inspector.shown(error.message)})"
    answers: tuple[Look | None, Look | None] = (None, None)
    for each in uids:
        removed = inspector.look(inspector.dialect.to_delete(each))
        after = inspector.look(inspector.dialect.to_read(each))
        answers = (removed, after)
        if after.status not in inspector.dialect.absent_statuses and not _is_gone(inspector, store, each):
            return answers, f"the action {name} ({each})"
    return answers, ""


def _is_gone(inspector: Inspector, store: Store, uid: str) -> bool:
    """Remove it once more, with patience, and tell whether it is gone from the list."""
    try:
        store.delete(inspector.talk(), uid)
        return all(each["uid"] != uid for each in inspector.actions())
    except PlatformError:
        return False


def _uids_of(inspector: Inspector, name: str) -> list[str]:
    return [str(each["uid"]) for each in inspector.actions() if each.get("name") == name and is_probe(each)]


_DEFINITION: dict[str, Any] = {
    "$schema": "",
    "formatVersion": 1,
    "kind": "CustomAction",
    "description": "Throw-away action of `ajo target check`. It may be deleted at any time.",
    "endpoint": {
        "method": "POST",
        "url": URL,
        "headers": {"X-Ajo-Check": "fixed", "X-Ajo-Check-Chosen": {"$variable": "A header"}},
        "query": {"fixed": "1", "chosen": {"$variable": "A parameter", "$optional": True}},
    },
    "authentication": {
        "type": "apiKey",
        "name": "X-Ajo-Check-Key",
        "value": "not-a-secret",
        "location": "header",
    },
    "governance": {"channel": "other"},
    "allowNullValues": True,
    "request": {
        "text": "fixed",
        "number": 2,
        "nothing": None,
        "chosen": {"$variable": "A number", "$type": "integer", "$optional": True},
        "inner": {"deep": {"$variable": "Deep inside"}},
        "fixedTexts": ["a", "b"],
        "mixed": ["a", 1],
        "rows": {"$variable": "Rows", "$items": {"id": {"$variable": "Row id"}}},
    },
    "response": {"id": "string"},
    "failureResponse": {"reason": "string"},
}

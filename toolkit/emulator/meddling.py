"""Somebody else at work in the same sandbox: changes that no caller of ours asked for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from toolkit.emulator.actions import KIND as ACTIONS
from toolkit.emulator.audit import AuditTrail
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.records import Registrar
from toolkit.emulator.store import Store
from toolkit.emulator.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Meddler:
    """Edits elements past the API, as a person in the product's own screens would."""

    store: Store
    registrar: Registrar
    trail: AuditTrail

    def edit(self, space: Space, asked: JsonObject) -> None:
        """Change or remove the element called `name` of `collection`; nothing happens when there is none."""
        with self.store.write() as tx:
            element = _found(tx, space, asked["collection"], asked["name"])
            if element is None:
                return
            if asked["changes"] is None:
                tx.remove(space, asked["collection"], element.uid)
            else:
                definition = merged(element.body["definition"], asked["changes"])
                name = definition.get("name", element.name) if element.name else ""
                tx.replace(space, asked["collection"], self.registrar.updated(element, definition, name))
            if asked["collection"] == ACTIONS:
                action = "Delete" if asked["changes"] is None else "Update"
                self._note(space, action, element)

    def _note(self, space: Space, action: str, element: Element) -> None:
        request_id = f"{random.getrandbits(128):032x}"
        self.trail.note(space, action, element.uid, element.name, self.registrar.author, request_id)


def _found(tx: Transaction, space: Space, kind: str, name: str) -> Element | None:
    for element in tx.page(space, kind):
        definition = element.body["definition"]
        if name in (element.uid, definition.get("name"), definition.get("url"), definition.get("urlPattern")):
            return element
    return None


def merged(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result

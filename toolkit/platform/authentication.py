"""How an action proves who it is, wire ↔ document (PF-ACT-9, PF-ACT-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.pointer import Path
from toolkit.platform.shapes import Element, object_at, text_at

_NONE: Mapping[str, str] = {"type": "noAuth"}


def authentication_on_wire(document: Mapping[str, Any]) -> Element:
    """Return the authentication of an action's document; the platform uses the words of the file format."""
    authentication = dict(document.get("authentication", _NONE))
    if not authentication.get("headers", True):
        del authentication["headers"]
    return authentication


def read_authentication(element: Element) -> Element:
    """Return the members of a document that say how an action authenticates: one, or none for ``noAuth``.

    Custom authorizations are the same word for word; the model refuses what it does not know.
    """
    if "authentication" not in element:
        return {}
    where: Path = ("authentication",)
    authentication = element["authentication"]
    if isinstance(authentication, dict) and text_at(authentication, "type", where) == _NONE["type"]:
        object_at(authentication, where, ("type",))
        return {}
    return {"authentication": authentication}


def is_masked_place(path: Path) -> bool:
    """Tell whether the platform shows a mask at `path` of an action's document (PF-ACT-10)."""
    match path:
        case ("authentication", "password" | "value"):
            return True
        case ("authentication", "headers", _) | ("authentication", "body", "bodyParams", _):
            return True
        case _:
            return False

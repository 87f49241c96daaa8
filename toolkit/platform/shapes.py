"""Reading what was agreed out of an element, and saying plainly what is something else.

Nothing is guessed: a member that is not expected is a reason not to understand the element, because an update
replaces the whole of it and would silently drop the member (PF-WRT-2, PF-ACT-18).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from toolkit.core.pointer import Path, format_path
from toolkit.platform.veil import escape_controls

Element = dict[str, Any]
"""One resource as the wire carries it."""

MAX_ELEMENT_DEPTH = 160
"""Two levels on the wire for one of a file, whose limit is 64, and some for what is around them."""


class NotUnderstood(Exception):
    """An element has another shape than we know; the message says where and why."""


class NotOurs(Exception):
    """An element is of a type that definitions don't stand for: `label`; the message is the reason."""

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(reason)
        self.label = label


def not_understood(where: Path, reason: str) -> NotUnderstood:
    """Return the exception that says `reason` about the place `where` inside an element."""
    place = escape_controls(format_path(where))
    return NotUnderstood(f"{place}: {reason}" if place else reason)


def object_at(value: Any, where: Path, required: Collection[str], allowed: Collection[str] = ()) -> Element:
    """Return `value` if it is an object with the `required` members, and at most the `allowed` besides."""
    if not isinstance(value, dict):
        raise not_understood(where, "an object was expected")
    missing = [name for name in required if name not in value]
    if missing:
        raise not_understood(where, f"{missing[0]} is missing")
    unknown = [name for name in value if name not in required and name not in allowed]
    if unknown:
        raise not_understood((*where, unknown[0]), "this member is unknown")
    return value


def text_at(element: Element, name: str, where: Path = ()) -> str:
    """Return the text that is the member `name`."""
    value = element.get(name)
    if not isinstance(value, str):
        raise not_understood((*where, name), "a text was expected")
    return value


def flag_at(element: Element, name: str, where: Path = ()) -> bool:
    """Return the true or false that is the member `name`."""
    value = element.get(name)
    if not isinstance(value, bool):
        raise not_understood((*where, name), "true or false was expected")
    return value


def objects_at(element: Element, name: str, where: Path = ()) -> list[Element]:
    """Return the array of objects that is the member `name`."""
    value = element.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise not_understood((*where, name), "an array of objects was expected")
    return value


def check_fit(element: Element) -> None:
    """Refuse an element that is nested beyond any definition, or holds half of a surrogate pair."""
    level: list[Any] = [element]
    for _ in range(MAX_ELEMENT_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if any(isinstance(value, str) and _is_broken(value) for value in level):
            raise NotUnderstood("a text holds half of a surrogate pair")
        if not level:
            return
    raise NotUnderstood(f"nested deeper than {MAX_ELEMENT_DEPTH}")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)

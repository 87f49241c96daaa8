"""Values as a payload writes them: a text becomes a number, a truth or a list where its hole says so.

For cases, which are to read like the request. Nothing that is sent changes: both fill alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import Json
from toolkit.core.pointer import Path
from toolkit.exercise.addresses import LIST_OF_OBJECTS, HoleAt
from toolkit.exercise.coerce import Unfit, as_list, as_object, coerce_value
from toolkit.exercise.values import hole_of
from toolkit.model.custom_action import CustomAction
from toolkit.model.payload import SCALAR_LIST_TYPES, item_type


@dataclass(frozen=True, slots=True)
class Typed:
    """Values by address, each of its hole's type; those at `unclear` are not, and stay as they were typed."""

    values: dict[str, Json]
    unclear: tuple[str, ...]


def typed(action: CustomAction, values: Mapping[str, Any]) -> Typed:
    """Return `values`, by address, as the payload of `action` would write them; nulls stay."""
    found: dict[str, Json] = {}
    unclear = []
    for text, value in values.items():
        hole, inner = hole_of(action, text)
        try:
            found[text] = value if hole is None else _typed(value, hole, inner)
        except Unfit:
            found[text] = value
            unclear.append(text)
    return Typed(found, tuple(unclear))


def _typed(value: Any, hole: HoleAt, inner: Path) -> Json:
    """Return what stands at `inner` inside the value of `hole`; raises ``Unfit``."""
    if value is None:
        return None
    if hole.type == LIST_OF_OBJECTS:
        if not inner:
            return [_item(item, hole, ()) for item in as_list(value)]
        return _item(value, hole, inner[1:])
    if hole.type in SCALAR_LIST_TYPES:
        scalar = item_type(hole.type)
        if inner:
            return coerce_value(value, scalar)
        return [None if item is None else coerce_value(item, scalar) for item in as_list(value)]
    return coerce_value(value, hole.type)


def _item(value: Any, hole: HoleAt, path: Path) -> Json:
    """Return what stands at `path` inside an item of a list of objects; raises ``Unfit``."""
    for each in hole.items:
        known = each.address.path
        if path[: len(known)] == known:
            return _typed(value, each, path[len(known) :])
    given = as_object(value)
    return {name: _item(member, hole, (*path, name)) for name, member in given.items()}

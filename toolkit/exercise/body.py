"""The request's body: constants as written, holes filled, what is unfilled left out or null.

*Configure a custom action*, *Allow NULL values*
(``help/using/action/about-custom-action-configuration.md``); whole objects by PF-ACT-16.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NoReturn

from toolkit.core.canonical import Json, JsonScalar
from toolkit.core.errors import AjoError
from toolkit.exercise.addresses import Address
from toolkit.exercise.values import Filled
from toolkit.model.payload import (
    FixedList,
    Hole,
    ItemObject,
    ListHole,
    PlainObject,
    RequestPayload,
    TypedList,
    TypedScalar,
)
from toolkit.model.text import SecretRef, reveal_text


class _Absent(Enum):
    """Stands for what is not sent at all, which null is not."""

    LEFT_OUT = auto()


LEFT_OUT = _Absent.LEFT_OUT


def render_body(payload: RequestPayload, filled: Filled, *, allow_null_values: bool) -> dict[str, Json]:
    """Return the body as it is sent; `filled` comes from :func:`toolkit.exercise.values.fill`."""
    return _Rendering(filled, allow_null_values).members(payload, Address("body"))


@dataclass(frozen=True, slots=True)
class _Rendering:
    filled: Filled
    nulls: bool

    def node(self, node: Any, address: Address) -> Json | _Absent:
        match node:
            case Hole():
                return self.unfilled(self.filled.get(address), node.type)
            case ListHole():
                return self.items(node, self.filled.get(address))
            case PlainObject():
                return self.members(node, address) or LEFT_OUT
            case FixedList():
                return self.fixed(node, address)
            case TypedList():
                return [constant(item) for item in node.constant if item is not None]
            case _:
                return constant(node.constant if isinstance(node, TypedScalar) else node)

    def members(self, node: PlainObject, address: Address) -> dict[str, Json]:
        """Return the fields of an object that are sent."""
        return _sent({name: self.node(member, address.below(name)) for name, member in node.root.items()})

    def fixed(self, node: FixedList, address: Address) -> list[Json]:
        """Return the items of a fixed array; one of scalars only drops nulls."""
        rendered = [self.node(item, address.below(index)) for index, item in enumerate(node.root)]
        items: list[Json] = [item for item in rendered if item is not LEFT_OUT]
        if any(isinstance(item, (dict, list)) for item in items):
            return items
        return [item for item in items if item is not None]

    def unfilled(self, value: Json, type_name: str) -> Json | _Absent:
        """Return a hole's value; without one, what stands for it: null, an empty list, or nothing."""
        if value is not None:
            return value
        if not self.nulls:
            return LEFT_OUT
        return [] if type_name.startswith("list") else None

    def items(self, node: ListHole, value: Json) -> Json | _Absent:
        """Return the items of a list that varies; one that has no field at all stays, as ``{}``."""
        if not isinstance(value, list):
            return self.unfilled(None, "list")
        return [self.item(node.items, item) for item in value]

    def item(self, node: ItemObject, value: Json) -> dict[str, Json]:
        """Return the fields of one item that are sent."""
        given = value if isinstance(value, dict) else {}
        fields: dict[str, Json | _Absent] = {}
        for name, member in node.root.items():
            if isinstance(member, ItemObject):
                fields[name] = self.item(member, given.get(name)) or LEFT_OUT
            else:
                fields[name] = self.unfilled(given.get(name), member.type)
        return _sent(fields)


def _sent(fields: dict[str, Json | _Absent]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not LEFT_OUT}


def constant(value: JsonScalar) -> JsonScalar:
    """Return a payload's constant as it is sent: the escapes of a text undone, a number as written."""
    return reveal_text(value, _refuse_secret) if isinstance(value, str) else value


def _refuse_secret(_reference: SecretRef) -> NoReturn:
    raise AjoError("AJO110", "a secret stands in the payload or the URL")

"""Addresses of values: what a person writes to say which hole of an action a value goes into.

``recipient.id`` and ``products[0].price`` stand in the body, ``header:X-Locale`` and ``query:lang`` beside
it, ``path`` is the dynamic path. A body field whose name would read as something else is quoted:
``["path"]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, assert_never

from toolkit.core.pointer import Path
from toolkit.exercise.same import kept_for_each
from toolkit.model.custom_action import CustomAction, ParameterValue
from toolkit.model.payload import FixedList, Hole, ItemObject, ListHole, PlainObject, TextHole

Place = Literal["body", "header", "query", "path"]

LIST_OF_OBJECTS = "listObject"
"""Type of a hole that takes a list of objects."""

_PLAIN_NAME = re.compile(r"""[^.\[\]"]+""")
_INDEX = re.compile(r"\[(0|[1-9]\d{0,8})\]", re.ASCII)
_TEXT = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a value goes: `path` leads through the body, or is the one name of a header or parameter.

    ``str()`` gives the text that :func:`parse_address` reads back.
    """

    place: Place
    path: Path = ()

    def below(self, *parts: str | int) -> Address:
        """Return the address of something inside what stands at this one."""
        return Address(self.place, (*self.path, *parts))

    def __str__(self) -> str:
        match self.place:
            case "path":
                return "path"
            case "header" | "query":
                return f"{self.place}:{self.path[0]}"
            case "body":
                return "".join(_written(part, first=not position) for position, part in enumerate(self.path))
            case _:
                assert_never(self.place)


DYNAMIC_PATH = Address("path")
"""The path that a journey appends to the action's URL."""


def _written(part: str | int, *, first: bool) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if not _PLAIN_NAME.fullmatch(part) or not part.isprintable() or (first and _reads_otherwise(part)):
        return f"[{json.dumps(part, ensure_ascii=not part.isprintable())}]"
    return part if first else "." + part


def _reads_otherwise(text: str) -> bool:
    return text == "path" or text.startswith(("header:", "query:"))


@lru_cache(4096)
def parse_address(text: str) -> Address:
    """Read an address; raises ``ValueError`` whose message says what is wrong with it."""
    if text == "path":
        return DYNAMIC_PATH
    for place in ("header", "query"):
        if text.startswith(place + ":"):
            name = text[len(place) + 1 :]
            if not name:
                raise ValueError(f"a name is missing after {place}:")
            return Address("header" if place == "header" else "query", (name,))
    return Address("body", tuple(_parts(text)))


def _parts(text: str) -> Iterator[str | int]:
    position = 0
    while position < len(text) or not position:
        if text.startswith('["', position):
            part, position = _quoted(text, position)
            yield part
        elif position and (index := _INDEX.match(text, position)):
            yield int(index[1])
            position = index.end()
        else:
            name = _PLAIN_NAME.match(text, position + (text[position : position + 1] == "." and position > 0))
            if not name or (position and text[position] != "."):
                raise ValueError(f"this is no address from character {position + 1} on")
            yield name[0]
            position = name.end()


def _quoted(text: str, start: int) -> tuple[str, int]:
    try:
        name, end = _TEXT.raw_decode(text, start + 1)
    except json.JSONDecodeError:
        raise ValueError(f"the name quoted at character {start + 2} is not closed") from None
    if not name or text[end : end + 1] != "]":
        raise ValueError(f"a name and ] are expected at character {start + 2}")
    return name, end + 1


@dataclass(frozen=True, slots=True)
class HoleAt:
    """A value that an action needs, or may have.

    `type` is a type name of :mod:`toolkit.model.payload` or :data:`LIST_OF_OBJECTS`. For the latter `items`
    are the holes of one item, their addresses counted from the item; else it is empty.
    """

    address: Address
    label: str
    type: str
    optional: bool
    items: tuple[HoleAt, ...] = ()


@kept_for_each
def holes(action: CustomAction) -> tuple[HoleAt, ...]:
    """Return every hole of `action` in the order of the file: headers, parameters, body.

    The dynamic path is not among them: it belongs to a journey, not to the action.
    """
    return (
        *_parameter_holes("header", action.endpoint.headers),
        *_parameter_holes("query", action.endpoint.query),
        *(_body_holes(action.request, Address("body")) if action.request else ()),
    )


def _parameter_holes(place: Place, parameters: dict[str, ParameterValue]) -> Iterator[HoleAt]:
    for name, value in parameters.items():
        if isinstance(value, TextHole):
            yield HoleAt(Address(place, (name,)), value.variable, value.type, value.optional)


def _body_holes(node: Any, address: Address) -> Iterator[HoleAt]:
    match node:
        case Hole():
            yield HoleAt(address, node.variable, node.type, node.optional)
        case ListHole():
            items = tuple(_body_holes(node.items, Address("body")))
            yield HoleAt(address, node.variable, LIST_OF_OBJECTS, node.optional, items)
        case PlainObject() | ItemObject():
            for name, member in node.root.items():
                yield from _body_holes(member, address.below(name))
        case FixedList():
            for index, item in enumerate(node.root):
                yield from _body_holes(item, address.below(index))
        case _:
            return

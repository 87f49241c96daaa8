"""Where the members of one object or array of a JSON text begin and end, the layout between them aside."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from toolkit.core.pointer import Path

# Numbers stay as they are written, and differ from texts; an object's members stay all, in order.
_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple,
    parse_int=lambda literal: (literal,),
    parse_float=lambda literal: (literal,),
    parse_constant=lambda literal: (literal,),
    strict=False,
)
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object, or an item of an array (its key is the index, `key_end` its `start`)."""

    key: str | int
    start: int
    key_end: int
    value_start: int
    end: int
    value: Any


@dataclass(frozen=True, slots=True)
class Container:
    """An object or array between the offsets `start` and `end`, brackets not counted."""

    start: int
    end: int
    members: tuple[Member, ...]

    def named(self, key: str | int) -> list[int]:
        """Return the positions of the members under `key`."""
        return [position for position, member in enumerate(self.members) if member.key == key]

    def position(self, key: str | int, occurrence: int = 0) -> int:
        """Return where the member under `key` stands; raises ``LookupError`` when there is none."""
        return self.named(key)[occurrence]


def container_at(text: str, path: Path) -> Container:
    """Return the object or array at `path`, the first one where keys repeat.

    Raises ``LookupError`` where there is none, and for a text that is not JSON by its grammar.
    """
    try:
        container = _container(text, _after_blank(text, 0))
        for part in path:
            member = container.members[container.position(part)]
            container = _container(text, member.value_start)
    except (ValueError, RecursionError):
        raise LookupError("not JSON") from None
    return container


def _container(text: str, at: int) -> Container:
    if text[at] not in "{[":
        raise LookupError("neither object nor array")
    is_object = text[at] == "{"
    members: list[Member] = []
    offset = _after_blank(text, at + 1)
    while text[offset] not in "}]":
        member = _member(text, offset, None if is_object else len(members))
        members.append(member)
        offset = _after_blank(text, member.end)
        if text[offset] == ",":
            offset = _after_blank(text, offset + 1)
        elif text[offset] not in "}]":
            raise LookupError("not JSON")
    return Container(at + 1, offset, tuple(members))


def _member(text: str, start: int, index: int | None) -> Member:
    key, key_end, value_start = index, start, start
    if key is None:
        key, key_end = _DECODER.raw_decode(text, start)
        colon = _after_blank(text, key_end)
        if not isinstance(key, str) or text[colon] != ":":
            raise LookupError("not JSON")
        value_start = _after_blank(text, colon + 1)
    value, end = _DECODER.raw_decode(text, value_start)
    return Member(key, start, key_end, value_start, end, value)


def _after_blank(text: str, offset: int) -> int:
    found = _BLANK.match(text, offset)
    return found.end() if found else offset

"""Payloads from examples, as the platform's form infers them, with every doubtful inference named.

Types and their rules: *Configure a custom action*
(``help/using/action/about-custom-action-configuration.md``, *Define the payload parameters*) and *Pass
collections* (``help/using/building-journeys/collections.md``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import Json, JsonScalar
from toolkit.core.pointer import Path
from toolkit.model.base import TAG_MARK
from toolkit.model.doubts import (
    BAD_KEY,
    BIG,
    CONSTANT_INSIDE,
    DATE,
    DOTTED_KEY,
    EMPTY_LIST,
    EMPTY_OBJECT,
    FIXED_INSIDE,
    INNER_LIST,
    MIXED,
    MIXED_RESPONSE,
    NESTED,
    NESTED_RESPONSE,
    NULLS,
    Doubt,
    differences,
    list_type,
    type_of,
)
from toolkit.model.labels import label_of
from toolkit.model.payload import list_type_of
from toolkit.model.text import escape_text


class NotAPayload(ValueError):
    """An example has no object with usable fields at its root; the message says what it has."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """A payload as a definition writes it, and what is doubtful about it."""

    payload: dict[str, Any]
    doubts: tuple[Doubt, ...]


def infer_request(example: Json, is_constant: Callable[[Path], bool] = lambda _: False) -> Inferred:
    """Make a request of an example: each scalar a variable, or a constant where `is_constant` says so.

    Raises :class:`NotAPayload`.
    """
    reader = _Request(is_constant)
    return Inferred(_root(example, reader.object), tuple(dict.fromkeys(reader.doubts)))


def infer_response(example: Json) -> Inferred:
    """Make the description of an answer: a type at each leaf. Raises :class:`NotAPayload`."""
    reader = _Response()
    return Inferred(_root(example, reader.object), tuple(dict.fromkeys(reader.doubts)))


def is_usable_key(name: str) -> bool:
    """Tell whether a payload of the format can have a field of this name."""
    return bool(name) and not name.startswith("$") and TAG_MARK not in name


def constant_of(value: JsonScalar) -> Any:
    """Write a scalar as a constant: dates with their type, texts so that nothing in them is a reference."""
    if isinstance(value, str):
        type_name = type_of(value)[0]
        text = escape_text(value)
        return text if type_name == "string" else {"$constant": text, "$type": type_name}
    return value


def _root(example: Json, read: Callable[[dict[str, Json], Path], Any]) -> dict[str, Any]:
    if not isinstance(example, dict):
        found = "an array" if isinstance(example, list) else "a single value"
        raise NotAPayload(f"its root is {found}; a payload is an object")
    payload: dict[str, Any] | None = read(example, ())
    if payload is None:
        raise NotAPayload("it has no field that could be taken over")
    return payload


@dataclass
class _Reader(ABC):
    """What requests and responses share: fields of objects, and the doubts met on the way."""

    doubts: list[Doubt] = field(default_factory=list)

    def object(self, value: dict[str, Json], path: Path) -> dict[str, Any] | None:
        """Read the fields of an object; None when none can be written."""
        fields: dict[str, Any] = {}
        for name, member in value.items():
            if self._takes(name, (*path, name)):
                node = self.node(member, (*path, name))
                if node is not None:
                    fields[name] = node.content
        if not fields:
            self.doubt(path, EMPTY_OBJECT)
        return fields or None

    @abstractmethod
    def node(self, value: Json, path: Path) -> _Written | None:
        """Read any value; None when it can't be written."""

    def doubt(self, path: Path, *questions: str) -> None:
        """Note questions about a place; an empty one is none."""
        self.doubts.extend(Doubt(path, question) for question in questions if question)

    def _takes(self, name: str, path: Path) -> bool:
        if not is_usable_key(name):
            self.doubt(path, BAD_KEY)
        return is_usable_key(name)

    def _first_object(self, objects: Sequence[dict[str, Json]], path: Path) -> dict[str, Json]:
        chosen = next((item for item in objects if any(map(is_usable_key, item))), objects[0])
        self.doubts.extend(differences(path, objects, chosen))
        return chosen


@dataclass(frozen=True, slots=True)
class _Written:
    """One node as a definition writes it; a wrapper, since null is a node too."""

    content: Any


@dataclass
class _Response(_Reader):
    def _takes(self, name: str, path: Path) -> bool:
        if "." in name:
            self.doubt(path, DOTTED_KEY)
            return False
        return super()._takes(name, path)

    def node(self, value: Json, path: Path) -> _Written | None:
        if isinstance(value, dict):
            return _written(self.object(value, path))
        if isinstance(value, list):
            return self._list(value, path)
        name, question = type_of(value)
        self.doubt(path, question)
        return _Written(name)

    def _list(self, items: list[Json], path: Path) -> _Written | None:
        objects = [item for item in items if isinstance(item, dict)]
        scalars = [item for item in items if not isinstance(item, (dict, list))]
        if len(objects) + len(scalars) < len(items):
            self.doubt(path, NESTED_RESPONSE)
            return None
        if not objects:
            name, questions = list_type(scalars)
            self.doubt(path, *(questions if name else [MIXED_RESPONSE]))
            return _written(name)
        if any(item is not None for item in scalars):
            self.doubt(path, MIXED_RESPONSE)
            return None
        self.doubt(path, NULLS if scalars else "")
        item = self.object(self._first_object(objects, path), (*path, 0))
        return _written([item] if item else None)


def _written(content: Any) -> _Written | None:
    return None if content is None else _Written(content)


@dataclass
class _Request(_Reader):
    def __init__(self, is_constant: Callable[[Path], bool]) -> None:
        super().__init__()
        self.is_constant = is_constant
        self.fixed_lists = 0
        """How many fixed lists are around the node that is read."""

    def node(self, value: Json, path: Path) -> _Written | None:
        if isinstance(value, dict):
            return _written(self.object(value, path))
        if isinstance(value, list):
            return self._list(value, path)
        return self._scalar(value, path)

    def _scalar(self, value: JsonScalar, path: Path) -> _Written:
        name, question = type_of(value)
        if not self.is_constant(path):
            self.doubt(path, question)
            return _Written(_hole(path, name, optional=value is None))
        self.doubt(path, question if question in (BIG, DATE) else "")
        return _Written(constant_of(value))

    def _list(self, items: list[Json], path: Path) -> _Written | None:
        if not items and (self.is_constant(path) or self.fixed_lists):
            self.doubt(path, EMPTY_LIST)
            return _Written({"$constant": [], "$type": "listString"})
        reason = self._why_fixed(items, path)
        if reason is not None:
            return self._fixed(items, path, reason)
        objects = [item for item in items if isinstance(item, dict)]
        if objects:
            return self._objects(objects, path, has_nulls=len(objects) < len(items))
        name, questions = list_type([item for item in items if not isinstance(item, (dict, list))])
        self.doubt(path, *questions)
        return _Written(_hole(path, str(name)))

    def _why_fixed(self, items: list[Json], path: Path) -> str | None:
        """Say why a list can't vary in number ("" where nobody needs to be told); None when it can."""
        constant = [self.is_constant(leaf) for leaf in _leaves(items, path)]
        if any(constant):
            return "" if all(constant) else CONSTANT_INSIDE
        if self.fixed_lists:
            return "" if _is_item(path) else FIXED_INSIDE
        objects = [item for item in items if isinstance(item, dict)]
        scalars = [item for item in items if not isinstance(item, (dict, list))]
        if len(objects) + len(scalars) < len(items):
            return NESTED
        if (objects and any(item is not None for item in scalars)) or list_type(scalars)[0] is None:
            return MIXED
        holds_lists = any(_holds_lists_of_lists(member) for item in objects for member in item.values())
        return INNER_LIST if holds_lists else None

    def _objects(self, objects: list[dict[str, Json]], path: Path, *, has_nulls: bool) -> _Written | None:
        self.doubt(path, NULLS if has_nulls else "")
        item = self.object(self._first_object(objects, path), (*path, 0))
        return _written({"$variable": _label(path), "$items": item} if item else None)

    def _fixed(self, items: list[Json], path: Path, question: str) -> _Written | None:
        self.doubt(path, question)
        self.fixed_lists += 1
        nodes = [self.node(item, (*path, index)) for index, item in enumerate(items)]
        self.fixed_lists -= 1
        written = [node.content for node in nodes if node is not None]
        return _written(_constant_dates(written) or None)


def _hole(path: Path, type_name: str, *, optional: bool = False) -> dict[str, Any]:
    mark = {"$optional": True} if optional else {}
    return {"$variable": _label(path), "$type": type_name, **mark}


def _label(path: Path) -> str:
    """Return the label of a place: its field's name, and the number of an item in a fixed list."""
    name = next(part for part in reversed(path) if isinstance(part, str))
    numbers = path[len(path) - list(reversed(path)).index(name) :]
    return " ".join([label_of(name), *(str(int(number) + 1) for number in numbers)])


def _constant_dates(items: list[Any]) -> Any:
    """Write constant dates of one type as one typed list, the form they have in a definition."""
    dates = [item for item in items if isinstance(item, dict) and isinstance(item.get("$constant"), str)]
    types = {item["$type"] for item in dates}
    if len(types) == 1 and len(dates) == len(items):
        return {"$constant": [item["$constant"] for item in dates], "$type": list_type_of(types.pop())}
    return items


def _is_item(path: Path) -> bool:
    """Tell whether a place is an item of a list: a list there has a fixed number of items itself."""
    return isinstance(path[-1], int)


def _holds_lists_of_lists(value: Json) -> bool:
    """Tell whether a field of a list's item holds a list that is not one of plain scalars."""
    if isinstance(value, dict):
        return any(map(_holds_lists_of_lists, value.values()))
    if not isinstance(value, list):
        return False
    scalars = [item for item in value if not isinstance(item, (dict, list))]
    return len(scalars) < len(value) or list_type(scalars)[0] is None


def _leaves(value: Json, path: Path) -> Iterable[Path]:
    """Yield the paths of all scalars and empty containers below `path`."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path

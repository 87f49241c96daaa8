"""Everything that stands in a definition, gathered in one walk without places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from toolkit.core.canonical import DecimalLiteral
from toolkit.model.kinds import Definition
from toolkit.model.payload import FixedList, Hole, ItemObject, ListHole, PlainObject, ResponseList, TextHole

_ANSWERS = ("response", "failure_response")
_ROOTS = frozenset({PlainObject, ItemObject, FixedList})
_SCALARS = frozenset({NoneType, bool, int, DecimalLiteral})


@dataclass(slots=True)
class Gathered:
    """What stands in a definition: `names` are the keys of headers, parameters and payloads that are sent.

    `constants` are those that are no texts, `inner` the holes in arrays and in the items of lists,
    `answers` the names of fields that come back, `forms` the types of what holds something.
    """

    texts: list[str] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    holes: list[Hole | TextHole | ListHole] = field(default_factory=list)
    inner: list[Hole | TextHole | ListHole] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    forms: set[type[Any]] = field(default_factory=set)

    @property
    def labels(self) -> list[str]:
        """The labels of all variables."""
        return [hole.variable for hole in self.holes + self.inner]


def gathered(definition: Definition, *, leave_out: str = "") -> Gathered:
    """Walk through a definition, leaving out what stands in one field."""
    found = Gathered()
    for name, member in definition.__dict__.items():
        if type(member) is str:
            found.texts.append(member)
        elif name in _ANSWERS:
            if member is not None:
                _gather_names(member.root, found.answers)
        elif type(member) not in _SCALARS and name != leave_out:
            _gather(member, found)
    return found


def _gather(value: Any, found: Gathered, *, is_inside: bool = False) -> None:
    # By type, not by pattern: to ask pydantic whether a value is a model takes longer than the walk.
    form = type(value)
    found.forms.add(form)
    if form in _ROOTS:
        is_inside = is_inside or form is FixedList
        value = value.root
        form = type(value)
    if form is dict:
        found.names.extend(value)
        _gather_members(value.values(), found, found.constants, is_inside=is_inside)
    elif form is list:
        _gather_members(value, found, found.constants, is_inside=is_inside)
    else:
        _gather_members(value.__dict__.values(), found, [], is_inside=is_inside)


def _gather_members(
    members: Iterable[Any], found: Gathered, constants: list[Any], *, is_inside: bool
) -> None:
    for member in members:
        kind = type(member)
        if kind is str:
            found.texts.append(member)
        elif kind is Hole or kind is TextHole:
            (found.inner if is_inside else found.holes).append(member)
        elif kind in _SCALARS:
            constants.append(member)
        elif kind is ListHole:
            (found.inner if is_inside else found.holes).append(member)
            _gather(member.items, found, is_inside=True)
        else:
            _gather(member, found, is_inside=is_inside)


def _gather_names(fields: Mapping[str, Any], found: list[str]) -> None:
    found.extend(fields)
    for member in fields.values():
        if type(member) is not str:
            inner = member.root
            _gather_names(inner[0].root if type(member) is ResponseList else inner, found)

"""Values for the holes of an action: who needs one, who got one, and whether it fits."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path
from toolkit.exercise.addresses import DYNAMIC_PATH, LIST_OF_OBJECTS, Address, HoleAt, holes, parse_address
from toolkit.exercise.coerce import Unfit, as_list, as_object, coerce_value, is_text_for_a_line
from toolkit.exercise.paths import encode_path
from toolkit.exercise.same import kept_for_each
from toolkit.model.custom_action import CustomAction

Filled = Mapping[Address, Json]
"""Exact values by the address of their hole; a hole that is not in it stays unfilled, None is null."""


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """What is wrong with the value at `address`; never says the value itself, which may be a customer's."""

    address: str
    what: str

    def __str__(self) -> str:
        return f"{self.address} {self.what}"


class ValuesError(AjoError):
    """Values are missing or don't fit (AJO701); `problems` lists all, the message names every address."""

    def __init__(self, problems: Iterable[ValueProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("AJO701", "; ".join(map(str, self.problems)))


@dataclass(slots=True)
class _Reading:
    """One pass over what was given; problems gather here."""

    nulls: bool
    problems: list[ValueProblem] = field(default_factory=list)

    def wrong(self, address: Address | str, what: str) -> None:
        self.problems.append(ValueProblem(str(address), what))

    def value(self, hole: HoleAt, address: Address, value: Any) -> Json:
        """Return the exact value of `hole`, whose address is `address`; None where there is a problem."""
        if value is None:
            if not hole.optional and not self.nulls:
                self.wrong(address, "is null; a value is needed")
            return None
        try:
            if hole.type == LIST_OF_OBJECTS:
                return self.items(hole, address, as_list(value))
            exact = coerce_value(value, hole.type)
            if address.place == "header" and not is_text_for_a_line(str(exact)):
                raise Unfit("holds a line break or another control character")
            if address == DYNAMIC_PATH:
                encode_path(str(exact))
            return exact
        except Unfit as unfit:
            self.wrong(address, str(unfit))
            return None

    def items(self, hole: HoleAt, address: Address, listed: list[Any]) -> list[Json]:
        """Return the items of a list of objects."""
        ends = {inner.address.path for inner in hole.items}
        return [self.item(hole, ends, address.below(index), item) for index, item in enumerate(listed)]

    def item(self, hole: HoleAt, ends: set[Path], address: Address, value: Any) -> Json:
        """Return one item of a list of objects: an object that holds the filled fields only."""
        try:
            given = dict(_leaves(as_object(value), ends))
        except Unfit as unfit:
            self.wrong(address, str(unfit))
            return None
        filled: dict[str, Json] = {}
        for inner in hole.items:
            path = inner.address.path
            if path in given:
                _put(filled, path, self.value(inner, address.below(*path), given.pop(path)))
            elif not inner.optional:
                self.wrong(address.below(*path), _needed(inner))
        for path in given:
            self.wrong(address.below(*path), "is not a value of this list's items")
        return filled


def fill(action: CustomAction, values: Mapping[str, Any]) -> Filled:
    """Check `values` (address → JSON value, or text as typed) against the holes of `action`.

    A list may be given whole, as a JSON list, or by item (``tags[0]``, ``products[1].price``). The dynamic
    path is under :data:`DYNAMIC_PATH`. Raises :class:`ValuesError` with every problem there is.
    """
    known = holes(action)
    reading = _Reading(action.allow_null_values)
    given = _by_hole(values, _takers(action), reading)
    filled: dict[Address, Json] = {}
    for hole in known:
        if hole.address in given:
            filled[hole.address] = reading.value(hole, hole.address, given.pop(hole.address))
        elif not hole.optional:
            reading.wrong(hole.address, _needed(hole))
    if DYNAMIC_PATH in given:
        filled[DYNAMIC_PATH] = reading.value(_PATH_HOLE, DYNAMIC_PATH, given[DYNAMIC_PATH])
    if reading.problems:
        raise ValuesError(reading.problems)
    return filled


_PATH_HOLE = HoleAt(DYNAMIC_PATH, "Path", "string", optional=True)


def _needed(hole: HoleAt) -> str:
    return f"is missing ({hole.type}, {hole.label!r})"


@dataclass(frozen=True, slots=True)
class _Takers:
    """What of an action takes a value: by address, that of a header in lower case, and by name."""

    by_address: Mapping[Address, HoleAt]
    by_name: Mapping[str, HoleAt]


@kept_for_each
def _takers(action: CustomAction) -> _Takers:
    known = (*holes(action), _PATH_HOLE)
    return _Takers(
        {_folded(hole.address): hole for hole in known}, {str(hole.address): hole for hole in known}
    )


def hole_of(action: CustomAction, text: str) -> tuple[HoleAt | None, Path]:
    """Return the hole that an address leads to or into, and the rest of the way inside its value."""
    return _taker(text, _takers(action), _Reading(nulls=True))


def _by_hole(values: Mapping[str, Any], takers: _Takers, reading: _Reading) -> dict[Address, Any]:
    """Return what was given by the address of its hole, parts of a list put together."""
    parts: dict[Address, dict[Path, Any]] = {}
    for text, value in values.items():
        hole, inner = _taker(text, takers, reading)
        if hole is None:
            continue
        if inner in parts.setdefault(hole.address, {}):
            reading.wrong(text, "is given twice")
        else:
            parts[hole.address][inner] = value
    return {address: _assembled(address, given, reading) for address, given in parts.items()}


def _taker(text: str, takers: _Takers, reading: _Reading) -> tuple[HoleAt | None, Path]:
    """Return the hole that a value's name leads to or into, and the rest of the way inside its value."""
    hole = takers.by_name.get(text)
    if hole is not None:
        return hole, ()
    try:
        address = parse_address(text)
    except ValueError as error:
        reading.wrong(text, f"can't be read: {error}")
        return None, ()
    hole, inner = _hole_of(_folded(address), takers.by_address)
    if hole is None:
        reading.wrong(text, "is not a value of this action" + _nearest(text, takers.by_address.values()))
    return hole, inner


def _folded(address: Address) -> Address:
    """Header names are the same in any case (RFC 7230, 3.2)."""
    if address.place != "header":
        return address
    return Address("header", (str(address.path[0]).lower(),))


def _hole_of(address: Address, known: Mapping[Address, HoleAt]) -> tuple[HoleAt | None, Path]:
    """Return the hole that `address` leads to or into, and the rest of the path inside its value."""
    for length in range(len(address.path), -1, -1):
        hole = known.get(Address(address.place, address.path[:length]))
        if hole is not None:
            inner = address.path[length:]
            takes_parts = hole.type.startswith("list") and isinstance((*inner, 0)[0], int)
            return (hole if takes_parts or not inner else None), inner
    return None, ()


def _nearest(text: str, known: Iterable[HoleAt]) -> str:
    names = [str(hole.address) for hole in known if hole.address != DYNAMIC_PATH]
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _assembled(address: Address, parts: Mapping[Path, Any], reading: _Reading) -> Any:
    """Return the one value that was given in `parts`; the whole alone stands for itself."""
    if () in parts:
        if len(parts) > 1:
            reading.wrong(address, "is given as a whole and in parts")
        return parts[()]
    count = max(int(path[0]) for path in parts) + 1
    listed: list[Any] = []
    for index in range(min(count, len(parts) + 1)):
        own = {path[1:]: value for path, value in parts.items() if path[0] == index}
        if not own:
            reading.wrong(address.below(index), "is missing: items are counted from 0 without gaps")
            break
        listed.append(_object(address.below(index), own, reading))
    return listed


def _object(address: Address, parts: Mapping[Path, Any], reading: _Reading) -> Any:
    if () in parts:
        if len(parts) > 1:
            reading.wrong(address, "is given as a whole and in parts")
        return parts[()]
    collected: dict[str, Any] = {}
    for path, value in parts.items():
        if not _put(collected, path, copy.deepcopy(value)):
            reading.wrong(address.below(*path), "contradicts another value beside it")
    return collected


def _put(target: dict[str, Any], path: Path, value: Any) -> bool:
    """Set what stands at `path`, making objects on the way; False when something else is in the way."""
    inner: Any = target
    for part in path[:-1]:
        inner = inner.setdefault(str(part), {})
        if not isinstance(inner, dict):
            return False
    if str(path[-1]) in inner:
        return False
    inner[str(path[-1])] = value
    return True


def _leaves(value: Mapping[str, Any], ends: set[Path], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what stands at `ends` inside `value`, and every leaf that is at none of them."""
    for key, member in value.items():
        here = (*path, key)
        if here not in ends and isinstance(member, dict) and member:
            yield from _leaves(member, ends, here)
        else:
            yield here, member

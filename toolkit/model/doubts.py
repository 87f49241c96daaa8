"""What the values of an example tell about types, and the questions that they leave open.

A doubt names a place and a question, never a value: examples are often copied from real traffic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from toolkit.core.canonical import DecimalLiteral, Json, JsonScalar
from toolkit.core.pointer import Path
from toolkit.model.payload import DateType, fits_type, list_type_of, scalar_type_of

NULL = "null says no type; string was taken"
INTEGER = "an integer here, or a decimal where it can have a fraction?"
WHOLE = "a decimal without a fraction here; an integer?"
BIG = "an integer beyond 2^53, which many readers round; send it as a text?"
DATE = "a text that is a date here; a string where other texts can come"
LIKE_NUMBER = "a text that looks like a number; string was taken"
LIKE_BOOLEAN = "a text that looks like true or false; string was taken"
LIKE_DATE = "a text that looks like a date, but not as ISO 8601 writes it; string was taken"
EMPTY_LIST = "an empty list: of what? listString was taken"
EMPTY_OBJECT = "an object without usable fields can't be written; left out"
NULLS = "nulls in a list tell no type, and are not sent"
NUMBERS = "integers and decimals in one list; listDecimal was taken"
TEXTS = "dates and other texts in one list; listString was taken"
MIXED = "items of several types: a fixed list, each item on its own"
NESTED = "lists inside a list: a fixed list, each item on its own"
INNER_LIST = "items that hold lists of their own can't vary in number: a fixed list"
FIXED_INSIDE = "inside a fixed list, a list has a fixed number of items too"
CONSTANT_INSIDE = "a constant inside makes this a fixed list"
MIXED_RESPONSE = "items of several types can't be described in a response; left out"
NESTED_RESPONSE = "lists inside a list can't be described in a response; left out"
BAD_KEY = "the format has no field name that is empty or begins with $; left out"
DOTTED_KEY = "a field name with a dot can't be read in a journey; left out"

_DATES: tuple[str, ...] = get_args(DateType)
_EXACT_UP_TO = 2**53
_LIKE_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*", re.ASCII)
_LIKE_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ].*)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something an example does not tell for sure: where in the payload, and what was assumed."""

    path: Path
    question: str


def type_of(value: JsonScalar) -> tuple[str, str]:
    """Return the type of an example's scalar, and the question that leaves open ("" for none)."""
    name = scalar_type_of(value)
    match value:
        case None:
            return name, NULL
        case str():
            return _type_of_text(value)
        case DecimalLiteral():
            return name, WHOLE if value == value.to_integral_value() else ""
        case bool():
            return name, ""
        case _:
            return name, BIG if abs(value) > _EXACT_UP_TO else INTEGER


def _type_of_text(text: str) -> tuple[str, str]:
    for name in _DATES:
        if fits_type(text, name):
            return name, DATE
    if _LIKE_DATE.fullmatch(text):
        return "string", LIKE_DATE
    if _LIKE_NUMBER.fullmatch(text):
        return "string", LIKE_NUMBER
    return "string", LIKE_BOOLEAN if text.lower() in ("true", "false") else ""


def list_type(items: Sequence[JsonScalar]) -> tuple[str | None, list[str]]:
    """Return the type of a list of scalars (None: mixed) and the questions it leaves open."""
    found = [type_of(item) for item in items if item is not None]
    questions = [NULLS] if len(found) < len(items) else []
    types = {name for name, _ in found}
    if not types:
        return "listString", [EMPTY_LIST, *questions]
    if len(types) == 1:
        return list_type_of(types.pop()), questions + list(
            dict.fromkeys(asked for _, asked in found if asked)
        )
    if types <= {"integer", "decimal"}:
        return "listDecimal", [NUMBERS, *questions]
    if types <= {"string", *_DATES}:
        return "listString", [TEXTS, *questions]
    return None, []


def _shape(value: Json) -> str:
    """Return what an item of a list is, for comparison with the others."""
    if isinstance(value, (dict, list)):
        return "object" if isinstance(value, dict) else "list"
    return "null" if value is None else type_of(value)[0]


def differences(path: Path, objects: Sequence[dict[str, Json]], chosen: dict[str, Json]) -> list[Doubt]:
    """Name the fields in which the objects of a list differ from the one that fixes them."""
    other: dict[str, None] = {}
    missing: dict[str, None] = {}
    typed: dict[str, None] = {}
    for item in objects:
        other |= dict.fromkeys(item.keys() - chosen.keys())
        missing |= dict.fromkeys(chosen.keys() - item.keys())
        typed |= {
            name: None for name in item.keys() & chosen.keys() if _shape(item[name]) != _shape(chosen[name])
        }
    told = (("have more fields", other), ("lack fields", missing), ("have other types", typed))
    return [
        Doubt(path, f"the first item fixes the fields; others {what}: {_names(names)}")
        for what, names in told
        if names
    ]


def _names(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more

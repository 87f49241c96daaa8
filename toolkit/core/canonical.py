"""Exact JSON: numbers keep their spelling, output has one form, and a value has one digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, Self

MAX_NUMBER_DIGITS = 4_000
"""Characters of one number literal; more than any real payload needs, far less than what stalls a parser."""

MAX_DEPTH = 64
"""Nested objects and arrays in one file."""


_CONTROLS = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Characters that steer how text is shown (deletion, line ends, writing direction) and so can deceive."""


class DecimalLiteral(Decimal):
    """A JSON number with a fraction or an exponent, which remembers how it was written.

    Compares by value (``2.0 == 2.00``); ``str()`` and :func:`dump_json` give the spelling back.
    """

    __slots__ = ("literal",)
    literal: str

    def __new__(cls, literal: str) -> Self:
        """Read `literal`; raises ``decimal.InvalidOperation`` when the exponent is beyond any use."""
        number = super().__new__(cls, literal)
        number.literal = literal
        return number

    def __str__(self) -> str:
        return self.literal

    def __repr__(self) -> str:
        return f"DecimalLiteral({self.literal!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.literal,)


JsonScalar = None | bool | int | DecimalLiteral | str
Json = JsonScalar | list["Json"] | dict[str, "Json"]
"""A parsed JSON value; numbers are ``int`` (no fraction, no exponent) or :class:`DecimalLiteral`."""


class JsonError(ValueError):
    """A text is not acceptable JSON; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


class JsonLimitError(ValueError):
    """A text is JSON but beyond a limit, or repeats a key; where is found by a slower reading."""


def parse_json(text: str, *, depth: int = MAX_DEPTH) -> Json:
    """Read one JSON value exactly; objects and arrays may be nested `depth` deep.

    Raises :class:`JsonError` for what is not JSON and :class:`JsonLimitError` for repeated keys, numbers
    over :data:`MAX_NUMBER_DIGITS`, ``-0``, non-finite numbers, lone surrogates and too deep nesting.
    """
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.lineno, error.colno) from None
    except RecursionError:
        raise JsonLimitError("nested too deeply") from None
    may_be_deep = text.count("{") + text.count("[") > depth
    if may_be_deep and _depth_exceeds(value, depth):
        raise JsonLimitError("nested too deeply")
    if "\\u" in text and _has_lone_surrogate(value):
        raise JsonLimitError("holds half of a surrogate pair")
    return value


def parse_plain(text: str) -> Json:
    """Read one JSON value quickly, where that is sure to be exact but for repeated keys, depth and ``-0``.

    None for everything else, which :func:`parse_json` may well accept.
    """
    # To look for one character takes a tenth of the time that two take.
    if "\\" in text and "\\u" in text:
        return None
    try:
        value: Json = _PLAIN_DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value


def may_hold_negative_zero(text: str) -> bool:
    """Tell whether a JSON text may hold ``-0``, which is read as 0."""
    return "-0" in text and _NEGATIVE_ZERO.search(text) is not None


def _object_without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonLimitError("repeats a key")
    return members


def _integer(literal: str) -> int:
    if len(literal) > MAX_NUMBER_DIGITS:
        raise JsonLimitError("a number is too long")
    if literal == "-0":
        raise JsonLimitError("-0 is not an integer the platform knows")
    return int(literal)


def _decimal(literal: str) -> DecimalLiteral:
    if len(literal) > MAX_NUMBER_DIGITS:
        raise JsonLimitError("a number is too long")
    try:
        return DecimalLiteral(literal)
    except InvalidOperation:
        raise JsonLimitError("a number's exponent is too large") from None


def _refuse_constant(name: str) -> NoReturn:
    raise JsonLimitError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_repeats,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_refuse_constant,
)
"""Made once: to make one takes as long as to read a small file."""


_PLAIN_DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse_constant)
_NEGATIVE_ZERO = re.compile(r"(?<=[\s:,\[])-0(?![0-9.eE])")


def _depth_exceeds(value: Json, limit: int) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def depths(value: Json, enough: int) -> int:
    """Return the sum of the depths of all values in `value`; one above `enough` need not be the whole sum."""
    total, depth, level = 0, 0, [value]
    while level and total <= enough:
        depth += 1
        children = [child for parent in level for child in _children(parent)]
        total += depth * len(children)
        level = [child for child in children if isinstance(child, (dict, list))]
    return total


def _children(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _has_lone_surrogate(value: Json) -> bool:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        texts = [current] if isinstance(current, str) else list(current) if isinstance(current, dict) else []
        if any("\ud800" <= character <= "\udfff" for text in texts for character in str(text)):
            return True
        waiting.extend(_children(current))
    return False


def dump_json(value: Any, *, indent: int | None = 2) -> str:
    """Write `value` in our one form: keys in order, numbers as written, Unicode unescaped but for controls.

    With `indent` every member stands on its own line; with ``None`` the text is compact. No final newline.
    """
    pieces: list[str] = []
    _write(value, pieces, indent, 0)
    return "".join(pieces)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
"""Made once: to make one takes longer than to write a short text."""


def _quoted(text: str) -> str:
    quoted = _ENCODER.encode(text)
    if quoted.isascii() and "\x7f" not in quoted:
        return quoted
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _write(value: Any, out: list[str], indent: int | None, level: int) -> None:
    match value:
        case str():
            out.append(_quoted(value))
        case DecimalLiteral():
            out.append(value.literal)
        case bool() | int() | float() | None:
            out.append(_ENCODER.encode(value))
        case Mapping():
            keys = [_quoted(str(key)) + (": " if indent else ":") for key in value]
            _write_members("{", "}", keys, list(value.values()), out, (indent, level))
        case list() | tuple():
            _write_members("[", "]", [""] * len(value), list(value), out, (indent, level))
        case _:
            raise TypeError(f"{type(value).__name__} is not a JSON value")


def _write_members(
    opening: str,
    closing: str,
    keys: list[str],
    values: list[Any],
    out: list[str],
    layout: tuple[int | None, int],
) -> None:
    indent, level = layout
    if not values:
        out.append(opening + closing)
        return
    newline = "\n" + " " * (indent * (level + 1)) if indent else ""
    out.append(opening)
    for position, (key, member) in enumerate(zip(keys, values, strict=True)):
        out.append(("," if position else "") + newline + key)
        _write(member, out, indent, level + 1)
    out.append(("\n" + " " * (indent * level) if indent else "") + closing)


def digest(value: Any) -> str:
    """Return the SHA-256 of `value`, the same for any order of keys and any spelling of a decimal."""
    return "sha256:" + hashlib.sha256(dump_json(_normal(value), indent=None).encode("utf-8")).hexdigest()


def _normal(value: Any) -> Any:
    if isinstance(value, DecimalLiteral):
        return DecimalLiteral(_one_spelling(value))
    if isinstance(value, Mapping):
        return {key: _normal(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return value


def _one_spelling(number: DecimalLiteral) -> str:
    """Write a decimal exactly, the same for ``2.0``, ``2.00`` and ``20e-1``, and never like an integer."""
    sign, digits, exponent = number.as_tuple()
    coefficient = "".join(map(str, digits))
    shortest = coefficient.rstrip("0")
    if not shortest:
        return "0e0"
    return f"{'-' * sign}{shortest}e{int(exponent) + len(coefficient) - len(shortest)}"


def same_json(left: Any, right: Any) -> bool:
    """Tell whether two values mean the same: key order and a decimal's spelling aside, types included."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same_json, left, right))
    return type(left) is type(right) and bool(left == right)

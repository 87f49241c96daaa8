"""One value against one type: what fits is made exact, what does not is told apart. Nothing is echoed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from toolkit.core.canonical import (
    MAX_NUMBER_DIGITS,
    DecimalLiteral,
    Json,
    JsonError,
    JsonLimitError,
    parse_json,
)
from toolkit.model.payload import SCALAR_LIST_TYPES, fits_type, item_type

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_BITS_OF_LONGEST_INTEGER = int(MAX_NUMBER_DIGITS * 3.32)

_FORM_OF_TYPE = {
    "string": "a text",
    "integer": "an integer",
    "decimal": "a number",
    "boolean": "true or false",
    "dateTime": "a date and time with offset, like 2026-01-31T09:30:00Z",
    "dateTimeOnly": "a date and time without offset, like 2026-01-31T09:30:00",
    "dateOnly": "a date, like 2026-01-31",
}


class Unfit(ValueError):
    """A value does not fit; the message says what is needed, never what was given."""


def coerce_value(value: Any, type_name: str) -> Json:
    """Return `value` as exact JSON of a scalar or scalar-list type; raises :class:`Unfit`.

    A text is read as the type is written, as it comes from a command line: ``"2.50"`` for a decimal keeps its
    spelling, a list is a JSON array. Nulls inside a list are dropped, as the platform does
    (``help/using/action/about-custom-action-configuration.md``, *Allow NULL values*).
    """
    if type_name not in SCALAR_LIST_TYPES:
        return _scalar(value, type_name)
    inner = item_type(type_name)
    listed = as_list(value)
    return [_scalar(item, inner, f"item {index} is") for index, item in enumerate(listed) if item is not None]


def as_list(value: Any) -> list[Any]:
    """Return a list, read from JSON text where it is one; raises :class:`Unfit`."""
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, (list, tuple)):
        raise Unfit("is not a list; a JSON array is needed")
    return list(value)


def as_object(value: Any) -> dict[str, Any]:
    """Return an object, read from JSON text where it is one; raises :class:`Unfit`."""
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise Unfit("is not an object; a JSON object is needed")
    return value


def _parsed(text: str) -> Json:
    try:
        return parse_json(text)
    except (JsonError, JsonLimitError):
        return None


def _scalar(value: Any, type_name: str, subject: str = "is") -> Json:
    exact = _exact(value, type_name)
    if exact is None:
        raise Unfit(f"{subject} not {_FORM_OF_TYPE[type_name]}")
    return exact


def _exact(value: Any, type_name: str) -> Json:
    """Return `value` as its type writes it; None where it is of another."""
    match type_name:
        case "string":
            return value if isinstance(value, str) and is_unicode(value) else None
        case "integer" | "decimal":
            number = _number(value)
            return None if type_name == "integer" and not isinstance(number, int) else number
        case "boolean":
            truth = {"true": True, "false": False}.get(value) if isinstance(value, str) else value
            return truth if isinstance(truth, bool) else None
        case _:
            fits = isinstance(value, str) and is_unicode(value) and fits_type(value, type_name)
            return value if fits else None


def _number(value: Any) -> int | DecimalLiteral | None:
    match value:
        case bool():
            return None
        case int():
            return int(value) if value.bit_length() < _BITS_OF_LONGEST_INTEGER else None
        case str() | Decimal() | float():
            text = repr(value) if isinstance(value, float) else str(value)
        case _:
            return None
    if len(text) > MAX_NUMBER_DIGITS or not _NUMBER.fullmatch(text):
        return None
    number = _parsed(text)
    return number if isinstance(number, (int, DecimalLiteral)) else None


def is_unicode(text: str) -> bool:
    """Tell whether `text` can be sent: half of a surrogate pair can't."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def is_text_for_a_line(text: str) -> bool:
    """Tell whether `text` can stand in a header: no control characters but the tab (RFC 7230, 3.2)."""
    if text.isascii() and text.isprintable():
        return True
    return is_unicode(text) and not any(
        (character < " " and character != "\t") or character == "\x7f" for character in text
    )

"""What pydantic finds wrong, in our words: a code, a path in the document, and the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from toolkit.core.canonical import Json, dump_json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Problem, few_alike
from toolkit.core.mends import Mend
from toolkit.core.pointer import Path, lookup
from toolkit.model.base import TAG_MARK, Model
from toolkit.model.mends import added, left_out, renamed, respelled

_CODE_OF_ERROR = {
    "missing": "AJO104",
    "extra_forbidden": "AJO103",
    "literal_error": "AJO106",
    "too_short": "AJO107",
    "too_long": "AJO107",
    "string_too_short": "AJO107",
    "greater_than_equal": "AJO107",
    "less_than_equal": "AJO107",
    "limit": "AJO107",
    "key": "AJO107",
    "reference": "AJO109",
    "secret_here": "AJO110",
}


def problem(code: str, path: Path, message: str, mend: Mend = ()) -> Problem:
    """Say what is wrong at `path`, with the code's general advice."""
    return Problem(code, path, message, CODES[code].fix, mend=mend)


def problems_of(error: ValidationError, raw: Json, shapes: Mapping[int, type[Model]]) -> tuple[Problem, ...]:
    """Translate errors, a few of each code; `shapes` is the context that a ``Model`` was validated with."""
    return few_alike(
        error.errors(include_url=False, include_input=False),
        code=_code_of,
        make=lambda detail: _from_pydantic(detail, raw, shapes),
    )


def _code_of(detail: ErrorDetails) -> str:
    return _CODE_OF_ERROR.get(detail["type"], "AJO105")


def _from_pydantic(detail: ErrorDetails, raw: Json, shapes: Mapping[int, type[Model]]) -> Problem:
    path = _path_in(raw, detail["loc"])
    kind = detail["type"]
    code = _code_of(detail)
    if kind == "missing":
        mend = added(path, raw)
        return problem(code, path[:-1], f'the field "{path[-1]}" is missing', mend)
    if kind == "extra_forbidden":
        around = lookup(raw, path[:-1])
        shape = shapes.get(id(around))
        names = shape.field_names() if shape else ()
        message = f'the field "{path[-1]}" is unknown here{nearest(str(path[-1]), names)}'
        return problem(code, path, message, renamed(path, around, names))
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", ""))
        found = lookup(raw, path)
        options = [option.strip("'") for option in expected.replace(" or ", ", ").split(", ")]
        hint = nearest(str(found), options)
        mend = respelled(path, found, options)
        return problem(code, path, f"{shown(found)} is not one of {expected}{hint}", mend)
    if kind == "null":
        return Problem(code, path, "null says nothing here", "Leave the field out.", mend=left_out(path))
    return problem(code, path, _sentence(detail["msg"]), _mend_of_null(path, raw, shapes))


def _mend_of_null(path: Path, raw: Json, shapes: Mapping[int, type[Model]]) -> Mend:
    """Leave a null out where the field has a default."""
    if not path or lookup(raw, path) is not None:
        return ()
    shape = shapes.get(id(lookup(raw, path[:-1])))
    optional = shape.optional_names() if shape else ()
    return left_out(path) if path[-1] in optional else ()


def _path_in(raw: Json, location: tuple[int | str, ...]) -> Path:
    """Return the path in the document: an error's location without union branches and key marks."""
    path: list[str | int] = []
    node: Any = raw
    for position, part in enumerate(location):
        inside = (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        )
        if inside:
            node = node[part]
            path.append(part)
        elif position == len(location) - 1 and part != "[key]" and not str(part).startswith(TAG_MARK):
            path.append(part)
    return tuple(path)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the known name closest to `name`, or nothing."""
    candidates = {option.lower(): option for option in known}
    close = difflib.get_close_matches(name.lower(), candidates, n=1, cutoff=0.6)
    return f'; did you mean "{candidates[close[0]]}"?' if close else ""


def shown(value: Any) -> str:
    """Return a value as JSON writes it, cut short."""
    text = dump_json(value, indent=None)
    return text if len(text) <= 60 else text[:57] + "..."


def _sentence(message: str) -> str:
    message = message.replace("Input should be", "the value must be").replace("Dictionary", "the object")
    message = message.replace("List should", "the array must").replace(" after validation, not 0", "")
    message = message.replace("the object should", "the object must").replace(
        "a valid dictionary", "an object"
    )
    message = (
        message.replace("a valid list", "an array")
        .replace("a valid string", "a text")
        .replace("String should", "the text must")
    )
    return message[0].lower() + message[1:]

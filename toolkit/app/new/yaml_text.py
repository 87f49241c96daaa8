"""YAML as the JSON that it means: JSON's types, no objects, no bombs. Needs the extra ``openapi``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toolkit.core.canonical import MAX_NUMBER_DIGITS, DecimalLiteral, Json, JsonScalar
from toolkit.core.errors import AjoError

MAX_NODES = 1_000_000
"""Nodes of a description with every alias counted in full: an alias of aliases grows without end."""

MAX_LEVELS = 200
"""Nesting of a description; the C library would follow any."""

INSTALL = "pip install 'ajo-actions[openapi]'"
_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: dict[str, JsonScalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def parse_yaml(text: str, place: str) -> Json:
    """Read one YAML document as the JSON schema of YAML 1.2 reads it: ``no`` and dates are texts.

    Raises :class:`AjoError` AJO812, and AJO902 where PyYAML is not installed.
    """
    try:
        import yaml
    except ModuleNotFoundError:
        raise AjoError("AJO902", "reading YAML needs PyYAML", fix=f"{INSTALL}, or give JSON.") from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _measure(yaml.parse(text, Loader=loader))
        return _Reader().value(yaml.compose(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{place}:{mark.line + 1}:{mark.column + 1}" if mark else place
        raise AjoError("AJO812", f"not readable as YAML: {error.problem}", place=where) from None
    except _Unacceptable as error:
        raise AjoError("AJO812", f"not acceptable YAML: {error}", place=place) from None
    except (yaml.YAMLError, ArithmeticError):
        raise AjoError("AJO812", "not readable as YAML", place=place) from None


class _Unacceptable(ValueError):
    """A text is YAML but not JSON, or beyond a limit."""


def _measure(events: Iterator[Any]) -> None:
    """Count nodes, aliases in full, before anything is built; no anchor may hold itself."""
    count = 0
    opened: list[tuple[str | None, int]] = []
    weights: dict[str | None, int] = {}
    for event in events:
        kind = type(event).__name__.removesuffix("Event")
        if kind in ("MappingStart", "SequenceStart"):
            opened.append((event.anchor, count))
            count += 1
        elif kind in ("MappingEnd", "SequenceEnd"):
            anchor, before = opened.pop()
            weights[anchor] = count - before
        elif kind == "Scalar":
            weights[event.anchor] = 1
            count += 1
        elif kind == "Alias":
            if event.anchor in dict(opened):
                raise _Unacceptable("an anchor holds itself")
            count += weights.get(event.anchor, 1)
        if count > MAX_NODES:
            raise _Unacceptable("too large with its aliases in place")
        if len(opened) > MAX_LEVELS:
            raise _Unacceptable("nested too deeply")


class _Reader:
    """Turns nodes into JSON; a node that several aliases name is read once."""

    def __init__(self) -> None:
        self.done: dict[int, Json] = {}

    def value(self, node: Any) -> Json:
        if node is None:
            return None
        if id(node) not in self.done:
            self.done[id(node)] = self._read(node)
        return self.done[id(node)]

    def _read(self, node: Any) -> Json:
        known = ("map", "seq", "str", "null", "bool", "int", "float", "timestamp", "merge", "value")
        if node.tag.removeprefix(_TAG) not in known:
            raise _Unacceptable("it has a tag that JSON does not know")
        match node.id:
            case "mapping":
                return self._mapping(node)
            case "sequence":
                return [self.value(item) for item in node.value]
            case _:
                return node.value if node.style or _is_told_text(node) else _scalar(node.value)

    def _mapping(self, node: Any) -> dict[str, Json]:
        merged: dict[str, Json] = {}
        members: dict[str, Json] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise _Unacceptable("a key is no scalar")
            if key.tag == _TAG + "merge":
                sources = self.value(value)
                for source in sources if isinstance(sources, list) else [sources]:
                    for name, member in source.items() if isinstance(source, dict) else ():
                        merged.setdefault(name, member)
            elif key.value in members:
                raise _Unacceptable(f"a key stands twice in one mapping (line {key.start_mark.line + 1})")
            else:
                members[key.value] = self.value(value)
        return {**merged, **members}


def _is_told_text(node: Any) -> bool:
    """Tell whether a scalar without quotes is a text by its tag; YAML 1.1 gives 1e3 that tag, too."""
    number = _NUMBER.fullmatch(node.value)
    return bool(node.tag == _TAG + "str" and not (number and number[2]))


def _scalar(text: str) -> JsonScalar:
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    if len(text) > MAX_NUMBER_DIGITS:
        raise _Unacceptable("a number is too long")
    return DecimalLiteral(text) if number[1] or number[2] else int(text)

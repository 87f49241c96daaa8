"""Schemas of a description made plain: references followed, combinations merged, choices made and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from toolkit.app.new.openapi_spec import Description, unusable
from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import Path
from toolkit.model.payload import fits_type

MAX_SCHEMAS = 5_000
"""Schemas of one payload, each as often as it is named; a description can grow without end that way."""

MAX_FOLLOWED = 50
"""References from one to the next, and so the depth of a payload that they make."""

_SCALARS = ("string", "integer", "number", "boolean")
_UNREAD = ("not", "if", "dependentSchemas", "patternProperties", "unevaluatedProperties", "$dynamicRef")


@dataclass(frozen=True, slots=True)
class Plain:
    """A schema, all followed and merged: `kind` is a scalar's type, ``object``, ``array`` or ``any``."""

    kind: str
    words: dict[str, Any]
    nullable: bool
    references: frozenset[str]

    @property
    def type(self) -> str:
        """The type of a scalar in our words."""
        formats = {"date": "dateOnly", "date-time": "dateTime"}
        if self.kind == "string":
            return formats.get(str(self.words.get("format")), "string")
        return {"number": "decimal", "any": "string"}.get(self.kind, self.kind)

    @property
    def members(self) -> dict[str, Any]:
        """The properties of an object."""
        found = self.words.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def required(self) -> tuple[str, ...]:
        """The names of properties that must be there."""
        found = self.words.get("required")
        return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()

    @property
    def constant(self) -> list[Any]:
        """The one value that is allowed, in a list; empty when there are others."""
        if "const" in self.words:
            return [self.words["const"]]
        options = self.words.get("enum")
        usable = [option for option in options if option is not None] if isinstance(options, list) else []
        return usable if len(usable) == 1 else []


@dataclass(slots=True)
class Schemas:
    """Makes schemas plain; `note` hears each choice with its place. Counts the schemas that it has seen."""

    description: Description
    note: Callable[[Path, str], None]
    count: int = field(default=0)

    def plain(self, schema: Any, path: Path, references: frozenset[str]) -> Plain | None:
        """Return a schema with nothing left to follow; None where it holds itself, which is told.

        Raises :class:`AjoError` AJO812.
        """
        seen = set(references)
        words = self._merged(schema, path, references, seen)
        if words is None:
            return None
        for word in _UNREAD:
            if word in words:
                self.note(path, f"the schema's {word} was not read")
        kind, nullable = self._kind(words, path)
        return Plain(kind, words, nullable, frozenset(seen))

    def _merged(
        self, schema: Any, path: Path, around: frozenset[str], seen: set[str]
    ) -> dict[str, Any] | None:
        """Merge a schema with all it names; `around` are references being followed, `seen` collects them."""
        self._count(len(around))
        if not isinstance(schema, dict):
            return {}
        words = {
            key: value for key, value in schema.items() if key not in ("$ref", "allOf", "oneOf", "anyOf")
        }
        parts: list[Any] = []
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in around:
                self.note(path, "the schema holds itself; cut here")
                return None
            around |= {reference}
            seen.add(reference)
            parts.append(self.description.lookup(reference))
        parts += _list(schema.get("allOf"))
        for word in ("oneOf", "anyOf"):
            parts += self._first(schema.get(word), path, words)
        for part in parts:
            inner = self._merged(part, path, around, seen)
            if inner is None:
                return None
            words = _combined(words, inner)
        return words

    def _count(self, followed: int) -> None:
        if followed > MAX_FOLLOWED:
            raise unusable(f"more than {MAX_FOLLOWED} references follow one another")
        self.count += 1
        if self.count > MAX_SCHEMAS:
            fix = "Give an example of what is sent instead: --request example.json."
            raise unusable(f"a payload is described by more than {MAX_SCHEMAS} schemas", fix)

    def _first(self, options: Any, path: Path, words: dict[str, Any]) -> list[Any]:
        found = [option for option in _list(options) if not _is_null(option)]
        if len(found) < len(_list(options)):
            words["nullable"] = True
        if len(found) > 1:
            self.note(path, f"one of {len(found)} alternatives; the first was taken")
        return found[:1]

    def _kind(self, words: dict[str, Any], path: Path) -> tuple[str, bool]:
        types = words.get("type")
        named = (
            [types] if isinstance(types, str) else [name for name in _list(types) if isinstance(name, str)]
        )
        nullable = words.get("nullable") is True or "null" in named
        named = [name for name in named if name != "null"]
        if len(named) > 1:
            self.note(path, f"of the types {', '.join(named)}, the first was taken")
        kind = named[0] if named else _implied(words)
        if kind not in (*_SCALARS, "object", "array", "any"):
            raise unusable("a schema has a type that JSON Schema does not know")
        return kind, nullable


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def _combined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Merge two schemas that both hold: properties and required of both, else what the first says."""
    merged = {**second, **first}
    for word in ("properties", "required"):
        one, other = first.get(word), second.get(word)
        if isinstance(one, dict) and isinstance(other, dict):
            merged[word] = {**one, **{name: other[name] for name in other if name not in one}}
            merged[word] |= {name: {"allOf": [one[name], other[name]]} for name in one.keys() & other.keys()}
        elif isinstance(one, list) and isinstance(other, list):
            merged[word] = [*one, *(name for name in other if name not in one)]
    return merged


def _implied(words: dict[str, Any]) -> str:
    if isinstance(words.get("properties"), dict):
        return "object"
    if "items" in words:
        return "array"
    values = [words["const"]] if "const" in words else _list(words.get("enum"))
    return json_type(values[0]) if values else "any"


def json_type(value: Any) -> str:
    """Return the JSON Schema type of a value."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case DecimalLiteral():
            return "number"
        case dict() | list():
            return "object" if isinstance(value, dict) else "array"
        case _:
            return "string"


def fits(value: Any, plain: Plain) -> bool:
    """Tell whether a constant is a value of a scalar schema's type; an integer is a decimal, too."""
    if plain.type == "decimal" and isinstance(value, int) and not isinstance(value, bool):
        return True
    return not isinstance(value, (dict, list)) and fits_type(value, plain.type)


def hint(plain: Plain) -> str:
    """Return what a label may add: the allowed values, or an example; "" where none is short."""
    options = [_shown(option) for option in _list(plain.words.get("enum")) if option is not None]
    if 1 < len(options) <= 5 and all(options) and sum(map(len, options)) <= 50:
        return f" ({', '.join(options)})"
    examples = [plain.words.get("example"), *_list(plain.words.get("examples"))[:1]]
    shown = next((_shown(example) for example in examples if example is not None), "")
    return f" (such as {shown})" if shown and plain.kind != "boolean" else ""


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, (str, int, DecimalLiteral)) else ""
    return text if 0 < len(text) <= 30 and text.isprintable() else ""

"""Frozen dataclasses as JSON and back, by their annotations: strict, and with a JSON Schema of their own."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from toolkit.core.canonical import dump_json
from toolkit.core.pointer import Path, format_path


class RecordError(ValueError):
    """A document is not the record that was expected: `path` says where, `reason` why, the message both."""

    def __init__(self, path: Path, message: str) -> None:
        self.path, self.reason = path, message
        super().__init__(f"{format_path(path)}: {message}" if path else message)


def seal(body: Any) -> str:
    """Return the digest that a sealed file names: of its exact spelling, where 2.0 is not 2.00."""
    return "sha256:" + hashlib.sha256(dump_json(body, indent=None).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Spelling:
    """How values of one type stand in JSON: as text. `read` raises ``ValueError`` or ``KeyError``."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    words: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the text."""
        return {"enum": list(self.words)} if self.words else {"type": "string"}


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time has an offset")
    return time


TIMES: Mapping[type, Spelling] = {datetime: Spelling(datetime.isoformat, _time)}
"""Points in time, as ISO 8601 with an offset."""


@dataclass(frozen=True, slots=True)
class Records:
    """A form of records.

    `spellings` are types that stand as text, `left_out` fields (type, name) that are not written, with what
    stands there after reading; `nothing` is what an ``Any`` holds where nothing is written.
    """

    spellings: Mapping[type, Spelling] = field(default_factory=dict)
    left_out: Mapping[tuple[type, str], Any] = field(default_factory=dict)
    nothing: object = None

    def write(self, value: Any) -> Any:
        """Return `value` as JSON."""
        kind = type(value)
        if kind in self.spellings:
            return self.spellings[kind].write(value)
        if dataclasses.is_dataclass(kind):
            members = ((name, getattr(value, name)) for name in self._fields(kind))
            return {_spelled(name): self.write(one) for name, one in members if one is not self.nothing}
        if isinstance(value, tuple):
            return [self.write(item) for item in value]
        return value.value if isinstance(value, Enum) else value

    def read(self, hint: Any, data: Any, path: Path = ()) -> Any:
        """Return the value that `data` stands for; raises :class:`RecordError`."""
        if hint is Any:
            return data
        if hint in self.spellings:
            return self._text(self.spellings[hint], data, path)
        if dataclasses.is_dataclass(hint):
            return self._record(hint, data, path)
        return self._plain(hint, data, path)

    def schema(self, hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON Schema of a type; those of the records in it are put into `defs`."""
        if hint is Any:
            return {}
        if hint in self.spellings:
            return self.spellings[hint].schema
        if dataclasses.is_dataclass(hint):
            name = getattr(hint, "__name__", "")
            if name not in defs:
                defs[name] = {}
                defs[name] = self._record_schema(hint, defs)
            return {"$ref": f"#/$defs/{name}"}
        return self._plain_schema(hint, defs)

    def sealed_schema(self, kind: type, title: str, file: str, head: tuple[str, int]) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of a file that holds one record, its format, and a digest.

        `head` is the format's name and version, `file` what the schema's own file is called.
        """
        defs: dict[str, Any] = {}
        self.schema(kind, defs)
        own = defs.pop(kind.__name__)
        name, version = head
        sealed = {
            "format": {"const": name},
            "version": {"const": version},
            "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": file,
            "title": title,
            **own,
            "properties": {**sealed, **own["properties"]},
            "required": [*sealed, *own["required"]],
            "$defs": defs,
        }

    def _plain(self, hint: Any, data: Any, path: Path) -> Any:
        if get_origin(hint) in (Union, UnionType):
            return self._one_of(get_args(hint), data, path)
        if get_origin(hint) is tuple:
            if not isinstance(data, list):
                raise RecordError(path, "an array is needed")
            of = get_args(hint)[0]
            return tuple(self.read(of, item, (*path, index)) for index, item in enumerate(data))
        if issubclass(hint, Enum):
            return self._text(Spelling(str, hint), data, path)
        if type(data) is not hint:
            raise RecordError(path, f"{_WORDS[hint]} is needed")
        return data

    def _plain_schema(self, hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
        if get_origin(hint) in (Union, UnionType):
            return {"anyOf": [self.schema(each, defs) for each in get_args(hint)]}
        if get_origin(hint) is tuple:
            return {"type": "array", "items": self.schema(get_args(hint)[0], defs)}
        if hint in _TYPES:
            return {"type": _TYPES[hint]}
        return {"enum": [each.value for each in hint]}

    def _fields(self, kind: Any) -> list[str]:
        names = [each.name for each in dataclasses.fields(kind) if each.init]
        return [name for name in names if (kind, name) not in self.left_out]

    def _record(self, kind: Any, data: Any, path: Path) -> Any:
        if not isinstance(data, dict):
            raise RecordError(path, "an object is needed")
        hints = get_type_hints(kind)
        names = {_spelled(name): name for name in self._fields(kind)}
        if unknown := [key for key in data if key not in names]:
            raise RecordError((*path, unknown[0]), "the field is unknown")
        members = {name: value for (of, name), value in self.left_out.items() if of is kind}
        for spelled, name in names.items():
            if spelled in data:
                members[name] = self.read(hints[name], data[spelled], (*path, spelled))
            elif hints[name] is Any:
                members[name] = self.nothing
            elif self._is_needed(kind, name):
                raise RecordError((*path, spelled), "the field is missing")
        return kind(**members)

    @staticmethod
    def _is_needed(kind: Any, name: str) -> bool:
        (one,) = (each for each in dataclasses.fields(kind) if each.name == name)
        return one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING

    def _record_schema(self, kind: Any, defs: dict[str, Any]) -> dict[str, Any]:
        hints = get_type_hints(kind)
        names = self._fields(kind)
        needed = [_spelled(name) for name in names if hints[name] is not Any and self._is_needed(kind, name)]
        return {
            "description": _summary(kind),
            "type": "object",
            "properties": {_spelled(name): self.schema(hints[name], defs) for name in names},
            "required": needed,
            "additionalProperties": False,
        }

    def _text(self, spelling: Spelling, data: Any, path: Path) -> Any:
        if not isinstance(data, str):
            raise RecordError(path, "a text is needed")
        try:
            return spelling.read(data)
        except (ValueError, KeyError):
            raise RecordError(path, f"{data[:60]!r} can't stand here") from None

    def _one_of(self, hints: tuple[Any, ...], data: Any, path: Path) -> Any:
        if type(data) in hints:
            return data
        return self.read([hint for hint in hints if hint is not NoneType][-1], data, path)


_WORDS: Mapping[Any, str] = {str: "a text", int: "an integer", bool: "true or false"}
_TYPES: Mapping[Any, str] = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}


def _spelled(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _summary(kind: Any) -> str:
    return (kind.__doc__ or "").partition("\n")[0].replace(":data:", "").replace("``", "`")

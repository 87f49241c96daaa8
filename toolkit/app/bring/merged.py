"""A file's own document with what changed on the platform, everything else as its author wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from toolkit.core.canonical import dump_json, same_json
from toolkit.core.mends import Drop, Edit, Put
from toolkit.core.pointer import Path
from toolkit.model.document import DEFAULT_HEADERS
from toolkit.model.text import Part, SecretRef, ValueRef, parse_text, write_parts

_HEADERS: Path = ("endpoint", "headers")
_NOTHING = object()


class Merging:
    """Puts changes into documents of files for one target, whose `values` its texts are filled with."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def merged(self, raw: Any, desired: Any, wanted: Any, path: Path = ()) -> Any:
        """Return `raw` so that, filled in, it says what is `wanted` where that is not what is `desired`."""
        if desired is not _NOTHING and same_json(desired, wanted):
            return raw
        if path == ("methods",) and isinstance(raw, list):
            return [*(each for each in raw if each in wanted), *(each for each in wanted if each not in raw)]
        if isinstance(raw, dict) and isinstance(desired, dict) and isinstance(wanted, dict):
            return self._object(raw, desired, wanted, path)
        if isinstance(raw, list) and isinstance(desired, list) and isinstance(wanted, list):
            return self._array(raw, desired, wanted, path)
        if isinstance(raw, str) and isinstance(desired, str) and isinstance(wanted, str):
            return self._text(raw, wanted)
        return as_written(wanted, path)

    def _object(
        self, raw: dict[str, Any], desired: dict[str, Any], wanted: dict[str, Any], path: Path
    ) -> dict[str, Any]:
        spelled = {name.lower(): name for name in desired} if path == _HEADERS else {}
        known = {key: spelled.get(key.lower(), key) for key in raw}
        merged: dict[str, Any] = {}
        for key, name in known.items():
            if name in wanted:
                inside = self.merged(raw[key], desired.get(name, _NOTHING), wanted[name], (*path, name))
                if not _says_nothing(name, inside, wanted):
                    merged[key] = inside
            elif name not in desired:
                merged[key] = raw[key]  # ours alone, or a default that nobody keeps
        for name, value in wanted.items():
            is_said = name in desired and same_json(desired[name], value)
            if name not in known.values() and not is_said and not _says_nothing(name, value, wanted):
                merged[name] = as_written(value, (*path, name))
        return merged

    def _array(self, raw: list[Any], desired: list[Any], wanted: list[Any], path: Path) -> list[Any]:
        if len(raw) != len(desired):
            return [as_written(item, (*path, index)) for index, item in enumerate(wanted)]
        old, new = ([dump_json(item, indent=None) for item in items] for items in (desired, wanted))
        merged: list[Any] = []
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                merged.extend(raw[a:b])
                continue
            for index in range(c, d):
                position = a + index - c
                old_item = desired[position] if position < b else _NOTHING
                old_raw = raw[position] if position < b else None
                merged.append(self.merged(old_raw, old_item, wanted[index], (*path, index)))
        return merged

    def _text(self, raw: str, wanted: str) -> str:
        """Return the text that is wanted, with those references of the old one whose text is still there."""
        new = parse_text(wanted)
        if any(not isinstance(part, str) for part in new):
            return wanted
        literal = "".join(part for part in new if isinstance(part, str))
        parts = parse_text(raw)
        front = self._kept(parts, literal)
        at = sum(len(self._filled(part) or "") for part in front)
        back = self._kept(parts[len(front) :], literal[at:], from_end=True)
        end = len(literal) - sum(len(self._filled(part) or "") for part in back)
        return write_parts([*front, literal[at:end], *back])

    def _kept(self, parts: tuple[Part, ...], literal: str, *, from_end: bool = False) -> list[Part]:
        """Return the parts at one end whose text, filled in, stands at that end of `literal`."""
        kept: list[Part] = []
        rest = literal
        for part in reversed(parts) if from_end else parts:
            text = self._filled(part)
            if text is None or not (rest.endswith(text) if from_end else rest.startswith(text)):
                break
            rest = rest[: len(rest) - len(text)] if from_end else rest[len(text) :]
            kept.append(part)
        if kept and isinstance(kept[-1], ValueRef) and rest:
            # What follows must be what followed before: "${host}" is no part of another host.
            following = parts[::-1][len(kept) :] if from_end else parts[len(kept) :]
            before = self._filled(following[0]) if following else ""
            touches = rest[-1] if from_end else rest[0]
            if not before or (before[-1] if from_end else before[0]) != touches:
                kept.pop()
        return kept[::-1] if from_end else kept

    def _filled(self, part: Part) -> str | None:
        match part:
            case ValueRef(name):
                return self._values.get(name)
            case SecretRef():
                return None
            case text:
                return text


def as_written(value: Any, path: Path = ()) -> Any:
    """Return a part of a comparable document as a file says it: without defaults."""
    if isinstance(value, list):
        return [as_written(item) for item in value]
    if not isinstance(value, dict):
        return value
    if path == _HEADERS:
        value = {name: each for name, each in value.items() if DEFAULT_HEADERS.get(name) != each}
    return {key: as_written(each) for key, each in value.items() if not _says_nothing(key, each, value)}


def _says_nothing(key: str, value: Any, around: Mapping[str, Any]) -> bool:
    """Tell whether a member of a hole is a default."""
    if "$variable" not in around:
        return False
    return (key == "$optional" and value is False) or (key == "$type" and value == "string")


def edits_between(old: Any, new: Any, path: Path = ()) -> Iterator[Edit]:
    """Yield the fewest edits of a file's text that make it say `new`; both are objects at the root."""
    if isinstance(old, dict) and isinstance(new, dict) and old:
        yield from (Drop((*path, key)) for key in old if key not in new)
        for key, value in new.items():
            if key in old:
                yield from edits_between(old[key], value, (*path, key))
            else:
                yield Put((*path, key), value)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from edits_between(one, other, (*path, index))
    elif not same_json(old, new):
        yield Put(path, new)

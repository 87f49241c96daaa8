"""The part of a document that matters, as JSON with what is left out and what is wrong marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.core.pointer import Path, lookup
from toolkit.report.shown import MAX_SHOWN, safe

ELIDED = "…"
MAX_MEMBERS = 8
"""Members of one object or array that are shown where none matters more than another."""

_ALWAYS: tuple[Path, ...] = (("kind",), ("name",))


def snippet(
    document: Mapping[str, Any], matters: Iterable[Path], notes: Iterable[tuple[Path, str]] = ()
) -> list[str]:
    """Return lines of JSON: kind, name, and what stands at the places that matter, with all around it.

    `notes` are put below the line where their place begins; a place there is not is the nearest around it.
    """
    placed: dict[Path, list[str]] = {}
    for path, note in notes:
        placed.setdefault(_nearest(document, path), []).append(note)
    whole = {path for path in matters if _nearest(document, path) == path}
    return [line.text for line in _Writer(frozenset(whole | set(placed)), placed).lines(document, ())]


def _nearest(document: Mapping[str, Any], path: Path) -> Path:
    for length in range(len(path), 0, -1):
        try:
            lookup(document, path[:length])
        except LookupError:
            continue
        return path[:length]
    return ()


@dataclass(slots=True)
class _Line:
    text: str
    is_json: bool = True


@dataclass(frozen=True, slots=True)
class _Writer:
    whole: frozenset[Path]
    notes: Mapping[Path, Sequence[str]]

    def lines(self, value: Any, path: Path) -> list[_Line]:
        """Return the lines of a value, notes included."""
        if isinstance(value, dict) and value:
            inner = [(key, f"{_json(key)}: ", member) for key, member in value.items()]
            written = self._members(inner, path, "{}")
        elif isinstance(value, list) and value:
            written = self._members([(index, "", item) for index, item in enumerate(value)], path, "[]")
        else:
            written = [_Line(_json(value))]
        written[1:1] = [_Line(f"^ {safe(note)}", is_json=False) for note in self.notes.get(path, ())]
        return written

    def _members(self, members: Sequence[tuple[str | int, str, Any]], path: Path, marks: str) -> list[_Line]:
        kept = self._kept([(*path, key) for key, _, _ in members])
        lines = [_Line(marks[0])]
        for index, (key, head, member) in enumerate(members):
            if not kept[index]:
                if index == 0 or kept[index - 1]:
                    lines.append(_Line(f"  {ELIDED}"))
                continue
            inner = self.lines(member, (*path, key))
            inner[0].text = head + inner[0].text
            if index < len(members) - 1:
                last = [line for line in inner if line.is_json][-1]
                last.text += ","
            lines.extend(_Line(f"  {line.text}", line.is_json) for line in inner)
        return [*lines, _Line(marks[1])]

    def _kept(self, paths: Sequence[Path]) -> list[bool]:
        inside = self._is_inside(paths[0][:-1])
        return [
            self._leads_somewhere(path) or (inside and index < MAX_MEMBERS)
            for index, path in enumerate(paths)
        ]

    def _leads_somewhere(self, path: Path) -> bool:
        return path in _ALWAYS or any(place[: len(path)] == path for place in self.whole)

    def _is_inside(self, path: Path) -> bool:
        return any(path[: len(place)] == place for place in self.whole)


def _json(value: Any) -> str:
    text = safe(dump_json(value, indent=None))
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + ELIDED


def indented(lines: Sequence[str], by: str = "    ") -> Iterator[str]:
    """Set lines in."""
    return (f"{by}{line}" for line in lines)

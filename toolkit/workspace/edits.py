"""Edits of a definition's text that touch nothing else: spelling, order and layout stay the author's.

Works on any text that is JSON by its grammar, however irregular, because that is what mends are for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from toolkit.core.canonical import dump_json
from toolkit.core.mends import Drop, DropRepeat, Edit, Mend, Put, Recode, Rename, RootFile
from toolkit.core.pointer import Path
from toolkit.workspace.spans import Container, container_at


@dataclass(frozen=True, slots=True)
class _Splice:
    """Text to write from `start` to `end`; nobody else is to write before `border`."""

    start: int
    end: int
    text: str
    border: int


def edited(content: bytes, mends: Sequence[Mend], file: str) -> tuple[str, tuple[Mend, ...]]:
    """Return a file's text with those of `mends` that don't touch an earlier one, and which ones they are.

    `file` is its path below the root. Raises ``LookupError`` where an edit's place is not there.
    """
    recoding = [edit for mend in mends for edit in mend if isinstance(edit, Recode)]
    text = content.decode(recoding[0].encoding if recoding else "utf-8")
    splices: list[_Splice] = []
    done: list[Mend] = []
    for mend in mends:
        wanted = [_splice(text, edit, file) for edit in mend]
        if not any(_touch(one, other) for one in wanted for other in splices):
            splices.extend(wanted)
            done.append(mend)
    # From the end, so that the offsets before stay right; of two at one place the first comes first.
    for splice in sorted(splices, key=lambda found: found.start)[::-1]:
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text, tuple(done)


def repeats_itself(text: str, path: Path) -> bool:
    """Tell whether all members under a repeated key say the same, to the letter of their numbers."""
    try:
        container = container_at(text, path[:-1])
    except LookupError:
        return False
    values = [container.members[position].value for position in container.named(path[-1])]
    return len(values) > 1 and all(value == values[0] for value in values)


def _touch(one: _Splice, other: _Splice) -> bool:
    return one.start < other.border and other.start < one.border


def _splice(text: str, edit: Edit, file: str) -> _Splice:
    match edit:
        case Put():
            return _put(text, edit, file)
        case Drop(path):
            return _without(container_at(text, path[:-1]), path[-1], 0)
        case DropRepeat(path):
            return _without(container_at(text, path[:-1]), path[-1], 1)
        case Rename(path, name):
            container = container_at(text, path[:-1])
            member = container.members[container.position(path[-1])]
            return _Splice(member.start, member.key_end, dump_json(name), member.key_end)
        case Recode():
            return _Splice(0, 0, "", len(text) + 1)
        case _:
            assert_never(edit)


def _put(text: str, edit: Put, file: str) -> _Splice:
    container = container_at(text, edit.path[:-1])
    members, key = container.members, edit.path[-1]
    value = _relative(edit.value, file) if isinstance(edit.value, RootFile) else edit.value
    # What stands before the first member stands before each of them: a line break and the depth, or nothing.
    gap = text[container.start : members[0].start] if members else ""
    if container.named(key):
        member = members[container.position(key)]
        return _Splice(member.value_start, member.end, _written(value, gap), member.end)
    if not members:
        raise LookupError("an empty object says nothing of its layout")
    pair = f"{dump_json(key)}: {_written(value, gap)}"
    if edit.at is None or edit.at >= len(members):
        end = members[-1].end
        return _Splice(end, end, f",{gap or ' '}{pair}", end + 1)
    following = members[edit.at]
    # Nobody else adds at the head meanwhile: where this one belongs depends on who is there.
    return _Splice(following.start, following.start, f"{pair},{gap or ' '}", members[-1].end)


def _written(value: Any, gap: str) -> str:
    text = dump_json(value, indent=2 if "\n" in gap else None)
    return text.replace("\n", gap)


def _relative(target: RootFile, file: str) -> str:
    return posixpath.relpath(target.path, posixpath.dirname(file))


def _without(container: Container, key: str | int, occurrence: int) -> _Splice:
    members = container.members
    position = container.position(key, occurrence)
    if position + 1 < len(members):
        start, end = members[position].start, members[position + 1].start
    elif position:
        start, end = members[position - 1].end, members[position].end
    else:
        start, end = container.start, container.end
    return _Splice(start, end, "", end)

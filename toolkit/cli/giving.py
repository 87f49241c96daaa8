"""What a person gives for an exercise: values and rows, as options and in files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.core.errors import AjoError

_MOST_BYTES = 256 << 20


def given_values(sets: Sequence[str], file: Path | None) -> dict[str, Any]:
    """Return what was given: the file's values, those of ``--set`` over them."""
    from toolkit.exercise.given import parse_values

    given = parse_values(text_of(file), str(file)) if file else {}
    for each in sets:
        place, equals, text = each.partition("=")
        if not equals or not place:
            raise AjoError("AJO901", "--set takes PLACE=VALUE, as in --set recipient.id=4711")
        given[place] = text
    return given


def text_of(file: Path) -> str:
    """Return the text of a file that somebody named; raises :class:`AjoError` AJO004, AJO009 or AJO701."""
    from toolkit.workspace.read import read_named

    try:
        return read_named(file, _MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AjoError("AJO701", "the file is not UTF-8 text", place=str(file)) from None

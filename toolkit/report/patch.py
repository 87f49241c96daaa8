"""A change of a file's text as a unified diff: exact for ``patch``, harmless for a terminal."""

from __future__ import annotations

from difflib import unified_diff

from toolkit.report.shown import safe
from toolkit.report.text import paint

_NO_LINE_END = "\n\\ No newline at end of file\n"


def patch_of(file: str, before: str, after: str, *, prefixed: bool = False) -> str:
    """Return the change of `file` as ``patch -p0`` and ``git apply -p0`` take it, to the byte.

    With `prefixed` names begin with ``a/`` and ``b/``, as ``git apply`` and ``patch -p1`` take them.
    """
    old, new = ("a/", "b/") if prefixed else ("", "")
    return _patch(_in_header(old + file), _in_header(new + file), before, after)


def new_file_patch(file: str, after: str) -> str:
    """Return the patch that makes `file`, with a prefix as in :func:`patch_of`."""
    return _patch("/dev/null", _in_header(f"b/{file}"), "", after)


def removal_patch(file: str, before: str) -> str:
    """Return the patch that removes `file`, with a prefix as in :func:`patch_of`."""
    return _patch(_in_header(f"a/{file}"), "/dev/null", before, "")


def _patch(old: str, new: str, before: str, after: str) -> str:
    lines = unified_diff(_lines(before), _lines(after), old, new)
    return "".join(line if line.endswith("\n") else line + _NO_LINE_END for line in lines)


def shown_patch(patch: str, *, colour: bool = False) -> str:
    """Return a patch for a person: what steers a terminal escaped, colours where the caller asks for them."""
    return "\n".join(_painted(line, colour=colour) for line in patch.removesuffix("\n").split("\n"))


def _painted(line: str, *, colour: bool) -> str:
    styles = {"---": "bold", "+++": "bold", "@@ ": "blue"}
    style = styles.get(line[:3]) or {"-": "red", "+": "green", "\\": "dim"}.get(line[:1])
    return paint(safe(line), style, colour=colour) if style else safe(line)


def _lines(text: str) -> list[str]:
    """Split where ``patch`` does: at line feeds, and at no other character that Unicode calls a line end."""
    *lines, rest = text.split("\n")
    return [line + "\n" for line in lines] + ([rest] if rest else [])


def _in_header(file: str) -> str:
    """Write a name as Git does: quoted where it has controls, with a tab behind it where it has spaces."""
    if any(character < " " or character in '"\\\x7f' for character in file):
        return '"' + "".join(map(_escaped, file)) + '"'
    return file + "\t" if " " in file else file


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return f"\\{ord(character):03o}" if character < " " or character == "\x7f" else character

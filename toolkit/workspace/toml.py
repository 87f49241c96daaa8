"""TOML as settings are written in: read within bounds, and on which line each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from toolkit.core.pointer import Path as Pointer

MAX_KEY_PARTS = 100
"""Parts of one dotted key: the time that a TOML parser takes grows with their square."""

_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}")


def parse_toml(text: str) -> dict[str, Any]:
    """Read settings; raises ``ValueError`` for what is not TOML, or takes its parser too long."""
    if _LONG_KEY.search(text):
        raise ValueError(f"a key has more than {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def key_lines(text: str, skip: int) -> Mapping[Pointer, int]:
    """Return the line of each table and key, as far as lines tell; `skip` leading names are dropped."""
    places: dict[Pointer, int] = {}
    table: Pointer = ()
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*(\[[^\[\]]+\])\s*(#.*)?$", line)
        assignment = re.match(r"""\s*((?:[\w.\-]|"[^"]*"|'[^']*')+)\s*=""", line, re.ASCII)
        names: Pointer = ()
        if header:
            names = table = _names(header[1])
        elif assignment:
            names = (*table, *_names(f"[{assignment[1]}]"))
        if names:
            places.setdefault(names[skip:], number)
    return places


def _names(header: str) -> Pointer:
    try:
        value: Any = parse_toml(header)
    except ValueError:
        return ()
    names: list[str] = []
    while isinstance(value, dict) and value:
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)

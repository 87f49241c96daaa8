"""How messages show what they complain about: quoted, cut short, with nothing that a terminal obeys."""

from __future__ import annotations

import re

_LONGEST = 80
_USER_INFO = re.compile(r"//[^/?#]*@")
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def quoted(text: str) -> str:
    """Return `text` in double quotes, what can't be printed escaped, cut to 80 characters."""
    shown = "".join(_shown(character) for character in text[: _LONGEST + 1])
    if len(shown) > _LONGEST:
        shown = shown[: _LONGEST - 3] + "..."
    return f'"{shown}"'


def quoted_url(text: str) -> str:
    """Return a URL like :func:`quoted`, without user name and password."""
    return quoted(_USER_INFO.sub("//…@", text, count=1))


def _shown(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}"


def code_point(character: str) -> str:
    """Name a character that may be invisible: ``U+000A``."""
    return f"U+{ord(character):04X}"


def steering_character(text: str, allowed: str = "") -> str | None:
    """Return the first control character of `text`, line separator or change of writing direction, if any."""
    if text.isprintable():
        return None
    return next((found for found in _STEERING.findall(text) if found not in allowed), None)

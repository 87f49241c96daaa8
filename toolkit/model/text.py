"""References inside text: ``${name}`` is a target's value, ``${secret:path@label}`` a secret.

Directly before ``{`` each pair ``$$`` gives one ``$`` and an odd remainder opens a reference; any other ``$``
is literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from toolkit.core.redact import Secret

_DOLLARS = re.compile(r"(?<!\$)(\$+)\{")
_VALUE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SECRET = re.compile(
    r"secret:(?P<path>[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)(?:@(?P<label>[A-Za-z0-9_.-]+))?\Z"
)
_SHORT = 200
"""Characters of a text that is read again and again: where it is checked, filled in and compared."""

MASKED = "${secret:}"
"""Stands in a live definition where the platform shows a mask instead of a secret. Never valid in a file."""

SECRET_LOST = "INSERT SECRET HERE"
"""What a sandbox copy leaves where a secret was (PF-ACT-15)."""


@dataclass(frozen=True, slots=True)
class ValueRef:
    """``${name}``: a value of the target, known when definitions are read."""

    name: str

    def __str__(self) -> str:
        return "${" + self.name + "}"


@dataclass(frozen=True, slots=True)
class SecretRef:
    """``${secret:path@label}``: a secret, known only when a request is built; `label` marks a rotation."""

    path: str
    label: str = ""

    def __str__(self) -> str:
        return "${secret:" + self.path + ("@" + self.label if self.label else "") + "}"


Part = str | ValueRef | SecretRef


class ReferenceSyntaxError(ValueError):
    """A ``${`` opens no reference we know; the message says which."""


def parse_text(text: str) -> tuple[Part, ...]:
    """Split `text` into literal texts and references; raises :class:`ReferenceSyntaxError`.

    No two literals stand side by side and none is empty, so equal meaning gives equal parts.
    """
    return _remembered(text) if len(text) <= _SHORT else _merged(_parts(text))


@lru_cache(1024)
def _remembered(text: str) -> tuple[Part, ...]:
    beginning, *pieces = text.split("${")
    found: list[Part] = [beginning] if beginning else []
    for piece in pieces:
        content, end, literal = piece.partition("}")
        if not end or (found[-1:] and str(found[-1]).endswith("$")):
            return _merged(_parts(text))
        found.append(_remembered_reference(content))
        if literal:
            found.append(literal)
    return tuple(found)


@lru_cache(4_096)
def _remembered_reference(content: str) -> ValueRef | SecretRef:
    return _reference(content)


def write_parts(parts: Iterable[Part]) -> str:
    """Write parts so that :func:`parse_text` reads them back; the inverse of it."""
    merged = _merged(parts)
    if not any("$" in part for part in merged if isinstance(part, str)):
        return "".join(map(str, merged))
    pieces = []
    for part, following in zip(merged, (*merged, "")[1:], strict=True):
        if isinstance(part, str):
            if "$" not in part:
                pieces.append(part)
                continue
            dollars = len(part) - len(part.rstrip("$")) if not isinstance(following, str) else 0
            pieces.append(_DOLLARS.sub(lambda match: match[1] * 2 + "{", part) + "$" * dollars)
        else:
            pieces.append(str(part))
    return "".join(pieces)


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    literal: list[str] = []
    for part in parts:
        if isinstance(part, str):
            literal.append(part)
        else:
            merged += filter(None, ("".join(literal),))
            merged.append(part)
            literal.clear()
    return (*merged, *filter(None, ("".join(literal),)))


def _parts(text: str) -> Iterator[Part]:
    position = 0
    for opening in _DOLLARS.finditer(text):
        dollars = len(opening[1])
        yield text[position : opening.start()] + "$" * (dollars // 2)
        position = opening.end() - 1
        if dollars % 2:
            end = text.find("}", opening.end())
            if end < 0:
                raise ReferenceSyntaxError(f"the reference {text[opening.end() - 2 :]!r} is not closed")
            yield _reference(text[opening.end() : end])
            position = end + 1
    yield text[position:]


def _reference(content: str) -> ValueRef | SecretRef:
    if match := _SECRET.match(content):
        return SecretRef(match["path"], match["label"] or "")
    if _VALUE.match(content):
        return ValueRef(content)
    raise ReferenceSyntaxError(f"${{{content}}} is neither ${{name}} nor ${{secret:path/name@label}}")


def escape_text(text: str) -> str:
    """Write literal `text` so that :func:`parse_text` reads it back as one literal."""
    return write_parts([text])


def value_names(text: str) -> Iterator[str]:
    """Yield the names of the target's values that `text` refers to; nothing for malformed text."""
    return (part.name for part in _parts_or_none(text) if isinstance(part, ValueRef))


def secret_refs(text: str) -> Iterator[SecretRef]:
    """Yield the secrets that `text` refers to; nothing for malformed text."""
    return (part for part in _parts_or_none(text) if isinstance(part, SecretRef))


def _parts_or_none(text: str) -> tuple[Part, ...]:
    if "${" not in text or text == MASKED:
        return ()
    try:
        return parse_text(text)
    except ReferenceSyntaxError:
        return ()


def fill_values(text: str, values: Mapping[str, str]) -> str:
    """Put a target's values into `text`; what they hold stays literal, secrets stay references.

    A value that is not in `values` stays a reference.
    """
    if "${" not in text or text == MASKED:
        return text
    return write_parts(
        values[part.name] if isinstance(part, ValueRef) and part.name in values else part
        for part in parse_text(text)
    )


def reveal_text(text: str, resolve: Callable[[SecretRef], Secret]) -> str:
    """Return the text to send: escapes undone, secrets in place. For the one place that builds a request."""
    if "${" not in text:
        return text
    return "".join(
        part
        if isinstance(part, str)
        else resolve(part).reveal()
        if isinstance(part, SecretRef)
        else str(part)
        for part in parse_text(text)
    )

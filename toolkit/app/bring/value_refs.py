"""Texts of a live definition that are values of the target, written as references to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from toolkit.core.pointer import Path
from toolkit.model.document import Document, map_texts
from toolkit.model.text import Part, ValueRef, parse_text, write_parts

SHORTEST = 3
"""Characters of a value that is looked for: shorter ones are everywhere by chance."""

_URLS: frozenset[Path] = frozenset(
    {("endpoint", "url"), ("authentication", "endpoint"), ("url",), ("urlPattern",)}
)
_BORDERS = re.compile(r"([:/]+)")


def with_values(kind: str, document: Document, values: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """Return `document` with ``${name}`` for each whole text, host or path segment that is a value.

    A text that several values have stays as it is. The names that were used come second, each once.
    """
    names = _by_text(values)
    used: dict[str, None] = {}

    def changed(path: Path, text: str) -> str:
        parts = parse_text(text)
        if len(parts) != 1 or not isinstance(parts[0], str):
            return text
        found = list(_referring(parts[0], names, is_url=path in _URLS))
        used.update({part.name: None for part in found if isinstance(part, ValueRef)})
        return write_parts(found)

    return map_texts(kind, document, changed), tuple(used)


def _by_text(values: Mapping[str, str]) -> dict[str, str]:
    texts = list(values.values())
    return {text: name for name, text in values.items() if len(text) >= SHORTEST and texts.count(text) == 1}


def _referring(literal: str, names: Mapping[str, str], *, is_url: bool) -> Iterator[Part]:
    if not is_url:
        yield ValueRef(names[literal]) if literal in names else literal
        return
    scheme, separator, rest = literal.partition("://")
    yield scheme + separator
    for piece in _BORDERS.split(rest):
        yield ValueRef(names[piece]) if piece in names else piece

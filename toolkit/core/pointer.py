"""JSON pointers (RFC 6901): a place inside a document, as a tuple of keys and indexes or as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indexes from the root of a document; ``()`` is the document itself."""


def format_pointer(path: Iterable[str | int]) -> str:
    """Write a path as a JSON pointer: ``("a", 0, "b/c")`` becomes ``/a/0/b~1c``, the root ``""``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """Read a JSON pointer; raises ``ValueError`` for text that is none. Indexes stay texts."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer: it begins with /")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def format_path(path: Iterable[str | int]) -> str:
    """Write a path as people say it: ``request.products[0].id``; odd keys are quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and all(character.isalnum() or character in "_-$" for character in part):
            text += f".{part}" if text else part
        else:
            text += f"[{part!r}]"
    return text


def lookup(document: Any, path: Path) -> Any:
    """Return what stands at `path`; raises ``LookupError`` when nothing does."""
    for part in path:
        if isinstance(document, dict) or (isinstance(document, list) and isinstance(part, int)):
            document = document[part]  # type: ignore[index]  # a dict takes any key, a list only an index
        else:
            raise LookupError(format_pointer(path))
    return document

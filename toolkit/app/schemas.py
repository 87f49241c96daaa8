"""The committed JSON Schemas: written from the models, and checked against them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.model.schema import schema_files
from toolkit.workspace.write import write_text


def stale_schemas(folder: Path) -> Iterator[str]:
    """Yield the names of schema files below `folder` that are missing or differ from the models."""
    for name, text in schema_files().items():
        try:
            current = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            current = ""
        if current != text:
            yield name


def write_schemas(folder: Path) -> list[str]:
    """Write every schema that is not current; returns their names. Raises :class:`AjoError` AJO309."""
    stale = list(stale_schemas(folder))
    texts = schema_files()
    for name in stale:
        write_text(folder / name, texts[name])
    return stale

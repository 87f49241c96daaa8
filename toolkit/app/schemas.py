"""The committed JSON Schemas: written from the code, and checked against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.core.canonical import dump_json
from toolkit.model.evidence_format import SCHEMA_FILE as EVIDENCE_FILE
from toolkit.model.evidence_format import evidence_schema
from toolkit.model.schema import schema_files
from toolkit.plan.saved_format import SCHEMA_FILE, saved_plan_schema
from toolkit.sync.receipt_file import SCHEMA_FILE as RECEIPT_FILE
from toolkit.sync.receipt_file import receipt_schema
from toolkit.workspace.write import write_text


def all_schemas() -> dict[str, str]:
    """Return every schema, also those of what commands write, as text by its path below ``schemas``."""
    return {
        **schema_files(),
        SCHEMA_FILE: dump_json(saved_plan_schema()) + "\n",
        RECEIPT_FILE: dump_json(receipt_schema()) + "\n",
        EVIDENCE_FILE: dump_json(evidence_schema()) + "\n",
    }


def stale_schemas(folder: Path) -> Iterator[str]:
    """Yield the names of schema files below `folder` that are missing or out of date."""
    for name, text in all_schemas().items():
        try:
            current = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            current = ""
        if current != text:
            yield name


def write_schemas(folder: Path) -> list[str]:
    """Write every schema that is not current; returns their names. Raises :class:`AjoError` AJO309."""
    stale = list(stale_schemas(folder))
    texts = all_schemas()
    for name in stale:
        write_text(folder / name, texts[name])
    return stale

"""Definitions in canonical form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.model.document import to_document
from toolkit.workspace.load import Workspace
from toolkit.workspace.write import canonical_text, write_text


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A file whose text is not canonical: `before` as it is, `after` as it should be."""

    file: str
    before: str
    after: str


def not_canonical(workspace: Workspace) -> Iterator[Reformatted]:
    """Yield every readable definition whose text is not in canonical form."""
    for item in workspace.definitions:
        after = canonical_text(to_document(item.definition))
        if after != item.source.text:
            yield Reformatted(item.file, item.source.text, after)


def rewrite(root: Path, item: Reformatted) -> None:
    """Write the canonical text; raises :class:`AjoError` AJO309."""
    write_text(root / item.file, item.after)

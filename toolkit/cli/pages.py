"""The pages of the documentation that are generated: what each says now, and writing those that say less.

``python -m toolkit.cli.pages`` (``make docs``) writes them; a test fails while one is out of date. A page
joins by its line in :func:`pages`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from toolkit.cli.main import cli
from toolkit.cli.reference import reference
from toolkit.report.constraints import constraints_page
from toolkit.workspace.write import write_text


def pages() -> dict[str, str]:
    """Return every generated page: its path, relative to the repository's root, and its text."""
    return {"docs/cli.md": reference(cli), "docs/constraints.md": constraints_page()}


def stale_pages(root: Path) -> Iterator[str]:
    """Yield the pages below `root` that are missing or say something else."""
    for name, text in pages().items():
        file = root / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            yield name


def write_pages(root: Path) -> list[str]:
    """Write the pages that are out of date; returns their paths. Raises :class:`AjoError` AJO309."""
    stale = list(stale_pages(root))
    for name in stale:
        write_text(root / name, pages()[name])
    return stale


if __name__ == "__main__":
    for page in write_pages(Path.cwd()):
        sys.stdout.write(f"wrote {page}\n")

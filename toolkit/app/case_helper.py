"""A process that checks cases for another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.app.cases import row_of, stage_of
from toolkit.app.crew import Work, serve
from toolkit.workspace.case_files import load_case_file
from toolkit.workspace.listing import Listed
from toolkit.workspace.load import open_workspace


def main() -> None:
    """Take the workspace and the target first, then names of files, and answer with their results."""
    serve(_prepared)


def _prepared(setup: Any) -> Work:
    root, target = setup
    workspace = open_workspace(Path(root))
    stage = stage_of(workspace, target)

    def work(names: Sequence[str]) -> list[Any]:
        items = [load_case_file(Listed(name, str(workspace.root / name)))[0] for name in names]
        return [row_of(result) for item in items if item is not None for result in stage.check(item)]

    return work

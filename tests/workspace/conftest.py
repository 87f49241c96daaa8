"""Workspaces to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.folder import TARGET, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return an empty workspace with one target."""
    made = Folder(tmp_path)
    made.settings(TARGET)
    (tmp_path / "actions").mkdir()
    return made

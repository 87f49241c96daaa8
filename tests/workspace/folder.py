"""A workspace to break: files put below a temporary folder, and what loading them says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import Workspace, open_workspace

TARGET = """
[targets.stage]
organisation = "ABC@AdobeOrg"
sandbox = "stage"
client-id = "client"
client-secret = "${secret:platform/client-secret}"
"""


@dataclass(frozen=True)
class Folder:
    """A folder with settings."""

    root: Path

    def put(self, name: str, content: str | bytes | dict[str, Any]) -> Path:
        """Write a file; a dict as a definition's text."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dump_json(content) + "\n" if isinstance(content, dict) else content
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    def settings(self, text: str, *, name: str = "ajo.toml") -> None:
        """Replace the settings."""
        self.put(name, text)

    def open(self) -> Workspace:
        """Load the workspace."""
        return open_workspace(self.root)

    def findings(self) -> tuple[Finding, ...]:
        """Load the workspace for what is wrong with it."""
        return self.open().findings

    def finding(self) -> Finding:
        """Load the workspace for the one thing that is wrong with it."""
        (found,) = self.findings()
        return found

"""Settings that count as a commit has them, whatever the files of a change under review say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from toolkit.core.diagnostics import Finding
from toolkit.workspace.settings import LoadedSettings, parse_settings


@dataclass(frozen=True)
class Trusted:
    """Settings and waivers of a commit; `text` and `waivers` are their files, None where there is none.

    `file` is the name of the settings in the workspace; `findings` are what a reviewer is told of the change.
    """

    revision: str
    commit: str
    file: str
    text: str = field(repr=False)
    waivers: bytes | None = field(repr=False)
    findings: tuple[Finding, ...] = ()

    @property
    def shown(self) -> str:
        """How people know the commit."""
        return f"{self.commit[:12]} ({self.revision})"

    def place(self, file: str) -> str:
        """Return how findings name a file of the commit, which is git's own way."""
        return f"{self.commit[:12]}:{file}"

    def loaded(self) -> LoadedSettings:
        """Return the settings; what is wrong with them is found at the commit."""
        loaded = parse_settings(self.file, self.text)
        place = self.place(self.file)
        return replace(
            loaded, file=place, findings=tuple(replace(found, file=place) for found in loaded.findings)
        )

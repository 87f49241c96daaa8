"""What a validation found, as a document in one of the formats that pipelines and people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from toolkit.core.diagnostics import Finding
from toolkit.workspace.git import place_in_repository


@dataclass(frozen=True)
class Checked:
    """What is wrong with a workspace, which files hold its definitions, and the version that says so."""

    root: Path
    findings: Sequence[Finding]
    files: Sequence[str]
    version: str

    @property
    def count(self) -> int:
        """The number of definitions that were read."""
        return len(self.files)

    def for_a_service(self) -> tuple[Finding, ...]:
        """Return the findings with each file as the repository has it: from its top on."""
        return tuple(replace(found, file=self.place(found.file)) for found in self.findings)

    def place(self, file: str) -> str:
        """Return a file's path from the top of the repository; an absolute one stays as it is."""
        return f"{self._folder}/{file}" if self._folder and not file.startswith("/") else file

    @cached_property
    def _folder(self) -> str:
        return place_in_repository(self.root)


def _text(checked: Checked) -> str:
    from toolkit.report.text import findings_text

    return findings_text(checked.findings, checked.count) + "\n"


def _json(checked: Checked) -> str:
    from toolkit.report import data

    return data.to_json(data.findings_data(checked.findings, checked.count)) + "\n"


def _markdown(checked: Checked) -> str:
    from toolkit.report.markdown import findings_markdown

    return findings_markdown(checked.findings, checked.count)


def _github(checked: Checked) -> str:
    from toolkit.report.github import findings_github

    return findings_github(checked.for_a_service(), checked.count)


def _sarif(checked: Checked) -> str:
    from toolkit.report import data
    from toolkit.report.sarif import findings_sarif

    return data.to_json(findings_sarif(checked.for_a_service(), checked.version)) + "\n"


def _junit(checked: Checked) -> str:
    from toolkit.report.junit import findings_junit

    files = (checked.place(file) for file in checked.files)
    return findings_junit(checked.for_a_service(), files)


FORMATS: Mapping[str, Callable[[Checked], str]] = MappingProxyType(
    {
        "text": _text,
        "json": _json,
        "markdown": _markdown,
        "github": _github,
        "sarif": _sarif,
        "junit": _junit,
    }
)
"""Renderers by the name of their format; each ends its last line."""

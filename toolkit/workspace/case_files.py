"""Files with cases, beside the definitions that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.core.canonical import Json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.core.errors import AjoError
from toolkit.model.cases import Cases, parse_cases
from toolkit.workspace.listing import CASES_ENDING, Listed, list_files, whole
from toolkit.workspace.load import Source, read_json
from toolkit.workspace.read import read_bytes


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of one file, where they are written, and the JSON as it stands there."""

    source: Source
    cases: Cases
    raw: Json = field(repr=False)

    @property
    def file(self) -> str:
        """Path of the file, relative to the root."""
        return self.source.file


def is_case_file(name: str) -> bool:
    """Tell by a file's name whether it holds cases."""
    return name.endswith(CASES_ENDING)


def list_case_files(root: Path, folder: Path) -> list[Listed]:
    """Return the files with cases below `folder`; what can't be looked at is `ajo validate`'s affair."""
    return list(list_files(root, folder, [], is_case_file))


def load_case_files(listed: Sequence[Listed]) -> tuple[list[CaseFile], list[Finding]]:
    """Read files with cases; everything that is wrong comes back as findings."""
    items: list[CaseFile] = []
    findings: list[Finding] = []
    for each in listed:
        item, found = load_case_file(each)
        findings += found
        if item is not None:
            items.append(item)
    return items, findings


def load_case_file(listed: Listed) -> tuple[CaseFile | None, list[Finding]]:
    """Read one file with cases."""
    try:
        content = read_bytes(listed.path)
    except AjoError as error:
        return None, [whole(error.code, listed.file, error.message)]
    return read_cases(listed.file, content)


def read_cases(file: str, content: bytes) -> tuple[CaseFile | None, list[Finding]]:
    """Read cases from a file's `content`; everything wrong with it comes back as findings."""
    source, raw, findings = read_json(file, content)
    if source is None:
        return None, findings
    parsed = parse_cases(raw)
    if parsed.cases is None:
        return None, [source.finding(problem) for problem in parsed.problems]
    item = CaseFile(source, parsed.cases, raw)
    return item, [source.finding(problem) for problem in _misnamed(item)]


def _misnamed(item: CaseFile) -> list[Problem]:
    expected = item.cases.name + CASES_ENDING
    if item.file.rsplit("/", 1)[-1] == expected:
        return []
    message = f'the file of the cases of "{item.cases.name}" is expected to be named {expected}'
    return [Problem("AJO012", ("name",), message, CODES["AJO012"].fix, Severity.WARNING)]

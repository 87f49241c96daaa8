"""Definitions and cases in canonical form: all of a workspace, some files, or a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError
from toolkit.model.cases import KIND as CASES
from toolkit.model.cases import cases_document
from toolkit.model.document import Document, to_document
from toolkit.workspace.case_files import (
    CaseFile,
    is_case_file,
    list_case_files,
    load_case_file,
    load_case_files,
    read_cases,
)
from toolkit.workspace.listing import Listed, relative
from toolkit.workspace.load import (
    DefinitionFile,
    Source,
    Workspace,
    load_file,
    load_folder,
    read_definition,
    read_json,
)
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import canonical_text, write_text

OF_MANY_FILES = ("AJO010", "AJO011")
"""Errors that a definition has beside others; alone it can be read."""

TEXT_BYTES = MAX_FILE_BYTES + 1
"""As much of a stream as is worth reading: one byte more than a definition may have."""


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A definition or cases whose text is not canonical: `before` as it is, `after` as it should be."""

    file: str
    path: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What is not canonical, how many files are, and why others can't be read."""

    changes: tuple[Reformatted, ...]
    canonical: int
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> list[str]:
        """The names of files that can't be read."""
        return sorted({finding.file for finding in self.findings})


@dataclass(frozen=True, slots=True)
class _Readable:
    """What a file says, and where it is written."""

    path: Path
    source: Source
    document: Document


Read = tuple[list[_Readable], list[Finding]]


def look_at_workspace(workspace: Workspace) -> Looked:
    """Compare every definition of a workspace, and all cases, with their canonical form."""
    settings = workspace.loaded_settings.settings
    cases, findings = _cases(workspace.root, workspace.root / (settings.actions if settings else "actions"))
    items = [*_definitions(workspace.root, workspace.definitions), *cases]
    return _compared(items, [*workspace.findings, *findings])


def look_at_files(base: Path, names: Sequence[str]) -> Looked:
    """Compare files, and all definitions and cases below folders, named from `base`; each file once."""
    found: dict[Path, _Readable] = {}
    findings: list[Finding] = []
    for name in names:
        path = base / name
        items, problems = _folder(base, path) if name and _is_folder(path) else _file(base, path)
        findings.extend(problems)
        for item in items:
            found.setdefault(item.path.resolve(), item)
    return _compared(found.values(), dict.fromkeys(findings))


def look_at_text(name: str, content: bytes) -> Looked:
    """Compare the text of one definition, or of cases, which `name` stands for."""
    if is_case_file(name) or (not name.endswith(".json") and _says_cases(content)):
        case_file, findings = read_cases(name, content)
        return _compared([_of_cases(Path(), case_file)] if case_file else [], findings)
    item, findings = read_definition(name, content)
    return _compared(_definitions(Path(), [item] if item else []), findings)


def _says_cases(content: bytes) -> bool:
    """Tell what a text without a name of its own is by its kind."""
    raw = read_json("", content)[1]
    return isinstance(raw, dict) and raw.get("kind") == CASES


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file can have
        return False


def _folder(base: Path, path: Path) -> Read:
    root = base if is_inside(path, base) else path
    definitions, findings = load_folder(root, path)
    cases, more = _cases(root, path)
    return [*_definitions(root, definitions), *cases], [*findings, *more]


def _file(base: Path, path: Path) -> Read:
    if is_case_file(path.name):
        case_file, findings = load_case_file(Listed(relative(base, path), str(path)))
        return [_of_cases(path, case_file)] if case_file else [], findings
    item, findings = load_file(base, path)
    return [_Readable(path, item.source, to_document(item.definition))] if item else [], findings


def _definitions(root: Path, items: Iterable[DefinitionFile]) -> list[_Readable]:
    return [_Readable(root / item.file, item.source, to_document(item.definition)) for item in items]


def _cases(root: Path, folder: Path) -> Read:
    items, findings = load_case_files(list_case_files(root, folder))
    return [_of_cases(root / item.file, item) for item in items], findings


def _of_cases(path: Path, item: CaseFile) -> _Readable:
    return _Readable(path, item.source, cases_document(item.cases))


def _compared(items: Iterable[_Readable], findings: Iterable[Finding]) -> Looked:
    changes, canonical = [], 0
    for item in items:
        after = canonical_text(item.document)
        if after == item.source.text:
            canonical += 1
        else:
            changes.append(Reformatted(item.source.file, item.path, item.source.text, after))
    errors = (one for one in findings if one.severity is Severity.ERROR and one.code not in OF_MANY_FILES)
    return Looked(tuple(changes), canonical, tuple(errors))


def rewrite(item: Reformatted) -> bool:
    """Write the canonical text, and tell whether that was possible: what changed meanwhile is left alone.

    Raises :class:`AjoError` AJO309.
    """
    try:
        write_text(item.path, item.after, instead_of=item.before)
    except AjoError as error:
        if error.code != "AJO310":
            raise
        return False
    return True

"""Definitions in canonical form: all of a workspace, some files, or a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError
from toolkit.model.document import to_document
from toolkit.workspace.load import DefinitionFile, Workspace, load_file, load_folder, read_definition
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import canonical_text, write_text

OF_MANY_FILES = ("AJO010", "AJO011")
"""Errors that a definition has beside others; alone it can be read."""

TEXT_BYTES = MAX_FILE_BYTES + 1
"""As much of a stream as is worth reading: one byte more than a definition may have."""


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A definition whose text is not canonical: `before` as it is, `after` as it should be."""

    file: str
    path: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What is not canonical, how many definitions are, and why others can't be read."""

    changes: tuple[Reformatted, ...]
    canonical: int
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> list[str]:
        """The names of files that can't be read."""
        return sorted({finding.file for finding in self.findings})


def look_at_workspace(workspace: Workspace) -> Looked:
    """Compare every definition of a workspace with its canonical form."""
    return _compared(_placed(workspace.root, workspace.definitions), workspace.findings)


def look_at_files(base: Path, names: Sequence[str]) -> Looked:
    """Compare files, and all definitions below folders, named from `base`; each file once."""
    found: dict[Path, tuple[Path, DefinitionFile]] = {}
    findings: list[Finding] = []
    for name in names:
        path = base / name
        if name and _is_folder(path):
            root = base if is_inside(path, base) else path
            items, problems = load_folder(root, path)
            placed = _placed(root, items)
        else:
            item, problems = load_file(base, path)
            placed = [(path, item)] if item else []
        findings.extend(problems)
        found.update({path.resolve(): (path, item) for path, item in placed if path.resolve() not in found})
    return _compared(found.values(), dict.fromkeys(findings))


def look_at_text(name: str, content: bytes) -> Looked:
    """Compare one definition's text, which `name` stands for."""
    item, findings = read_definition(name, content)
    return _compared([(Path(), item)] if item else [], findings)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file can have
        return False


def _placed(root: Path, items: Iterable[DefinitionFile]) -> list[tuple[Path, DefinitionFile]]:
    return [(root / item.file, item) for item in items]


def _compared(placed: Iterable[tuple[Path, DefinitionFile]], findings: Iterable[Finding]) -> Looked:
    changes, canonical = [], 0
    for path, item in placed:
        after = canonical_text(to_document(item.definition))
        if after == item.source.text:
            canonical += 1
        else:
            changes.append(Reformatted(item.file, path, item.source.text, after))
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

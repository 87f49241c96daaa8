"""What is wrong with files of cases as such, among the other findings of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, in_order
from toolkit.workspace.case_files import CaseFile, list_case_files, load_case_files
from toolkit.workspace.listing import list_files
from toolkit.workspace.load import Grounds, Workspace, open_workspace


def with_cases(grounds: Grounds, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Add what is wrong with files of cases; whether cases hold is the affair of ``ajo test``."""
    settings = grounds.loaded_settings.settings
    folder = grounds.root / (settings.actions if settings else "actions")
    items, found = load_case_files(list_case_files(grounds.root, folder))
    strangers = list(_strangers(grounds.root, folder, items))
    if strangers:
        found += orphans(open_workspace(grounds.root), strangers)
    return in_order([*findings, *found]) if found else findings


def _strangers(root: Path, folder: Path, items: list[CaseFile]) -> Iterator[CaseFile]:
    """Yield cases of an action that no file is named after: only then is it worth reading all definitions."""
    if items:
        files = {each.file.rsplit("/", 1)[-1] for each in list_files(root, folder, [])}
        yield from (item for item in items if f"{item.cases.name}.json" not in files)


def orphans(workspace: Workspace, items: Iterable[CaseFile]) -> Iterator[Finding]:
    """Yield a finding for each file whose action no definition has."""
    known = {item.definition.name for item in workspace.definitions}
    for item in items:
        if item.cases.name not in known:
            message = f'no definition is named "{item.cases.name}"'
            yield item.source.finding(Problem("AJO731", ("name",), message, CODES["AJO731"].fix))

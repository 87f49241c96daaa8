"""What is wrong with files of cases as such, among the other findings of a workspace."""

from __future__ import annotations

from toolkit.core.diagnostics import Finding, in_order
from toolkit.workspace.case_files import list_case_files, load_case_files
from toolkit.workspace.load import Grounds


def with_cases(grounds: Grounds, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Add what is wrong with files of cases; whether cases hold is the affair of ``ajo test``."""
    settings = grounds.loaded_settings.settings
    folder = grounds.root / (settings.actions if settings else "actions")
    found = load_case_files(list_case_files(grounds.root, folder))[1]
    return in_order([*findings, *found]) if found else findings

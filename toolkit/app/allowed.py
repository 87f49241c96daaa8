"""Findings that a definition allows itself, with a reason: hidden, and entries that hide nothing found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.app.ruleset import RuleSet
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.model.envelope import Allowance
from toolkit.workspace.load import DefinitionFile, Workspace

_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    item: DefinitionFile
    index: int
    allowance: Allowance

    @property
    def place(self) -> _Place:
        """The finding it is about: file, rule and pointer."""
        return self.item.file, self.allowance.rule, self.allowance.at

    def finding(self, code: str, field: str, message: str) -> Finding:
        path = ("lifecycle", "allow", self.index, field)
        return self.item.source.finding(Problem(code, path, message, CODES[code].fix, Severity.WARNING))


def sift(
    workspace: Workspace, findings: Sequence[Finding], rules: RuleSet, *, is_whole: bool
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings of rules that no definition allows; and what is wrong with entries that allow some.

    An entry is judged only when its rule was run on all there is (`is_whole`): else it may well be needed.
    """
    entries = list(_entries(workspace))
    if not entries:
        return tuple(findings), ()
    files = {entry.item.file for entry in entries}
    found = {(item.file, item.code, item.pointer): item for item in findings if item.file in files}
    hidden = {entry.place for entry in entries} & set(found)
    kept = tuple(
        item
        for item in findings
        if item.file not in files or (item.file, item.code, item.pointer) not in hidden
    )
    return kept, tuple(_wrong_entries(entries, found, rules, is_whole=is_whole))


def _entries(workspace: Workspace) -> Iterator[_Entry]:
    for item in workspace.definitions:
        lifecycle = item.definition.lifecycle
        for index, allowance in enumerate(lifecycle.allow if lifecycle else ()):
            yield _Entry(item, index, allowance)


def _wrong_entries(
    entries: list[_Entry], found: dict[_Place, Finding], rules: RuleSet, *, is_whole: bool
) -> Iterator[Finding]:
    seen: set[_Place] = set()
    for entry in entries:
        rule = entry.allowance.rule
        if not rules.knows(rule):
            yield entry.finding("AJO330", "rule", rules.unknown(rule))
        elif entry.place in seen:
            yield entry.finding("AJO331", "rule", "an entry before this one says the same")
        elif is_whole and entry.place not in found and rules.was_run(rule):
            yield entry.finding("AJO331", "at", _why_unused(entry, found))
        seen.add(entry.place)


def _why_unused(entry: _Entry, found: dict[_Place, Finding]) -> str:
    rule, at = entry.allowance.rule, entry.allowance.at
    others = [pointer for file, code, pointer in found if (file, code) == (entry.item.file, rule)]
    instead = f', but at "{others[0]}"' if others else ""
    return f'{rule} finds nothing at "{at}"{instead}'

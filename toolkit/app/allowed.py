"""Findings that a definition allows itself, with a reason: hidden, and entries that hide nothing found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.app.examine import Known
from toolkit.app.ruleset import RuleSet
from toolkit.app.sources import Sources
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity

_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    file: str
    index: int
    rule: str
    at: str

    @property
    def place(self) -> _Place:
        """The finding it is about: file, rule and pointer."""
        return self.file, self.rule, self.at

    def problem(self, code: str, field: str, message: str) -> Problem:
        path = ("lifecycle", "allow", self.index, field)
        return Problem(code, path, message, CODES[code].fix, Severity.WARNING)


def sift(
    known: Sequence[Known],
    findings: Sequence[Finding],
    rules: RuleSet,
    sources: Sources,
    *,
    is_whole: bool,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings of rules that no definition allows; and what is wrong with entries that allow some.

    An entry is judged only when its rule was run on all there is (`is_whole`): else it may well be needed.
    """
    entries = list(_entries(known))
    if not entries:
        return tuple(findings), ()
    files = {entry.file for entry in entries}
    found = {(item.file, item.code, item.pointer): item for item in findings if item.file in files}
    hidden = {entry.place for entry in entries} & set(found)
    kept = tuple(
        item
        for item in findings
        if item.file not in files or (item.file, item.code, item.pointer) not in hidden
    )
    wrong = _wrong_entries(entries, found, rules, is_whole=is_whole)
    return kept, tuple(sources.of(entry.file).finding(problem) for entry, problem in wrong)


def _entries(known: Sequence[Known]) -> Iterator[_Entry]:
    for item in known:
        for index, (rule, at) in enumerate(item.allows):
            yield _Entry(item.file, index, rule, at)


def _wrong_entries(
    entries: list[_Entry], found: dict[_Place, Finding], rules: RuleSet, *, is_whole: bool
) -> Iterator[tuple[_Entry, Problem]]:
    seen: set[_Place] = set()
    elsewhere: dict[tuple[str, str], str] = {}
    for file, code, pointer in found:
        elsewhere.setdefault((file, code), pointer)
    for entry in entries:
        rule = entry.rule
        if not rules.knows(rule):
            yield entry, entry.problem("AJO330", "rule", rules.unknown(rule))
        elif entry.place in seen:
            yield entry, entry.problem("AJO331", "rule", "an entry before this one says the same")
        elif is_whole and entry.place not in found and rules.was_run(rule):
            yield entry, entry.problem("AJO331", "at", _why_unused(entry, elsewhere))
        seen.add(entry.place)


def _why_unused(entry: _Entry, elsewhere: dict[tuple[str, str], str]) -> str:
    rule, at = entry.rule, entry.at
    other = elsewhere.get((entry.file, rule))
    instead = f', but at "{other}"' if other is not None else ""
    return f'{rule} finds nothing at "{at}"{instead}'

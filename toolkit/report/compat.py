"""What changes of interfaces mean for journeys: as text, Markdown, JSON, and the table of all classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.plan.assessment import Assessment, Comparison, InterfaceChange
from toolkit.plan.change_kinds import ChangeKind, Compatibility
from toolkit.report import data
from toolkit.report.markdown import code, prose
from toolkit.report.shown import KIND_TITLES, MAX_SHOWN, plural, safe
from toolkit.report.text import STYLES, paint

_WORST_FIRST = tuple(sorted(Compatibility, reverse=True))
_MEANINGS = {
    Compatibility.SAFE: "journeys that use the action go on as before",
    Compatibility.CARE: "journeys go on, but somebody should look: the reason says at what",
    Compatibility.BREAKING: "journeys that use the action have to be changed with it",
}
_SUBJECTS = {
    "variable": "Variables of the request, headers and query",
    "constant": "Constants",
    "answer": "Response and failure response",
    "endpoint": "Endpoint and authentication",
    "action": "The action as a whole",
    "limit": "Cappings and throttlings",
}
REFUSED = "the platform refuses it while a journey uses the action"
MAX_MARKDOWN = 60_000
"""Characters of one comment; code hosting services refuse longer ones."""


def comparison_text(comparison: Comparison, *, colour: bool = False) -> str:
    """Show every changed definition, the worst first, each change with its class and its reason."""
    lines = [f"{safe(comparison.old)} → {safe(comparison.new)}", ""]
    for item in comparison.assessments:
        lines.extend(_text_of(item, colour=colour))
        lines.append("")
    return "\n".join([*lines, counts(comparison)])


def _text_of(item: Assessment, *, colour: bool) -> Iterator[str]:
    title = f"{KIND_TITLES.get(item.kind, item.kind)} {safe(item.name)}"
    word = paint(item.worst.word, STYLES[item.worst], colour=colour)
    yield f"  {paint(title, 'bold', colour=colour)}: {word}"
    yield f"      {paint(safe(_files(item)), 'dim', colour=colour)}"
    for change in item.changes:
        style = STYLES[change.compatibility]
        head = paint(f"{change.compatibility.word:8}", style, colour=colour)
        place = f" {safe(change.address)}" if change.path else ""
        yield f"      {head} {change.kind.rule.what}:{place}{_values(change)}"
        if change.compatibility is not Compatibility.SAFE:
            refused = f"; {REFUSED}" if change.refused_in_use else ""
            yield f"               {change.kind.rule.why}{refused}"


def _files(item: Assessment) -> str:
    if item.old_file and item.new_file and item.old_file != item.new_file:
        return f"{item.old_file} → {item.new_file}"
    return item.new_file or item.old_file or "no file"


def _values(change: InterfaceChange) -> str:
    shown = [_short(text) for text in (change.before, change.after) if text]
    return f" {' → '.join(shown)}" if shown else ""


def _short(text: str) -> str:
    text = safe(text)
    return f'"{text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"}"'


def counts(comparison: Comparison) -> str:
    """Return a comparison in one sentence."""
    if not comparison.assessments:
        return f"No journey sees a difference; {plural(comparison.unchanged, 'definition')} unchanged."
    parts = [f"{comparison.count(kind)} {kind.word}" for kind in _WORST_FIRST if comparison.count(kind)]
    changed = plural(len(comparison.assessments), "definition")
    return f"{changed} changed: {', '.join(parts)}; {comparison.unchanged} unchanged."


def comparison_markdown(comparison: Comparison) -> str:
    """Show a comparison as a table of changes for each definition."""
    head = f"### Compatibility: {comparison.worst.word}"
    lines = [head, "", f"{code(comparison.old)} → {code(comparison.new)}", "", counts(comparison), ""]
    for item in comparison.assessments:
        title = f"{KIND_TITLES.get(item.kind, item.kind)} {code(item.name)}: **{item.worst.word}**"
        lines += [f"#### {title}", "", code(_files(item)), ""]
        lines += ["| class | change | where | from, to | why |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(change) for change in item.changes]
        lines.append("")
    for finding in comparison.findings:
        lines.append(f"- {finding.code} {code(finding.place)} {prose(finding.message)}")
    text = "\n".join(lines).rstrip() + "\n"
    if len(text) <= MAX_MARKDOWN:
        return text
    return text[: text.rfind("\n", 0, MAX_MARKDOWN)] + "\n\nCut here: the rest is in the job's log.\n"


def _row(change: InterfaceChange) -> str:
    rule = change.kind.rule
    values = " → ".join(code(_short(text)) for text in (change.before, change.after) if text)
    why = prose(rule.why + (f"; {REFUSED}" if change.refused_in_use else ""))
    word = change.compatibility.word
    return f"| {word} | {prose(rule.what)} | {code(change.address)} | {values} | {why} |"


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison for machines; fields are only ever added."""
    return {
        "format": "ajo-compat",
        "version": 1,
        "old": comparison.old,
        "new": comparison.new,
        "worst": comparison.worst.word,
        "counts": {kind.word: comparison.count(kind) for kind in _WORST_FIRST}
        | {"unchanged": comparison.unchanged},
        "definitions": [_assessment_data(item) for item in comparison.assessments],
        "findings": list(map(data.finding_data, comparison.findings)),
    }


def _assessment_data(item: Assessment) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "name": item.name,
        "oldFile": item.old_file,
        "newFile": item.new_file,
        "worst": item.worst.word,
        "changes": list(map(data.interface_change_data, item.changes)),
    }


def classes_markdown() -> str:
    """Return the table of every kind of change, as docs/compatibility.md has it."""
    lines = ["| class | meaning |", "| --- | --- |"]
    lines += [f"| **{kind.word}** | {_MEANINGS[kind]} |" for kind in Compatibility]
    for subject, heading in _SUBJECTS.items():
        lines += ["", f"### {heading}", "", "| change | class | why | page |", "| --- | --- | --- | --- |"]
        for kind in ChangeKind:
            if kind.rule.subject == subject:
                lines.append(_class_row(kind))
    return "\n".join(lines) + "\n"


def _class_row(kind: ChangeKind) -> str:
    rule = kind.rule
    page = f"[{rule.page.rsplit('/', 1)[-1].removesuffix('.md')}]({rule.page})" if rule.page else ""
    return f"| {rule.what} (`{kind.id}`) | **{rule.compatibility.word}** | {rule.why} | {page} |"

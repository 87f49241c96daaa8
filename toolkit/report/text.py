"""Results for a terminal. Colours only where the caller asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.pointer import format_path
from toolkit.plan.change_kinds import Compatibility
from toolkit.plan.types import Plan, Step, StepKind
from toolkit.report.shown import (
    KIND_TITLES,
    MARKS,
    by_reason,
    change,
    counts,
    exercised,
    impact,
    kept_title,
    plural,
    previously,
    safe,
    staying,
    title,
    whose,
)
from toolkit.sync.receipt import Receipt, Row, RowStatus

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "bold": 1, "dim": 2}
_OF_STEP = {StepKind.CREATE: "green", StepKind.UPDATE: "yellow", StepKind.DELETE: "red"}
STYLES = {Compatibility.SAFE: "green", Compatibility.CARE: "yellow", Compatibility.BREAKING: "red"}
"""The style of each class of a change."""

_OF_STATUS = {
    RowStatus.DONE: "green",
    RowStatus.FAILED: "red",
    RowStatus.UNKNOWN: "red",
    RowStatus.SKIPPED: "yellow",
}


def paint(text: str, style: str, *, colour: bool) -> str:
    """Return `text` in a style of an ANSI terminal, or as it is."""
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text


def findings_text(findings: Sequence[Finding], checked: int, *, colour: bool = False) -> str:
    """Show findings one after another and the sum below; `checked` is the number of definitions read."""
    lines = [line for found in findings for line in finding_lines(found, colour=colour)]
    return "\n".join([*lines, findings_sum(findings, checked)])


def finding_lines(found: Finding, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines of one finding: place and message, pointer and way out, page."""
    style = "red" if found.severity is Severity.ERROR else "yellow"
    head = paint(f"{found.severity.value} {found.code}", style, colour=colour)
    yield f"{paint(safe(found.place), 'bold', colour=colour)}: {head} {safe(found.message)}"
    details = [safe(found.pointer)] if found.path else []
    mark = " [fixable]" if found.is_fixable else ""
    yield "    " + "  ".join([*details, f"→ {safe(found.fix)}"]) + mark
    if found.page:
        yield f"    see {safe(found.page)}"


def findings_sum(findings: Sequence[Finding], checked: int) -> str:
    """Return how much was checked and how much was found, as a sentence."""
    errors = sum(found.severity is Severity.ERROR for found in findings)
    sums = f"{plural(errors, 'error')}, {plural(len(findings) - errors, 'warning')}"
    return f"{plural(checked, 'definition')} checked: {sums if findings else 'all is well'}."


def fixable_text(findings: Sequence[Finding]) -> str:
    """Say how many findings need nobody's judgement, or nothing."""
    count = sum(found.is_fixable for found in findings)
    return f"{count} fixable with --fix; --diff shows what it would write.\n" if count else ""


def plan_text(plan: Plan, *, colour: bool = False) -> str:
    """Show a plan: every step with its file and field changes, then what is left alone, then the sum."""
    lines = [f"Target {safe(plan.target)}: sandbox {safe(plan.sandbox)} of {safe(plan.organisation)}"]
    lines += [f"Base: {safe(plan.base)}", ""] if plan.base else [""]
    for step in plan.steps:
        lines.extend(_step_lines(step, colour=colour))
        lines.append("")
    if plan.kept:
        lines.append("Left as it is on the platform:")
        for kept in plan.kept:
            lines.append(f"    {kept_title(kept)}")
            lines.extend(f"        {staying(item)}" for item in kept.changes)
        lines.append("")
    if plan.unmanaged:
        lines.append("Not managed here, never touched:")
        lines.extend(f"    {reason}: {names}" for reason, names in by_reason(plan.unmanaged))
        lines.append("")
    if plan.findings:
        lines += [line for found in plan.findings for line in finding_lines(found, colour=colour)]
        lines.append("")
    if plan.notes:
        lines += [*(f"Note: {safe(note)}." for note in plan.notes), ""]
    if not plan.steps:
        lines.append(f"Nothing to do: {counts(plan)}.")
    else:
        lines.append(f"Plan: {counts(plan)}.")
    return "\n".join(lines)


def _step_lines(step: Step, *, colour: bool) -> Iterator[str]:
    mark = paint(f"{MARKS[step.kind]} {step.kind.value}", _OF_STEP[step.kind], colour=colour)
    whole = f" [{whose(step)}]" if whose(step) else ""
    yield f"  {mark} {paint(title(step), 'bold', colour=colour)}{previously(step)}{whole}"
    if step.key.identity != step.resource.name:
        yield f"      for {safe(step.key.identity)}"
    yield f"      {paint(safe(step.resource.file) or 'no file', 'dim', colour=colour)}: {safe(step.why)}"
    for item in step.changes:
        yield f"      {change(item)}"
    if step.kind is StepKind.UPDATE:
        worst, reasons = impact(step)
        yield f"      for journeys: {paint(worst.word, STYLES[worst], colour=colour)}"
        yield from (f"        {reason}" for reason in reasons)
    if step.unknowable:
        paths = ", ".join(safe(format_path(path)) for path in step.unknowable)
        yield f"      not comparable, the platform hides it: {paths}"
    if step.secrets and step.kind is not StepKind.DELETE:
        yield f"      sends secrets: {', '.join(str(reference) for reference in step.secrets)}"
    if exercised(step):
        yield f"      evidence: {safe(exercised(step))}"
    for danger in step.dangers:
        yield paint(f"      needs --allow-destroy: {safe(danger)}", "red", colour=colour)
    for block in step.blocks:
        yield paint(f"      blocked {safe(block.code)}: {safe(block.reason)}", "red", colour=colour)
        yield f"        → {safe(block.way_out)}"


def row_text(row: Row, *, colour: bool = False) -> str:
    """Show how one step ended."""
    status = paint(f"{row.status.value:8}", _OF_STATUS[row.status], colour=colour)
    kind = KIND_TITLES.get(row.key.kind, row.key.kind)
    line = f"  {status}{row.kind.value} {kind} {safe(row.name)}"
    if row.status is RowStatus.DONE:
        return f"{line} ({row.duration_ms} ms)"
    field = f" {safe(format_path(row.path))}" if row.path else ""
    line_number = f":{row.line}" if row.line else ""
    place = f"      {safe(row.file)}{line_number}{field}\n" if row.file else ""
    return f"{line}\n{place}      {row.code} {safe(row.message)}\n      → {safe(row.fix)}"


def receipt_text(receipt: Receipt, *, colour: bool = False) -> str:
    """Show what a sync did: the rows that are not done, then the sum."""
    lines = [row_text(row, colour=colour) for row in receipt.rows if row.status is not RowStatus.DONE]
    if receipt.trouble:
        lines.append(f"note: {safe(receipt.trouble)}; an edit that came right before a write is not told of")
    sums = [f"{receipt.count(status)} {status.value}" for status in RowStatus if receipt.count(status)]
    sums.append(f"{receipt.unchanged} unchanged")
    seconds = (receipt.finished_at - receipt.started_at).total_seconds()
    end = "" if receipt.complete else " Run the same command again to finish."
    lines.append(f"Sync of {safe(receipt.target)}: {', '.join(sums)} in {seconds:.1f} s.{end}")
    return "\n".join(lines)

"""Results for a pull request: what will happen, to which sandbox, which journeys, is it safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.pointer import format_path
from toolkit.plan.merge import compare
from toolkit.plan.types import Plan, Step, StepKind, Verdict
from toolkit.report.shown import (
    KIND_TITLES,
    MARKS,
    WHOSE,
    both,
    by_reason,
    counts,
    exercised,
    impact,
    kept_title,
    plural,
    safe,
    whose,
)
from toolkit.sync.receipt import Receipt, Row, RowStatus

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~@:<>&])")
MAX_LENGTH = 60_000
"""Characters of one comment; code hosting services refuse longer ones."""


def prose(text: str) -> str:
    """Return `text` as Markdown that shows itself: no formatting, link, mention or HTML comes of it."""
    shown = _SPECIAL.sub(lambda found: f"&#{ord(found[1])};", safe(text))
    # GitHub looks for @names and #numbers after it has decoded entities; a space without width ends them.
    return shown.replace("&#64;", "&#64;&#8203;").replace("&#35;", "&#35;&#8203;")


def code(text: str) -> str:
    """Return `text` as a code span that holds any backtick and stays inside a table cell."""
    content = safe(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", content)), default=0) + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{pad}{content}{pad}{fence}" if content else ""


def fenced(text: str, language: str) -> str:
    """Return `text` in a fence that is longer than any run of backticks in it."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def plan_markdown(plan: Plan) -> str:
    """Show a plan as a summary, a table of steps, and a table of fields for each update."""
    verdict = "Nothing to do" if not plan.steps else "Blocked" if plan.blocked else "Ready"
    sandbox = f"sandbox {code(plan.sandbox)} of {code(plan.organisation)}"
    lines = [f"### Target {code(plan.target)}: {verdict}", "", f"{counts(plan)} ({sandbox}).", ""]
    lines += [f"Base: {prose(plan.base)}", ""] if plan.base else []
    if plan.steps:
        lines += ["| | step | file | secrets sent |", "| --- | --- | --- | --- |"]
        lines += [_table_row(step) for step in plan.steps]
        lines.append("")
    for step in plan.steps:
        lines.extend(_details(step))
    lines.extend(_left(plan))
    if plan.unmanaged:
        lines += ["<details><summary>Not managed here, never touched</summary>", ""]
        lines += [f"- {prose(reason)}: {prose(names)}" for reason, names in by_reason(plan.unmanaged)]
        lines += ["", "</details>", ""]
    lines.append(f"Plan digest {code(plan.digest)}")
    return bounded(lines)


def _left(plan: Plan) -> Iterator[str]:
    """Yield what somebody else did and stays, and what is to be said about it."""
    if plan.kept:
        yield "#### Left as it is on the platform"
        yield ""
    for kept in plan.kept:
        yield f"- {prose(kept_title(kept))}"
        for item in kept.changes:
            live, desired = both(item)
            yield f"  - {code(format_path(item.path))}: live {code(live)}, file {code(desired)}"
    if plan.kept:
        yield ""
    for found in plan.findings:
        place = f"{code(found.place)}: " if found.place else ""
        yield f"- {place}{found.severity.value} {found.code} {prose(found.message)}. {prose(found.fix)}"
    yield from (f"- {prose(note)}." for note in plan.notes)
    if plan.findings or plan.notes:
        yield ""


def _table_row(step: Step) -> str:
    secrets = (
        ", ".join(code(str(reference)) for reference in step.secrets)
        if step.kind is not StepKind.DELETE
        else ""
    )
    kind = prose(KIND_TITLES.get(step.key.kind, step.key.kind))
    what = f"**{step.kind.value}** {kind} {code(step.resource.name)}"
    what += f", until now {code(step.previous.identity)}" if step.previous else ""
    what += f" **{whose(step)}**" if whose(step) else ""
    return f"| {code(MARKS[step.kind])} | {what} | {code(step.resource.file)} | {secrets} |"


def _details(step: Step) -> Iterator[str]:
    is_used = step.remote and step.remote.used_in
    if not (step.changes or step.blocks or step.dangers or is_used or exercised(step)):
        return
    yield f"#### {step.kind.value} {code(step.resource.name)}"
    yield ""
    for block in step.blocks:
        yield f"**Blocked** ({prose(block.code)}): {prose(block.reason)}. {prose(block.way_out)}"
        yield ""
    for danger in step.dangers:
        yield f"**Needs** `--allow-destroy`: {prose(danger)}"
        yield ""
    if exercised(step):
        yield f"Evidence: {prose(exercised(step))}"
        yield ""
    if step.resends:
        yield prose(step.why)
        yield ""
    if step.remote and step.remote.used_in:
        uses = ", ".join(f"{code(use.name)} ({prose(use.status)})" for use in step.remote.used_in)
        yield f"Used in journeys: {uses}"
        yield ""
    if step.kind is StepKind.UPDATE:
        worst, reasons = impact(step)
        yield f"For journeys: **{worst.word}**"
        yield from (f"- {prose(reason)}" for reason in reasons)
        yield ""
    if step.changes:
        yield "| field | live | desired |"
        yield "| --- | --- | --- |"
        for item in step.changes:
            mark = f" **{WHOSE[item.verdict]}**" if item.verdict in WHOSE else ""
            yield f"| {code(format_path(item.path))}{mark} | {' | '.join(map(code, both(item)))} |"
        yield ""


def findings_markdown(findings: Sequence[Finding], checked: int) -> str:
    """Show findings as a table."""
    errors = sum(found.severity is Severity.ERROR for found in findings)
    warnings = len(findings) - errors
    lines = [
        f"### {plural(checked, 'definition')}: {plural(errors, 'error')}, {plural(warnings, 'warning')}",
        "",
    ]
    if findings:
        lines += ["| | place | finding | what to do |", "| --- | --- | --- | --- |"]
    for found in findings:
        what = f"{found.code} {prose(found.message)}"
        lines.append(f"| {found.severity.value} | {code(found.place)} | {what} | {prose(found.fix)} |")
    return bounded(lines)


def receipt_markdown(receipt: Receipt) -> str:
    """Show what a sync did as a table of its steps."""
    verdict = "complete" if receipt.complete else "not complete"
    sums = ", ".join(
        f"{receipt.count(status)} {status.value}" for status in RowStatus if receipt.count(status)
    )
    when = f"{receipt.started_at:%Y-%m-%d %H:%M:%S} UTC; plan {code(receipt.plan_digest)}"
    lines = [
        f"### Sync of {code(receipt.target)}: {verdict}",
        "",
        f"{sums or 'nothing to do'}, {receipt.unchanged} unchanged; by {code(receipt.approved_by)}, {when}",
        "",
    ]
    if receipt.rows:
        lines += ["| status | step | what went wrong | request ids |", "| --- | --- | --- | --- |"]
    for row in receipt.rows:
        ids = ", ".join(code(item) for item in row.request_ids)
        lines.append(f"| {row.status.value} | {row.kind.value} {code(row.name)} | {_wrong(row)} | {ids} |")
    if receipt.trouble:
        lines += ["", f"{prose(receipt.trouble)}; an edit that came right before a write is not told of."]
    lines += _written(receipt.rows)
    return bounded(lines)


def _wrong(row: Row) -> str:
    if not row.code:
        return ""
    place = f" {code(f'{row.file}:{row.line}')}" if row.line else ""
    return f"{row.code} {prose(row.message)}{place} {prose(row.fix)}"


def _written(rows: Iterable[Row]) -> Iterator[str]:
    """Yield what stood in the fields that were changed, and what stands there now."""
    for row in rows:
        if row.before is None or row.after is None:
            continue
        changes = [item for item in compare(row.after, row.before) if item.verdict is not Verdict.UNKNOWABLE]
        if changes:
            yield from ("", f"#### {row.kind.value} {code(row.name)}", "")
            yield from ("| field | before | after |", "| --- | --- | --- |")
        for item in changes:
            before, after = both(item)
            yield f"| {code(format_path(item.path))} | {code(before)} | {code(after)} |"


def bounded(lines: list[str]) -> str:
    """Join lines and cut what code hosting services would refuse."""
    text = "\n".join(lines).rstrip() + "\n"
    if len(text) <= MAX_LENGTH:
        return text
    cut = text.rfind("\n", 0, MAX_LENGTH)
    return text[:cut] + "\n\nCut here: the rest is in the job's log.\n"

"""Drift: what somebody changed on the platform, who and when, and what a patch makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.pointer import format_path
from toolkit.model.catalog import Touched
from toolkit.plan.drift import Act, Drift, Drifted, Stranger, TargetDrift
from toolkit.plan.types import FieldChange, Verdict
from toolkit.report.data import change_data, error_data, finding_data, kept_data
from toolkit.report.markdown import bounded, code, prose
from toolkit.report.shown import KIND_TITLES, kept_title, plural, safe, two
from toolkit.report.text import finding_lines, paint

_MARKS = {Act.CHANGED: ("~", "yellow"), Act.REMOVED: ("-", "red")}


@dataclass(frozen=True, slots=True)
class PatchNote:
    """What a patch holds and lacks: files, reasons by name, further targets, references to provide."""

    files: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def drift_text(drift: Drift, note: PatchNote | None = None, *, colour: bool = False) -> str:
    """Show what drifted, what is accepted, what is new, and the sum."""
    lines = [f"Target {safe(drift.target)}: sandbox {safe(drift.sandbox)} of {safe(drift.organisation)}"]
    lines += [f"Base: {safe(drift.base)}", ""] if drift.base else [""]
    for item in drift.drifted:
        lines += [*_drifted_lines(item, colour=colour), ""]
    if drift.accepted:
        lines.append("Accepted:")
        lines += [f"    {kept_title(item)}" for item in drift.accepted]
        lines.append("")
    if drift.strangers:
        lines.append("Not managed here (`ajo import` makes definitions of it):")
        lines += [f"    {_stranger(item)}" for item in drift.strangers]
        lines.append("")
    lines += [line for found in drift.findings for line in finding_lines(found, colour=colour)]
    lines += _note_lines(note) if note else []
    lines.append(_sum(drift))
    return "\n".join(lines)


def _drifted_lines(item: Drifted, *, colour: bool) -> Iterator[str]:
    mark, style = _MARKS[item.act]
    word = paint(f"{mark} {item.act.value}", style, colour=colour)
    yield f"  {word} {paint(_title(item.key.kind, item.name), 'bold', colour=colour)}{_who(item.touched)}"
    if item.file:
        yield f"      {paint(safe(item.file), 'dim', colour=colour)}"
    if item.why:
        yield f"      {safe(item.why)}"
    for change in item.changes:
        before, after = both_sides(change)
        mark = "[conflict] " if change.verdict is Verdict.CONFLICT else ""
        yield f"      {mark}{safe(format_path(change.path))}: {before} → {after}"
    if item.in_conflict:
        yield "      the files were changed too: the next sync refuses until somebody decides"


def both_sides(change: FieldChange) -> tuple[str, str]:
    """Return what the file says and what is live, in this order: the way the change went."""
    return two(change.desired, change.live)


def _stranger(item: Stranger) -> str:
    return f"{_title(item.kind, item.name)}: {safe(item.reason)}{_who(item.touched)}"


def _who(touched: Touched) -> str:
    by = f" by {safe(touched.by)}" if touched.by else ""
    at = f" at {safe(touched.at)}" if touched.at else ""
    return f", last changed{by}{at}" if by or at else ""


def _title(kind: str, name: str) -> str:
    return f"{safe(KIND_TITLES.get(kind, kind))} {safe(name)}"


def _note_lines(note: PatchNote) -> Iterator[str]:
    yield f"Patch: {plural(len(note.files), 'file')}{': ' if note.files else ''}{safe(', '.join(note.files))}"
    for name, reason in note.left_out:
        yield f"    not in it: {safe(name)}: {safe(reason)}"
    if note.also:
        yield f"    these files are for {safe(', '.join(note.also))} too, and change what is planned there"
    if note.secrets:
        yield f"    secrets to provide: {safe(', '.join(note.secrets))}"
    yield ""


def _sum(drift: Drift) -> str:
    parts = [f"{drift.count(act)} {act.value}" for act in Act if drift.count(act)]
    parts += [f"{len({item.key for item in drift.accepted})} accepted"] if drift.accepted else []
    parts += [f"{drift.as_left} as they were left", f"{len(drift.strangers)} not managed here"]
    return f"{'Drift' if drift else 'No drift'}: {', '.join(parts)}."


def drift_markdown(drift: Drift, note: PatchNote | None = None) -> str:
    """Show the same for the summary of a job, or an issue."""
    return bounded(list(_markdown(drift, note)))


def _markdown(drift: Drift, note: PatchNote | None = None) -> Iterator[str]:
    verdict = "drift" if drift else "no drift"
    yield from (f"### Target {code(drift.target)}: {verdict}", "", prose(_sum(drift)), "")
    if drift.drifted:
        yield "| resource | field | in the file | on the platform | last changed |"
        yield "| --- | --- | --- | --- | --- |"
    for item in drift.drifted:
        what = (
            f"**{item.act.value}** {prose(KIND_TITLES.get(item.key.kind, item.key.kind))} {code(item.name)}"
        )
        when = prose(_who(item.touched).removeprefix(", last changed").strip())
        if not item.changes:
            yield f"| {what} | {prose(item.why)} | | | {when} |"
        for change in item.changes:
            mark = " **conflict**" if change.verdict is Verdict.CONFLICT else ""
            field = f"{code(format_path(change.path))}{mark}"
            yield f"| {what} | {field} | {' | '.join(map(code, both_sides(change)))} | {when} |"
    yield from [""] if drift.drifted else []
    yield from (f"- accepted: {prose(kept_title(item))}" for item in drift.accepted)
    yield from (f"- not managed here: {prose(_stranger(item))}" for item in drift.strangers)
    for found in drift.findings:
        yield f"- {found.severity.value} {found.code} {prose(found.message)}. {prose(found.fix)}"
    yield from (f"- {prose(line.strip())}" for line in _note_lines(note) if line) if note else ()


def drift_data(drift: Drift, note: PatchNote | None = None) -> dict[str, Any]:
    """Return the same for machines; `patch` is null where none was asked for."""
    return {
        "format": "ajo-drift",
        "version": 1,
        "target": drift.target,
        "organisation": drift.organisation,
        "sandbox": drift.sandbox,
        "base": drift.base or None,
        "drift": bool(drift),
        "drifted": [_drifted_data(item) for item in drift.drifted],
        "accepted": [kept_data(item) for item in drift.accepted],
        "unmanaged": [
            {"kind": item.kind, "name": item.name, "reason": item.reason, **_touched_data(item.touched)}
            for item in drift.strangers
        ],
        "asLeft": drift.as_left,
        "findings": list(map(finding_data, drift.findings)),
        "patch": _note_data(note) if note else None,
    }


def _drifted_data(item: Drifted) -> dict[str, Any]:
    return {
        "act": item.act.value,
        "kind": item.key.kind,
        "identity": item.key.identity,
        "name": item.name,
        "file": item.file or None,
        "conflict": item.in_conflict,
        "why": item.why,
        **_touched_data(item.touched),
        "changes": [change_data(change) for change in item.changes],
    }


def _touched_data(touched: Touched) -> dict[str, Any]:
    return {"lastChangedBy": touched.by or None, "lastChangedAt": touched.at or None}


def _note_data(note: PatchNote) -> dict[str, Any]:
    return {
        "files": list(note.files),
        "leftOut": [{"name": name, "reason": reason} for name, reason in note.left_out],
        "otherTargets": list(note.also),
        "secrets": list(note.secrets),
    }


def drifts_text(targets: Sequence[TargetDrift], *, colour: bool = False) -> str:
    """Show several targets, one after the other."""
    return "\n\n".join(_of_target(each, colour=colour) for each in targets)


def _of_target(each: TargetDrift, *, colour: bool) -> str:
    if each.drift is not None:
        return drift_text(each.drift, colour=colour)
    error = each.error
    said = f"{error.code}: {safe(error.message)}\n    → {safe(error.fix)}" if error else ""
    return f"Target {safe(each.target)}: {paint('not read', 'red', colour=colour)} {said}"


def drifts_markdown(targets: Sequence[TargetDrift]) -> str:
    """Show several targets for the summary of a job."""
    lines: list[str] = []
    for each in targets:
        if each.drift is not None:
            lines += [*_markdown(each.drift), ""]
        elif each.error is not None:
            lines += [f"### Target {code(each.target)}: not read", ""]
            lines += [f"{each.error.code} {prose(each.error.message)}. {prose(each.error.fix)}", ""]
    return bounded(lines)


def drifts_data(targets: Sequence[TargetDrift]) -> dict[str, Any]:
    """Return several targets for machines."""
    return {
        "format": "ajo-drifts",
        "version": 1,
        "complete": all(each.error is None for each in targets),
        "drift": any(each.drift for each in targets),
        "targets": [
            {
                "target": each.target,
                "drift": drift_data(each.drift) if each.drift is not None else None,
                "error": error_data(each.error) if each.error is not None else None,
            }
            for each in targets
        ],
    }

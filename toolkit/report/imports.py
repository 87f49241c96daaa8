"""What came of an import: files, what has to be provided, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from toolkit.core.diagnostics import Finding
from toolkit.core.pointer import Path, format_pointer
from toolkit.report.data import finding_data
from toolkit.report.shown import KIND_TITLES, plural, safe
from toolkit.report.text import finding_lines, paint


@dataclass(frozen=True, slots=True)
class Needed:
    """A secret that a new definition refers to: the reference, where it stands, why, its variable."""

    reference: str
    file: str
    path: Path
    reason: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A definition that was made: `diff` is the change of its file as a patch."""

    kind: str
    name: str
    file: str
    diff: str
    values: tuple[str, ...]
    offered: tuple[str, ...]
    remarks: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Something live without a new file: `reason` says why."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that is said about an import."""

    target: str
    is_written: bool
    files: tuple[NewFile, ...]
    needed: tuple[Needed, ...]
    managed: tuple[Other, ...]
    left_out: tuple[Other, ...]


def imports_text(report: ImportReport, *, colour: bool = False) -> str:
    """Show each file, what is left out, and the secrets to provide."""
    lines: list[str] = []
    for item in report.files:
        word = paint("wrote" if report.is_written else "would write", "green", colour=colour)
        lines.append(f"{word} {safe(item.file)} ({_title(item.kind)} {safe(item.name)})")
        lines += [f"    {safe(remark)}" for remark in _remarks(item)]
        lines += [f"    {line}" for found in item.findings for line in finding_lines(found, colour=colour)]
    lines += _grouped("Managed already, left alone:", report.managed)
    lines += _grouped("Not written:", report.left_out)
    lines += _needed(report.needed)
    lines += ["", _sum(report)]
    return "\n".join(lines).strip("\n")


def _remarks(item: NewFile) -> Iterator[str]:
    yield from item.remarks
    if item.values:
        yield f"values of the target as references: {', '.join(item.values)}"
    if item.offered:
        yield f"holds values of the target: {', '.join(item.offered)} (--use-values writes references)"


def _grouped(title: str, items: Sequence[Other]) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield title
    in_order = sorted(items, key=lambda item: (item.reason, item.kind, item.name))
    for reason, group in groupby(in_order, lambda item: item.reason):
        yield f"    {', '.join(safe(item.name) for item in group)}: {safe(reason)}"


def _needed(needed: Sequence[Needed]) -> Iterator[str]:
    if not needed:
        return
    yield ""
    yield "Secrets to provide before the next sync that sends them; no value was written:"
    for item in needed:
        variable = f" as {safe(item.variable)}" if item.variable else ""
        yield f"    {safe(item.reference)}{variable}"
        yield f"        {safe(item.file)} {safe(format_pointer(item.path))}: {safe(item.reason)}"
    yield "    Where one is no secret, such as a grant_type, write the value itself. What a target lacks,"
    yield "    `ajo secrets check` says."


def _sum(report: ImportReport) -> str:
    parts = [plural(len(report.files), "definition")]
    parts += [f"{len(report.managed)} managed already"] if report.managed else []
    parts += [f"{len(report.left_out)} not written"] if report.left_out else []
    end = " Next: ajo validate, ajo diff, commit." if report.files and report.is_written else ""
    word = "Imported" if report.is_written else "To import"
    return f"{word} from {safe(report.target)}: {', '.join(parts)}.{end}"


def imports_data(report: ImportReport) -> dict[str, Any]:
    """Return the same for machines."""
    return {
        "format": "ajo-import",
        "version": 1,
        "target": report.target,
        "written": report.is_written,
        "files": [
            {
                "kind": item.kind,
                "name": item.name,
                "file": item.file,
                "diff": item.diff,
                "values": list(item.values),
                "offeredValues": list(item.offered),
                "remarks": list(item.remarks),
                "findings": list(map(finding_data, item.findings)),
            }
            for item in report.files
        ],
        "secrets": [
            {
                "reference": item.reference,
                "file": item.file,
                "pointer": format_pointer(item.path),
                "reason": item.reason,
                "variable": item.variable or None,
            }
            for item in report.needed
        ],
        "managed": _others(report.managed),
        "leftOut": _others(report.left_out),
    }


def _others(items: Iterable[Other]) -> list[dict[str, str]]:
    return [{"kind": item.kind, "name": item.name, "reason": item.reason} for item in items]


def _title(kind: str) -> str:
    return KIND_TITLES.get(kind, safe(kind))

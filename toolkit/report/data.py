"""Results as JSON for machines: each document names its format and version; fields are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.core.pointer import format_pointer
from toolkit.plan.assessment import InterfaceChange, worst_of
from toolkit.plan.types import ABSENT, Exercised, FieldChange, Kept, Plan, Step, StepKind
from toolkit.sync.receipt import Receipt, Row


def to_json(document: Any) -> str:
    """Write a document of this module as text."""
    return dump_json(document)


def error_data(error: AjoError) -> dict[str, Any]:
    """Return an error; one about definitions brings its findings."""
    document: dict[str, Any] = {
        "format": "ajo-error",
        "version": 1,
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
        "exit": int(error.exit),
    }
    if isinstance(error, InvalidDefinitions):
        document["findings"] = list(map(finding_data, error.findings))
    return document


def listing_data(what: str, rows: Iterable[dict[str, str]], target: str | None) -> dict[str, Any]:
    """Return a list: `what` is ``definitions`` or ``live``."""
    items = [{key.replace(" ", "_"): value for key, value in row.items()} for row in rows]
    return {"format": f"ajo-{what}", "version": 1, "target": target, "items": items}


def format_data(files: list[str], left_alone: list[str], *, written: bool) -> dict[str, Any]:
    """Return which files are not canonical, and which could not be read."""
    return {"format": "ajo-fmt", "version": 1, "written": written, "files": files, "leftAlone": left_alone}


def findings_data(findings: Iterable[Finding], checked: int) -> dict[str, Any]:
    """Return findings with their places."""
    return {
        "format": "ajo-findings",
        "version": 1,
        "checked": checked,
        "findings": list(map(finding_data, findings)),
    }


def fixes_data(fixes: Iterable[tuple[str, Sequence[Finding], str]]) -> dict[str, Any]:
    """Return what would be written: for each file the findings that go, and the change as a patch."""
    files = [
        {"file": file, "findings": list(map(finding_data, findings)), "diff": patch}
        for file, findings, patch in fixes
    ]
    return {"format": "ajo-fixes", "version": 1, "files": files}


def finding_data(found: Finding) -> dict[str, Any]:
    """Return one finding."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "pointer": found.pointer,
        "message": found.message,
        "fix": found.fix,
        "page": found.page,
        "fixable": found.is_fixable,
    }


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan: steps in order, what is unchanged, what is not managed."""
    return {
        "format": "ajo-plan",
        "version": 1,
        "target": plan.target,
        "organisation": plan.organisation,
        "sandbox": plan.sandbox,
        "digest": plan.digest,
        "counts": {kind.value: plan.count(kind) for kind in StepKind} | {"unchanged": len(plan.unchanged)},
        "steps": [_step_data(step) for step in plan.steps],
        "unchanged": [{"kind": key.kind, "identity": key.identity} for key in plan.unchanged],
        "unmanaged": [
            {"kind": item.kind, "name": item.name, "reason": item.reason} for item in plan.unmanaged
        ],
        "base": plan.base or None,
        "kept": [kept_data(item) for item in plan.kept],
        "findings": list(map(finding_data, plan.findings)),
        "notes": list(plan.notes),
    }


def kept_data(item: Kept) -> dict[str, Any]:
    """Return what a plan leaves as others made it, and why."""
    return {
        "kind": item.key.kind,
        "identity": item.key.identity,
        "name": item.resource.name,
        "file": item.resource.file,
        "verdict": item.verdict.value,
        "reason": item.reason,
        "changes": [change_data(change) for change in item.changes],
    }


def _step_data(step: Step) -> dict[str, Any]:
    return {
        "step": step.kind.value,
        "kind": step.key.kind,
        "identity": step.key.identity,
        "name": step.resource.name,
        "file": step.resource.file,
        "why": step.why,
        "uid": step.remote.uid if step.remote else None,
        "changes": [change_data(item) for item in step.changes],
        "class": worst_of(step.impact).word if step.kind is StepKind.UPDATE else None,
        "impact": [interface_change_data(change) for change in step.impact],
        "unknowable": [format_pointer(path) for path in step.unknowable],
        "secrets": [str(reference) for reference in step.secrets],
        "waitsFor": [{"kind": key.kind, "identity": key.identity} for key in step.waits_for],
        "usedIn": [
            {"journeyId": use.journey_id, "name": use.name, "status": use.status}
            for use in (step.remote.used_in if step.remote else ())
        ],
        "blocks": [
            {"code": block.code, "reason": block.reason, "wayOut": block.way_out} for block in step.blocks
        ],
        "verdict": step.verdict.value,
        "previousIdentity": step.previous.identity if step.previous else None,
        "dangers": list(step.dangers),
        "adopted": step.adopted,
        "resends": [{"secret": str(each.reference), "reason": each.reason.value} for each in step.resends],
        "evidence": evidence_data(step.evidence),
    }


def evidence_data(evidence: Exercised | None) -> dict[str, Any] | None:
    """Return what evidence a step has; null where the target demands none."""
    if evidence is None:
        return None
    at = evidence.at.isoformat() if evidence.at else None
    return {"state": evidence.state.value, "file": evidence.file or None, "exercisedAt": at}


def interface_change_data(change: InterfaceChange) -> dict[str, Any]:
    """Return one change of an interface."""
    rule = change.kind.rule
    return {
        "change": change.kind.id,
        "class": change.compatibility.word,
        "pointer": format_pointer(change.path),
        "address": change.address,
        "before": change.before,
        "after": change.after,
        "why": rule.why,
        "refusedInUse": change.refused_in_use,
        "page": rule.page,
    }


def change_data(item: FieldChange) -> dict[str, Any]:
    """Return one field; a side that has nothing there is left out."""
    data: dict[str, Any] = {"pointer": format_pointer(item.path), "verdict": item.verdict.value}
    if item.live is not ABSENT:
        data["live"] = item.live
    if item.desired is not ABSENT:
        data["desired"] = item.desired
    return data


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Return the account of a sync."""
    return {
        "format": "ajo-receipt",
        "version": 1,
        "target": receipt.target,
        "organisation": receipt.organisation,
        "sandbox": receipt.sandbox,
        "planDigest": receipt.plan_digest,
        "tool": receipt.tool or None,
        "commit": receipt.commit or None,
        "base": receipt.base or None,
        "committed": receipt.is_committed,
        "approvedBy": receipt.approved_by,
        "startedAt": receipt.started_at.isoformat(),
        "finishedAt": receipt.finished_at.isoformat(),
        "complete": receipt.complete,
        "interrupted": receipt.interrupted,
        "unchanged": receipt.unchanged,
        "trouble": receipt.trouble or None,
        "rows": [_row_data(row) for row in receipt.rows],
    }


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "status": row.status.value,
        "step": row.kind.value,
        "kind": row.key.kind,
        "identity": row.key.identity,
        "name": row.name,
        "file": row.file,
        "code": row.code,
        "message": row.message,
        "fix": row.fix,
        "line": row.line or None,
        "pointer": format_pointer(row.path),
        "previousIdentity": row.previous.identity if row.previous else None,
        "before": row.before,
        "after": row.after,
        "durationMs": row.duration_ms,
        "requestIds": list(row.request_ids),
    }

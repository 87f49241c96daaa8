"""The file of a receipt: format ``ajo-receipt``, version 1. Written by ``report``, read to undo a sync."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import MAX_DEPTH, JsonError, JsonLimitError, parse_json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import format_path
from toolkit.model.catalog import ResourceKey
from toolkit.model.document import Document
from toolkit.model.kinds import KINDS
from toolkit.plan.types import StepKind
from toolkit.sync.receipt import RowStatus

FORMAT = "ajo-receipt"
VERSION = 1
SCHEMA_FILE = "receipt.v1.schema.json"

MAX_BYTES = 256 * 1024 * 1024
"""The longest file that is read: it holds documents before and after."""

_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_DOCUMENT = {"type": ["object", "null"]}


def _described(kind: dict[str, Any], text: str) -> dict[str, Any]:
    return {**kind, "description": text}


_ROW: dict[str, Any] = {
    "status": {"enum": [each.value for each in RowStatus], "description": "How the step ended."},
    "step": {"enum": [each.value for each in StepKind], "description": "What was to be done."},
    "kind": _described(_TEXT, "The kind of resource."),
    "identity": _described(_TEXT, "Its name, or the URL pattern of a limit."),
    "name": _described(_TEXT, "What people call it."),
    "file": _described(_TEXT, "Its definition."),
    "line": {"type": ["integer", "null"], "description": "Where the field of a refusal stands in the file."},
    "code": _described(_TEXT, "What went wrong; empty when done."),
    "message": _described(_TEXT, "The same in words."),
    "fix": _described(_TEXT, "What to do."),
    "pointer": _described(_TEXT, "The field of a refusal."),
    "previousIdentity": _described(_MAYBE, "The name before a rename."),
    "before": _described(_DOCUMENT, "What was live right before the write; secrets are masked."),
    "after": _described(_DOCUMENT, "What was read back; secrets are masked."),
    "durationMs": {"type": "integer", "description": "Milliseconds."},
    "requestIds": {"type": "array", "items": _TEXT, "description": "The platform's ids of the requests."},
}
_RECEIPT: dict[str, Any] = {
    "format": {"const": FORMAT},
    "version": {"const": VERSION},
    "target": _described(_TEXT, "The target of the settings."),
    "organisation": _described(_TEXT, "The organisation it led to."),
    "sandbox": _described(_TEXT, "The sandbox."),
    "planDigest": _described(_TEXT, "The digest of the plan that was carried out."),
    "tool": _described(_MAYBE, "The version of ajo."),
    "commit": _described(_MAYBE, "The commit of the files."),
    "base": _described(_MAYBE, "The commit that was synced before."),
    "committed": {"type": "boolean", "description": "Whether the files were as the commit has them."},
    "approvedBy": _described(_TEXT, "Who approved."),
    "startedAt": {"type": "string", "format": "date-time", "description": "When it began, UTC."},
    "finishedAt": {"type": "string", "format": "date-time", "description": "When it ended, UTC."},
    "complete": {"type": "boolean", "description": "Whether every step is done."},
    "interrupted": {"type": "boolean", "description": "Whether Ctrl-C stopped it."},
    "unchanged": {"type": "integer", "description": "Resources that were as they should be."},
    "trouble": _described(_MAYBE, "Why the audit log does not tell of overwritten edits, if it does not."),
    "rows": {
        "description": "The steps.",
        "type": "array",
        "items": {"type": "object", "properties": _ROW, "required": list(_ROW)},
    },
}
_LATER = frozenset({"trouble"})
"""Fields that the first receipts did not have."""


def receipt_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file; later versions of ajo may add fields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_FILE,
        "title": "Receipt",
        "description": "What a sync did, what it did not, and what was live before and after.",
        "type": "object",
        "properties": _RECEIPT,
        "required": [name for name in _RECEIPT if name not in _LATER],
    }


@dataclass(frozen=True, slots=True)
class PastRow:
    """One step of a past sync: `key` as it was after, `previous` as it was before a rename."""

    status: RowStatus
    kind: StepKind
    key: ResourceKey
    name: str
    file: str
    code: str
    before: Document | None = field(repr=False)
    after: Document | None = field(repr=False)
    previous: ResourceKey | None = None

    @property
    def was_written(self) -> bool:
        """Tell whether the platform holds something else since, as far as is known."""
        is_there = self.after is not None or (self.code == "AJO515" and self.kind is StepKind.DELETE)
        return self.status is RowStatus.DONE or (self.code in {"AJO509", "AJO515"} and is_there)


@dataclass(frozen=True, slots=True)
class PastSync:
    """A receipt that was read again."""

    target: str
    organisation: str
    sandbox: str
    started_at: str
    commit: str
    base: str
    rows: tuple[PastRow, ...]


def read_receipt(content: bytes) -> PastSync:
    """Return the receipt in a file's `content`; raises :class:`AjoError` AJO630 for what is none."""
    document = _document(content)
    match document:
        case {"format": "ajo-receipt", "version": 1}:
            pass
        case {"format": "ajo-receipt", "version": version}:
            raise AjoError("AJO630", f"its version is {str(version)[:40]}; this ajo reads {VERSION}")
        case _:
            raise AjoError("AJO630", f"it does not say that its format is {FORMAT}")
    _refuse_unfit(document)
    return PastSync(
        document["target"],
        document["organisation"],
        document["sandbox"],
        document["startedAt"],
        document["commit"] or "",
        document["base"] or "",
        tuple(map(_row, document["rows"])),
    )


def _refuse_unfit(document: Any) -> None:
    # Loaded where a receipt is read: with all its formats, that takes a second which no sync has to wait.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    wrong = best_match(Draft202012Validator(receipt_schema()).iter_errors(document))
    if wrong is not None:
        place = format_path(tuple(wrong.absolute_path))
        raise AjoError("AJO630", f"{place}: {wrong.message[:120]}" if place else wrong.message[:120])


def _row(row: dict[str, Any]) -> PastRow:
    if row["kind"] not in KINDS:
        raise AjoError("AJO630", f"{row['kind'][:60]!r} is no kind of definition")
    previous = row["previousIdentity"]
    return PastRow(
        RowStatus(row["status"]),
        StepKind(row["step"]),
        ResourceKey(row["kind"], row["identity"]),
        row["name"],
        row["file"],
        row["code"],
        row["before"],
        row["after"],
        ResourceKey(row["kind"], previous) if previous is not None else None,
    )


def _document(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise AjoError("AJO630", f"it is longer than {MAX_BYTES // 1024**2} MiB")
    try:
        return parse_json(content.decode("utf-8"), depth=2 * MAX_DEPTH)
    except UnicodeDecodeError:
        raise AjoError("AJO630", "it is not UTF-8") from None
    except JsonError as error:
        raise AjoError("AJO630", f"it is not JSON: {error.message} (line {error.line})") from None
    except JsonLimitError as error:
        raise AjoError("AJO630", str(error)) from None

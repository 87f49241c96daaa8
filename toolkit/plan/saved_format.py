"""The file of a saved plan: format ``ajo-saved-plan``, version 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from toolkit.core.canonical import MAX_DEPTH, JsonError, JsonLimitError, dump_json, parse_json
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.core.records import TIMES, RecordError, Records, Spelling, seal
from toolkit.model.catalog import NEVER, RemoteRef, Resource
from toolkit.model.text import SecretRef, parse_text
from toolkit.plan.change_kinds import ChangeKind
from toolkit.plan.saved import SavedPlan
from toolkit.plan.types import ABSENT

FORMAT = "ajo-saved-plan"
VERSION = 1
SCHEMA_FILE = "saved-plan.v1.schema.json"

MAX_BYTES = 32 * 1024 * 1024
"""The longest file that is read."""

_DEPTH = 2 * MAX_DEPTH
"""A change may hold a whole payload, which may be as deep as a definition."""

_KINDS = {kind.id: kind for kind in ChangeKind}


def _secret(text: str) -> SecretRef:
    (reference,) = parse_text(text)
    if not isinstance(reference, SecretRef):
        raise ValueError("not a reference to a secret")
    return reference


RECORDS = Records(
    spellings={
        **TIMES,
        ChangeKind: Spelling(lambda kind: str(kind.id), lambda text: _KINDS[text], tuple(_KINDS)),
        SecretRef: Spelling(str, _secret),
    },
    left_out={
        (Resource, "document"): {},
        (Finding, "mend"): (),
        (RemoteRef, "touched"): NEVER,
        (RemoteRef, "made_at"): 0,
    },
    nothing=ABSENT,
)


def saved_text(saved: SavedPlan) -> str:
    """Return the text of the file that holds `saved`."""
    body = RECORDS.write(saved)
    return dump_json({"format": FORMAT, "version": VERSION, "digest": seal(body), **body}) + "\n"


def read_saved(content: bytes) -> SavedPlan:
    """Return the plan in a file's `content`.

    Raises :class:`AjoError` AJO621 for what is no saved plan of this version, AJO622 for one whose content
    does not have the digest that it names.
    """
    document = _document(content)
    match document:
        case {"format": "ajo-saved-plan", "version": 1, "digest": str() as named}:
            body = {key: document[key] for key in document if key not in ("format", "version", "digest")}
        case {"format": "ajo-saved-plan", "version": version} if version != VERSION:
            raise AjoError("AJO621", f"its version is {str(version)[:40]}; this ajo reads {VERSION}")
        case {"format": str() as form} if form != FORMAT:
            raise AjoError("AJO621", f"its format is {form[:40]!r}, not {FORMAT!r}")
        case _:
            raise AjoError("AJO621", "it does not say that it is a saved plan, or has no digest")
    if named != seal(body):
        raise AjoError("AJO622", "its content does not have the digest that it names")
    try:
        saved: SavedPlan = RECORDS.read(SavedPlan, body)
    except RecordError as error:
        raise AjoError("AJO621", str(error)) from None
    return replace(saved, plan=saved.plan.with_digest(saved.plan_digest))


def saved_plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file."""
    return RECORDS.sealed_schema(SavedPlan, "Saved plan", SCHEMA_FILE, (FORMAT, VERSION))


def _document(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise AjoError("AJO621", f"it is longer than {MAX_BYTES // 1024**2} MiB")
    try:
        return parse_json(content.decode("utf-8"), depth=_DEPTH)
    except UnicodeDecodeError:
        raise AjoError("AJO621", "it is not UTF-8") from None
    except JsonError as error:
        message = f"it is not JSON: {error.message} (line {error.line}, column {error.column})"
        raise AjoError("AJO621", message) from None
    except JsonLimitError as error:
        raise AjoError("AJO621", str(error)) from None

"""The file of evidence: format ``ajo-evidence``, version 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.core.canonical import Json, dump_json
from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import Path
from toolkit.core.records import TIMES, RecordError, Records, seal
from toolkit.model.evidence import Evidence
from toolkit.model.kinds import ACTION_KINDS

FORMAT = "ajo-evidence"
VERSION = 1
SCHEMA_FILE = "evidence.v1.schema.json"

_MEMBERS: dict[str, dict[str, Any]] = {
    "kind": {"enum": list(ACTION_KINDS)},
    "definition": {"description": "Digest of what is sent and read, the target's values filled in."},
    "exercisedAt": {"format": "date-time", "description": "When, UTC."},
    "tool": {"description": "The version of ajo."},
    "url": {"description": "The definition's URL, without what a journey appends."},
    "answeredBy": {"description": "Scheme and host of what answered in the end."},
    "standIn": {"description": "Whether the target's routes led to a stand-in; counts on one machine alone."},
    "filled": {"description": "Places of the values that were given; never the values."},
    "isChecked": {"description": "Whether the definition says what comes back."},
    "missing": {"description": "Fields of the definition that did not come: pointers into the answer."},
    "extra": {"description": "How many fields came that the definition does not have."},
    "seen": {"description": "What the journey could read, by kind; never the values."},
}
_RECORDS = Records(spellings=TIMES, nothing=...)
_HEAD = ("format", "version", "digest")


@dataclass(frozen=True, slots=True)
class ParsedEvidence:
    """The evidence in a document, or what is wrong with it."""

    evidence: Evidence | None
    problems: tuple[Problem, ...] = ()


def evidence_text(evidence: Evidence) -> str:
    """Return the text of the file that holds `evidence`."""
    body = _RECORDS.write(evidence)
    return dump_json({"format": FORMAT, "version": VERSION, "digest": seal(body), **body}) + "\n"


def parse_evidence(document: Json) -> ParsedEvidence:
    """Read a file's document; whatever is wrong is one problem AJO643 with its place.

    An edit is told by the digest that the file names. That is no signature: anybody can make one.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return _wrong((), f"it does not say that its format is {FORMAT}")
    if (version := document.get("version")) != VERSION:
        return _wrong(("version",), f"its version is {str(version)[:40]}; this ajo reads {VERSION}")
    body = {name: member for name, member in document.items() if name not in _HEAD}
    if document.get("digest") != seal(body):
        return _wrong(("digest",), "it was changed by hand: its content does not have the digest it names")
    try:
        evidence: Evidence = _RECORDS.read(Evidence, body)
    except RecordError as error:
        return _wrong(error.path, error.reason)
    if evidence.kind not in ACTION_KINDS:
        return _wrong(("kind",), f"{evidence.kind[:40]!r} is no kind of action")
    return ParsedEvidence(evidence)


def evidence_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the file."""
    schema = _RECORDS.sealed_schema(Evidence, "Evidence", SCHEMA_FILE, (FORMAT, VERSION))
    for name, described in schema["properties"].items():
        described.update(_MEMBERS.get(name, {}))
    return schema


def _wrong(path: Path, message: str) -> ParsedEvidence:
    return ParsedEvidence(None, (Problem("AJO643", path, message, CODES["AJO643"].fix),))

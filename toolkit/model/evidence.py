"""Evidence: an action was called at its own endpoint with success, and which version of it that was.

A record holds nothing that was sent or came back, only places, kinds and times: it stays in git for good, and
values may be a customer's. Nor does it say who made it: the commit that brings it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from toolkit.core.canonical import digest
from toolkit.core.diagnostics import Finding
from toolkit.core.pointer import Path
from toolkit.model.document import Document

_PROVEN = ("campaignType", "endpoint", "authentication", "request", "allowNullValues", "response")
"""Members of a comparable document that decide what is sent, and what a journey reads of a success."""


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value that the journey could read, by its kind alone; null where nothing came."""

    expression: str
    kind: str


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: of everything, of the token (null for one at hand, or none), until the answer began."""

    total_ms: int
    token_ms: int | None
    first_byte_ms: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exercise that succeeded: of which version of which action, at which target, when.

    `definition` is a digest of what is sent and read, `url` the definition's, `answered_by` scheme and host
    of what answered in the end, `stand_in` whether the target's routes led there instead. `filled` are the
    places of the values that were given, `is_checked` whether the definition says what comes back. Of that,
    `missing` did not come, as pointers into the answer, and so many `extra` fields came beside it.
    """

    kind: str
    action: str
    target: str
    organisation: str
    sandbox: str
    definition: str
    exercised_at: datetime
    tool: str
    method: str
    url: str
    answered_by: str
    stand_in: bool
    status: int
    retries: int
    filled: tuple[str, ...]
    is_checked: bool
    missing: tuple[str, ...]
    extra: int
    seen: tuple[SeenValue, ...]
    took: Took


@dataclass(frozen=True, slots=True)
class Filed:
    """What a file holds: evidence, or what is wrong with it."""

    file: str
    evidence: Evidence | None
    findings: tuple[Finding, ...] = ()


def proven_digest(document: Document) -> str:
    """Return a digest of what is sent, and what a journey reads of a success, of a comparable document.

    Target's values are filled in, secrets stand as references. Descriptions, governance, the labels that
    marketers see and the failure response don't count: a success says nothing about them.
    """
    return digest({name: _bare((name,), document[name]) for name in _PROVEN if name in document})


def is_proven(path: Path) -> bool:
    """Tell whether a change at `path` of a comparable document is one of what evidence is about."""
    return path[0] in _PROVEN and not _is_label(path)


def _bare(path: Path, value: Any) -> Any:
    if isinstance(value, Mapping):
        members = ((name, (*path, name), member) for name, member in value.items())
        return {name: "" if _is_label(inner) else _bare(inner, member) for name, inner, member in members}
    if isinstance(value, list):
        return [_bare((*path, index), item) for index, item in enumerate(value)]
    return value


def _is_label(path: Path) -> bool:
    """Tell a variable's label from a header, a parameter or a field of that name."""
    may_be_variable = path[0] == "request" or (path[0] == "endpoint" and len(path) == 4)
    return may_be_variable and path[-1] == "$variable"

"""Fingerprints of the secrets that were sent last, in git beside the commit that was synced last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import JsonError, JsonLimitError, dump_json, parse_json
from toolkit.workspace.git import Moved
from toolkit.workspace.git_process import GitError
from toolkit.workspace.synced import REFERENCES, Standing

SECRETS = "refs/ajo/secrets/"
FORMAT, VERSION = "ajo-secret-fingerprints", 1
MAX_BYTES = 32 * 1024 * 1024
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")

Place = tuple[str, str, str]
"""Kind and identity of a resource, and the path of a secret that it sends."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded: the fingerprint of each place, or in words why nothing can be told from it.

    `before` is what the reference leads to, None where it is absent.
    """

    fingerprints: Mapping[Place, str] = field(default_factory=dict)
    why_none: str = ""
    before: str | None = None


def name_of(stood: Standing) -> str:
    """Return the full name of the reference, which has the target's name as that of the synced commit has."""
    return SECRETS + stood.name.removeprefix(REFERENCES)


def recorded(stood: Standing) -> Recorded:
    """Read what the last complete sync recorded; it counts only for the commit that was synced last."""
    name = name_of(stood)
    try:
        before = stood.repository.reference(name)
        content = stood.repository.blob(name, MAX_BYTES) if before else b""
    except GitError as error:
        return Recorded(why_none=f"{name} can't be read: {error}")
    if before is None:
        return Recorded(why_none=f"{name} is not in this clone: nothing was recorded yet, or not fetched")
    match _document(content):
        case {
            "format": "ajo-secret-fingerprints",
            "version": 1,
            "commit": str(),
            "fingerprints": list(),
        } as found:
            if found["commit"] != stood.before:
                why = f"{name} is about {found['commit'][:12]}, and another commit was synced since"
                return Recorded(why_none=why, before=before)
            return Recorded(dict(filter(None, map(_entry, found["fingerprints"]))), before=before)
    return Recorded(why_none=f"{name} holds nothing that this version can read", before=before)


def to_record(stood: Standing, before: Recorded, fingerprints: Mapping[Place, str]) -> Moved:
    """Write what is to be recorded for the commit synced now; raises :class:`GitError`."""
    entries = [
        {
            "kind": kind,
            "identity": identity,
            "secret": path,
            "fingerprint": fingerprints[kind, identity, path],
        }
        for kind, identity, path in sorted(fingerprints)
    ]
    document = {"format": FORMAT, "version": VERSION, "commit": stood.commit, "fingerprints": entries}
    content = dump_json(document) + "\n"
    return Moved(name_of(stood), stood.repository.write_blob(content.encode()), before.before)


def _document(content: bytes) -> Any:
    try:
        return parse_json(content.decode("utf-8"))
    except (UnicodeDecodeError, JsonError, JsonLimitError):
        return None


def _entry(entry: Any) -> tuple[Place, str] | None:
    match entry:
        case {
            "kind": str() as kind,
            "identity": str() as identity,
            "secret": str() as path,
            "fingerprint": str() as found,
        }:
            return ((kind, identity, path), found) if _FINGERPRINT.fullmatch(found) else None
    return None

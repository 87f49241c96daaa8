"""A resource as a file: a definition in canonical form, with references where secrets stand.

A secret is never asked for here, so none can reach the disk: the file keeps the reference of the definition,
and reads back as the mask that a platform shows. What is written literally where a platform masks is not kept
either.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from toolkit.core.canonical import JsonError, JsonLimitError, digest, dump_json, parse_json
from toolkit.core.pointer import Path as Pointer
from toolkit.core.pointer import format_path
from toolkit.core.redact import MASK
from toolkit.model.catalog import Resource, ResourceKey, identity_of
from toolkit.model.document import Document, comparable, map_texts
from toolkit.model.envelope import schema_file_name
from toolkit.model.kinds import FORMAT_VERSION, KINDS, parse_definition
from toolkit.model.text import MASKED, SECRET_LOST, secret_refs, value_names
from toolkit.platform.authentication import is_masked_place

FOLDERS = {
    "CustomAction": "actions",
    "CampaignAction": "actions",
    "EndpointConfig": "cappings",
    "ThrottlingConfig": "throttlings",
}
"""The folder of each kind; names are unique in one, whatever the kind (PF-ACT-2)."""

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}\.[0-9a-f]{12}(-[0-9]{1,4})?")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_]+")


class NotAResource(Exception):
    """A file is no resource; the message says why."""


def is_uid(text: str) -> bool:
    """Tell whether a text is a uid as :func:`uid_of` makes them; no other is ever part of a path."""
    return _UID.fullmatch(text) is not None


def uid_of(key: ResourceKey, again: int = 0) -> str:
    """Return the uid, and so the name of the file, that a new resource gets; `again` for another one."""
    # The digest tells names apart that differ in nothing that every file system tells apart.
    plain = _NOT_PLAIN.sub("-", key.identity)[:40].strip("-") or "-"
    mark = hashlib.sha256(key.identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{plain}.{mark}" + (f"-{again}" if again else "")


def written(resource: Resource) -> str:
    """Return the text of a resource's file."""

    def kept(path: Pointer, text: str) -> str:
        is_literal = not any(True for _ in secret_refs(text))
        return MASK if is_masked_place(path) and is_literal and text != SECRET_LOST else text

    kind = resource.key.kind
    members = map_texts(kind, resource.document, kept)
    document = {key: value for key, value in members.items() if key != "state"}
    head = {"$schema": schema_file_name(kind), "formatVersion": FORMAT_VERSION, "kind": kind}
    name = {"name": resource.name} if kind == "EndpointConfig" else {}
    return dump_json({**head, **name, **document}) + "\n"


def read(content: bytes) -> tuple[ResourceKey, str, Any, str]:
    """Return key, name, comparable document and fingerprint of a file.

    Raises:
        NotAResource: it is no definition, or one that is not filled in.
    """
    raw = _json(content)
    parsed = parse_definition(raw)
    if parsed.definition is None:
        raise NotAResource("; ".join(f"{format_path(each.path)}: {each.message}" for each in parsed.problems))
    kind = parsed.definition.kind
    document = as_shown(kind, comparable(parsed.definition))
    key = ResourceKey(kind, identity_of(kind, document))
    return key, str(document.get("name") or parsed.definition.name), document, digest(raw)


def as_shown(kind: str, document: Document) -> Document:
    """Return a document as a platform shows it: a mask for each secret; raises :class:`NotAResource`."""
    return map_texts(kind, document, _shown)


def kept_document(content: bytes) -> Any:
    """Return the comparable document of a file that :func:`read` understands, its references in place."""
    definition = parse_definition(_json(content)).definition
    assert definition is not None
    return comparable(definition)


def claimed(content: bytes) -> str | None:
    """Return the identity that a file claims although it is no resource, None where it claims none."""
    try:
        raw = _json(content)
        return identity_of(str(raw["kind"]), raw) if raw["kind"] in KINDS else None
    except (NotAResource, KeyError, TypeError):
        return None


def _json(content: bytes) -> Any:
    try:
        return parse_json(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotAResource("it is not UTF-8") from None
    except JsonError as error:
        raise NotAResource(f"it is not JSON: {error.message} (line {error.line})") from None
    except JsonLimitError as error:
        raise NotAResource(str(error)) from None


def _shown(path: Pointer, text: str) -> str:
    if text == SECRET_LOST:
        return text
    if is_masked_place(path) or any(True for _ in secret_refs(text)):
        return MASKED
    missing = next(value_names(text), None)
    if missing is not None:
        raise NotAResource(f"{format_path(path)} needs the value {missing}")
    return text

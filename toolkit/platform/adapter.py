"""What every adapter does alike: between elements on the wire and resources with comparable documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from toolkit.core.canonical import digest
from toolkit.core.pointer import Path, format_path
from toolkit.core.redact import MASK, Secret
from toolkit.model.catalog import JourneyUse, RemoteRef, Resource, ResourceKey, Touched, identity_of
from toolkit.model.document import Document, comparable, map_texts
from toolkit.model.kinds import parse_definition
from toolkit.model.text import MASKED, SECRET_LOST, SecretRef, escape_text, reveal_text, value_names
from toolkit.platform.port import OtherResource, PlatformError
from toolkit.platform.shapes import Element, NotOurs, NotUnderstood, check_fit
from toolkit.platform.veil import Veil, escape_controls

ENVELOPE = (
    "uid",
    "_id",
    "state",
    "metadata",
    "orgId",
    "tenantId",
    "sandboxName",
    "sandboxId",
    "authoringFormatVersion",
)
"""Members of every element that say nothing about its configuration (PF-WRT-5)."""

_VOLATILE = ("metadata", "usedIn")
_PLACEHOLDER = "${secret:masked-by-the-platform}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an element says: its kind, its comparable document, and who uses it."""

    kind: str
    document: Document
    used_in: tuple[JourneyUse, ...] = ()


class Outgoing(dict[str, Any]):
    """A body with secrets in it, which no traceback shows."""

    def __repr__(self) -> str:
        return f"<{len(self)} members to send>"


class Adapter(Protocol):
    """One collection of the wire. The names of the wire stand in its adapter and nowhere else."""

    @property
    def collection(self) -> str:
        """The collection's name in paths."""

    @property
    def places(self) -> Mapping[str, Path]:
        """The service's codes about an element, each with the field of the comparable document it means."""

    @property
    def none_allowed(self) -> frozenset[str]:
        """The service's codes that refuse a list because no element can exist in this sandbox."""

    def key_of(self, element: Element) -> tuple[str, str] | None:
        """Return kind and literal identity of what definitions may stand for, understood or not."""

    def read(self, element: Element) -> Reading:
        """Return what an element says; raises :class:`NotOurs` or :class:`NotUnderstood`."""

    def body(self, document: Document) -> Element:
        """Return the body that creates or replaces; the texts of `document` are those to send."""


def understood(adapter: Adapter, element: Element, veil: Veil) -> Resource | OtherResource:
    """Return the resource an element stands for, or why it stands for none; never raises for its shape."""
    uid = str(element["uid"])
    try:
        check_fit(element)
        reading = adapter.read(element)
    except NotOurs as reason:
        return OtherResource(escape_controls(reason.label), _name(element), uid, veil.shown(str(reason)))
    except NotUnderstood as reason:
        known = adapter.key_of(element)
        kind, name = known or (adapter.collection, _name(element))
        shown = veil.shown(f"not understood: {reason} (PF-ACT-18)")
        return OtherResource(kind, escape_controls(name), uid, shown)
    key = ResourceKey(reading.kind, identity_of(reading.kind, reading.document))
    state = str(element.get("state", ""))
    remote = RemoteRef(
        uid, fingerprint(element), state, reading.used_in, _touched(element, veil), _made_at(element)
    )
    name = str(reading.document.get("name") or key.identity)
    return Resource(key, name, reading.document, remote=remote)


def _made_at(element: Element) -> int:
    """Return when an element was created (PF-WRT-5), in seconds since 1970; 0 where that can't be told."""
    metadata = element.get("metadata")
    said = metadata.get("createdAt") if isinstance(metadata, dict) else None
    try:
        time = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return 0
    return int(time.timestamp()) if time and time.tzinfo else 0


def _touched(element: Element, veil: Veil) -> Touched:
    """Return who changed an element last, and when (PF-WRT-5); nothing depends on it."""
    metadata = element.get("metadata")
    said = metadata if isinstance(metadata, dict) else {}
    by, at = (said.get(name) for name in ("lastModifiedBy", "lastModifiedAt"))
    return Touched(*(veil.shown(each) if isinstance(each, str) else "" for each in (by, at)))


def _name(element: Element) -> str:
    return escape_controls(str(element.get("name", element["uid"])))


def fingerprint(element: Element) -> str:
    """Return a digest of an element: its configuration and state count, who uses or touched it does not."""
    return digest({name: value for name, value in element.items() if name not in _VOLATILE})


def literal_text(text: str) -> str:
    """Return `text` as a document says it, so that a ``${`` in it is no reference."""
    return escape_text(text) if "${" in text else text


def comparable_document(
    kind: str, raw: Document, is_masked: Callable[[Path], bool] = lambda path: False
) -> Document:
    """Return the comparable form of a document in the file format whose texts are literal.

    Goes through the same reading as a file, so that both sides of a comparison are normalised alike. A mask
    where `is_masked` becomes :data:`~toolkit.model.text.MASKED`. Raises :class:`NotUnderstood`.
    """

    def marked(path: Path, text: str) -> str:
        return _PLACEHOLDER if text == MASK and is_masked(path) else literal_text(text)

    envelope: Document = {"$schema": "", "formatVersion": 1, "kind": kind}
    parsed = parse_definition({**envelope, **map_texts(kind, raw, marked)})
    if parsed.definition is None:
        problems = [f"{format_path(problem.path)}: {problem.message}" for problem in parsed.problems]
        raise NotUnderstood("; ".join(problems))
    return map_texts(
        kind, comparable(parsed.definition), lambda _, text: MASKED if text == _PLACEHOLDER else text
    )


def _may_be_secret(path: Path) -> bool:
    """Tell whether a secret may be live at `path`."""
    return path[:1] == ("authentication",) or path[:2] in (("endpoint", "headers"), ("endpoint", "query"))


def sendable_document(kind: str, document: Document, resolve: Callable[[SecretRef], Secret]) -> Document:
    """Return `document` with every text as it is sent: secrets in place, escapes undone.

    Raises what `resolve` raises, and :class:`PlatformError` AJO304 or AJO307 for what nobody has filled in,
    AJO340 for a mask or a placeholder where a secret may be live.
    """

    def sent(path: Path, text: str) -> str:
        if text == MASKED:
            raise PlatformError("AJO307", f"{format_path(path)} is known only as a mask", path=path)
        missing = next(value_names(text), None)
        if missing is not None:
            raise PlatformError("AJO304", f"{format_path(path)} needs the value {missing}", path=path)
        revealed = reveal_text(text, resolve)
        if _may_be_secret(path) and (MASK in revealed or SECRET_LOST in revealed):
            message = f"{format_path(path)} holds a mask or a placeholder, which is never sent over a secret"
            raise PlatformError("AJO340", message, path=path)
        return revealed

    return map_texts(kind, document, sent)

"""A platform in memory, behind the port, that goes wrong exactly when a test says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from threading import RLock
from typing import Any

from toolkit.core.canonical import digest
from toolkit.core.pointer import Path
from toolkit.core.redact import Secret
from toolkit.model.catalog import Catalog, JourneyUse, RemoteRef, Resource, ResourceKey, identity_of
from toolkit.model.document import Document, map_texts
from toolkit.model.text import MASKED, escape_text, reveal_text, secret_refs
from toolkit.platform.port import LiveState, OtherResource, Outcome, PlatformError, Written


class Trouble(Enum):
    """How one call goes wrong."""

    REFUSED = "the service says no"
    OVERLOADED = "the service is down, nothing was carried out"
    CREDENTIALS = "the credentials are refused"
    LOST_BEFORE = "no answer came, nothing was carried out"
    LOST_AFTER = "no answer came, it was carried out"
    LOST_LATE = "no answer came, it is carried out when everybody has given up looking"
    STORES_ELSE = "something else is stored than was sent"
    BUG = "the adapter has a bug"


_ANSWERS: Mapping[Trouble, tuple[str, Outcome]] = {
    Trouble.REFUSED: ("AJO505", Outcome.REFUSED),
    Trouble.OVERLOADED: ("AJO503", Outcome.REFUSED),
    Trouble.CREDENTIALS: ("AJO401", Outcome.REFUSED),
    Trouble.LOST_BEFORE: ("AJO510", Outcome.UNKNOWN),
    Trouble.LOST_AFTER: ("AJO510", Outcome.UNKNOWN),
    Trouble.LOST_LATE: ("AJO510", Outcome.UNKNOWN),
}
_CARRIED_OUT = (Trouble.LOST_AFTER, Trouble.STORES_ELSE)

Call = tuple[str, ResourceKey]
"""The port's operation, and what it was about."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One element: kind, document as it is read back, and the journeys that use it."""

    kind: str
    document: Document
    used_in: tuple[JourneyUse, ...] = ()

    @property
    def key(self) -> ResourceKey:
        """What the element is told apart by."""
        return ResourceKey(self.kind, identity_of(self.kind, self.document))


class FakePlatform:
    """Implements :class:`toolkit.platform.port.Platform`.

    `troubles` says for each call how its first, second … time goes wrong (None: it does not); `on_call`
    runs at the beginning of every call, in the thread that makes it, without a lock held. `calls` lists what
    was asked.
    """

    def __init__(
        self,
        resources: Iterable[Resource] = (),
        *,
        troubles: Mapping[Call, Iterable[Trouble | None]] | None = None,
        on_call: Callable[[str, ResourceKey], None] = lambda operation, key: None,
        others: Iterable[OtherResource] = (),
    ) -> None:
        self.calls: list[Call] = []
        self.on_call, self.others = on_call, tuple(others)
        self._troubles = {call: deque(row) for call, row in (troubles or {}).items()}
        self._lock, self._elements, self._serial = RLock(), dict[str, Stored](), 0
        self._late: list[Callable[[], object]] = []
        for resource in resources:
            self.put(resource)

    # What tests do behind everybody's back.

    def put(self, resource: Resource) -> str:
        """Store a resource as somebody in the product would; returns its uid."""
        used_in = resource.remote.used_in if resource.remote else ()
        with self._lock:
            self._serial += 1
            uid = f"{resource.key.kind}-{self._serial}"
            self._elements[uid] = Stored(resource.key.kind, _read_back(resource), used_in)
            return uid

    def edit(self, key: ResourceKey, **changes: Any) -> None:
        """Change members of a live document as somebody in the product would."""
        with self._lock:
            uid, stored = next(self._named(key))
            self._elements[uid] = replace(stored, document={**stored.document, **changes})

    def remove(self, key: ResourceKey) -> None:
        """Remove a live element as somebody in the product would."""
        with self._lock:
            del self._elements[next(self._named(key))[0]]

    def give_up_troubles(self) -> None:
        """Let everything go well from now on."""
        self._troubles.clear()

    def document(self, key: ResourceKey) -> Document | None:
        """Return what is live under `key`."""
        return next((stored.document for _, stored in self._named(key)), None)

    def count(self, operation: str, key: ResourceKey) -> int:
        """Return how often an operation was asked for."""
        return self.calls.count((operation, key))

    @property
    def keys(self) -> list[ResourceKey]:
        """What is live, twins twice."""
        return sorted(stored.key for stored in self._elements.values())

    # The port.

    def read(self) -> LiveState:
        """List everything."""
        with self._lock:
            self._finish_late()
            found = [self._resource(uid, stored) for uid, stored in self._elements.items()]
        if len({resource.key for resource in found}) < len(found):
            raise PlatformError("AJO507", "live more than once")
        return LiveState(Catalog.of(found), self.others)

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity."""
        self._look("find", key)
        with self._lock:
            return next((self._resource(uid, stored) for uid, stored in self._named(key)), None)

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource by its uid."""
        self._look("fetch", key)
        with self._lock:
            stored = self._elements.get(remote.uid)
            return self._resource(remote.uid, stored) if stored else None

    def create(self, resource: Resource) -> Written:
        """Store a new element; a second action of one name is refused, a second capping is not."""

        def carry_out(resource: Resource) -> Resource | None:
            if resource.key in self.keys and resource.key.kind.endswith("Action"):
                raise PlatformError("AJO505", "the name is taken", status=409)
            uid = self.put(resource)
            return self._resource(uid, self._elements[uid])

        return self._write("create", resource, carry_out)

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace an element."""

        def carry_out(resource: Resource) -> Resource | None:
            if remote.uid not in self._elements:
                raise PlatformError("AJO508", "it is gone", status=404)
            stored = replace(self._elements[remote.uid], document=_read_back(resource))
            self._elements[remote.uid] = stored
            return self._resource(remote.uid, stored)

        return self._write("update", resource, carry_out)

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove an element."""

        def carry_out(_: Resource) -> Resource | None:
            self._elements.pop(remote.uid, None)
            return None

        return self._write("delete", Resource(key, key.identity, {}), carry_out)

    def edits_since(self, moment: datetime) -> None:
        """No log is kept."""

    def close(self) -> None:
        """Nothing is open."""

    def _write(
        self, operation: str, resource: Resource, carry_out: Callable[[Resource], Resource | None]
    ) -> Written:
        trouble = self._next_trouble(operation, resource.key)
        request_id = f"{operation}-{len(self.calls)}"
        written = None
        with self._lock:
            if trouble is Trouble.LOST_LATE:
                self._late.append(lambda: carry_out(resource))
            elif trouble is None or trouble in _CARRIED_OUT:
                wanted = _spoilt(resource) if trouble is Trouble.STORES_ELSE else resource
                written = Written(carry_out(wanted), (request_id,))
        _raise(trouble, resource.key, request_id)
        assert written is not None
        return written

    def _look(self, operation: str, key: ResourceKey) -> None:
        _raise(self._next_trouble(operation, key), key, operation)

    def _next_trouble(self, operation: str, key: ResourceKey) -> Trouble | None:
        with self._lock:
            self.calls.append((operation, key))
            row = self._troubles.get((operation, key))
            trouble = row.popleft() if row else None
        self.on_call(operation, key)
        if trouble is Trouble.BUG:
            raise RuntimeError("a secret may stand in here: hunter2")
        return trouble

    def _finish_late(self) -> None:
        late, self._late = self._late, []
        for carry_out in late:
            try:
                carry_out()
            except PlatformError:
                continue

    def _named(self, key: ResourceKey) -> Iterator[tuple[str, Stored]]:
        return ((uid, stored) for uid, stored in list(self._elements.items()) if stored.key == key)

    def _resource(self, uid: str, stored: Stored) -> Resource:
        remote = RemoteRef(uid, digest(stored.document), "created", stored.used_in)
        name = str(stored.document.get("name", stored.key.identity))
        return Resource(stored.key, name, stored.document, remote=remote)


def revealed(reference: object) -> str:
    """Return the secret that a reference stands for on this platform."""
    return f"value of {reference}"


def _read_back(resource: Resource) -> Document:
    """Return the document as the platform gives it back: authentication masked, other secrets in the open."""

    def text_back(path: Path, text: str) -> str:
        if path[0] == "authentication" and any(True for _ in secret_refs(text)):
            return MASKED
        if text == MASKED:
            return text
        return escape_text(reveal_text(text, lambda reference: Secret(revealed(reference))))

    return map_texts(resource.key.kind, resource.document, text_back)


def _spoilt(resource: Resource) -> Resource:
    """Return what a platform stores that does not quite do what it is asked."""
    member = {"state": "created"} if "state" in resource.document else {"description": "something else"}
    return replace(resource, document={**resource.document, **member})


def _raise(trouble: Trouble | None, key: ResourceKey, request_id: str) -> None:
    if trouble is not None and trouble in _ANSWERS:
        code, outcome = _ANSWERS[trouble]
        raise PlatformError(code, f"{key}: {trouble.value}", outcome=outcome, request_ids=(request_id,))

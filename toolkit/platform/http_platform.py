"""The port over HTTP: what is live as resources, and single writes, each read back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from toolkit.core.redact import Secret
from toolkit.model.catalog import Catalog, RemoteRef, Resource, ResourceKey
from toolkit.model.text import SecretRef
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.adapter import Adapter, Outgoing, literal_text, sendable_document, understood
from toolkit.platform.audit import edits_since
from toolkit.platform.bounded import map_bounded
from toolkit.platform.capping import CappingAdapter
from toolkit.platform.client import Conversation, HttpClient
from toolkit.platform.dialect import Dialect
from toolkit.platform.lifecycle import DeployedWrites, DirectWrites, Writes
from toolkit.platform.paging import Pager
from toolkit.platform.port import (
    Connection,
    Edit,
    LiveState,
    OtherResource,
    Outcome,
    PlatformError,
    SecretResolver,
    Written,
)
from toolkit.platform.shapes import Element
from toolkit.platform.store import Store
from toolkit.platform.taught_list import TaughtList
from toolkit.platform.throttling import ThrottlingAdapter
from toolkit.platform.veil import Veil, escape_controls

Elements = Callable[[Conversation], list[Element]]
"""Lists a collection, whole or not at all."""


class _Collection:
    """One collection of the wire: how it is read and how it is written."""

    def __init__(self, adapter: Adapter, store: Store, writes: Writes, elements: Elements) -> None:
        self.adapter, self.store, self.writes, self.elements = adapter, store, writes, elements


class HttpPlatform:
    """One sandbox of one organisation, over HTTP. Safe in several threads; close it, or use it in a ``with``.

    `resolve_secret` gives the secrets that documents refer to. For tests, `transport` replaces the network,
    `sleep` (seconds) and `clock` (seconds that only grow) the time. Settings that can't be sent raise AJO302.
    """

    def __init__(
        self,
        connection: Connection,
        resolve_secret: SecretResolver,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._veil = Veil([connection.client_secret])
        self._client = HttpClient(connection, self._veil, transport=transport, sleep=sleep, clock=clock)
        self._resolve_secret, self._workers = resolve_secret, connection.workers
        self._audit_url = connection.audit_url
        self._collections = _collections(connection)

    def read(self) -> LiveState:
        """List everything; raises :class:`PlatformError` rather than give a list that is not complete.

        AJO507 where one identity is live twice, whether both are understood or not.
        """
        collections = list(dict.fromkeys(self._collections.values()))
        lists = map_bounded(self._listed, collections, self._workers)
        pairs = list(zip(collections, lists, strict=True))
        self._refuse_twins((each.adapter, element) for each, elements in pairs for element in elements)
        found = [
            understood(each.adapter, element, self._veil) for each, elements in pairs for element in elements
        ]
        resources = [each for each in found if isinstance(each, Resource)]
        return LiveState(
            Catalog.of(resources), tuple(each for each in found if isinstance(each, OtherResource))
        )

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity in a fresh list.

        Raises :class:`PlatformError`: AJO507 for twins, AJO504 if it is there but not understood.
        """
        each = self._collections[key.kind]
        elements = [
            element
            for element in self._listed(each)
            if (known := each.adapter.key_of(element)) and _key(*known) == key
        ]
        self._refuse_twins((each.adapter, element) for element in elements)
        return self._resource(each, elements[0]) if elements else None

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource afresh; None when it is gone.

        The key of what comes back is the live one, which another name may have changed.
        """
        each = self._collections[key.kind]
        element = each.store.get(self._talk(), remote.uid)
        return None if element is None else self._resource(each, element)

    def create(self, resource: Resource) -> Written:
        """Create, deploy where the kind is deployed, and read back. The creating request is sent once.

        Without a clear answer to it AJO510, outcome unknown: look it up with :meth:`find`.
        """
        talk, each = self._talk(), self._collections[resource.key.kind]
        uid = each.writes.create(talk, self._body(each, resource))
        self._take_doubles_back(talk, each, resource.key, uid)
        return self._read_back(talk, each, uid)

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace the whole resource (through undeploy and deploy where the kind needs it) and read back."""
        talk, each = self._talk(), self._collections[resource.key.kind]
        each.writes.update(talk, remote.uid, self._body(each, resource))
        return self._read_back(talk, each, remote.uid)

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove the resource, undeploying it first where the kind is deployed; gone already is removed."""
        talk, each = self._talk(), self._collections[key.kind]
        each.writes.delete(talk, remote.uid)
        if self._after_write(talk, each, remote.uid) is not None:
            message = f"/{each.store.path(remote.uid)} is still there after its removal"
            raise PlatformError("AJO509", message, request_ids=talk.request_ids)
        return Written(None, talk.request_ids)

    def edits_since(self, moment: datetime) -> list[Edit] | None:
        """Return what the audit log says was done to actions after `moment`, oldest first (PF-AUD-1).

        None where the connection names no log. Raises :class:`PlatformError` where it can't be read.
        """
        return edits_since(self._talk(), self._audit_url, moment) if self._audit_url else None

    def close(self) -> None:
        """Give connections back; waits of requests under way end."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _talk(self) -> Conversation:
        return Conversation(self._client)

    def _listed(self, each: _Collection) -> list[Element]:
        try:
            return each.elements(self._talk())
        except PlatformError as error:
            if error.service_code in each.adapter.none_allowed:
                return []
            raise

    def _refuse_twins(self, elements: Iterable[tuple[Adapter, Element]]) -> None:
        uids: dict[tuple[str, str], list[str]] = {}
        for adapter, element in elements:
            known = adapter.key_of(element)
            if known:
                # Names are unique over all types of action (PF-ACT-2), so the kind does not tell twins apart.
                uids.setdefault((adapter.collection, known[1]), []).append(str(element["uid"]))
        twins = [
            f"{escape_controls(identity)} in {collection} ({', '.join(several)})"
            for (collection, identity), several in uids.items()
            if len(several) > 1
        ]
        if twins:
            raise PlatformError("AJO507", "live more than once: " + "; ".join(twins))

    def _take_doubles_back(self, talk: Conversation, each: _Collection, key: ResourceKey, uid: str) -> None:
        """Remove what the creating request made beside `uid` when something on the way delivered it twice.

        Two of one identity are allowed (PF-CAP-9), and the next list would stop at them. Only what configures
        the same and does not count is taken for that; anything else is for people.
        """
        if not isinstance(each.writes, DeployedWrites):
            return
        try:
            alike = [
                element
                for element in self._listed(each)
                if (known := each.adapter.key_of(element)) and _key(*known) == key
            ]
            for double in each.writes.doubles(alike, uid):
                each.store.delete(talk, double)
        except PlatformError:
            return  # whether there are two, the next list says (AJO507)

    def _resource(self, each: _Collection, element: Element) -> Resource:
        found = understood(each.adapter, element, self._veil)
        if isinstance(found, OtherResource):
            message = f"{found.name} ({found.uid}) in {each.adapter.collection}: {found.reason}"
            raise PlatformError("AJO504", message)
        return found

    def _body(self, each: _Collection, resource: Resource) -> Element:
        return Outgoing(
            each.adapter.body(sendable_document(resource.key.kind, resource.document, self._secret))
        )

    def _secret(self, reference: SecretRef) -> Secret:
        return self._veil.learn(self._resolve_secret(reference))

    def _read_back(self, talk: Conversation, each: _Collection, uid: str) -> Written:
        element = self._after_write(talk, each, uid)
        if element is None:
            message = f"/{each.store.path(uid)} was written, but is not there"
            raise PlatformError("AJO509", message, outcome=Outcome.UNKNOWN, request_ids=talk.request_ids)
        found = understood(each.adapter, element, self._veil)
        if isinstance(found, OtherResource):
            message = f"/{each.store.path(uid)} was written, but reads back as something else: {found.reason}"
            raise PlatformError("AJO509", message, outcome=Outcome.UNKNOWN, request_ids=talk.request_ids)
        return Written(found, talk.request_ids)

    def _after_write(self, talk: Conversation, each: _Collection, uid: str) -> Element | None:
        try:
            return each.store.get(talk, uid)
        except PlatformError as error:
            failure = error
        message = f"{failure.message}; it was written, but could not be read back"
        raise PlatformError(
            "AJO510",
            message,
            outcome=Outcome.UNKNOWN,
            status=failure.status,
            request_id=failure.request_id,
            request_ids=talk.request_ids,
        )


def _key(kind: str, literal: str) -> ResourceKey:
    """Return the key of a live element: identities are texts in which references count."""
    return ResourceKey(kind, literal if kind.endswith("Action") else literal_text(literal))


def _collections(connection: Connection) -> dict[str, _Collection]:
    organisation, apis = connection.organisation, connection.apis
    actions, capping, throttling = (
        ActionsAdapter(),
        CappingAdapter(organisation),
        ThrottlingAdapter(organisation),
    )

    def spoken(adapter: Adapter, name: str, writes: Callable[[Store], Writes]) -> _Collection:
        dialect = Dialect(adapter.collection, adapter.places, apis.get(name))
        store = Store(dialect)
        return _Collection(adapter, store, writes(store), elements_of(dialect, connection))

    action = spoken(actions, "actions", DirectWrites)
    return {
        "CustomAction": action,
        "CampaignAction": action,
        "EndpointConfig": spoken(capping, "cappings", lambda store: DeployedWrites(store, capping)),
        "ThrottlingConfig": spoken(
            throttling, "throttlings", lambda store: DeployedWrites(store, throttling)
        ),
    }


def elements_of(dialect: Dialect, connection: Connection) -> Elements:
    """Return what lists a collection in the way its dialect asks for."""
    if dialect.list is not None:
        return TaughtList(dialect, dialect.list, connection.workers).list_all
    return Pager(dialect, connection.page_size, connection.workers).list_all

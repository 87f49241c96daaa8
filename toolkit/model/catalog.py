"""Resources by identity: what is desired, what was the base, and what is live are one type, three times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.core.canonical import digest
from toolkit.model.document import Document


@dataclass(frozen=True, slots=True, order=True)
class ResourceKey:
    """What a platform tells resources of one kind apart by.

    `identity` is the name of an action, the URL pattern of a capping or throttling.
    """

    kind: str
    identity: str

    def __str__(self) -> str:
        return f"{self.kind} {self.identity}"


@dataclass(frozen=True, slots=True)
class JourneyUse:
    """A journey that uses an action; `status` is the platform's word, such as ``Deployed``."""

    journey_id: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Touched:
    """Who changed a live resource last, and when, in the platform's words; empty where it does not say."""

    by: str = ""
    at: str = ""


NEVER = Touched()


@dataclass(frozen=True, slots=True)
class RemoteRef:
    """Where a live resource is: its uid, a digest of what was read, its state, and who uses it.

    `touched` is for people alone: nothing depends on who changed it. `made_at` is when it was created, in
    seconds since 1970; 0 where the platform does not say.
    """

    uid: str
    fingerprint: str
    state: str
    used_in: tuple[JourneyUse, ...] = ()
    touched: Touched = NEVER
    made_at: int = 0


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its comparable document (see :mod:`toolkit.model.document`), its file, where it is live.

    `name` is what people call it (a capping's name is ours), `file` the definition's path in the workspace,
    empty for live ones; `protected` and `previous_name` come from the definition's lifecycle.
    """

    key: ResourceKey
    name: str
    document: Document = field(repr=False)
    file: str = ""
    remote: RemoteRef | None = None
    protected: bool = False
    previous_name: str | None = None

    @property
    def digest(self) -> str:
        """Digest of the comparable document."""
        return digest(self.document)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Resources by key; each key once."""

    resources: Mapping[ResourceKey, Resource] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Catalog:
        """Collect resources; raises ``ValueError`` when two have one key."""
        found: dict[ResourceKey, Resource] = {}
        for resource in resources:
            if resource.key in found:
                raise ValueError(f"{resource.key} stands twice in one catalog")
            found[resource.key] = resource
        return cls(MappingProxyType(found))

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def __len__(self) -> int:
        return len(self.resources)

    def get(self, key: ResourceKey) -> Resource | None:
        """Return the resource with `key`, or None."""
        return self.resources.get(key)


def identity_of(kind: str, document: Document) -> str:
    """Return what the platform identifies a document of `kind` by, values already filled in."""
    field_name = {"EndpointConfig": "url", "ThrottlingConfig": "urlPattern"}.get(kind, "name")
    return str(document[field_name])

"""What the rest of the house may ask of a platform, whatever it is behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path
from toolkit.core.redact import Secret
from toolkit.model.catalog import Catalog, RemoteRef, Resource, ResourceKey
from toolkit.model.text import SecretRef
from toolkit.workspace.api_settings import Api

SecretResolver = Callable[[SecretRef], Secret]
"""Gives a secret's value; raises :class:`~toolkit.core.errors.AjoError` AJO307 when it has none."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a target is and how to get in. Times are in seconds.

    `workers` bounds the requests under way at once; `page_size` is 1 to 100 (PF-LST-2). `apis` are the
    collections that are spoken to in another way than by the convention. Without `audit_url` the audit log is
    not read.
    """

    base_url: str
    journeys_url: str
    ims_url: str
    organisation: str
    sandbox: str
    client_id: str
    client_secret: Secret
    scopes: tuple[str, ...]
    timeout_s: float = 30.0
    attempts: int = 5
    workers: int = 8
    page_size: int = 100
    apis: Mapping[str, Api] = field(default_factory=dict)
    audit_url: str = ""


class Outcome(StrEnum):
    """What is known of a request that failed: not carried out, or nobody knows."""

    REFUSED = "refused"
    UNKNOWN = "unknown"


class PlatformError(AjoError):
    """A request failed. `outcome` says whether it may have been carried out all the same.

    `status` is the HTTP status (0: no answer), `request_id` what support asks for, `request_ids` those of all
    requests of the operation, `service_code` the platform's own code, `path` the field of the comparable
    document the platform complains about, where it names one.
    """

    def __init__(  # noqa: PLR0913  # an error is data; every part is shown
        self,
        code: str,
        message: str,
        *,
        fix: str = "",
        outcome: Outcome = Outcome.REFUSED,
        status: int = 0,
        request_id: str = "",
        path: Path = (),
        request_ids: Sequence[str] = (),
        service_code: str = "",
    ) -> None:
        super().__init__(code, message, fix=fix)
        self.outcome, self.status, self.request_id, self.path = outcome, status, request_id, path
        self.request_ids, self.service_code = tuple(request_ids), service_code


@dataclass(frozen=True, slots=True)
class OtherResource:
    """Something live that definitions don't stand for: built in, of a type not written, or not understood."""

    kind: str
    name: str
    uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything that is live in a sandbox, each list complete."""

    catalog: Catalog
    others: tuple[OtherResource, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A write that was carried out: the resource as the platform reads it back, and the requests it took."""

    resource: Resource | None
    request_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Edit:
    """What the platform's audit log says was done to a resource: when, by which account, in which request.

    `who` is the account as people know it.
    """

    uid: str
    at: datetime
    account: str
    who: str
    request_id: str


class Reader(Protocol):
    """What gives all that is live in one sandbox."""

    def read(self) -> LiveState:
        """List everything; raises :class:`PlatformError` rather than give a list that is not complete."""


class Platform(Protocol):
    """One sandbox of one organisation. Safe to call from several threads at once."""

    def read(self) -> LiveState:
        """List everything; raises :class:`PlatformError` rather than give a list that is not complete."""

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity in a fresh list."""

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource afresh; None when it is gone."""

    def create(self, resource: Resource) -> Written:
        """Create, deploy where the kind is deployed, and read back; the creating request is sent once."""

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace the whole resource (through undeploy and deploy where the kind needs it) and read back."""

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove the resource, undeploying it first where the kind is deployed."""

    def edits_since(self, moment: datetime) -> Sequence[Edit] | None:
        """Return what was done to resources after `moment`, oldest first; None where no log is kept.

        Raises :class:`PlatformError` where the log can't be read.
        """

    def close(self) -> None:
        """Give connections back."""

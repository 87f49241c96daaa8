"""The plan as a value: ordered steps, each with its field changes, why, and what blocks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final

from toolkit.core.canonical import digest
from toolkit.core.diagnostics import Finding
from toolkit.core.pointer import Path
from toolkit.model.catalog import RemoteRef, Resource, ResourceKey
from toolkit.model.text import SecretRef
from toolkit.plan.assessment import InterfaceChange


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""Stands where a document has nothing at a path; null is something."""


class Verdict(StrEnum):
    """Who changed a field since the base."""

    UNCHANGED = "unchanged"
    OURS = "ours"
    THEIRS = "theirs"
    AGREED = "agreed"
    CONFLICT = "conflict"
    UNKNOWABLE = "unknowable"


class StepKind(StrEnum):
    """What a step does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a resource: live and desired value (:data:`ABSENT` for nothing), and who changed it."""

    path: Path
    live: Any
    desired: Any
    verdict: Verdict


class ResendReason(StrEnum):
    """Why a secret is sent again although nobody can compare it."""

    CHANGED = "changed"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Resend:
    """A secret that is sent again: it *changed* since the last sync, or somebody *asked* for that."""

    reference: SecretRef
    reason: ResendReason


@dataclass(frozen=True, slots=True)
class Block:
    """Why a step can't be carried out, and the way out."""

    code: str
    reason: str
    way_out: str


class EvidenceState(StrEnum):
    """What evidence there is that an action was exercised as a plan writes it, where a target asks for it."""

    FRESH = "fresh"
    MISSING = "missing"
    STALE = "stale"
    OLD = "old"
    UNUSABLE = "unusable"
    UNNEEDED = "unneeded"


@dataclass(frozen=True, slots=True)
class Exercised:
    """How it stands with the evidence of a step: in which file it is, or should be, and of when."""

    state: EvidenceState
    file: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One resource's change.

    `resource` is the desired one (for a delete: the live one), `remote` where it is live, `changes` the
    fields that differ, `impact` what an update means for journeys that use the action, `waits_for` the steps
    that must be done before, `secrets` what the write will resolve. `verdict` says who changed the resource
    as a whole (*theirs*: it was removed on the platform), `previous` under which key it is live before a
    rename, `dangers` in words what an update destroys or exposes, `adopted` that it never was ours until now,
    `resends` the secrets for whose sake alone a hidden field is written, `secret_places` where a secret is in
    any version that may be live, `evidence` what there is where the target demands some.
    """

    kind: StepKind
    resource: Resource
    why: str
    changes: tuple[FieldChange, ...] = ()
    unknowable: tuple[Path, ...] = ()
    remote: RemoteRef | None = None
    waits_for: tuple[ResourceKey, ...] = ()
    blocks: tuple[Block, ...] = ()
    secrets: tuple[SecretRef, ...] = ()
    impact: tuple[InterfaceChange, ...] = ()
    verdict: Verdict = Verdict.OURS
    previous: ResourceKey | None = None
    dangers: tuple[str, ...] = ()
    adopted: bool = False
    resends: tuple[Resend, ...] = ()
    secret_places: tuple[Path, ...] = ()
    evidence: Exercised | None = None

    @property
    def key(self) -> ResourceKey:
        """The resource's key."""
        return self.resource.key


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """Something live that no definition stands for; it is reported and never touched."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody else did on the platform and a plan leaves as it is: the fields, none for the whole.

    `live` of a field is what stays, `reason` why it may.
    """

    resource: Resource
    changes: tuple[FieldChange, ...]
    reason: str
    verdict: Verdict = Verdict.THEIRS

    @property
    def key(self) -> ResourceKey:
        """The resource's key."""
        return self.resource.key


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a sync will do, in order, and what it leaves alone.

    `base` names the commit it was computed against, empty for none; `kept` is what others did and may stay;
    `notes` say what could not be told, and whose settings count.
    """

    target: str
    organisation: str
    sandbox: str
    steps: tuple[Step, ...]
    unchanged: tuple[ResourceKey, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    kept: tuple[Kept, ...] = ()
    base: str = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", digest(list(self._identity())))

    def _identity(self) -> Iterator[Any]:
        yield [self.target, self.organisation, self.sandbox]
        for step in self.steps:
            remote = [step.remote.uid, step.remote.fingerprint] if step.remote else None
            yield [step.kind.value, step.key.kind, step.key.identity, step.resource.document, remote]

    def __bool__(self) -> bool:
        return bool(self.steps)

    def with_digest(self, digest: str) -> Plan:
        """Return the plan with the digest it was made with, where documents are left out of its steps."""
        plan = replace(self)
        object.__setattr__(plan, "digest", digest)
        return plan

    def count(self, kind: StepKind) -> int:
        """Return how many steps are of `kind`."""
        return sum(step.kind is kind for step in self.steps)

    @property
    def existing(self) -> int:
        """How many managed resources are live before anything is done."""
        written = [step.key for step in self.steps if step.kind is not StepKind.CREATE]
        return len({*written, *self.unchanged, *(item.key for item in self.kept if item.resource.remote)})

    @property
    def blocked(self) -> tuple[Step, ...]:
        """The steps that can't be carried out."""
        return tuple(step for step in self.steps if step.blocks)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done without asking again.

    More than so many percent of the existing resources may be updated or deleted only with
    `allow_mass_change`; small sandboxes are free of that, see :data:`toolkit.plan.guard.FEW`.
    """

    allow_destroy: bool = False
    allow_mass_change: bool = False
    max_updates_percent: int = 33
    max_deletes_percent: int = 33


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """A plan somebody may carry out. Only :func:`toolkit.plan.guard.approve` makes one."""

    plan: Plan
    policy: Policy
    approved_by: str

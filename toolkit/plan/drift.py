"""What somebody else did on the platform since the base, told from what the files want."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.model.catalog import NEVER, Catalog, RemoteRef, ResourceKey, Touched
from toolkit.model.kinds import KINDS
from toolkit.plan.types import FieldChange, Kept, Plan, Step, StepKind, Verdict

_THEIRS = (Verdict.THEIRS, Verdict.CONFLICT)


class Act(StrEnum):
    """What somebody did to a resource of ours."""

    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Drifted:
    """One resource of ours that is not as it was left.

    `changes` are the fields, `in_conflict` tells that the files were changed too, `why` says what no field
    can; `live_key` is where it is live, which a rename in the files does not move.
    """

    act: Act
    key: ResourceKey
    name: str
    file: str
    live_key: ResourceKey
    changes: tuple[FieldChange, ...] = ()
    in_conflict: bool = False
    why: str = ""
    touched: Touched = NEVER


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something live that never was ours: told, and nobody's fault."""

    kind: str
    name: str
    reason: str
    touched: Touched = NEVER


@dataclass(frozen=True, slots=True)
class Drift:
    """All that was found in one target; `base` is empty where the files stand for it.

    `accepted` is waived, `as_left` counts the resources of ours that nobody touched.
    """

    target: str
    organisation: str
    sandbox: str
    base: str
    drifted: tuple[Drifted, ...]
    accepted: tuple[Kept, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    as_left: int = 0
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.drifted)

    def count(self, act: Act) -> int:
        """Return to how many resources somebody did this."""
        return sum(each.act is act for each in self.drifted)


@dataclass(frozen=True, slots=True)
class TargetDrift:
    """One target of several: its drift, or the error that stood in the way."""

    target: str
    drift: Drift | None
    error: AjoError | None = None


def drift_of(plan: Plan, live: Catalog, ours: Collection[ResourceKey]) -> Drift:
    """Return the drift that a plan holds, if that plan overwrites whatever is not waived.

    `ours` are the keys of the base: what only commits since then name may be somebody else's.
    """
    drifted = tuple(each for step in plan.steps for each in _drifted(step, ours))
    found = {(each.key.kind, each.name): each.remote for each in live}
    unmanaged = (
        Stranger(item.kind, item.name, item.reason, _touched(found.get((item.kind, item.name))))
        for item in plan.unmanaged
        if item.kind in KINDS
    )
    strangers = [*unmanaged, *_foreign(plan, ours)]
    waived = {item.key for item in plan.kept}
    known = {*plan.unchanged, *(step.key for step in plan.steps if _is_ours(step, ours))}
    return Drift(
        plan.target,
        plan.organisation,
        plan.sandbox,
        plan.base,
        drifted,
        plan.kept,
        tuple(sorted(strangers, key=lambda each: (each.kind, each.name))),
        len(known - waived - {each.key for each in drifted}),
        plan.findings,
    )


def _is_ours(step: Step, ours: Collection[ResourceKey]) -> bool:
    return step.kind is not StepKind.CREATE and (step.previous or step.key) in ours


def _drifted(step: Step, ours: Collection[ResourceKey]) -> Iterator[Drifted]:
    live_key, resource = step.previous or step.key, step.resource
    in_conflict = step.verdict is Verdict.CONFLICT
    if step.kind is StepKind.CREATE:
        if step.verdict in _THEIRS:
            yield Drifted(
                Act.REMOVED, step.key, resource.name, resource.file, live_key, in_conflict=in_conflict
            )
    elif step.kind is StepKind.DELETE:
        if in_conflict and live_key in ours:
            yield Drifted(
                Act.CHANGED, step.key, resource.name, "", live_key, (), True, step.why, _touched(step.remote)
            )
    elif live_key in ours:
        changes = tuple(change for change in step.changes if change.verdict in _THEIRS)
        both = any(change.verdict is Verdict.CONFLICT for change in changes)
        if changes:
            touched = _touched(step.remote)
            yield Drifted(
                Act.CHANGED, step.key, resource.name, resource.file, live_key, changes, both, "", touched
            )


def _foreign(plan: Plan, ours: Collection[ResourceKey]) -> Iterator[Stranger]:
    """Yield what is live under the identity of a new file and never was ours."""
    for step in plan.steps:
        if step.kind is StepKind.UPDATE and not _is_ours(step, ours) and _is_others(step):
            reason = f"{step.resource.file} is new and stands for it, but says something else"
            yield Stranger(step.key.kind, step.resource.name, reason, _touched(step.remote))


def _is_others(step: Step) -> bool:
    """Tell whether a step would write over what somebody else made, not over what a broken-off run left."""
    return any(change.verdict in _THEIRS for change in step.changes)


def _touched(remote: RemoteRef | None) -> Touched:
    return remote.touched if remote else NEVER

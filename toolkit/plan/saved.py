"""A plan kept to be looked at and carried out later, and what of it has moved until then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from toolkit.core.canonical import same_json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import format_path
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.plan.types import FieldChange, Plan, Step, StepKind


@dataclass(frozen=True, slots=True)
class KeptDefinition:
    """A definition meant for the target: its file, and a digest of it with the target's values filled in."""

    key: ResourceKey
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it was made: by which version of the tool, where it leads, and the definitions it rests on.

    Documents are left out of `plan`; `plan_digest` covers those of its steps.
    """

    tool: str
    made_at: datetime
    base_url: str
    plan_digest: str
    plan: Plan
    definitions: tuple[KeptDefinition, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan is made with beside the catalogs."""

    tool: str
    made_at: datetime
    base_url: str


def keep(plan: Plan, desired: Catalog, made: Circumstances) -> SavedPlan:
    """Return `plan` as a file may hold it: without documents, in which may stand what people typed."""
    steps = tuple(replace(step, resource=_bare(step.resource)) for step in plan.steps)
    kept = tuple(replace(item, resource=_bare(item.resource)) for item in plan.kept)
    findings = tuple(replace(found, mend=()) for found in plan.findings)
    bare = replace(plan, steps=steps, kept=kept, findings=findings).with_digest(plan.digest)
    definitions = tuple(KeptDefinition(each.key, each.file, each.digest) for each in desired)
    return SavedPlan(made.tool, made.made_at, made.base_url, plan.digest, bare, definitions)


def take_up(saved: SavedPlan, now: SavedPlan, plan: Plan) -> Plan:
    """Return the steps of `saved` as they come out in `plan`, which is made `now`, or refuse with AJO620.

    What runs is what was worked out now; the saved plan only says whether that is the same. Steps for
    resources that the saved one does not touch are left out.
    """
    touched = {step.key for step in saved.plan.steps}
    narrowed = replace(plan, steps=tuple(step for step in plan.steps if step.key in touched))
    reasons = list(_moved(saved, now))
    if not reasons and narrowed.digest != saved.plan_digest:
        reasons = ["the steps come out differently now"]
    if reasons:
        raise AjoError("AJO620", "; ".join(reasons))
    return narrowed


def _bare(resource: Resource) -> Resource:
    return replace(resource, document={})


def _moved(saved: SavedPlan, now: SavedPlan) -> Iterator[str]:
    yield from _circumstances(saved, now)
    changed = dict(_definitions(saved, now))
    yield from changed.values()
    steps = {step.key: step for step in now.plan.steps}
    for step in saved.plan.steps:
        yield from _step(step, steps.get(step.key), definition_changed=step.key in changed)


def _circumstances(saved: SavedPlan, now: SavedPlan) -> Iterator[str]:
    pairs = (
        ("target", saved.plan.target, now.plan.target),
        ("organisation", saved.plan.organisation, now.plan.organisation),
        ("sandbox", saved.plan.sandbox, now.plan.sandbox),
        ("base URL", saved.base_url, now.base_url),
        ("version of ajo", saved.tool, now.tool),
    )
    for what, before, after in pairs:
        if before != after:
            yield f"the {what} was {before} and is {after}"


def _definitions(saved: SavedPlan, now: SavedPlan) -> Iterator[tuple[ResourceKey, str]]:
    before = {each.key: each for each in saved.definitions}
    after = {each.key: each for each in now.definitions}
    for key in sorted({**before, **after}):
        old, new = before.get(key), after.get(key)
        if new is None:
            yield key, f"{before[key].file}: {key} was removed"
        elif old is None:
            yield key, f"{new.file}: {key} was added"
        elif old.digest != new.digest:
            fields = _fields(_changes_of(saved.plan, key), _changes_of(now.plan, key), desired=True)
            yield key, f"{new.file}: {key} was changed, or a value in it{_listed(fields)}"


def _changes_of(plan: Plan, key: ResourceKey) -> tuple[FieldChange, ...]:
    return next((step.changes for step in plan.steps if step.key == key), ())


def _step(saved: Step, now: Step | None, *, definition_changed: bool) -> Iterator[str]:
    remote = saved.remote
    if now is None:
        if not definition_changed:
            yield f"{saved.key} {_why_gone(saved)}, or left as it is now"
    elif remote is None:
        if now.remote is not None:
            yield f"{saved.key} has come to the platform since"
    elif now.remote is None:
        yield f"{saved.key} is gone from the platform"
    elif now.remote.uid != remote.uid:
        yield f"{saved.key} was replaced on the platform by another of its name"
    elif now.remote.fingerprint != remote.fingerprint:
        fields = _fields(saved.changes, now.changes, desired=False)
        yield f"{saved.key} was changed on the platform{_listed(fields)}"


def _why_gone(saved: Step) -> str:
    if saved.kind is StepKind.DELETE:
        return "is gone from the platform"
    if saved.resends:
        return "got its secrets since, or whether they changed can't be told here"
    return "is already as planned"


def _fields(before: Iterable[FieldChange], after: Iterable[FieldChange], *, desired: bool) -> list[str]:
    """Name the fields whose desired, or else live, value is another one in two lists of changes."""
    old = {change.path: change.desired if desired else change.live for change in before}
    new = {change.path: change.desired if desired else change.live for change in after}
    paths = [
        path
        for path in {**old, **new}
        if path not in old or path not in new or not same_json(old[path], new[path])
    ]
    return [format_path(path) for path in paths]


def _listed(fields: list[str]) -> str:
    return f": {', '.join(fields)}" if fields else ""

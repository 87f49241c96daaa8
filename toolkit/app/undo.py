"""The inverse of a past sync, by its receipt: what it created goes, what it removed comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.app.base import find_base
from toolkit.app.diff import Planned
from toolkit.core.canonical import same_json
from toolkit.core.errors import AjoError
from toolkit.core.pointer import Path as PointerPath
from toolkit.core.pointer import format_path
from toolkit.core.redact import MASK
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.model.document import Document
from toolkit.model.text import MASKED, secret_refs
from toolkit.plan.compute import Scope, compute
from toolkit.plan.stance import Base, Handling, Stance
from toolkit.plan.types import Block, Plan, Step, StepKind
from toolkit.platform.port import Platform
from toolkit.sync.receipt import RowStatus
from toolkit.sync.receipt_file import MAX_BYTES, PastRow, PastSync, read_receipt
from toolkit.workspace.load import Workspace
from toolkit.workspace.read import naming, read_named
from toolkit.workspace.synced import standing
from toolkit.workspace.values import for_target


@dataclass(frozen=True, slots=True)
class Undo:
    """The plan that undoes a sync, and what it can't be about: steps whose end is not known."""

    past: PastSync
    planned: Planned
    differing: tuple[str, ...]
    unknown: tuple[str, ...]
    command: str


def read_past(file: Path) -> PastSync:
    """Return the receipt in `file`; raises :class:`AjoError` AJO004, AJO009 or AJO630 that names the file."""
    content = read_named(file, MAX_BYTES)
    try:
        return read_receipt(content)
    except AjoError as error:
        raise naming(file, error) from None


def plan_undo(
    workspace: Workspace, target: str, past: PastSync, platform: Platform, environment: Mapping[str, str]
) -> Undo:
    """Return what leads back to before `past`. What has moved since is refused in the plan, by name.

    Raises :class:`AjoError` AJO631 for a receipt of another sandbox.
    """
    settings = workspace.settings.targets[target]
    led = (past.organisation, past.sandbox)
    if led != (settings.organisation, settings.sandbox):
        message = f"the receipt is of sandbox {past.sandbox} of {past.organisation}"
        raise AjoError("AJO631", f'{message}, target "{target}" leads to another')
    rows = [row for row in past.rows if row.was_written]
    now = _now(workspace, target)
    known = _known(workspace, target, past, environment, now)
    desired = Catalog.of(_before(rows, known))
    # What an undo that was cut off wrote is ours as well.
    base = Base(Catalog.of(_after(rows, known)), tuple(desired), revision=f"the sync of {past.started_at}")
    live = platform.read().catalog
    plan = compute(
        Scope(target, *led),
        desired,
        live,
        base,
        (),
        Stance(Handling.REFUSE, Handling.REFUSE),
    )
    stood = standing(workspace, target, environment)
    files = for_target(workspace, target).filled
    return Undo(
        past,
        Planned(_checked(_among(plan, live, now)), stood),
        tuple(_differing(rows, {item.definition.name: item for item in files})),
        tuple(row.name for row in past.rows if row.status is RowStatus.UNKNOWN),
        _command(past),
    )


def _command(past: PastSync) -> str:
    if not past.commit:
        return ""
    return f"git revert --no-edit {f'{past.base[:12]}..' if past.base else ''}{past.commit[:12]}"


def _known(
    workspace: Workspace, target: str, past: PastSync, environment: Mapping[str, str], now: Iterable[Resource]
) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    """Return the definitions that may say which secret stood where: of then, and of now."""
    found: dict[ResourceKey, list[Resource]] = {}
    for revision in filter(None, (past.base, past.commit)):
        try:
            base = find_base(workspace, target, None, environment, revision).base
        except AjoError:  # a clone without that commit: what is known of now has to do
            continue
        for resource in base.catalog if base else ():
            found.setdefault(resource.key, []).append(resource)
    for resource in now:
        found.setdefault(resource.key, []).append(resource)
    return {key: tuple(resources) for key, resources in found.items()}


def _now(workspace: Workspace, target: str) -> tuple[Resource, ...]:
    """Return what the files mean for the target; nothing where they name one thing twice."""
    try:
        return tuple(for_target(workspace, target).catalog())
    except ValueError:
        return ()


def _among(plan: Plan, live: Catalog, now: Iterable[Resource]) -> Plan:
    """Count what the sync left alone as unchanged: too large a share is one of all that is managed."""
    touched = {key for step in plan.steps for key in (step.key, step.previous)}
    alone = {each.key for each in now if live.get(each.key)} - touched
    return replace(plan, unchanged=tuple(sorted({*plan.unchanged, *alone})))


def _before(rows: Iterable[PastRow], known: Mapping[ResourceKey, tuple[Resource, ...]]) -> Iterator[Resource]:
    for row in rows:
        if row.before is not None:
            key = row.previous or row.key
            previous_name = row.key.identity if row.previous else None
            sources = [each.document for each in (*known.get(key, ()), *known.get(row.key, ()))]
            document = with_references(row.before, sources)
            name = key.identity if row.previous else row.name
            yield Resource(key, name, document, row.file, previous_name=previous_name)


def _after(rows: Iterable[PastRow], known: Mapping[ResourceKey, tuple[Resource, ...]]) -> Iterator[Resource]:
    for row in rows:
        if row.after is not None:
            now = known.get(row.key, ())
            document = with_references(row.after, [each.document for each in reversed(now)])
            protected = bool(now) and now[-1].protected
            yield Resource(row.key, row.name, document, row.file, protected=protected)


def with_references(document: Document, sources: Iterable[Document]) -> Document:
    """Return `document` with what is masked in it as the first of `sources` has it.

    A mask of the platform hides a secret, so a reference to one is asked for; ours may hide any text.
    """
    told = list(sources)

    def filled(value: Any, others: list[Any]) -> Any:
        match value:
            case dict():
                return {
                    name: filled(member, [other[name] for other in others if _has(other, name)])
                    for name, member in value.items()
                }
            case list():
                return [
                    filled(item, [other[at] for other in others if _has(other, at)])
                    for at, item in enumerate(value)
                ]
            case str() if value in (MASKED, MASK):
                texts = (other for other in others if isinstance(other, str) and _is_told(other, value))
                return next(texts, value)
            case _:
                return value

    result: Document = filled(document, list(told))
    return result


def _has(value: Any, at: str | int) -> bool:
    if isinstance(value, dict):
        return at in value
    return isinstance(value, list) and isinstance(at, int) and at < len(value)


def _is_told(text: str, mask: str) -> bool:
    return text not in (MASKED, MASK) and (mask == MASK or any(True for _ in secret_refs(text)))


def _checked(plan: Plan) -> Plan:
    """Block steps that would write a mask: what stood there is not known any more."""
    return replace(plan, steps=tuple(map(_blocked, plan.steps)), unmanaged=())


def _blocked(step: Step) -> Step:
    if step.kind is StepKind.DELETE:
        return step
    hidden = [format_path(path) for path in masked_places(step.resource.document)]
    if not hidden:
        return step
    reason = f"what stood at {', '.join(hidden)} was hidden and no definition of then is known"
    block = Block("AJO632", reason, "Use `ajo rollback REV` with a commit that has the definition.")
    return replace(step, blocks=(*step.blocks, block))


def masked_places(value: Any, path: PointerPath = ()) -> Iterator[PointerPath]:
    """Yield where a document holds a mask instead of what stood there."""
    match value:
        case dict():
            for name, member in value.items():
                yield from masked_places(member, (*path, name))
        case list():
            for at, item in enumerate(value):
                yield from masked_places(item, (*path, at))
        case str() if value in (MASKED, MASK):
            yield path


def _differing(rows: Iterable[PastRow], files: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of what the files say otherwise than it was before the sync."""
    for row in rows:
        if row.before is None:
            if row.name in files:
                yield row.name
        elif row.after is None or not same_json(row.before, row.after):
            yield row.name

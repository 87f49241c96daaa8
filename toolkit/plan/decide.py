"""One resource: what is desired, what is live, what was ours, and what follows from that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.core.pointer import Path, format_path
from toolkit.model.catalog import Resource
from toolkit.model.document import Document, texts
from toolkit.model.text import SecretRef, secret_refs
from toolkit.plan.bound import Bound
from toolkit.plan.compatibility import (
    blocks_of_adoption,
    blocks_of_conflict,
    blocks_of_delete,
    blocks_of_drift,
    blocks_of_update,
    dangers_of_update,
)
from toolkit.plan.interface_change import compat_of_documents
from toolkit.plan.merge import compare, differs, is_writable, with_live
from toolkit.plan.resend import why_of, with_resends
from toolkit.plan.stance import Handling, Known, Stance, Waiver
from toolkit.plan.types import ABSENT, Block, FieldChange, Kept, Plan, Step, StepKind, Verdict

UNBOUND = Bound()
"""Nothing is known of any secret."""


REMOVED = "its definition was removed from the files"
"""Why something is deleted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows for one resource: a step, something that stays as others made it, both, or nothing."""

    step: Step | None = None
    kept: tuple[Kept, ...] = ()


def creation(desired: Resource, known: Known | None, stance: Stance, bound: Bound = UNBOUND) -> Decision:
    """Decide about what is not live; what is at the base was removed by somebody else."""
    step = Step(
        StepKind.CREATE,
        desired,
        "not on the platform yet",
        secrets=secrets_of(desired),
        dangers=tuple(bound.strays(desired)),
        secret_places=secret_places(desired),
    )
    if known is None or known.base is None:
        return Decision(step)
    changed_too = differs(known.base.document, desired.document)
    verdict = Verdict.CONFLICT if changed_too else Verdict.THEIRS
    waiver = None if changed_too else stance.waiver(desired, ())
    handling = stance.on_conflict if changed_too else stance.on_drift
    if waiver or handling is Handling.KEEP:
        reason = f"removed on the platform; {_why_kept(waiver, verdict)}"
        return Decision(kept=(Kept(desired, (), reason, verdict),))
    why = "removed on the platform since the base" + (", changed in the files too" if changed_too else "")
    blocks: tuple[Block, ...] = ()
    if handling is Handling.REFUSE:
        found = "it was removed on the platform"
        blocks = (blocks_of_conflict if changed_too else blocks_of_drift)(found)
    return Decision(replace(step, why=why, verdict=verdict, blocks=blocks))


def update(
    desired: Resource, live: Resource, known: Known | None, stance: Stance, bound: Bound = UNBOUND
) -> Decision:
    """Decide about what is live; `known` is None without any base, then every difference is ours."""
    written = _written(live, known.versions) if known else None
    if known and not known.base and not written:
        written = _saved_alone(live, known.versions)
    is_foreign = known is not None and not known.base and not written
    compared = compare(desired.document, live.document, _base_document(live, known, written, stance))
    found, resends = with_resends(compared, live, stance.resends.get(desired.key, ()))
    acts: list[FieldChange] = []
    kept: list[tuple[FieldChange, Waiver | None]] = []
    for change in found:
        waiver = _waiver(stance, desired, change, is_known=known is not None)
        if waiver or _handling(change, stance) is Handling.KEEP:
            kept.append((change, waiver))
        elif change.verdict not in (Verdict.UNKNOWABLE, Verdict.AGREED):
            acts.append(change)
    step = None
    if acts:
        paths = tuple(change.path for change, _ in kept)
        step = _update_step(_keeping(desired, live, paths), live, tuple(acts))
        step = replace(
            step,
            why=why_of(acts, compared, resends),
            resends=resends,
            secret_places=secret_places(desired, *(known.versions if known else ())),
            unknowable=tuple(change.path for change in found if change.verdict is Verdict.UNKNOWABLE),
            adopted=is_foreign and stance.adopt,
            dangers=(*step.dangers, *bound.strays(step.resource, live)),
            blocks=(
                *step.blocks,
                *_refusals(acts, stance, is_foreign=is_foreign),
                *_unwritable(live, paths),
            ),
        )
    return Decision(step, tuple(_kept(desired, live, kept)))


def removal(live: Resource, known: Known, stance: Stance) -> Decision:
    """Decide about what was ours, left the files and is live."""
    why = REMOVED
    step = Step(
        StepKind.DELETE,
        live,
        why,
        remote=live.remote,
        blocks=blocks_of_delete(live.remote, protected=known.protected),
        secret_places=secret_places(*known.versions),
    )
    if _written(live, known.versions):
        return Decision(step)
    last = known.versions[0]
    edited = [
        change for change in compare(last.document, live.document) if change.verdict is not Verdict.UNKNOWABLE
    ]
    fields = ", ".join(format_path(change.path) for change in edited)
    found = f"{fields} changed on the platform since the base"
    if stance.on_conflict is Handling.KEEP:
        reason = f"removed from the files, but {found}; {_why_kept(None, Verdict.CONFLICT)}"
        return Decision(kept=(Kept(live, (), reason, Verdict.CONFLICT),))
    blocks = blocks_of_conflict(found) if stance.on_conflict is Handling.REFUSE else ()
    blocks = (*step.blocks, *blocks)
    return Decision(replace(step, why=f"{why}; {found}", verdict=Verdict.CONFLICT, blocks=blocks))


def secrets_of(resource: Resource) -> tuple[SecretRef, ...]:
    """Return every secret that writing the resource resolves, once."""
    found = {
        reference: None
        for _, text in texts(resource.key.kind, resource.document)
        for reference in secret_refs(text)
    }
    return tuple(found)


def secret_places(*versions: Resource) -> tuple[Path, ...]:
    """Return where any of the versions has a secret."""
    found = {
        path: None
        for each in versions
        for path, text in texts(each.key.kind, each.document)
        if any(True for _ in secret_refs(text))
    }
    return tuple(found)


def _base_document(
    live: Resource, known: Known | None, written: Resource | None, stance: Stance
) -> Document | None:
    """Return what live is compared against: what we wrote last, as far as anybody can tell."""
    if known is None:
        return None
    if written or known.base:
        return (written or known.base or live).document
    return None if stance.adopt else {}


def _written(live: Resource, versions: Sequence[Resource]) -> Resource | None:
    """Return the first version that live is known to hold exactly.

    A run that failed half-way wrote versions that no base has; nothing less than all of one tells them from
    what somebody else made under the same name.
    """
    return next((each for each in versions if not differs(each.document, live.document)), None)


def _saved_alone(live: Resource, versions: Sequence[Resource]) -> Resource | None:
    """Return the version that live holds but for its state: a run was cut off before it could deploy it."""
    state = live.document.get("state")
    saved = (replace(each, document={**each.document, "state": state}) for each in versions if state)
    return next((each for each in saved if not differs(each.document, live.document)), None)


def _waiver(stance: Stance, desired: Resource, change: FieldChange, *, is_known: bool) -> Waiver | None:
    """Return what waives a drift; without a base any difference may be one."""
    may_be_drift = change.verdict is Verdict.THEIRS or (change.verdict is Verdict.OURS and not is_known)
    return stance.waiver(desired, _waivable(change)) if may_be_drift else None


def unused_waivers(plan: Plan, stance: Stance) -> tuple[Waiver, ...]:
    """Return the waivers that hold and hide nothing of what `plan`, made with `stance`, was made from."""
    used = {
        stance.waiver(kept.resource, path)
        for kept in plan.kept
        if kept.verdict is Verdict.THEIRS
        for path in ([_waivable(change) for change in kept.changes] or [()])
    }
    return tuple(waiver for waiver in stance.waivers if waiver not in used)


def _waivable(change: FieldChange) -> Path:
    """Return the field that a waiver has to name: an item more or less moves others, so the whole list."""
    moves = isinstance(change.path[-1], int) and ABSENT in (change.live, change.desired)
    return change.path[:-1] if moves else change.path


def _handling(change: FieldChange, stance: Stance) -> Handling:
    match change.verdict:
        case Verdict.THEIRS:
            return stance.on_drift
        case Verdict.CONFLICT:
            return stance.on_conflict
        case _:
            return Handling.OVERWRITE


def _update_step(desired: Resource, live: Resource, acts: tuple[FieldChange, ...]) -> Step:
    previous = live.key if live.key != desired.key else None
    impact = compat_of_documents(
        live.document, desired.document, live.key.identity if previous else None
    ).changes
    return Step(
        StepKind.UPDATE,
        desired,
        "",
        changes=acts,
        remote=live.remote,
        blocks=blocks_of_update(acts, live.remote, live.name),
        secrets=secrets_of(desired),
        impact=impact,
        previous=previous,
        dangers=dangers_of_update(live, impact),
    )


def _refusals(acts: Sequence[FieldChange], stance: Stance, *, is_foreign: bool) -> Iterator[Block]:
    for verdict, handling in ((Verdict.CONFLICT, stance.on_conflict), (Verdict.THEIRS, stance.on_drift)):
        fields = ", ".join(format_path(change.path) for change in acts if change.verdict is verdict)
        if not fields or handling is not Handling.REFUSE:
            continue
        if is_foreign:
            yield from blocks_of_adoption(fields)
        elif verdict is Verdict.CONFLICT:
            yield from blocks_of_conflict(f"{fields} changed here and on the platform")
        else:
            yield from blocks_of_drift(f"{fields} changed on the platform")


def _keeping(desired: Resource, live: Resource, paths: Sequence[Path]) -> Resource:
    if not paths:
        return desired
    return replace(desired, document=with_live(desired.document, live.document, paths))


def _unwritable(live: Resource, paths: Sequence[Path]) -> Iterator[Block]:
    """Refuse to keep what can't be sent back: an update sends the whole resource."""
    hidden = [format_path(path) for path in paths if not is_writable(path, _at(live.document, path))]
    if hidden:
        yield from blocks_of_conflict(f"{', '.join(hidden)} can't be kept: an update would have to send it")


def _at(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part, ABSENT)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return ABSENT
    return value


def _kept(
    desired: Resource, live: Resource, kept: Sequence[tuple[FieldChange, Waiver | None]]
) -> Iterator[Kept]:
    """Yield one entry for each reason why fields stay as they are."""
    resource = replace(desired, remote=live.remote)
    reasons: dict[tuple[str, Verdict], list[FieldChange]] = {}
    for change, waiver in kept:
        verdict = Verdict.THEIRS if waiver else change.verdict
        reasons.setdefault((_why_kept(waiver, verdict), verdict), []).append(change)
    for (reason, verdict), changes in reasons.items():
        yield Kept(resource, tuple(changes), reason, verdict)


def _why_kept(waiver: Waiver | None, verdict: Verdict) -> str:
    if waiver:
        return f"waived until {waiver.until.isoformat()}: {waiver.reason}"
    return "conflicts are kept" if verdict is Verdict.CONFLICT else "drift is kept"

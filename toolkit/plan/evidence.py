"""Which steps a target's demand for evidence is about, and what stands against those without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from toolkit.core.diagnostics import in_order
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.model.evidence import Filed, is_proven, proven_digest
from toolkit.model.kinds import ACTION_KINDS
from toolkit.plan.types import Block, EvidenceState, Exercised, Plan, Step, StepKind


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked: evidence of at most so many `days` before `today` (None: of any age).

    `files` names where an action's evidence has to be, `filed` holds what was found of each, the one that
    counts first if several will do. `where` and `otherwise` go into the way out.
    """

    today: date
    days: int | None
    files: Mapping[ResourceKey, str]
    filed: Mapping[ResourceKey, Sequence[Filed]]
    where: str = ""
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class _Verdict:
    state: EvidenceState
    code: str = ""
    reason: str = ""
    filed: Filed | None = None


def demanding(plan: Plan) -> Iterator[Step]:
    """Yield the steps that write another version of what is sent, or read of a success, than is live."""
    return (step for step in plan.steps if _is_called(step) and _is_changed(step, plan))


def held_to(plan: Plan, desired: Catalog, demand: Demand) -> Plan:
    """Return `plan` with what evidence there is of each action that it writes; a step without is blocked.

    What counts is what the files say, `desired`: that is what was exercised. A field that stays as others
    made it is none of ours.
    """
    changed = {step.key for step in demanding(plan)}
    steps = []
    unusable: list[Filed] = []
    for step in plan.steps:
        if not _is_called(step):
            steps.append(step)
        elif step.key not in changed:
            steps.append(replace(step, evidence=Exercised(EvidenceState.UNNEEDED)))
        else:
            verdict = _verdict(desired.get(step.key) or step.resource, demand)
            steps.append(_told(step, verdict, plan.target, demand))
            unusable.extend([verdict.filed] if verdict.filed and verdict.filed.findings else [])
    findings = (found for each in unusable for found in each.findings)
    return replace(plan, steps=tuple(steps), findings=in_order((*plan.findings, *findings)))


def _is_called(step: Step) -> bool:
    return step.key.kind in ACTION_KINDS and step.kind is not StepKind.DELETE


def _is_changed(step: Step, plan: Plan) -> bool:
    if step.kind is StepKind.CREATE or any(is_proven(change.path) for change in step.changes):
        return True
    # What the platform hides is compared with the base; where that says nothing of it, it may be another.
    return (not plan.base or step.adopted) and any(map(is_proven, step.unknowable))


def _verdict(resource: Resource, demand: Demand) -> _Verdict:
    """Return what will do of what is on file; where nothing will, what is to be said of the first."""
    version = proven_digest(resource.document)
    verdicts = [_of_one(each, version, demand) for each in demand.filed.get(resource.key, ())]
    missing = _Verdict(EvidenceState.MISSING, "AJO640", "there is no evidence that it was exercised")
    return next(_fresh_first(verdicts), missing)


def _fresh_first(verdicts: Iterable[_Verdict]) -> Iterator[_Verdict]:
    return iter(sorted(verdicts, key=lambda each: each.state is not EvidenceState.FRESH))


def _of_one(filed: Filed, version: str, demand: Demand) -> _Verdict:
    evidence = filed.evidence
    if evidence is None:
        first = filed.findings[0]
        return _Verdict(EvidenceState.UNUSABLE, "AJO643", f"its evidence: {first.message}", filed)
    if evidence.definition != version:
        reason = "it was changed after it was exercised: what is sent or read is another"
        return _Verdict(EvidenceState.STALE, "AJO641", reason, filed)
    day = evidence.exercised_at.date()
    if day > demand.today + timedelta(days=1):
        return _Verdict(EvidenceState.OLD, "AJO642", f"its evidence is of {day}, which is yet to come", filed)
    if demand.days is not None and day + timedelta(days=demand.days) < demand.today:
        reason = f"it was exercised on {day}, and evidence counts for {demand.days} days"
        return _Verdict(EvidenceState.OLD, "AJO642", reason, filed)
    return _Verdict(EvidenceState.FRESH, filed=filed)


def _told(step: Step, verdict: _Verdict, target: str, demand: Demand) -> Step:
    filed = verdict.filed
    at = filed.evidence.exercised_at if filed and filed.evidence else None
    file = filed.file if filed else demand.files[step.key]
    evidence = Exercised(verdict.state, file, at)
    if not verdict.code:
        return replace(step, evidence=evidence)
    place = filed.findings[0].place if filed and filed.findings else file
    again = f"`ajo exercise {step.resource.name} --target {target} --evidence`{demand.where}"
    way_out = f"{again}, then commit the record{demand.otherwise}."
    block = Block(verdict.code, f"{verdict.reason} ({place})", way_out)
    return replace(step, evidence=evidence, blocks=(*step.blocks, block))

"""Desired against live and base: reads, computes, never writes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from toolkit.app.base import find_base
from toolkit.app.evidence_policy import BackTo, demand_of
from toolkit.app.fingerprints import Fingerprints, asked_for, fingerprints_of, together
from toolkit.app.validate import checked_for_target
from toolkit.core.diagnostics import Finding, in_order
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource
from toolkit.plan.compute import Scope, compute
from toolkit.plan.decide import unused_waivers
from toolkit.plan.evidence import held_to
from toolkit.plan.stance import Handling, Stance, Waiver
from toolkit.plan.types import Plan, Unmanaged
from toolkit.platform.port import Platform, Reader, SecretResolver
from toolkit.workspace.evidence_files import evidence_folder
from toolkit.workspace.git import Moved
from toolkit.workspace.git_process import GitError
from toolkit.workspace.load import Workspace
from toolkit.workspace.secret_state import name_of
from toolkit.workspace.secrets import secret_resolver
from toolkit.workspace.settings import Target
from toolkit.workspace.synced import Standing, standing
from toolkit.workspace.trusted import Trusted
from toolkit.workspace.waivers import WAIVERS_FILE, load_waivers


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is made: against which revision, what is taken over, on which day.

    Own rules in a file of the workspace need `trust`. `resend` are patterns of secrets to be sent again,
    `resolve` is where secrets come from, if not from where the settings say. `written` are versions of
    resources that an earlier run may have written beside those that commits since the base name.
    """

    base: str | None = None
    adopt: bool = False
    trust: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    resend: tuple[str, ...] = ()
    resolve: SecretResolver | None = None
    written: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, where the repository stood when it was made, and why it has no base, if it has none.

    `desired` is what it leads to, `fingerprints` what is known of its secrets where a target has a key;
    `base_days` how old evidence may be by the settings at the base, None where they demand none.
    """

    plan: Plan
    stood: Standing | None
    why_no_base: str = ""
    desired: Catalog = field(default_factory=Catalog)
    fingerprints: Fingerprints | None = None
    base_days: int | None = None

    def moves_beside(self) -> tuple[Moved, ...]:
        """Write what moves with the target's reference after a complete sync; raises AJO825."""
        if self.fingerprints is None or self.stood is None:
            return ()
        try:
            return self.fingerprints.moves(self.stood, self.desired, self.plan)
        except GitError as error:
            raise AjoError("AJO825", f"fingerprints of secrets could not be kept: {error}") from None

    def kept_beside(self) -> tuple[Moved, ...]:
        """Return what stands beside the reference already: a push that failed before is made up for."""
        before = self.fingerprints.recorded.before if self.fingerprints else None
        return (Moved(name_of(self.stood), before, before),) if self.stood and before else ()


def make_plan(
    workspace: Workspace, target_name: str | None, platform: Platform, *, trust: bool = False
) -> Plan:
    """Return what a sync would do to the target; see :func:`plan_for`."""
    return plan_for(workspace, target_name, platform, PlanOptions(trust=trust)).plan


def plan_for(
    workspace: Workspace, target_name: str | None, platform: Reader, options: PlanOptions
) -> Planned:
    """Return what a sync would do to the target, and against what that was found.

    Raises :class:`InvalidDefinitions` before anything is read, :class:`AjoError` AJO820 to AJO822 where the
    base can't be read, :class:`PlatformError` when a list can't be read completely.
    """
    name, _ = workspace.target(target_name)
    desired = checked_for_target(workspace, name, trust=options.trust).catalog()
    planned = plan_of(workspace, name, desired, platform, options)
    return held_to_evidence(workspace, planned, options.today)


def plan_of(
    workspace: Workspace, name: str, desired: Catalog, platform: Reader, options: PlanOptions
) -> Planned:
    """Return what would make target `name` what is `desired`, wherever that comes from."""
    target = workspace.settings.targets[name]
    holding, about_waivers = holding_waivers(workspace, name, options.today)
    proofs = (evidence_folder(name),) if target.evidence else ()
    stood = standing(workspace, name, options.environment, (WAIVERS_FILE, *proofs))
    resolve = options.resolve or secret_resolver(
        target, workspace.root, options.environment, trust=options.trust
    )
    prints = fingerprints_of(target, desired, stood, resolve)
    asked = asked_for(desired, options.resend)
    found = find_base(workspace, name, stood, options.environment, options.base).with_versions(
        options.written
    )
    live = platform.read()
    stance = replace(
        stance_of(target),
        waivers=tuple(holding),
        adopt=options.adopt,
        resends=together(asked, prints.changed(desired) if prints else {}),
    )
    plan = compute(
        Scope(name, target.organisation, target.sandbox),
        desired,
        live.catalog,
        found.base,
        [Unmanaged(item.kind, item.name, item.reason) for item in live.others],
        stance,
    )
    unused = (holding[waiver] for waiver in unused_waivers(plan, stance))
    notes = (*of_trusted(workspace.trusted), *(prints.notes(desired, plan) if prints else ()))
    told = workspace.trusted.findings if workspace.trusted else ()
    plan = replace(plan, findings=in_order((*told, *about_waivers, *unused)), notes=notes)
    days = found.base.days_of_evidence if found.base else None
    return Planned(plan, stood, found.why_none, desired, prints, days)


def held_to_evidence(
    workspace: Workspace, planned: Planned, today: date, back_to: BackTo | None = None
) -> Planned:
    """Return what is planned with the evidence that the target demands, or did at the base, held against it.

    On the way `back_to` a commit its age does not count, and what is on file there counts too.
    """
    target = workspace.settings.targets[planned.plan.target]
    days = [each for each in (target.days_of_evidence, planned.base_days) if each is not None]
    if not days:
        return planned
    demand = demand_of(workspace, planned.plan, today, min(days), back_to)
    plan = held_to(planned.plan, planned.desired, demand)
    if target.evidence is None:
        lifted = "evidence is demanded as it was at the base; that it no longer is counts once it was synced"
        plan = replace(plan, notes=(*plan.notes, lifted))
    return replace(planned, plan=plan)


def of_trusted(trusted: Trusted | None) -> Iterator[str]:
    """Say whose settings count, where they are not those of the files."""
    if trusted:
        yield f"settings and waivers are those of {trusted.shown}, definitions those of the files"


def holding_waivers(
    workspace: Workspace, target: str, today: date
) -> tuple[dict[Waiver, Finding], tuple[Finding, ...]]:
    """Return the waivers of a target that hold on a day, each with what to say if it hides nothing.

    What is to be said of the others comes second.
    """
    waivers = load_waivers(workspace, target, today)
    holding = {
        Waiver(each.kind, each.name, each.path, each.reason, each.until): each.unused
        for each in waivers.holding
    }
    return holding, waivers.findings


def stance_of(target: Target) -> Stance:
    """Return what a target's settings say about drift and conflicts."""
    return Stance(Handling(target.on_drift), Handling(target.on_conflict))

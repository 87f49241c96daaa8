"""Three catalogs in, a plan out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.plan.bound import Bound
from toolkit.plan.decide import Decision, creation, removal, update
from toolkit.plan.stance import Base, Known, Stance
from toolkit.plan.types import Kept, Plan, Step, StepKind, Unmanaged

LIMIT_KINDS = ("EndpointConfig", "ThrottlingConfig")
NEVER_SYNCED = "a definition came and went, but it was there before, and no sync was complete meanwhile"
STANCE = Stance()
"""Drift is overwritten, a conflict is refused."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sandbox a plan is for."""

    target: str
    organisation: str
    sandbox: str


def compute(  # what, where, from when, and how: each is a side of its own
    scope: Scope,
    desired: Catalog,
    live: Catalog,
    base: Base | None = None,
    others: Iterable[Unmanaged] = (),
    stance: Stance = STANCE,
) -> Plan:
    """Return the steps that make `live` what is `desired`.

    Only what was ours (see :class:`Base`) and is no longer desired is deleted; without a base nothing is.
    What is live and was never ours is unmanaged: named in the plan, never touched.
    """
    sides = _Sides(desired, live, base, stance)
    steps: list[Step] = []
    kept: list[Kept] = []
    unchanged: list[ResourceKey] = []
    for key, decision in sides.decisions():
        steps.extend([decision.step] if decision.step else [])
        kept.extend(decision.kept)
        if not decision.step and not decision.kept:
            unchanged.append(key)
    return Plan(
        target=scope.target,
        organisation=scope.organisation,
        sandbox=scope.sandbox,
        steps=tuple(_ordered(sides.moved(steps))),
        unchanged=tuple(sorted(unchanged)),
        unmanaged=tuple(sorted([*sides.unmanaged(), *others], key=lambda item: (item.kind, item.name))),
        kept=tuple(sorted(kept, key=lambda item: (item.key, item.reason))),
        base=base.revision if base else "",
    )


class _Sides:
    """What is desired, live and known, and which live resources are to get another name."""

    def __init__(self, desired: Catalog, live: Catalog, base: Base | None, stance: Stance) -> None:
        self.desired, self.live, self.stance = desired, live, stance
        self.history = base.history() if base else None
        self.bound = Bound.at(base)
        self.renamed: dict[ResourceKey, ResourceKey] = {}
        for resource in sorted(desired, key=lambda each: each.key):
            previous = self._previous(resource)
            if previous:
                self.renamed.setdefault(previous, resource.key)

    def decisions(self) -> Iterator[tuple[ResourceKey, Decision]]:
        """Yield what follows for each resource that is desired, or was ours and is still live."""
        before = {new: old for old, new in self.renamed.items()}
        for resource in self.desired:
            live = self.live.get(before.get(resource.key, resource.key))
            if live is None:
                yield resource.key, creation(resource, self._known(resource.key), self.stance, self.bound)
            else:
                yield resource.key, update(resource, live, self._known(live.key), self.stance, self.bound)
        for key, known in (self.history or {}).items():
            live = self.live.get(key)
            is_left = self.desired.get(key) is None and key not in self.renamed
            if live is not None and is_left and not known.came_after(live):
                yield key, removal(live, known, self.stance)

    def moved(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Say of a capping that is created, and of one that is removed, when they are one under two patterns.

        Two steps and not one: the new limit stands before the old one goes.
        """
        listed = list(steps)
        created = {
            step.resource.name: step for step in listed if _is_capping(step) and step.kind is StepKind.CREATE
        }
        removed: dict[str, Step] = {}
        for step in listed:
            known = (self.history or {}).get(step.key)
            if known and _is_capping(step) and step.kind is StepKind.DELETE:
                removed |= {each.name: step for each in known.versions if each.name in created}
        why = {}
        for name, old in removed.items():
            new = created[name]
            why[new.key] = f"{new.why}; moved: takes the place of {old.key.identity}, which goes last"
            why[old.key] = f"moved: {name} is for {new.key.identity} now"
        yield from (replace(step, why=why.get(step.key, step.why)) for step in listed)

    def unmanaged(self) -> Iterator[Unmanaged]:
        """Yield what is live and neither desired nor ours."""
        wanted = {*self.desired.resources, *self.renamed}
        known = {*wanted, *(self.history or {})}
        for resource in self.live:
            if resource.key not in known:
                yield Unmanaged(resource.key.kind, resource.name, "no definition stands for it")
            elif resource.key not in wanted and (self.history or {})[resource.key].came_after(resource):
                yield Unmanaged(resource.key.kind, resource.name, NEVER_SYNCED)

    def _known(self, key: ResourceKey) -> Known | None:
        return None if self.history is None else self.history.get(key, Known())

    def _previous(self, resource: Resource) -> ResourceKey | None:
        """Return under which key is live what the definition gives another name.

        An organisation has one throttling: another pattern can only be an update of that one.
        """
        if resource.key.kind == "ThrottlingConfig":
            others = (each.key for each in self.live if _is_other(each, resource))
            key = next((each for each in others if each in (self.history or {})), None)
        elif resource.previous_name is not None and resource.key.kind not in LIMIT_KINDS:
            key = ResourceKey(resource.key.kind, resource.previous_name)
        else:
            key = None
        if key is None:
            return None
        is_free = self.live.get(resource.key) is None and self.desired.get(key) is None
        is_ours = self.history is None or key in self.history
        return key if is_free and is_ours and self.live.get(key) is not None else None


def _is_other(live: Resource, desired: Resource) -> bool:
    return live.key.kind == desired.key.kind and live.key != desired.key


def _is_capping(step: Step) -> bool:
    return step.key.kind == "EndpointConfig"


def _ordered(steps: Iterable[Step]) -> list[Step]:
    """Put limits before the actions they protect, and take them away after; otherwise by kind and name."""
    in_order = sorted(steps, key=lambda step: (phase(step), step.key))
    limits = [step for step in in_order if step.key.kind in LIMIT_KINDS and step.kind is not StepKind.DELETE]
    removals = [
        step for step in in_order if step.key.kind not in LIMIT_KINDS and step.kind is StepKind.DELETE
    ]
    return [_waiting(step, limits, removals) for step in in_order]


def phase(step: Step) -> int:
    """Return a step's place in the safe order: limits, actions, then the removal of actions, of limits."""
    is_limit = step.key.kind in LIMIT_KINDS
    if step.kind is StepKind.DELETE:
        return 3 if is_limit else 2
    return 0 if is_limit else 1


def _waiting(step: Step, limits: list[Step], removals: list[Step]) -> Step:
    if step.key.kind in LIMIT_KINDS:
        before = removals if step.kind is StepKind.DELETE else []
        needed = [other.key for other in before if _protects(step, other)]
    else:
        needed = [
            other.key for other in limits if step.kind is not StepKind.DELETE and _protects(other, step)
        ]
    if not needed:
        return step
    return replace(step, waits_for=tuple(needed))


def _protects(limit: Step, action: Step) -> bool:
    """Tell whether a limit's URL pattern covers an action's URL, or at least may: the same host is enough."""
    pattern = limit.resource.document.get("url") or limit.resource.document.get("urlPattern") or ""
    endpoint: Any = action.resource.document.get("endpoint") or {}
    url = endpoint.get("url", "")
    return bool(url) and (covers(pattern, url) or _host(pattern) == _host(url))


def covers(pattern: str, url: str) -> bool:
    """Tell whether a URL pattern (``*`` stands for any text) covers a static URL."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, url) is not None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""

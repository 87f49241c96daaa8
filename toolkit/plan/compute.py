"""Three catalogs in, a plan out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.model.document import texts
from toolkit.model.text import SecretRef, secret_refs
from toolkit.plan.compatibility import blocks_of_delete, blocks_of_update
from toolkit.plan.interface_change import compat_of_documents
from toolkit.plan.merge import compare
from toolkit.plan.types import Plan, Step, StepKind, Unmanaged, Verdict

LIMIT_KINDS = ("EndpointConfig", "ThrottlingConfig")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sandbox a plan is for."""

    target: str
    organisation: str
    sandbox: str


def compute(
    scope: Scope,
    desired: Catalog,
    live: Catalog,
    base: Catalog | None = None,
    others: Iterable[Unmanaged] = (),
) -> Plan:
    """Return the steps that make `live` what is `desired`.

    Only what is in `base` and no longer desired is deleted; without a base nothing is. What is live and in
    neither is unmanaged: named in the plan, never touched.
    """
    steps: list[Step] = []
    unchanged: list[ResourceKey] = []
    for resource in desired:
        step = _step(resource, live.get(resource.key), base.get(resource.key) if base else None)
        if step:
            steps.append(step)
        else:
            unchanged.append(resource.key)
    steps.extend(_deletes(desired, live, base))
    known = set(desired.resources) | (set(base.resources) if base else set())
    unmanaged = [
        Unmanaged(resource.key.kind, resource.name, "no definition stands for it")
        for resource in live
        if resource.key not in known
    ]
    return Plan(
        target=scope.target,
        organisation=scope.organisation,
        sandbox=scope.sandbox,
        steps=tuple(_ordered(steps)),
        unchanged=tuple(sorted(unchanged)),
        unmanaged=tuple(sorted([*unmanaged, *others], key=lambda item: (item.kind, item.name))),
    )


def _step(desired: Resource, live: Resource | None, base: Resource | None) -> Step | None:
    secrets = _secrets(desired)
    if live is None:
        why = "not on the platform yet"
        return Step(StepKind.CREATE, desired, why, secrets=secrets)
    found = compare(desired.document, live.document, base.document if base else None)
    changes = tuple(change for change in found if change.verdict not in (Verdict.UNKNOWABLE, Verdict.AGREED))
    if not changes:
        return None
    unknowable = tuple(change.path for change in found if change.verdict is Verdict.UNKNOWABLE)
    why = f"{len(changes)} field{'s' if len(changes) > 1 else ''} differ{'' if len(changes) > 1 else 's'}"
    return Step(
        StepKind.UPDATE,
        desired,
        why,
        changes=changes,
        unknowable=unknowable,
        remote=live.remote,
        blocks=blocks_of_update(changes, live.remote),
        secrets=secrets,
        impact=compat_of_documents(live.document, desired.document).changes,
    )


def _deletes(desired: Catalog, live: Catalog, base: Catalog | None) -> Iterator[Step]:
    for resource in base or ():
        found = live.get(resource.key)
        if found is not None and desired.get(resource.key) is None:
            why = "its definition was removed from the files"
            blocks = blocks_of_delete(found.remote, protected=resource.protected)
            yield Step(StepKind.DELETE, found, why, remote=found.remote, blocks=blocks)


def _secrets(resource: Resource) -> tuple[SecretRef, ...]:
    found = {
        reference: None
        for _, text in texts(resource.key.kind, resource.document)
        for reference in secret_refs(text)
    }
    return tuple(found)


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

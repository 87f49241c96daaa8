"""Resources as a workspace and a platform give them, to be changed by tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from toolkit.core.pointer import Path
from toolkit.model.catalog import Catalog, JourneyUse, RemoteRef, Resource, ResourceKey, identity_of
from toolkit.model.document import Document, comparable
from toolkit.model.kinds import parse_definition
from toolkit.plan.compute import Scope, compute
from toolkit.plan.stance import Base, Stance
from toolkit.plan.types import ABSENT, FieldChange, Plan

SCOPE = Scope("dev", "ACME@AdobeOrg", "acme-dev")
URL = "https://api.example.com/v1/send"
PATTERN = "https://api.example.com/v1/*"


def resource_of(definition: dict[str, Any]) -> Resource:
    """Read a definition as a workspace does; envelope and file are filled in."""
    kind = definition["kind"]
    parsed = parse_definition({"$schema": "", "formatVersion": 1, **definition})
    assert parsed.definition is not None, parsed.problems
    document = comparable(parsed.definition)
    lifecycle = parsed.definition.lifecycle
    return Resource(
        ResourceKey(kind, identity_of(kind, document)),
        parsed.definition.name,
        document,
        file=f"actions/acme/{parsed.definition.name}.json",
        protected=lifecycle is not None and lifecycle.protect,
        previous_name=lifecycle.previous_name if lifecycle else None,
    )


def action(name: str = "Welcome", url: str = URL, **changes: Any) -> Resource:
    """Make a custom action; `headers` and `query` go into its endpoint, the rest beside it."""
    parameters: dict[str, Any] = {key: changes.pop(key) for key in ("headers", "query") if key in changes}
    endpoint: dict[str, Any] = {"method": "POST", "url": url, **parameters}
    return resource_of({"kind": "CustomAction", "name": name, "endpoint": endpoint, **changes})


def capping(url: str = PATTERN, calls: int = 500, **changes: Any) -> Resource:
    """Make a capping of `calls` a second."""
    rating = {"maxCallsCount": calls, "periodInMs": 1000}
    definition = {
        "name": "acme-api",
        "url": url,
        "methods": ["POST"],
        "services": {"action": {"rating": rating}},
    }
    return resource_of({"kind": "EndpointConfig", **definition, **changes})


def throttling(url: str = PATTERN, throughput: int = 500) -> Resource:
    """Make a throttling of `throughput` calls a second."""
    definition = {"name": "acme-api", "urlPattern": url, "methods": ["POST"], "maxThroughput": throughput}
    return resource_of({"kind": "ThrottlingConfig", **definition})


def changed(resource: Resource, **changes: Any) -> Resource:
    """Change members of a resource's document."""
    return replace(resource, document={**resource.document, **changes})


def live(resource: Resource, *used_in: JourneyUse, uid: str = "") -> Resource:
    """Return the resource as a platform lists it."""
    remote = RemoteRef(uid or f"uid-{resource.name}", resource.digest, "created", used_in)
    return replace(resource, file="", protected=False, remote=remote)


def journey(status: str = "Deployed", name: str = "Onboarding") -> JourneyUse:
    """Make a journey that uses an action."""
    return JourneyUse(f"id-{name}", name, status)


def plan_of(
    desired: Iterable[Resource] = (),
    live_ones: Iterable[Resource] = (),
    base: Iterable[Resource] | None = None,
    since: Iterable[Resource] = (),
    **stance: Any,
) -> Plan:
    """Compute a plan from lists of resources; `stance` are fields of a :class:`Stance`."""
    ours = None if base is None else Base(Catalog.of(base), tuple(since), "the base")
    return compute(SCOPE, Catalog.of(desired), Catalog.of(live_ones), ours, stance=Stance(**stance))


def apply(live_document: Document, changes: Iterable[FieldChange]) -> Document:
    """Return `live_document` with field changes carried out, as somebody would who has only the plan."""
    root: dict[str, Any] = {"document": _copy(live_document)}
    removals: list[tuple[Any, str | int]] = []
    for change in changes:
        path: Path = ("document", *change.path)
        node: Any = root
        for part in path[:-1]:
            node = node[part]
        last = path[-1]
        if change.desired is ABSENT:
            removals.append((node, last))
        elif isinstance(node, list) and last == len(node):
            node.append(change.desired)
        else:
            node[last] = change.desired
    for node, last in reversed(removals):
        del node[last]
    document: Document = root["document"]
    return document


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(member) for key, member in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value

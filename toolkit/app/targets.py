"""Several targets at once: what a sync would do to each, and what tells two of them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from toolkit.app.connect import connected
from toolkit.app.diff import PlanOptions, plan_for
from toolkit.app.validate import validate
from toolkit.core.diagnostics import has_errors
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.model.document import Document
from toolkit.plan.beside import Beside, Name, pairs_of, without_credentials
from toolkit.plan.decide import secret_places
from toolkit.plan.matrix import Column
from toolkit.plan.merge import with_mask
from toolkit.platform.port import LiveState
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import for_target

AT_ONCE = 4
"""Targets that are read at once; each has its own workers besides."""


def plan_all(workspace: Workspace, names: Iterable[str], options: PlanOptions) -> tuple[Column, ...]:
    """Plan each target, several read at once; one that can't be read does not hold up the others.

    Raises :class:`InvalidDefinitions` before anything is read.
    """
    _require_valid(workspace, trust=options.trust)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="target") as pool:
        reading = {name: pool.submit(_read, workspace, name, options) for name in names}
        return tuple(_column(workspace, name, each, options) for name, each in reading.items())


def _read(workspace: Workspace, name: str, options: PlanOptions) -> LiveState:
    target = workspace.settings.targets[name]
    with connected(target, workspace.root, options.environment, trust=options.trust) as platform:
        return platform.read()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A platform that is being read already."""

    state: Future[LiveState]

    def read(self) -> LiveState:
        return self.state.result()


def _require_valid(workspace: Workspace, *, trust: bool) -> None:
    findings = validate(workspace, trust=trust)
    if has_errors(findings):
        raise InvalidDefinitions(findings)


def _column(workspace: Workspace, name: str, reading: Future[LiveState], options: PlanOptions) -> Column:
    names = {resource.key: resource.name for resource in for_target(workspace, name).catalog()}
    try:
        return Column(name, plan_for(workspace, name, _Reading(reading), options).plan, names=names)
    except AjoError as error:
        return Column(name, None, error, names)


def compare_files(workspace: Workspace, left: str, right: str, *, trust: bool = False) -> Beside:
    """Compare what the files say for two targets, values filled in; raises :class:`InvalidDefinitions`."""
    sides = [workspace.target(name)[0] for name in (left, right)]
    _require_valid(workspace, trust=trust)
    one, other = (_documents(for_target(workspace, side).catalog(), {}) for side in sides)
    return Beside(left, right, False, pairs_of(one, other))


def compare_live(
    workspace: Workspace, left: str, right: str, environment: Mapping[str, str], *, trust: bool = False
) -> Beside:
    """Compare two sandboxes as they are; raises :class:`PlatformError` when one can't be read completely.

    A limit is paired by the name of the definition that stands for it, as its URL may differ; else by URL.
    """
    sides = [workspace.target(name) for name in (left, right)]
    _require_valid(workspace, trust=trust)
    documents = []
    for name, target in sides:
        with connected(target, workspace.root, environment, trust=trust) as platform:
            live = platform.read().catalog
        desired = for_target(workspace, name).catalog()
        names = {resource.key: resource.name for resource in desired}
        documents.append(_documents(_without_secrets(live, desired), names))
    return Beside(left, right, True, tuple(map(without_credentials, pairs_of(*documents))))


def _without_secrets(live: Catalog, desired: Catalog) -> Catalog:
    """Mask what the platform shows where a definition has a secret: it is named then, and not compared."""

    def masked(resource: Resource) -> Resource:
        definition = desired.get(resource.key)
        places = secret_places(definition) if definition else ()
        return replace(resource, document=with_mask(resource.document, places))

    return Catalog.of(map(masked, live))


def _documents(catalog: Catalog, names: Mapping[ResourceKey, str]) -> dict[Name, Document]:
    return {
        (resource.key.kind, names.get(resource.key, resource.name)): resource.document for resource in catalog
    }

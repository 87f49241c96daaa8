"""From git's history to the base of a plan: what was synced last, and what may have been created since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from toolkit.core.diagnostics import Severity
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.plan.stance import Base
from toolkit.workspace.fill import value_places
from toolkit.workspace.git import Repository
from toolkit.workspace.history import Snapshot, read_revision, versions_since
from toolkit.workspace.load import DefinitionFile, Workspace
from toolkit.workspace.settings import Settings, Target, parse_settings
from toolkit.workspace.synced import Standing, commit_before_push
from toolkit.workspace.values import resources_of


@dataclass(frozen=True, slots=True)
class Found:
    """The base, or None and in words why there is none."""

    base: Base | None
    why_none: str = ""

    def with_versions(self, resources: tuple[Resource, ...]) -> Found:
        """Return the base with further versions that a run of ours may have written."""
        return (
            replace(self, base=replace(self.base, since=(*self.base.since, *resources)))
            if self.base
            else self
        )


@dataclass(frozen=True, slots=True)
class _Revision:
    """A revision to read, and how people know it."""

    name: str
    shown: str


def find_base(
    workspace: Workspace,
    target: str,
    stood: Standing | None,
    environment: Mapping[str, str],
    asked: str | None = None,
) -> Found:
    """Return the base of `target`: the revision `asked` for, else what was synced last, else before the push.

    Raises :class:`AjoError` AJO820 to AJO822 where a base that there is can't be read: without it a plan
    would take others' work for ours.
    """
    revision = _revision(stood, environment, asked)
    if revision is None:
        why = "this is no git repository with a commit"
        if stood:
            fetch = "git fetch origin '+refs/ajo/*:refs/ajo/*'"
            why = (
                f"{stood.name} is not in this clone: nothing was synced yet, or it was not fetched ({fetch})"
            )
        return Found(None, why)
    known = {item.file: item for item in workspace.definitions}
    snapshot = read_revision(workspace.root, revision.name, environment, known=known)
    shown = f"{snapshot.commit[:12]} ({revision.shown})"
    settings = parse_settings(snapshot.settings_file or "ajo.toml", snapshot.settings_text).settings
    then, now = settings.targets.get(target) if settings else None, workspace.target(target)[1]
    if settings is None or then is None:
        return Found(None, f'the settings of {shown} have no target "{target}"')
    if (then.organisation, then.sandbox) != (now.organisation, now.sandbox):
        return Found(None, f'target "{target}" led to another sandbox at {shown}')
    catalog = _catalog(resources_of(snapshot.definitions, target, then.values))
    since, named_at = _since(workspace, snapshot, settings, target, environment)
    left_out = sum(found.severity is Severity.ERROR for found in snapshot.findings)
    unread = f"; {left_out} of its definitions can't be read any more" if left_out else ""
    bound, days = then.secret_hosts or {}, then.days_of_evidence
    return Found(Base(catalog, tuple(since), shown + unread, bound, named_at, days))


def _revision(stood: Standing | None, environment: Mapping[str, str], asked: str | None) -> _Revision | None:
    if asked is not None:
        return _Revision(asked, asked)
    if stood is None:
        return None
    if stood.before:
        return _Revision(stood.before, stood.name)
    before = commit_before_push(environment)
    return _Revision(before, "before the push") if before and _is_there(stood.repository, before) else None


def _is_there(repository: Repository, revision: str) -> bool:
    try:
        repository.commit(revision)
    except AjoError:
        return False
    return True


def _catalog(resources: Iterable[Resource]) -> Catalog:
    """Collect resources; of twins, which could not be synced, the first."""
    found: dict[ResourceKey, Resource] = {}
    for resource in resources:
        found.setdefault(resource.key, resource)
    return Catalog.of(found.values())


def _since(
    workspace: Workspace,
    snapshot: Snapshot,
    settings: Settings,
    target: str,
    environment: Mapping[str, str],
) -> tuple[list[Resource], dict[ResourceKey, int]]:
    """Return every version of every resource that commits since the base may have brought to the platform.

    When a commit first named each comes second.
    """
    folders = {settings.actions, workspace.settings.actions}
    versions = versions_since(workspace.root, snapshot, sorted(folders), environment)
    targets = [
        *_targets(settings, target),
        *(
            each
            for name, text in versions.settings
            for each in _targets(parse_settings(name, text).settings, target)
        ),
    ]
    found: list[Resource] = []
    seen: list[dict[str, str]] = []
    for each in targets:
        if each.values not in seen:
            definitions: tuple[DefinitionFile, ...] = versions.definitions
            if seen:
                older = (item for item in snapshot.definitions if value_places(item.definition))
                definitions = (*definitions, *older)
            seen.append(each.values)
            found.extend(resources_of(definitions, target, each.values))
    named_at: dict[ResourceKey, int] = {}
    for values in seen:
        for item, at in zip(versions.definitions, versions.committed_at, strict=True):
            for resource in resources_of([item], target, values):
                named_at[resource.key] = min(at, named_at.get(resource.key, at))
    return found, named_at


def _targets(settings: Settings | None, name: str) -> list[Target]:
    return [settings.targets[name]] if settings and name in settings.targets else []

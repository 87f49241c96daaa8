"""The way back: the definitions of an earlier commit as what is desired, everything else as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.app.diff import Planned, PlanOptions, held_to_evidence, plan_of
from toolkit.app.evidence_policy import BackTo
from toolkit.app.validate import checked_for_target
from toolkit.core.canonical import same_json
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource
from toolkit.model.kinds import Definition
from toolkit.plan.decide import REMOVED
from toolkit.plan.types import Plan
from toolkit.platform.port import Platform
from toolkit.workspace.fill import value_places
from toolkit.workspace.git import Repository
from toolkit.workspace.history import Snapshot, read_revision
from toolkit.workspace.load import DefinitionFile, Workspace, naming_problems
from toolkit.workspace.settings import SETTINGS_FILES, Settings, parse_settings
from toolkit.workspace.values import for_target

MAX_REVERTS = 10
"""Commits up to which each is named to be reverted; beyond that one command for all files is clearer."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A workspace as it was at a commit, with the settings of now.

    `revision` is what was asked for, `values` the names of values that were others then and count as they
    are now.
    """

    workspace: Workspace
    revision: str
    commit: str
    values: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """How people know the commit."""
        return f"{self.commit[:12]} ({self.revision})"


@dataclass(frozen=True, slots=True)
class Rollback:
    """The plan of a way back, and what the files still say otherwise: names, and the command against it."""

    earlier: Earlier
    planned: Planned
    differing: tuple[str, ...]
    command: str


def read_earlier(
    workspace: Workspace,
    target: str,
    revision: str,
    environment: Mapping[str, str],
    *,
    with_values: bool = False,
) -> Earlier:
    """Read the definitions at `revision`; the settings stay those of now: where to go, what may be done.

    `with_values` takes the target's values as they were, too. Raises :class:`AjoError` AJO820 to AJO822, and
    AJO303 where the target was not there and its values are asked for.
    """
    known = {item.file: item for item in workspace.definitions}
    snapshot = read_revision(workspace.root, revision, environment, known=known)
    then = _values_then(snapshot, target)
    now = workspace.settings.targets[target].values
    if with_values and then is None:
        raise AjoError("AJO303", f'the settings of {snapshot.commit[:12]} have no target "{target}"')
    used = _used(snapshot.definitions)
    moved = tuple(name for name in sorted(used) if then and then.get(name) != now.get(name))
    if with_values:
        workspace, moved = _with_values(workspace, target, then or {}), ()
    earlier = replace(workspace, definitions=snapshot.definitions, findings=tuple(_findings(snapshot)))
    return Earlier(earlier, revision, snapshot.commit, moved)


def plan_rollback(
    workspace: Workspace, target: str, earlier: Earlier, platform: Platform, options: PlanOptions
) -> Rollback:
    """Return what leads back; the base is the usual one, so that what came later and was ours is removed.

    Raises :class:`InvalidDefinitions` where the definitions of then are not valid with the settings of now.
    """
    then = checked_for_target(earlier.workspace, target, trust=options.trust).catalog()
    now = for_target(workspace, target).catalog()
    desired = Catalog.of(_named_back(then, now))
    # A rollback that was cut off wrote versions that no commit since the base names.
    options = replace(options, written=tuple(desired))
    planned = plan_of(workspace, target, desired, platform, options)
    planned = replace(planned, plan=_told(planned.plan, earlier))
    planned = held_to_evidence(workspace, planned, options.today, BackTo(earlier.commit, options.environment))
    differing = tuple(_differing(then, now))
    command = _way_back(workspace, earlier, options.environment) if differing else ""
    return Rollback(earlier, planned, differing, command)


def _told(plan: Plan, earlier: Earlier) -> Plan:
    """Say of a removal that the commit asks for it, not the files."""
    steps = (
        replace(step, why=step.why.replace(REMOVED, f"its definition is not there at {earlier.commit[:12]}"))
        for step in plan.steps
    )
    return replace(plan, steps=tuple(steps))


def _values_then(snapshot: Snapshot, target: str) -> dict[str, str] | None:
    settings = parse_settings(snapshot.settings_file or "ajo.toml", snapshot.settings_text).settings
    return settings.targets[target].values if settings and target in settings.targets else None


def _findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what is wrong with the files of then; the settings that count are those of now."""
    yield from (found for found in snapshot.findings if found.file not in SETTINGS_FILES)
    sources = {item.file: item.source for item in snapshot.definitions}
    names = ((item.file, item.definition.kind, item.definition.name) for item in snapshot.definitions)
    yield from (sources[file].finding(problem) for file, problem in naming_problems(names))


def _used(definitions: Iterable[DefinitionFile]) -> set[str]:
    return {name for item in definitions for name in _names(item.definition)}


def _names(definition: Definition) -> Iterator[str]:
    return (name for place in value_places(definition) for name in place.names)


def _with_values(workspace: Workspace, target: str, values: dict[str, str]) -> Workspace:
    loaded = workspace.loaded_settings
    settings: Settings = workspace.settings
    one = settings.targets[target].model_copy(update={"values": values})
    settings = settings.model_copy(update={"targets": {**settings.targets, target: one}})
    return replace(workspace, loaded_settings=replace(loaded, settings=settings))


def _named_back(then: Catalog, now: Catalog) -> Iterator[Resource]:
    """Let an action that was renamed since be renamed back, in place: journeys know it by its uid."""
    later = {item.previous_name: item for item in now if item.previous_name}
    for resource in then:
        renamed = later.get(resource.name)
        if renamed and renamed.key.kind == resource.key.kind and then.get(renamed.key) is None:
            yield replace(resource, previous_name=renamed.name)
        else:
            yield resource


def _differing(then: Catalog, now: Catalog) -> Iterator[str]:
    """Yield the names of what the files say otherwise than the earlier commit."""
    for key in sorted({*then.resources, *now.resources}):
        one, other = then.get(key), now.get(key)
        if one is None or other is None or not same_json(one.document, other.document):
            yield (other or one or then.resources[key]).name


def _way_back(workspace: Workspace, earlier: Earlier, environment: Mapping[str, str]) -> str:
    """Return the command that makes the files say what the earlier commit says."""
    folder = workspace.settings.actions
    repository = Repository.around(workspace.root, environment)
    settings = SETTINGS_FILES if earlier.values else ()
    commits = repository.commits_since(earlier.commit, folder, *settings)
    if commits and len(commits) <= MAX_REVERTS:
        return f"git revert --no-edit {' '.join(commit[:12] for commit in commits)}"
    return f"git restore --source={earlier.commit[:12]} --staged --worktree -- {folder}"

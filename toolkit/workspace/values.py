"""A target's values put into definitions, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity, few_alike
from toolkit.model.catalog import Catalog, Resource, ResourceKey, identity_of
from toolkit.model.document import comparable
from toolkit.model.kinds import Definition, EndpointConfig, ThrottlingConfig
from toolkit.workspace.fill import fill_definition, nearest, value_places
from toolkit.workspace.load import DefinitionFile, Workspace
from toolkit.workspace.settings import LoadedSettings


@dataclass(frozen=True)
class Filled:
    """A definition with a target's values in it."""

    origin: DefinitionFile
    definition: Definition


@dataclass(frozen=True)
class ForTarget:
    """The definitions meant for one target, filled in, and what is wrong with that."""

    target: str
    filled: tuple[Filled, ...]
    findings: tuple[Finding, ...]

    def catalog(self) -> Catalog:
        """Return the desired resources; only for definitions without errors (twins raise ``ValueError``)."""
        return Catalog.of(_resource(item) for item in self.filled)


def for_target(workspace: Workspace, name: str) -> ForTarget:
    """Fill the definitions meant for target `name`; raises :class:`AjoError` AJO303 for an unknown one."""
    name, target = workspace.target(name)
    filled: list[Filled] = []
    findings: list[Finding] = []
    for item in workspace.definitions:
        if _is_for(item.definition, name):
            places = value_places(item.definition)
            result, problems, _ = fill_definition(item.definition, places, name, target.values)
            findings.extend(item.source.finding(problem) for problem in problems)
            if result:
                filled.append(Filled(item, result))
    findings.extend(_twins(filled, name))
    return ForTarget(name, tuple(filled), tuple(findings))


def resources_of(
    definitions: Iterable[DefinitionFile], name: str, values: Mapping[str, str]
) -> Iterator[Resource]:
    """Yield the resources of target `name` with `values`; definitions that they don't fill are left out."""
    for item in definitions:
        if _is_for(item.definition, name):
            places = value_places(item.definition)
            result, _, _ = fill_definition(item.definition, places, name, values)
            if result:
                yield _resource(Filled(item, result))


def check_values(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is wrong with values over all targets: unused ones, and targets that don't exist."""
    yield from unused_values(workspace.loaded_settings, map(_use, workspace.definitions))
    for item in workspace.definitions:
        lifecycle = item.definition.lifecycle
        named = (lifecycle and lifecycle.targets) or ()
        yield from map(item.source.finding, unknown_targets(workspace.settings.targets, named))


def _use(item: DefinitionFile) -> tuple[Iterable[str], Sequence[str] | None]:
    lifecycle = item.definition.lifecycle
    names = (name for place in value_places(item.definition) for name in place.names)
    return names, lifecycle.targets if lifecycle else None


def unused_values(
    loaded: LoadedSettings, uses: Iterable[tuple[Iterable[str], Sequence[str] | None]]
) -> Iterator[Finding]:
    """Yield a warning for each value of a target that no definition meant for it uses.

    `uses` has of each definition the values that it uses, and the targets that it is for (None: all).
    """
    by_target: dict[str | None, set[str]] = {}
    for names, targets in uses:
        used = list(names)
        for target in (None,) if targets is None else targets:
            by_target.setdefault(target, set()).update(used)
    anywhere = set().union(*by_target.values())
    for target_name, settings in loaded.settings.targets.items() if loaded.settings else ():
        used_here = by_target.get(None, set()) | by_target.get(target_name, set())
        lacking = used_here - settings.values.keys()
        unused = (value for value in settings.values if value not in used_here)
        told = partial(_unused, loaded, target_name, lacking, anywhere)
        yield from few_alike(unused, code=lambda _: "AJO305", make=told)


def _unused(
    loaded: LoadedSettings, target: str, lacking: Collection[str], anywhere: Collection[str], value: str
) -> Finding:
    message = _why_unused(value, lacking, is_for_others=value in anywhere)
    finding = loaded.finding("AJO305", ("targets", target, "values", value), message)
    return replace(finding, severity=Severity.WARNING)


def _why_unused(value: str, lacking: Collection[str], *, is_for_others: bool) -> str:
    if is_for_others:
        return "only definitions that are not for this target use this value"
    close = nearest(value, lacking)
    hint = f"; they use {close}, which this target lacks: is that meant?" if close else ""
    return f"no definition uses this value{hint}"


def unknown_targets(known: Iterable[str], named: Iterable[str]) -> tuple[Problem, ...]:
    """Return what is wrong with the targets that a definition's lifecycle names."""
    there = dict.fromkeys(known)
    shown = ", ".join(there) or "none"

    def problem(found: tuple[int, str]) -> Problem:
        message = f'"{found[1]}" is not a target; there are: {shown}'
        return Problem("AJO303", ("lifecycle", "targets", found[0]), message, CODES["AJO303"].fix)

    wrong = ((index, name) for index, name in enumerate(named) if name not in there)
    return few_alike(wrong, code=lambda _: "AJO303", make=problem)


def twins(patterns: Iterable[tuple[str, str, str]], target: str) -> Iterator[tuple[str, Problem]]:
    """Yield limits that become one for a target, by file; of each its file, kind and pattern are given."""
    seen: dict[tuple[str, str], str] = {}
    for file, kind, pattern in patterns:
        first = seen.setdefault((kind, pattern), file)
        if first != file:
            path = ("url",) if kind == "EndpointConfig" else ("urlPattern",)
            message = f'in target "{target}" {first} limits {pattern} too'
            yield file, Problem("AJO011", path, message, CODES["AJO011"].fix)


def _is_for(definition: Definition, name: str) -> bool:
    lifecycle = definition.lifecycle
    return lifecycle is None or lifecycle.targets is None or name in lifecycle.targets


def _twins(filled: list[Filled], target: str) -> Iterator[Finding]:
    sources = {item.origin.file: item.origin.source for item in filled}
    patterns = (
        (item.origin.file, item.definition.kind, pattern)
        for item in filled
        if (pattern := _pattern(item.definition)) is not None
    )
    return (sources[file].finding(problem) for file, problem in twins(patterns, target))


def _pattern(definition: Definition) -> str | None:
    match definition:
        case EndpointConfig(url=pattern) | ThrottlingConfig(url_pattern=pattern):
            return pattern
        case _:
            return None


def _resource(item: Filled) -> Resource:
    definition = item.definition
    document = comparable(definition)
    lifecycle = definition.lifecycle
    return Resource(
        key=ResourceKey(definition.kind, identity_of(definition.kind, document)),
        name=definition.name,
        document=document,
        file=item.origin.file,
        protected=bool(lifecycle and lifecycle.protect),
        previous_name=lifecycle.previous_name if lifecycle else None,
    )

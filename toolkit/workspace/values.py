"""A target's values put into definitions, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.model.catalog import Catalog, Resource, ResourceKey, identity_of
from toolkit.model.document import comparable
from toolkit.model.kinds import Definition, EndpointConfig, ThrottlingConfig
from toolkit.workspace.fill import fill_definition, value_places
from toolkit.workspace.load import DefinitionFile, Workspace


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
        lifecycle = item.definition.lifecycle
        if lifecycle is None or lifecycle.targets is None or name in lifecycle.targets:
            places = value_places(item.definition)
            result, problems = fill_definition(item.definition, places, name, target.values)
            findings.extend(item.source.finding(problem) for problem in problems)
            if result:
                filled.append(Filled(item, result))
    findings.extend(_twins(filled, name))
    return ForTarget(name, tuple(filled), tuple(findings))


def check_values(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is wrong with values over all targets: unused ones, and targets that don't exist."""
    known = workspace.settings.targets
    used = {
        name
        for item in workspace.definitions
        for place in value_places(item.definition)
        for name in place.names
    }
    for target_name, target in known.items():
        for value in target.values:
            if value not in used:
                path = ("targets", target_name, "values", value)
                finding = workspace.loaded_settings.finding("AJO305", path, "no definition uses this value")
                yield _as_warning(finding)
    for item in workspace.definitions:
        lifecycle = item.definition.lifecycle
        for index, name in enumerate((lifecycle and lifecycle.targets) or ()):
            if name not in known:
                message = f'"{name}" is not a target; there are: {", ".join(known) or "none"}'
                problem = Problem("AJO303", ("lifecycle", "targets", index), message, CODES["AJO303"].fix)
                yield item.source.finding(problem)


def _as_warning(finding: Finding) -> Finding:
    place = (finding.file, finding.line, finding.column, finding.path)
    return Finding(finding.code, Severity.WARNING, *place, finding.message, finding.fix)


def _twins(filled: list[Filled], target: str) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Filled] = {}
    for item in filled:
        match item.definition:
            case EndpointConfig(kind=kind, url=pattern):
                where = "url"
            case ThrottlingConfig(kind=kind, url_pattern=pattern):
                where = "urlPattern"
            case _:
                continue
        first = seen.setdefault((kind, pattern), item)
        if first is not item:
            message = f'in target "{target}" {first.origin.file} limits {pattern} too'
            yield item.origin.source.finding(Problem("AJO011", (where,), message, CODES["AJO011"].fix))


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

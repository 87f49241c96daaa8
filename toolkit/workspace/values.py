"""A target's values put into definitions, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Finding, Problem, Severity
from toolkit.core.pointer import Path
from toolkit.model.catalog import Catalog, Resource, ResourceKey, identity_of
from toolkit.model.document import comparable, fill_document, texts, to_document
from toolkit.model.kinds import Definition, parse_definition
from toolkit.model.text import ReferenceSyntaxError, ValueRef, parse_text, value_names
from toolkit.workspace.load import DefinitionFile, Workspace

_HOST_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
_PATH_VALUE = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]+\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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
            result, problems = _fill(item, name, target.values)
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
        for _, text in texts(item.definition.kind, to_document(item.definition))
        for name in value_names(text)
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


def _fill(
    item: DefinitionFile, target: str, values: Mapping[str, str]
) -> tuple[Definition | None, tuple[Problem, ...]]:
    kind, document = item.definition.kind, to_document(item.definition)
    problems = tuple(
        problem
        for path, text in texts(kind, document)
        for problem in _wrong_values(path, text, target, values)
    )
    if problems:
        return None, problems
    parsed = parse_definition(fill_document(kind, document, values))
    return parsed.definition, tuple(
        Problem(found.code, found.path, f"{found.message} (with the values of target {target})", found.fix)
        for found in parsed.problems
    )


def _wrong_values(path: Path, text: str, target: str, values: Mapping[str, str]) -> Iterator[Problem]:
    if "${" not in text:
        return
    try:
        parts = parse_text(text)
    except ReferenceSyntaxError:
        return
    before = ""
    for part in parts:
        if isinstance(part, ValueRef):
            reason = _why_not(path, before, part.name, values)
            if part.name not in values:
                message = f'target "{target}" has no value "{part.name}"'
                fix = f'Add {part.name} = "…" to [targets.{target}.values] in the settings.'
                yield Problem("AJO304", path, message, fix)
            elif reason:
                message = f'the value "{part.name}" of target "{target}" {reason}'
                yield Problem("AJO306", path, message, CODES["AJO306"].fix)
        before += part if isinstance(part, str) else "x"


def _why_not(path: Path, before: str, name: str, values: Mapping[str, str]) -> str:
    """Say why a value can't stand where it is filled in; a URL's parts keep their borders."""
    value = values.get(name, "x")
    if _CONTROL.search(value):
        return "holds a control character"
    if path not in (("endpoint", "url"), ("authentication", "endpoint"), ("url",), ("urlPattern",)):
        return ""
    _, separator, rest = before.partition("://")
    if not separator:
        return "stands before ://; write the scheme in the definition"
    if "/" not in rest:
        return (
            ""
            if _HOST_VALUE.match(value)
            else "stands in a host name: letters, digits, dots and hyphens only"
        )
    decoded = unquote(value)
    if not _PATH_VALUE.match(value) or decoded in (".", "..") or {"/", "\\"} & set(decoded):
        return "stands in a URL's path: one segment, without /, ?, #, spaces"
    return ""


def _twins(filled: list[Filled], target: str) -> Iterator[Finding]:
    seen: dict[ResourceKey, Filled] = {}
    for item in filled:
        resource = _resource(item)
        first = seen.setdefault(resource.key, item)
        if first is not item and item.definition.kind in ("EndpointConfig", "ThrottlingConfig"):
            where = ("url",) if item.definition.kind == "EndpointConfig" else ("urlPattern",)
            message = f'in target "{target}" {first.origin.file} limits {resource.key.identity} too'
            yield item.origin.source.finding(Problem("AJO011", where, message, CODES["AJO011"].fix))


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

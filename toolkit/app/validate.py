"""Everything that is wrong with a workspace, for every target at once, offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from toolkit.app.together import findings_together, side_of, side_without_target
from toolkit.core.diagnostics import Finding, has_errors, in_order
from toolkit.core.errors import InvalidDefinitions
from toolkit.rules import check_definition
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import ForTarget, check_values, for_target


def validate(workspace: Workspace) -> tuple[Finding, ...]:
    """Return all findings: files, format, rules, and each target's values; sorted, none twice."""
    findings = [*workspace.findings, *_rule_findings(workspace)]
    if workspace.loaded_settings.settings is not None:
        findings.extend(check_values(workspace))
        sides = []
        for name in workspace.settings.targets:
            filled = for_target(workspace, name)
            findings.extend(filled.findings)
            findings.extend(_only_with_values(findings, _filled_rule_findings(filled), name))
            sides.append(side_of(workspace, filled))
        findings.extend(findings_together(sides or [side_without_target(workspace)]))
    return in_order(findings)


def checked_for_target(workspace: Workspace, name: str) -> ForTarget:
    """Return a target's definitions; raises :class:`InvalidDefinitions` with all errors of the workspace."""
    findings = validate(workspace)
    if has_errors(findings):
        raise InvalidDefinitions(findings)
    return for_target(workspace, name)


def _rule_findings(workspace: Workspace) -> Iterator[Finding]:
    for item in workspace.definitions:
        for problem in check_definition(item.definition):
            yield item.source.finding(problem)


def _filled_rule_findings(filled: ForTarget) -> Iterator[Finding]:
    for item in filled.filled:
        for problem in check_definition(item.definition):
            yield item.origin.source.finding(problem)


def _only_with_values(known: Iterable[Finding], found: Iterable[Finding], target: str) -> list[Finding]:
    """Keep what shows only once values are filled in, and say with whose values.

    The file is not what is wrong then, so nothing mends it.
    """
    places = {(finding.code, finding.file, finding.path) for finding in known}
    return [
        replace(finding, message=f"{finding.message} (with the values of target {target})", mend=())
        for finding in found
        if (finding.code, finding.file, finding.path) not in places
    ]

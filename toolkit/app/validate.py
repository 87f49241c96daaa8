"""Everything that is wrong with a workspace, for every target at once, offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from toolkit.app.allowed import sift
from toolkit.app.ruleset import RuleSet, check_choice, rules_of
from toolkit.app.together import findings_together, side_of, side_without_target
from toolkit.core.diagnostics import Finding, has_errors, in_order
from toolkit.core.errors import InvalidDefinitions
from toolkit.rules import check_definition
from toolkit.workspace.load import Workspace
from toolkit.workspace.values import ForTarget, check_values, for_target


def validate(workspace: Workspace, *, trust: bool = False) -> tuple[Finding, ...]:
    """Return all findings: files, format, rules, and each target's values; sorted, none twice.

    A file of own rules that the settings name is run only with `trust`; else a warning says that it was not.
    """
    rules = rules_of(workspace, trust=trust)
    structure, judged = list(workspace.findings), list(_rule_findings(workspace, rules))
    if workspace.loaded_settings.settings is not None:
        structure.extend(check_values(workspace))
        sides = []
        for name in workspace.settings.targets:
            filled = for_target(workspace, name)
            structure.extend(filled.findings)
            judged.extend(_only_with_values(judged, _filled_rule_findings(filled, rules), name))
            sides.append(side_of(workspace, filled))
        judged.extend(findings_together(sides or [side_without_target(workspace)], rules.for_several))
    kept, about_entries = sift(workspace, judged, rules, is_whole=not has_errors(structure))
    about_rules = (*rules.own.findings, *check_choice(workspace, rules), *about_entries)
    return in_order((*structure, *about_rules, *rules.weighed(kept)))


def checked_for_target(workspace: Workspace, name: str, *, trust: bool = False) -> ForTarget:
    """Return a target's definitions; raises :class:`InvalidDefinitions` with all errors of the workspace."""
    findings = validate(workspace, trust=trust)
    if has_errors(findings):
        raise InvalidDefinitions(findings)
    return for_target(workspace, name)


def _rule_findings(workspace: Workspace, rules: RuleSet) -> Iterator[Finding]:
    chosen = rules.for_one
    for item in workspace.definitions:
        for problem in check_definition(item.definition, chosen):
            yield item.source.finding(problem)


def _filled_rule_findings(filled: ForTarget, rules: RuleSet) -> Iterator[Finding]:
    chosen = rules.for_one
    for item in filled.filled:
        for problem in check_definition(item.definition, chosen):
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

"""Everything that is wrong with a workspace, for every target at once, offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from toolkit.app.allowed import sift
from toolkit.app.bindings import secrets_astray
from toolkit.app.examine import Examined, Known, Question, examine
from toolkit.app.ruleset import RuleSet, check_choice, rules_of
from toolkit.app.sources import Sources
from toolkit.app.together import facts_of_target, findings_together, side_of
from toolkit.core.diagnostics import Finding, few_alike, has_errors, in_order
from toolkit.core.errors import InvalidDefinitions
from toolkit.rules import TargetFacts
from toolkit.rules.rule import LIMITS
from toolkit.workspace.load import Grounds, Workspace
from toolkit.workspace.settings import LoadedSettings
from toolkit.workspace.values import ForTarget, for_target, twins, unknown_targets, unused_values
from toolkit.workspace.waivers import check_waivers


def validate(workspace: Workspace, *, trust: bool = False) -> tuple[Finding, ...]:
    """Return all findings: files, format, rules, and each target's values; sorted, of many alike a few.

    A file of own rules that the settings name is run only with `trust`; else a warning says that it was not.
    """
    rules = rules_of(workspace, trust=trust)
    question = question_of(workspace.loaded_settings, rules)
    examined = [examine(item, question) for item in workspace.definitions]
    sources = Sources(workspace.root, (item.source for item in workspace.definitions))
    loading = (*workspace.findings, *check_waivers(workspace))
    return join(workspace, rules, loading, examined, sources)


def checked_for_target(workspace: Workspace, name: str, *, trust: bool = False) -> ForTarget:
    """Return a target's definitions; raises :class:`InvalidDefinitions` with all errors of the workspace."""
    findings = validate(workspace, trust=trust)
    if has_errors(findings):
        raise InvalidDefinitions(findings)
    return for_target(workspace, name)


def question_of(loaded: LoadedSettings, rules: RuleSet) -> Question:
    """Return what is asked about each file of a workspace."""
    targets = loaded.settings.targets if loaded.settings else {}
    values = {name: target.values for name, target in targets.items()}
    return Question(values, rules.for_one, is_ours=not rules.own.rules)


def join(
    grounds: Grounds,
    rules: RuleSet,
    loading: Sequence[Finding],
    examined: Iterable[Examined],
    sources: Sources,
) -> tuple[Finding, ...]:
    """Add what only all files together show to what `loading` said and what was found in each file."""
    each = tuple(examined)
    known = [one.known for one in each]
    structure = [
        *loading,
        *(finding for one in each for found in one.structure.values() for finding in found),
    ]
    judged = [finding for one in each for finding in one.judged]
    if grounds.loaded_settings.settings is not None:
        structure.extend(_about_settings(grounds.loaded_settings, known, sources))
        sides = []
        for name in grounds.settings.targets:
            doubled = tuple(_twins(known, name, sources))
            structure.extend(doubled)
            of_target = (finding for one in each for finding in one.structure.get(name, ()))
            is_whole = not has_errors((*loading, *of_target, *doubled))
            facts = facts_of_target(known, grounds.settings.targets, name)
            sides.append(side_of(known, facts, is_whole=is_whole))
        if not sides:
            sides.append(side_of(known, TargetFacts(), is_whole=not has_errors(loading)))
        judged.extend(findings_together(sides, rules.for_several, sources))
    kept, about_entries = sift(known, judged, rules, sources, is_whole=not has_errors(structure))
    files = {item.file for item in known} | {found.file for found in loading}
    about_rules = (*rules.own.findings, *check_choice(grounds.loaded_settings, files, rules), *about_entries)
    found = in_order((*structure, *about_rules, *rules.weighed(kept)))
    return few_alike(found, code=attrgetter("file", "code", "severity"), make=lambda finding: finding)


def _about_settings(loaded: LoadedSettings, known: Sequence[Known], sources: Sources) -> Iterator[Finding]:
    yield from unused_values(loaded, ((item.values, item.targets) for item in known))
    yield from secrets_astray(loaded, known, sources)
    targets = loaded.settings.targets if loaded.settings else {}
    for item in known:
        for problem in unknown_targets(targets, item.targets) if item.targets else ():
            yield sources.of(item.file).finding(problem)


def _twins(known: Sequence[Known], target: str, sources: Sources) -> Iterator[Finding]:
    patterns = (
        (item.file, item.kind, item.facts[target].url)
        for item in known
        if item.kind in LIMITS and target in item.facts
    )
    return (sources.of(file).finding(problem) for file, problem in twins(patterns, target))

"""What the rules about several definitions find, in each target's definitions, each thing once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.app.examine import Known
from toolkit.app.sources import Sources
from toolkit.core.diagnostics import Finding
from toolkit.rules import CrossRule, TargetFacts, Together, check_together
from toolkit.workspace.settings import Target


@dataclass(frozen=True, slots=True)
class Side:
    """What one target gets; the target has no name where a workspace has no targets."""

    together: Together
    files: frozenset[str]

    @property
    def target(self) -> str:
        """The name of the target."""
        return self.together.target.name


def side_of(known: Sequence[Known], target: TargetFacts, *, is_whole: bool) -> Side:
    """Keep of a target's definitions what rules about several need to know."""
    facts = tuple(item.facts[target.name] for item in known if target.name in item.facts)
    return Side(Together(facts, target, is_whole), frozenset(found.file for found in facts))


def facts_of_target(known: Sequence[Known], targets: Mapping[str, Target], name: str) -> TargetFacts:
    """Return what is known of a target and of the others of its organisation."""
    target = targets[name]
    elsewhere = tuple(
        other_name
        for other_name, other in targets.items()
        if _is_another_sandbox(target, other) and _gets_throttling(known, other_name)
    )
    return TargetFacts(name, target.production, elsewhere)


def _is_another_sandbox(target: Target, other: Target) -> bool:
    return other.production and other.organisation == target.organisation and other.sandbox != target.sandbox


def _gets_throttling(known: Sequence[Known], target: str) -> bool:
    return any(item.kind == "ThrottlingConfig" and item.is_for(target) for item in known)


def findings_together(
    sides: Sequence[Side], rules: Sequence[CrossRule], sources: Sources
) -> Iterator[Finding]:
    """Yield what is wrong between definitions, each thing once.

    A finding that not all targets have which get its definition says for which it holds.
    """
    found: dict[Finding, list[str]] = {}
    for side in sides:
        for file, problem in check_together(side.together, rules):
            found.setdefault(sources.of(file).finding(problem), []).append(side.target)
    for finding, names in found.items():
        if names == [side.target for side in sides if finding.file in side.files]:
            yield finding
        else:
            word = "target" if len(names) == 1 else "targets"
            yield replace(finding, message=f"{finding.message} (for {word} {', '.join(names)})")

"""What the rules about several definitions find, in each target's definitions, each thing once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.core.diagnostics import Finding, has_errors
from toolkit.model.kinds import Definition
from toolkit.rules import CrossRule, TargetFacts, Together, check_together, facts_of
from toolkit.workspace.load import DefinitionFile, Workspace
from toolkit.workspace.settings import Target
from toolkit.workspace.values import ForTarget


@dataclass(frozen=True, slots=True)
class Side:
    """What one target gets; the target has no name where a workspace has no targets."""

    together: Together
    files: Mapping[str, DefinitionFile]

    @property
    def target(self) -> str:
        """The name of the target."""
        return self.together.target.name


def side_of(workspace: Workspace, filled: ForTarget) -> Side:
    """Keep of a target's definitions what rules about several need to know."""
    facts = tuple(facts_of(item.definition, item.origin.file) for item in filled.filled)
    is_whole = not has_errors((*workspace.findings, *filled.findings))
    together = Together(facts, _facts_of_target(workspace, filled.target), is_whole)
    return Side(together, {item.origin.file: item.origin for item in filled.filled})


def side_without_target(workspace: Workspace) -> Side:
    """Take the definitions as their files have them."""
    facts = tuple(facts_of(item.definition, item.file) for item in workspace.definitions)
    together = Together(facts, is_whole=not has_errors(workspace.findings))
    return Side(together, {item.file: item for item in workspace.definitions})


def _facts_of_target(workspace: Workspace, name: str) -> TargetFacts:
    targets = workspace.settings.targets
    target = targets[name]
    elsewhere = tuple(
        other_name
        for other_name, other in targets.items()
        if _is_another_sandbox(target, other) and _gets_throttling(workspace, other_name)
    )
    return TargetFacts(name, target.production, elsewhere)


def _is_another_sandbox(target: Target, other: Target) -> bool:
    return other.production and other.organisation == target.organisation and other.sandbox != target.sandbox


def _gets_throttling(workspace: Workspace, target: str) -> bool:
    return any(
        item.definition.kind == "ThrottlingConfig" and _is_for(item.definition, target)
        for item in workspace.definitions
    )


def _is_for(definition: Definition, target: str) -> bool:
    lifecycle = definition.lifecycle
    return lifecycle is None or lifecycle.targets is None or target in lifecycle.targets


def findings_together(sides: Sequence[Side], rules: Sequence[CrossRule]) -> Iterator[Finding]:
    """Yield what is wrong between definitions, each thing once.

    A finding that not all targets have which get its definition says for which it holds.
    """
    found: dict[Finding, list[str]] = {}
    for side in sides:
        for file, problem in check_together(side.together, rules):
            found.setdefault(side.files[file].source.finding(problem), []).append(side.target)
    for finding, names in found.items():
        if names == [side.target for side in sides if finding.file in side.files]:
            yield finding
        else:
            word = "target" if len(names) == 1 else "targets"
            yield replace(finding, message=f"{finding.message} (for {word} {', '.join(names)})")

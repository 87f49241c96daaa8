"""The examples of a rule as somebody is shown them: files, what matters in them, and what the rule finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.pointer import Path, parse_pointer
from toolkit.model.kinds import Definition, parse_definition
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.facts import facts_of
from toolkit.rules.registry import AnyRule
from toolkit.rules.rule import Rule
from toolkit.rules.together import PlacedRemark, Scene, TargetFacts, Together


@dataclass(frozen=True, slots=True)
class Showing:
    """An example: its documents by file (``""`` where there is one, of any name) and target.

    `touched` are the places at which any of the files differs from a plain definition.
    """

    files: Mapping[str, Mapping[str, Any]]
    touched: tuple[Path, ...]
    remarks: tuple[PlacedRemark, ...]
    target: TargetFacts | None = None


def wrong_of(rule: AnyRule) -> Showing:
    """Show what `rule` finds something in."""
    return _shown(rule, rule.wrong)


def right_of(rule: AnyRule) -> Showing:
    """Show what `rule` finds nothing in, as like the wrong example as it can be."""
    return _shown(rule, rule.right)


def _shown(rule: AnyRule, example: Example | Scene) -> Showing:
    scene = Scene({"": example}) if isinstance(example, Example) else example
    target = scene.target if isinstance(example, Scene) and scene.target != TargetFacts() else None
    files = {file: each.document() for file, each in scene.definitions.items()}
    definitions = {file: _definition(document) for file, document in files.items()}
    touched = tuple(_touched(scene))
    if isinstance(rule, Rule):
        remarks = tuple(
            PlacedRemark(file, remark.path, remark.message, remark.fix)
            for file, definition in definitions.items()
            for remark in rule.check(definition)
        )
        return Showing(files, touched, remarks, target)
    together = Together(tuple(facts_of(each, file) for file, each in definitions.items()), scene.target)
    return Showing(files, touched, tuple(rule.check(together)), target)


def _definition(document: dict[str, Any]) -> Definition:
    definition = parse_definition(document).definition
    if definition is None:
        raise ValueError("an example is a definition that the model accepts")
    return definition


def _touched(scene: Scene) -> Iterator[Path]:
    for example in scene.definitions.values():
        for pointer, value in example.changes.items():
            path = parse_pointer(pointer)
            yield path[:-1] if value is REMOVED else path

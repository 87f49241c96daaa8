"""One file looked at by itself: what is wrong with it, and what rules about several files need to know.

Everything that takes no second file is done here, for the file as it is written and with the values of each
target, so that files can be shared among processes and what was found be kept until the file changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from toolkit.app.sent import SentBefore
from toolkit.core.diagnostics import Finding, Problem
from toolkit.model.kinds import Definition
from toolkit.model.outline import Outline
from toolkit.rules import Facts, Rule, Screen, facts_of
from toolkit.rules.facts import call_of, facts_of_call
from toolkit.workspace.fill import ValuePlace, fill_definition, filled_texts, value_places_of
from toolkit.workspace.load import DefinitionFile
from toolkit.workspace.read import MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Question:
    """All that the answer about a file depends on besides the file: each target's values, and the rules.

    `is_ours` tells that no rule is a team's own: of ours it is known which texts they read.
    """

    targets: Mapping[str, Mapping[str, str]]
    rules: Sequence[Rule]
    is_ours: bool = False
    screen: Screen = field(init=False, repr=False, compare=False)
    sent_before: SentBefore = field(init=False, repr=False, compare=False, default_factory=SentBefore)

    def __post_init__(self) -> None:
        object.__setattr__(self, "screen", Screen(self.rules))


class Known(NamedTuple):
    """What is known of a definition once it was looked at.

    `targets` are those its lifecycle names (None: all), `allows` the rule and place of each finding that it
    allows, `values` the names of the values it refers to. `facts` are by target, values filled in; under ""
    where a workspace has no targets. A target is missing there when the definition is not for it, or filled
    in it is none.
    """

    file: str
    kind: str
    name: str
    targets: tuple[str, ...] | None
    allows: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    facts: Mapping[str, Facts]

    def is_for(self, target: str) -> bool:
        """Tell whether the definition is meant for a target."""
        return self.targets is None or target in self.targets


class Examined(NamedTuple):
    """A definition that was looked at, and everything wrong with it alone.

    `structure` is what filling in says, by target, `judged` what rules say.
    """

    known: Known
    structure: Mapping[str, tuple[Finding, ...]]
    judged: tuple[Finding, ...] = ()


def examine(item: DefinitionFile, question: Question) -> Examined:
    """Look at one definition by itself."""
    definition, source = item.definition, item.source
    look = question.screen.look(definition, _most_references(source.text))
    written = look.problems
    judged = [source.finding(problem) for problem in written]
    places = {(problem.code, problem.path) for problem in written}
    values = value_places_of(look.outline.references)
    structure: dict[str, tuple[Finding, ...]] = {}
    facts: dict[str, Facts] = {} if question.targets else {"": facts_of(definition, item.file)}
    for target, its_values in question.targets.items():
        if not is_for(definition, target):
            continue
        texts, problems = filled_texts(values, target, its_values)
        if question.is_ours and not problems and all(texts.values()):
            facts[target] = facts_of(definition, item.file, texts)
            found = question.screen.look_again(definition, texts, look) if texts else ()
        else:
            filled, problems, _ = fill_definition(definition, values, target, its_values)
            if problems:
                structure[target] = tuple(source.finding(problem) for problem in problems)
            if filled is None:
                continue
            facts[target] = facts_of(filled, item.file)
            found = question.screen.look(filled).problems if filled is not definition else ()
        judged += [
            source.finding(_with_values(problem, target))
            for problem in found
            if (problem.code, problem.path) not in places
        ]
        places.update((problem.code, problem.path) for problem in found)
    return Examined(_known(item, values, facts), structure, tuple(judged))


def skim(file: str, outline: Outline, question: Question) -> Examined | None:
    """Do the same from a definition's outline where nothing at all is wrong with it; None elsewhere.

    With `is_ours` alone: what a team's own rules look at, nobody knows.
    """
    screen = question.screen
    traits = screen.skim(outline) if question.is_ours else None
    if traits is None:
        return None
    sent = question.sent_before.of(outline)
    call = call_of(outline)
    places = value_places_of([place for place in outline.references if place[0][0] != "authentication"])
    facts: dict[str, Facts] = {} if question.targets else {"": facts_of_call(call, file)}
    for target, values in question.targets.items():
        if outline.targets is not None and target not in outline.targets:
            continue
        sending = sent.to(target, values, screen)
        texts, problems = filled_texts(places, target, values)
        if sending is None or problems or not all(texts.values()):
            return None
        if sending.length + sum(map(len, texts.values())) > MAX_FILE_BYTES:
            return None
        if not screen.skim_again(outline, texts, traits, sent.areas):
            return None
        facts[target] = facts_of_call(call, file, texts, sending.known)
    names = [name for place in places if place.path[0] != "request" for name in place.names]
    names += sent.names
    names += [name for place in places if place.path[0] == "request" for name in place.names]
    known = Known(file, outline.kind, outline.name, outline.targets, (), tuple(dict.fromkeys(names)), facts)
    return Examined(known, {})


def _most_references(text: str) -> int | None:
    """Return how often a reference can begin in a definition; None where escapes may hide some."""
    return None if "\\u" in text else text.count("${")


def is_for(definition: Definition, target: str) -> bool:
    """Tell whether a definition is meant for a target."""
    lifecycle = definition.lifecycle
    return lifecycle is None or lifecycle.targets is None or target in lifecycle.targets


def _with_values(problem: Problem, target: str) -> Problem:
    """Say whose values show it; the file is not what is wrong then, so nothing mends it."""
    return replace(problem, message=f"{problem.message} (with the values of target {target})", mend=())


def _known(item: DefinitionFile, values: Sequence[ValuePlace], facts: Mapping[str, Facts]) -> Known:
    definition, lifecycle = item.definition, item.definition.lifecycle
    targets = lifecycle.targets if lifecycle else None
    return Known(
        item.file,
        definition.kind,
        definition.name,
        None if targets is None else tuple(targets),
        tuple([(entry.rule, entry.at) for entry in lifecycle.allow]) if lifecycle else (),
        tuple(dict.fromkeys([name for place in values for name in place.names])),
        facts,
    )

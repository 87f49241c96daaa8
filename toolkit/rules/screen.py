"""Rules run only on definitions that have what they need; what is found is the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.document import with_texts
from toolkit.model.kinds import Definition
from toolkit.model.outline import Outline, outline_of
from toolkit.rules.alike import MOST, Mark, mark_of
from toolkit.rules.places import look_only_at
from toolkit.rules.reach import Area, affected, areas_of
from toolkit.rules.registry import check_definition
from toolkit.rules.rule import Rule
from toolkit.rules.trait import Trait
from toolkit.rules.traits import Finder

_OF_AUTHENTICATION = frozenset({Area.AUTHENTICATION, Area.TOKEN_URL})


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules found in a definition, its outline, and the traits that it has."""

    problems: tuple[Problem, ...]
    outline: Outline
    traits: frozenset[Trait]


class Screen:
    """Some rules, and what is known of the definitions that they looked at."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._finder = Finder()
        self._faultless: set[Mark] = set()
        self._needing: dict[tuple[str, frozenset[Trait], frozenset[Area] | None], tuple[Rule, ...]] = {}
        self._about_authentication = frozenset(
            rule.id for rule in self.rules if rule.needs and Trait.NEW_AUTHENTICATION in rule.needs
        )

    def look(self, definition: Definition, most_references: int | None = None) -> Look:
        """Return what :func:`check_definition` returns, and more; `most_references` as in ``outline_of``."""
        outline = outline_of(definition, most_references)
        new = self._new_authentication(outline, {})
        traits = self._traits(outline, new)
        problems = check_definition(definition, self._rules(definition.kind, traits, None))
        self._note(new, problems)
        return Look(problems, outline, traits)

    def skim(self, outline: Outline) -> frozenset[Trait] | None:
        """Return the traits of a definition in which no rule finds anything; None where some may."""
        new = self._new_authentication(outline, {})
        if new and self._about_authentication:
            return None
        traits = self._traits(outline, new)
        return None if self._rules(outline.kind, traits, None) else traits

    def _traits(self, outline: Outline, new: Mark | None) -> frozenset[Trait]:
        traits = self._finder.of(outline, knows_authentication=new is None)
        if new:
            traits.add(Trait.NEW_AUTHENTICATION)
        return frozenset(traits)

    def look_again(
        self, definition: Definition, texts: Mapping[Path, str], before: Look
    ) -> tuple[Problem, ...]:
        """Return what our own rules find once other `texts` stand in a definition that was looked at.

        Of what was found before, elsewhere, some may be missing.
        """
        rules, new = self._rules_about(before.outline, texts, before.traits)
        if not rules:
            return ()
        changed = with_texts(definition, texts)
        look_only_at(changed, texts.values())
        problems = check_definition(changed, rules)
        self._note(new, problems)
        return problems

    def skim_again(
        self, outline: Outline, texts: Mapping[Path, str], before: frozenset[Trait], areas: frozenset[Area]
    ) -> bool:
        """Tell whether our own rules find nothing more once other `texts` stand there.

        None is of the authentication; in `areas` stand those of one that is known.
        """
        traits = before.union(self._finder.of_changes(outline, texts))
        return not self._rules(outline.kind, traits, areas_of(tuple(texts)).union(areas))

    def knows(self, authentication: Authentication, texts: Mapping[Path, str]) -> bool:
        """Tell whether no rule minded an authentication with these texts before."""
        return not self._about_authentication or mark_of(authentication, texts) in self._faultless

    def _rules_about(
        self, outline: Outline, texts: Mapping[Path, str], before: frozenset[Trait]
    ) -> tuple[tuple[Rule, ...], Mark | None]:
        traits = self._finder.of_changes(outline, texts)
        areas = areas_of(tuple(texts))
        new = None if areas.isdisjoint(_OF_AUTHENTICATION) else self._new_authentication(outline, texts)
        if new:
            traits.add(Trait.NEW_AUTHENTICATION)
        return self._rules(outline.kind, before.union(traits), areas), new

    def _rules(self, kind: str, traits: frozenset[Trait], areas: frozenset[Area] | None) -> tuple[Rule, ...]:
        key = kind, traits, areas
        if key not in self._needing:
            rules = self.rules if areas is None else affected(self.rules, areas)
            self._needing[key] = tuple(
                rule
                for rule in rules
                if kind in rule.kinds and (rule.needs is None or not traits.isdisjoint(rule.needs))
            )
        return self._needing[key]

    def _new_authentication(self, outline: Outline, texts: Mapping[Path, str]) -> Mark | None:
        """Return the mark of a new authentication; None where there is none, or one without a fault."""
        mark = mark_of(outline.authentication, texts)
        return None if mark in self._faultless else mark

    def _note(self, new: Mark | None, problems: Iterable[Problem]) -> None:
        if new and self._about_authentication.isdisjoint(problem.code for problem in problems):
            if len(self._faultless) >= MOST:
                self._faultless.clear()
            self._faultless.add(new)

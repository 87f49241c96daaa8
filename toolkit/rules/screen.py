"""Rules run only on definitions that have what they need; what is found is the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import Path
from toolkit.model.base import Model
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.rules.places import look_only_at
from toolkit.rules.reach import Area, affected, areas_of
from toolkit.rules.registry import check_definition
from toolkit.rules.rule import Rule
from toolkit.rules.trait import Trait
from toolkit.rules.traits import Finder

Key = tuple[Any, ...]

_MOST = 20_000
_OF_AUTHENTICATION = frozenset({Area.AUTHENTICATION, Area.TOKEN_URL})


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules found in a definition, and the traits that it has."""

    problems: tuple[Problem, ...]
    traits: frozenset[Trait]


class Screen:
    """Some rules, and what is known of the definitions that they looked at."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._finder = Finder()
        self._faultless: set[Key] = set()
        self._needing: dict[tuple[str, frozenset[Trait], frozenset[Area] | None], tuple[Rule, ...]] = {}
        self._about_authentication = frozenset(
            rule.id for rule in self.rules if rule.needs and Trait.NEW_AUTHENTICATION in rule.needs
        )

    def look(self, definition: Definition) -> Look:
        """Return what :func:`check_definition` returns, and the definition's traits."""
        new = self._new_authentication(definition)
        traits = self._finder.of(definition, knows_authentication=not new)
        if new:
            traits.add(Trait.NEW_AUTHENTICATION)
        look = frozenset(traits)
        problems = check_definition(definition, self._rules(definition.kind, look, None))
        self._note(new, problems)
        return Look(problems, look)

    def look_again(
        self, definition: Definition, texts: Mapping[Path, str], before: Look
    ) -> tuple[Problem, ...]:
        """Return what our own rules find where only `texts` differ from a definition that was looked at.

        Of what was found before, elsewhere, some may be missing.
        """
        traits = self._finder.of_changes(definition, texts)
        areas = areas_of(texts)
        new = self._new_authentication(definition) if not areas.isdisjoint(_OF_AUTHENTICATION) else ()
        if new:
            traits.add(Trait.NEW_AUTHENTICATION)
        rules = self._rules(definition.kind, before.traits.union(traits), areas)
        if not rules:
            return ()
        look_only_at(definition, texts.values())
        problems = check_definition(definition, rules)
        self._note(new, problems)
        return problems

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

    def _new_authentication(self, definition: Definition) -> Key:
        """Return what a new authentication is known by; nothing for none, or one without a fault."""
        if not isinstance(definition, CustomAction) or definition.authentication is None:
            return ()
        key = _key(definition.authentication)
        return () if key in self._faultless else key

    def _note(self, key: Key, problems: Iterable[Problem]) -> None:
        if key and self._about_authentication.isdisjoint(problem.code for problem in problems):
            if len(self._faultless) >= _MOST:
                self._faultless.clear()
            self._faultless.add(key)


def _key(part: Model) -> Key:
    """Return what two parts have in common exactly when they say the same in the same order."""
    members = part.__dict__.values()
    return (
        type(part),
        *(
            _key(member)
            if isinstance(member, Model)
            else tuple(member.items())
            if type(member) is dict
            else member
            for member in members
        ),
    )

"""A rule that is not run on what lacks its traits would have found nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.model.samples import parsed
from tests.rules.test_any_definition import documents, wild
from toolkit.model.kinds import Definition, parse_definition
from toolkit.rules import RULES, Remark, Rule, Screen, check_definition
from toolkit.rules.examples import BASES

KNOWING = Screen(RULES)
"""Has seen all that other tests showed it, as in a long run."""


def same(raw: Any, screen: Screen) -> None:
    definition = parse_definition(raw).definition
    if definition is not None:
        everything = check_definition(definition)
        again = definition.model_copy()
        assert screen.look(again).problems == everything
        assert screen.look(again).problems == everything


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_wrong_example_has_what_its_rule_needs(rule: Rule) -> None:
    traits = Screen(RULES).look(parsed(rule.wrong.document())).traits
    assert rule.needs is None or rule.needs & traits


@wild
@given(documents)
def test_wild_definitions_have_the_findings_of_all_rules(raw: Any) -> None:
    same(raw, Screen(RULES))


@law
@given(definitions | damaged())
def test_definitions_of_every_form_have_the_findings_of_all_rules(raw: Any) -> None:
    same(raw, Screen(RULES))


@wild
@given(documents)
def test_what_is_remembered_of_others_hides_nothing(raw: Any) -> None:
    same(raw, KNOWING)


@wild
@given(st.lists(documents, min_size=2, max_size=5), st.data())
def test_nor_does_an_authentication_that_another_has_too(found: list[Any], data: st.DataObject) -> None:
    screen = Screen(RULES)
    with_one = [raw["authentication"] for raw in found if "authentication" in raw]
    for raw in found:
        if with_one and raw["kind"] == "CustomAction" and data.draw(st.booleans()):
            raw["authentication"] = with_one[0]
        same(raw, screen)


def test_hardly_a_rule_is_run_on_a_definition_without_a_fault() -> None:
    screen = Screen(RULES)
    for base in ("action", "action with a token"):
        definition = parsed(BASES[base])
        screen.look(definition)
        assert screen.look(definition).traits == frozenset()


def test_rules_of_a_team_are_always_run() -> None:
    def every(definition: Definition) -> Iterator[Remark]:
        yield Remark(("name",), "seen")

    own = replace(RULES[0], id="ACME001", check=every, needs=None)
    (problem,) = Screen((own,)).look(parsed(BASES["action"])).problems
    assert problem.message == "seen"

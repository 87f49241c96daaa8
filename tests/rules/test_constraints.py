"""Every documented constraint is found where a file can tell, and somebody is named where none can."""

from __future__ import annotations

import re

import pytest

from tests.rules import scenes
from toolkit.core.canonical import Json
from toolkit.core.codes import CODES
from toolkit.model.document import fill_document, to_document
from toolkit.model.kinds import parse_definition
from toolkit.rules import CrossRule, Example, Rule, Scene, all_rules, check_definition, pages, rule
from toolkit.rules.constraints import CONSTRAINTS, Constraint, Filled

EVERY = [each for constraints in CONSTRAINTS.values() for each in constraints]
FOUND = [each for each in EVERY if each.ids]
SHOWN = [(each, example) for each in FOUND for example in each.shown]


def _codes(document: Json) -> set[str]:
    parsed = parse_definition(document)
    if parsed.definition is None:
        return {problem.code for problem in parsed.problems}
    return {problem.code for problem in check_definition(parsed.definition)}


def codes_of(example: Example | Filled) -> set[str]:
    """What the format or the rules find in an example, values filled in."""
    if isinstance(example, Example):
        return _codes(example.document())
    definition = parse_definition(example.example.document()).definition
    assert definition is not None
    return _codes(fill_document(definition.kind, to_document(definition), example.values))


def own_codes(rule_id: str) -> set[str]:
    """What the wrong example of a rule is found to be."""
    match rule(rule_id):
        case Rule(wrong=Example() as wrong):
            return codes_of(wrong)
        case CrossRule(wrong=Scene() as wrong):
            return set(scenes.codes(wrong))
        case _:
            return set()


@pytest.mark.parametrize(("constraint", "example"), SHOWN, ids=[each.says[:40] for each, _ in SHOWN])
def test_a_definition_that_breaks_a_constraint_is_found(
    constraint: Constraint, example: Example | Filled
) -> None:
    assert codes_of(example) & set(constraint.ids), (constraint.says, example)


@pytest.mark.parametrize("constraint", FOUND, ids=lambda each: each.says[:40])
def test_every_code_that_a_constraint_names_finds_an_example(constraint: Constraint) -> None:
    shown: set[str] = set().union(*map(codes_of, constraint.shown))

    assert {each for each in constraint.ids if each not in shown | own_codes(each)} == set()


@pytest.mark.parametrize("example", [each for _, each in SHOWN if isinstance(each, Filled)], ids=str)
def test_what_only_values_break_is_found_only_once_they_are_filled_in(example: Filled) -> None:
    assert not codes_of(example.example) & codes_of(example)


@pytest.mark.parametrize("constraint", EVERY, ids=lambda each: each.says[:40])
def test_a_constraint_names_its_page_and_who_finds_it(constraint: Constraint) -> None:
    known = {value for value in vars(pages).values() if isinstance(value, str) and value.startswith("https:")}
    codes = set(re.findall(r"AJO\d+", constraint.elsewhere))

    assert constraint.page in known
    assert constraint.ids or constraint.elsewhere
    assert codes <= set(CODES) | {each.id for each in all_rules()}
    assert constraint.says.endswith((".", ")"))
    assert constraint.elsewhere == "" or constraint.elsewhere.endswith(".")


def test_no_constraint_stands_there_twice() -> None:
    assert len({each.says for each in EVERY}) == len(EVERY)


def test_every_rule_that_rests_on_a_page_is_named_by_a_constraint() -> None:
    named = {each for constraint in EVERY for each in constraint.ids}

    assert [each.id for each in all_rules() if each.page and each.id not in named] == []


def test_every_page_has_a_constraint() -> None:
    used = {constraint.page for constraint in EVERY}
    known = {value for value in vars(pages).values() if isinstance(value, str) and value.startswith("https:")}

    assert {page for page in known if "." in page.rsplit("/", 1)[-1]} == used


@pytest.mark.parametrize(
    "code",
    [
        *(f"ERR_ENDPOINTCONFIG_{number}" for number in (100, 101, 102, 103, 104, 106, 107, 108, 111, 112)),
        "ERR_AUTHORING_ENDPOINTCONFIG_1",
        *(f"ERR_THROTTLING_CONFIG_{number}" for number in (100, 101, 104, 105, 106)),
        *("1451", "1456", "1457 to 1462", "1463", "1464", "1465", "14466", "14467", "14468"),
    ],
)
def test_every_code_of_the_platform_for_limits_is_a_constraint(code: str) -> None:
    assert [each for each in EVERY if re.search(rf"(?<!\d){code}(?!\d)", each.says)]

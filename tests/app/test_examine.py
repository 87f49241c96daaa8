"""A file that is looked at quickly gets the answer of all rules, each on what it is asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.rules.test_any_definition import documents, wild
from tests.rules.test_reach import VALUES
from toolkit.app.examine import Question, examine, is_for
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import parse_definition
from toolkit.rules import RULES, check_definition, facts_of
from toolkit.workspace.fill import fill_definition, value_places
from toolkit.workspace.load import DefinitionFile, Source

Values = dict[str, str]


def item_of(raw: Any) -> DefinitionFile | None:
    definition = parse_definition(raw).definition
    return DefinitionFile(Source("a.json", dump_json(raw)), definition) if definition else None


def plainly(item: DefinitionFile, targets: dict[str, Values]) -> tuple[list[Problem], Any, Any]:
    """Run every rule on the file as it is written and with each target's values, each thing told once."""
    definition = item.definition
    judged = list(check_definition(definition))
    places = {(problem.code, problem.path) for problem in judged}
    structure, facts = {}, {}
    for target, values in targets.items():
        if is_for(definition, target):
            filled, problems, _ = fill_definition(definition, value_places(definition), target, values)
            if problems:
                structure[target] = list(problems)
            if filled is not None:
                facts[target] = facts_of(filled, "a.json")
                new = [one for one in check_definition(filled) if (one.code, one.path) not in places]
                said = f"(with the values of target {target})"
                judged += [replace(one, message=f"{one.message} {said}", mend=()) for one in new]
                places |= {(one.code, one.path) for one in new}
    return judged, structure, facts


def same(raw: Any, question: Question) -> None:
    item = item_of(raw)
    if item is not None:
        judged, structure, facts = plainly(item, {name: dict(of) for name, of in question.targets.items()})
        found = examine(item, question)
        assert found.judged == tuple(map(item.source.finding, judged))
        assert found.structure == {
            name: tuple(map(item.source.finding, of)) for name, of in structure.items()
        }
        assert found.known.facts == facts


@wild
@given(documents, VALUES, VALUES)
def test_a_wild_definition_is_told_all_that_is_wrong(raw: Any, stage: Values, prod: Values) -> None:
    same(raw, Question({"stage": stage, "prod": prod}, RULES, is_ours=True))


@law
@given(definitions | damaged(), VALUES)
def test_a_definition_of_any_form_is_told_all_that_is_wrong(raw: Any, values: Values) -> None:
    same(raw, Question({"prod": values, "other": {}}, RULES, is_ours=True))


KNOWING = Question(
    {
        "stage": {"host": "10.0.0.1", "a_1": "", "x": "a b"},
        "prod": {"host": "x.example", "a_1": "$", "x": "x"},
    },
    RULES,
    is_ours=True,
)
"""Was asked about all definitions of the test, as in a long run."""


@wild
@given(documents | definitions)
def test_what_is_remembered_of_other_files_changes_no_answer(raw: Any) -> None:
    same(raw, KNOWING)


def test_a_reference_that_an_escape_hides_is_filled_in() -> None:
    document: Any = {
        "$schema": "../../schemas/v1/campaign-action.schema.json",
        "formatVersion": 1,
        "kind": "CampaignAction",
        "name": "Welcome",
        "campaignType": "classic",
        "endpoint": {"url": "https://${host}/"},
        "request": {"channel": "${x}", "eventType": "e", "email": {"$variable": "E-mail"}, "ctx": {"a": "b"}},
    }
    definition = parse_definition(document).definition
    assert definition is not None
    text = dump_json(document).replace('"${x}"', '"\\u0024{x}"')
    found = examine(DefinitionFile(Source("a.json", text), definition), KNOWING)
    assert found.known.values == ("host", "x")

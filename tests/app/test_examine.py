"""A file that is looked at quickly gets the answer of all rules, each on what it is asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.rules.test_any_definition import documents, wild
from tests.rules.test_reach import VALUES
from toolkit.app.examine import Examined, Question, examine, is_for, skim
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Problem
from toolkit.model.glance import glance
from toolkit.model.kinds import parse_definition
from toolkit.rules import RULES, check_definition, facts_of
from toolkit.rules.examples import BASES
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
    before = skimmed(raw, question)
    if item is not None:
        judged, structure, facts = plainly(item, {name: dict(of) for name, of in question.targets.items()})
        found = examine(item, question)
        assert found.judged == tuple(map(item.source.finding, judged))
        assert found.structure == {
            name: tuple(map(item.source.finding, of)) for name, of in structure.items()
        }
        assert found.known.facts == facts
        assert before in (None, found)
        assert skimmed(raw, question) in (None, found)
    else:
        assert before is None


def skimmed(raw: Any, question: Question) -> Examined | None:
    outline = glance(dump_json(raw))
    return skim("a.json", outline, question) if outline else None


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


@pytest.mark.parametrize("base", ["action", "action with a token"])
def test_a_definition_without_a_fault_is_skimmed_once_its_authentication_is_known(base: str) -> None:
    question = Question({"stage": {"host": "a.example"}, "prod": {"host": "b.example"}}, RULES, is_ours=True)
    raw: Any = {**BASES[base], "request": {"a": "${host}", "b": {"$variable": "B"}}}
    same(raw, question)
    raw["endpoint"] = {**raw["endpoint"], "url": "https://${host}/v2/messages"}
    same(raw, question)
    assert skimmed(raw, question) is not None
    assert skimmed(raw, replace(question, is_ours=False)) is None


USUAL: dict[str, dict[str, Any]] = {
    "capping": {"url": "https://${host}/v2/*"},
    "campaign": {"request": {"channel": "email", "eventType": "${host}", "email": {"$variable": "E-mail"}}},
}


@pytest.mark.parametrize("base", USUAL)
def test_a_usual_definition_of_another_kind_is_skimmed(base: str) -> None:
    question = Question({"stage": {"host": "a.example"}, "prod": {"host": "b.example"}}, RULES, is_ours=True)
    raw = {**BASES[base], **USUAL[base]}
    same(raw, question)
    assert skimmed(raw, question) is not None


@pytest.mark.parametrize(
    ("base", "field", "value"),
    [
        ("capping", "url", "https://*.example.com/"),
        ("capping", "url", "https://a*/"),
        ("capping", "url", "https://${host}/*?"),
        ("capping", "methods", ["POST", "POST"]),
        ("capping", "methods", ["DELETE"]),
        ("campaign", "campaignType", "standard"),
        ("campaign", "request", {"channel": "email", "email": {"$variable": "E"}}),
        ("campaign", "request", {"channel": {"$variable": "E"}, "eventType": "x"}),
        ("campaign", "request", {"channel": "email", "eventType": "x", "ctx": {"$variable": "C"}}),
        ("campaign", "request", {"channel": "email", "eventType": "x"}),
    ],
)
def test_what_a_rule_minds_in_another_kind_is_not_skimmed(base: str, field: str, value: Any) -> None:
    raw = {**BASES[base], field: value}
    for question in (Question({"prod": {"host": "a.example"}}, RULES, is_ours=True), KNOWING):
        same(raw, question)
        assert skimmed(raw, question) is None


def test_what_values_do_to_an_authentication_is_looked_at_for_each_target() -> None:
    sent = {"type": "basic", "username": "${user}", "password": "${secret:a}"}
    raw = {**BASES["action"], "authentication": sent}
    good, bad = {"user": "ajo"}, {"user": "a:b"}
    for stage, prod in ((good, good), (good, bad), (bad, good), (good, {})):
        question = Question({"stage": stage, "prod": prod}, RULES, is_ours=True)
        for _ in range(3):
            same(raw, question)
        assert (skimmed(raw, question) is not None) == (stage is prod), prod


def test_a_name_that_a_value_gives_to_a_credential_is_looked_at_beside_the_parameters() -> None:
    sent = {"type": "apiKey", "name": "k${x}", "value": "${secret:a}", "location": "queryParam"}
    raw = {**BASES["action"], "authentication": sent}
    question = Question({"prod": {"x": "1"}}, RULES, is_ours=True)
    for query in ({"k0": "a"}, {"k0": "a"}, {"k1": "a"}):
        same({**raw, "endpoint": {**raw["endpoint"], "query": query}}, question)


@pytest.mark.parametrize(("host", "is_plain"), [("a.example", True), ("10.0.0.1", False)])
def test_a_host_that_a_value_gives_to_a_pattern_is_looked_at(host: str, is_plain: bool) -> None:
    raw = {**BASES["capping"], "url": "https://${host}/*"}
    question = Question({"prod": {"host": host}}, RULES, is_ours=True)
    same(raw, question)
    assert (skimmed(raw, question) is not None) == is_plain


def test_values_that_only_together_are_too_long_are_looked_at() -> None:
    sent = {"type": "basic", "username": "${user}", "password": "${secret:a}"}
    raw = {**BASES["action"], "authentication": sent, "request": {"a": "${user}", "b": "c"}}
    for length in (1_000, 500_000, 600_000):
        question = Question({"prod": {"user": "x" * length}}, RULES, is_ours=True)
        same(raw, question)
        same(raw, question)
        assert (skimmed(raw, question) is None) == (length == 600_000)


def test_what_only_the_values_of_a_target_show_is_not_skimmed() -> None:
    raw = {**BASES["action"], "request": {"a": "${x}", "b": "B"}}
    values = {
        "good": "x",
        "empty": "",
        "control": "\x07",
        "token": "xoxb-1234567890-abcdefghij",
        "blank": "<id>",
    }
    for name, value in values.items():
        question = Question({"prod": {"x": value}}, RULES, is_ours=True)
        same(raw, question)
        assert (skimmed(raw, question) is not None) == (name == "good"), name
    assert skimmed(raw, Question({"prod": {}}, RULES, is_ours=True)) is None


def test_a_definition_is_skimmed_for_its_own_targets_alone() -> None:
    raw = {**BASES["action"], "lifecycle": {"targets": ["prod"]}, "request": {"a": "${x}", "b": "B"}}
    question = Question({"stage": {}, "prod": {"x": "x"}}, RULES, is_ours=True)
    same(raw, question)
    found = skimmed(raw, question)
    assert found is not None
    assert list(found.known.facts) == ["prod"]


def test_a_definition_is_skimmed_in_a_workspace_without_targets() -> None:
    question = Question({}, RULES, is_ours=True)
    found, item = skimmed(BASES["action"], question), item_of(BASES["action"])
    assert item is not None
    assert found == examine(item, question)

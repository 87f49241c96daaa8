"""Where only some texts differ, the rules that read them find all that is new."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import definitions
from tests.model.samples import parsed
from tests.rules.test_any_definition import documents, wild
from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import Definition, parse_definition
from toolkit.rules import RULES, Screen, check_definition
from toolkit.rules.examples import BASES
from toolkit.workspace.fill import fill_definition, value_places

WILD = st.sampled_from(
    [
        "",
        "x.example",
        "10.0.0.1",
        "localhost",
        "AKIAIOSFODNN7EXAMPLE",
        "TODO",
        "a b",
        "é",
        " a",
        "x/..",
        "Host",
    ]
)
VALUES = st.fixed_dictionaries(
    {"host": WILD | st.text(max_size=8), "a_1": WILD | st.text(max_size=8), "x": WILD | st.text(max_size=8)}
)


def new(found: tuple[Problem, ...], before: tuple[Problem, ...]) -> list[tuple[str, Any, str]]:
    places = {(problem.code, problem.path) for problem in before}
    return [
        (problem.code, problem.path, problem.message)
        for problem in found
        if (problem.code, problem.path) not in places
    ]


def finds_all_that_is_new(definition: Definition, values: dict[str, str]) -> None:
    filled, _, texts = fill_definition(definition, value_places(definition), "prod", values)
    if filled is not None and texts:
        everything = check_definition(filled)
        screen = Screen(RULES)
        before = screen.look(definition)
        for _ in range(2):
            quick = screen.look_again(filled.model_copy(), texts, before)
            assert new(quick, before.problems) == new(everything, before.problems)


@law
@given(definitions, VALUES)
def test_what_values_bring_is_found_by_the_rules_that_read_their_places(raw: Any, values: Any) -> None:
    finds_all_that_is_new(parsed(raw), values)


@wild
@given(documents, VALUES)
def test_what_values_bring_to_a_wild_definition_is_found_too(raw: Any, values: Any) -> None:
    definition = parse_definition(raw).definition
    if definition is not None:
        finds_all_that_is_new(definition, values)


def test_a_name_that_a_value_makes_the_authentication_share_is_found() -> None:
    key = {"type": "apiKey", "name": "${x}", "value": "${secret:a}", "location": "header"}
    action = BASES["action"]
    endpoint = {**action["endpoint"], "headers": {"X-A": "1"}}
    finds_all_that_is_new(parsed({**action, "endpoint": endpoint, "authentication": key}), {"x": "x-a"})

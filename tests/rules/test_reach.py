"""Where only some texts differ, the rules that read them find all that is new."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import definitions
from tests.model.samples import parsed
from toolkit.core.diagnostics import Problem
from toolkit.rules import RULES, affected, areas_of, check_changed, check_definition
from toolkit.workspace.fill import fill_definition, value_places

WILD = st.sampled_from(["", "x.example", "10.0.0.1", "localhost", "AKIAIOSFODNN7EXAMPLE", "TODO", "a b", "é"])
VALUES = st.fixed_dictionaries({"host": WILD | st.text(max_size=8), "a_1": WILD | st.text(max_size=8)})


def new(found: tuple[Problem, ...], before: tuple[Problem, ...]) -> list[tuple[str, Any, str]]:
    places = {(problem.code, problem.path) for problem in before}
    return [
        (problem.code, problem.path, problem.message)
        for problem in found
        if (problem.code, problem.path) not in places
    ]


@law
@given(definitions, VALUES)
def test_what_values_bring_is_found_by_the_rules_that_read_their_places(raw: Any, values: Any) -> None:
    definition = parsed(raw)
    filled, _, texts = fill_definition(definition, value_places(definition), "prod", values)
    if filled is not None and texts:
        before = check_definition(definition)
        everything = check_definition(filled)
        quick = check_changed(filled.model_copy(), texts.values(), affected(RULES, areas_of(texts)))
        assert new(quick, before) == new(everything, before)

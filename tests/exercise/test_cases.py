"""Cases and what they are held against: laws."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values
from tests.scenarios.desk import REPOSITORY
from toolkit.app.cases import check_cases, result_of, row_of
from toolkit.exercise.cases import ABSENT, CaseResult, Difference, compare
from toolkit.workspace.load import open_workspace

PLACE = ("request", "body")


def differing(one: Any, other: Any, *, exact: bool = True) -> list[Difference]:
    return list(compare(one, other, PLACE, exact=exact))


@given(json_values)
def test_what_is_compared_with_itself_differs_nowhere(value: Any) -> None:
    assert differing(value, value) == []
    assert differing(value, value, exact=False) == []


@given(st.dictionaries(st.text(max_size=3), json_values, max_size=3), st.text(min_size=4), json_values)
def test_a_subset_does_not_mind_more_and_an_exact_part_does(value: Any, name: str, more: Any) -> None:
    assert differing(value, {**value, name: more}, exact=False) == []
    (found,) = differing(value, {**value, name: more})
    assert (found.expected, found.actual) == (ABSENT, more)
    (missing,) = differing({**value, name: more}, value, exact=False)
    assert (missing.expected, missing.actual) == (more, ABSENT)


@given(json_values, json_values)
def test_two_values_differ_somewhere_if_and_only_if_they_are_not_the_same(one: Any, other: Any) -> None:
    assert bool(differing(one, other)) == bool(differing(other, one))


@given(json_values, json_values, st.text())
def test_results_come_back_from_another_process_as_they_were(one: Any, other: Any, text: str) -> None:
    found = (Difference("/a", one, ABSENT, text), Difference("/b", ABSENT, other))
    result = CaseResult("f", 3, text, "name", found, text)
    assert result_of(row_of(result)) == result


def test_other_processes_give_the_same_answer() -> None:
    workspace = open_workspace(REPOSITORY)
    assert check_cases(workspace, "local", helpers=1) == check_cases(workspace, "local", helpers=0)

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import action
from toolkit.core.canonical import dump_json
from toolkit.core.mends import Put
from toolkit.exercise import Response, What, view
from toolkit.exercise.amend import NothingToLearn, amend
from toolkit.model.document import to_document
from toolkit.model.kinds import CustomAction, parse_definition


def amended(response: Any, answer: Any, status: int = 200, **more: Any) -> dict[tuple[str | int, ...], Any]:
    subject = action(**({"response": response} if response else {}), **more)
    body = answer if isinstance(answer, str) else dump_json(answer)
    edits = amend(subject, status, body, view(subject, Response(status, body)).deviations).edits
    return {edit.path: edit.value for edit in edits if isinstance(edit, Put)}


@pytest.mark.parametrize(
    ("response", "answer", "changes"),
    [
        ({"a": "string"}, {"a": "x"}, {}),
        ({"a": "string", "b": "string"}, {"a": "x"}, {}),
        ({"a": "string"}, {"a": None}, {}),
        ({"a": "string"}, {"a": "x", "b": 1}, {("response", "b"): "integer"}),
        ({"a": "string"}, {"a": 1}, {("response", "a"): "integer"}),
        ({"a": "decimal"}, {"a": 1}, {}),
        ({"a": "string"}, {"a": "2026-01-31"}, {}),
        ({"a": "integer"}, {"a": {"b": True}}, {("response", "a"): {"b": "boolean"}}),
        ({"a": {"b": "string"}}, {"a": {"b": "x", "c": [1]}}, {("response", "a", "c"): "listInteger"}),
        ({"a": "listInteger"}, {"a": ["x"]}, {("response", "a"): "listString"}),
        ({"a": "string"}, {"a": "x", "b": [1, "x"]}, {}),
        (
            {"a": [{"b": "string"}]},
            {"a": [{"b": "x"}, {"b": "y", "c": 1}]},
            {("response", "a", 0, "c"): "integer"},
        ),
        ({"a": [{"b": "string"}]}, {"a": [{"b": "x"}, {"b": 1}]}, {}),
        (None, {"a": 1}, {("response",): {"a": "integer"}}),
    ],
)
def test_the_least_is_changed_for_an_answer_to_fit(response: Any, answer: Any, changes: Any) -> None:
    assert amended(response, answer) == changes


def test_above_2xx_the_failure_response_is_amended() -> None:
    found = amended({"a": "string"}, {"error": "no"}, 400)
    assert found == {("failureResponse",): {"error": "string"}}


@pytest.mark.parametrize("answer", ["", "no JSON", "[1]", "1", "{}", '{"$x": 1}'])
def test_an_answer_that_describes_nothing_teaches_nothing(answer: str) -> None:
    with pytest.raises(NothingToLearn):
        amended({"a": "string"}, answer)


NAMES = st.sampled_from(["a", "b", "c"])
OBJECTS = partial(st.dictionaries, NAMES, min_size=1)
ANSWERS = st.dictionaries(
    NAMES,
    st.recursive(
        st.booleans() | st.integers() | st.text(),
        lambda inner: OBJECTS(inner) | st.lists(OBJECTS(inner), min_size=1),
        max_leaves=8,
    ),
    min_size=1,
)  # fmt: skip


@given(ANSWERS, ANSWERS)
def test_an_amended_definition_finds_no_extra_field_in_the_answer(before: Any, answer: Any) -> None:
    first = amended(None, before)
    subject = action(response=first[("response",)])
    document = to_document(subject)
    body = dump_json(answer)
    for edit in amend(subject, 200, body, view(subject, Response(200, body)).deviations).edits:
        assert isinstance(edit, Put)
        place: Any = document
        for part in edit.path[:-1]:
            place = place[part]
        place[edit.path[-1]] = edit.value
    parsed = parse_definition(document).definition
    assert isinstance(parsed, CustomAction)
    left = view(parsed, Response(200, body)).deviations
    assert not [found for found in left if found.what is What.EXTRA]

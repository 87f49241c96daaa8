"""Files of cases: the model and the schema are of one mind about their structure."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.core.json_values import json_values
from tests.scenarios.desk import REPOSITORY
from toolkit.core.canonical import parse_json
from toolkit.model.cases import parse_cases
from toolkit.model.schema import schema_of

FILES = sorted((REPOSITORY / "actions").rglob("*.cases.json"))
SCHEMA = Draft202012Validator(schema_of("Cases"))
SMALL = {"$schema": "x", "formatVersion": 1, "kind": "Cases", "name": "A", "cases": [{"name": "one"}]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_cases_fit_schema_and_model(file: Any) -> None:
    text = file.read_text()
    assert parse_cases(parse_json(text)).problems == ()
    assert SCHEMA.is_valid(json.loads(text))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        found += places(member, (*path, key))
    return found


@given(st.data())
def test_whatever_stands_anywhere_is_read_or_named_with_its_place(data: st.DataObject) -> None:
    document = copy.deepcopy(json.loads(data.draw(st.sampled_from(FILES)).read_text()))
    *path, last = data.draw(st.sampled_from([place for place in places(document) if place]))
    inner = document
    for part in path:
        inner = inner[part]
    inner[last] = data.draw(json_values)
    parsed = parse_cases(document)
    assert (parsed.cases is None) == bool(parsed.problems)
    assert all(problem.message and problem.fix for problem in parsed.problems)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"cases": []}, False),
        ({"cases": [{"name": "one", "match": "about"}]}, False),
        ({"cases": [{"name": "one", "request": {"body": None}}]}, True),
        ({"cases": [{"name": "one", "request": {"query": {"a": 1}}}]}, False),
        ({"cases": [{"name": "one", "response": {"status": 99}}]}, False),
        ({"cases": [{"name": "one", "other": 1}]}, False),
        ({"name": ""}, False),
        ({"kind": "CustomAction"}, False),
        ({"formatVersion": 2}, False),
    ],
)
def test_schema_and_model_agree(change: dict[str, Any], fits: bool) -> None:
    document = {**SMALL, **change}
    assert SCHEMA.is_valid(document) is fits
    assert (parse_cases(document).problems == ()) is fits


ONE = {"name": "one"}


@pytest.mark.parametrize(
    ("document", "path", "said"),
    [
        ([], (), "one JSON object"),
        ({"cases": []}, (), 'the field "kind" is missing'),
        ({**SMALL, "kind": "CustomAction"}, ("kind",), "does not belong in a .cases.json file"),
        ({**SMALL, "cases": [ONE, ONE]}, ("cases",), 'two cases are named "one"'),
        ({**SMALL, "cases": [{"name": "o\ne"}]}, ("cases", 0, "name"), "one line"),
        ({**SMALL, "cases": [{**ONE, "refused": ["a"], "request": {}}]}, ("cases", 0), "is not sent"),
        ({**SMALL, "cases": [{**ONE, "journey": {}}]}, ("cases", 0), "needs a response"),
        ({**SMALL, "cases": [{**ONE, "response": {}}]}, ("cases", 0, "response"), "status or failure"),
        (
            {**SMALL, "cases": [{**ONE, "response": {"status": 200, "body": 1, "text": "x"}}]},
            ("cases", 0, "response"),
            "either body or text",
        ),
    ],
)
def test_what_contradicts_itself_is_named_with_its_place(document: Any, path: Any, said: str) -> None:
    (found,) = parse_cases(document).problems
    assert (found.path, said in found.message) == (path, True), found

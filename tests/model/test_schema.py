"""JSON Schemas: valid, helpful, and of one mind with the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example as also
from hypothesis import given
from jsonschema import Draft202012Validator

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions, known_kind
from tests.model.samples import (
    API_KEY,
    BASIC,
    CUSTOM,
    SHIPPED,
    SMALLEST,
    action,
    example,
    problems,
    throttling,
)
from toolkit.core.canonical import DecimalLiteral, parse_json
from toolkit.core.diagnostics import Problem
from toolkit.model.kinds import KINDS, parse_definition
from toolkit.model.schema import schema_file_name, schema_files, schema_of

VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def is_lexical(problem: Problem) -> bool:
    """Tell whether a problem lies inside a text, where a schema does not look.

    Those are malformed references (AJO109), secrets where none may stand (AJO110), names with U+0000.
    """
    name = problem.path[-1] if problem.path else ""
    holds_nul = problem.code == "AJO107" and isinstance(name, str) and "\x00" in name
    return problem.code in {"AJO109", "AJO110"} or holds_nul


def fits_schema(document: Any) -> bool:
    """Tell what the schema thinks. Numbers are ours: 1.0 is no integer here, as it is in editors."""
    return VALIDATORS[known_kind(document, "CustomAction")].is_valid(document)


def fits_model(document: Any) -> bool:
    """Tell what the model thinks of a document's structure."""
    return all(map(is_lexical, parse_definition(document).problems))


def schemas_inside(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from schemas_inside(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from schemas_inside(item)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_draft_2020_12(kind: str) -> None:
    schema = schema_of(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_of_a_schema_is_described(kind: str) -> None:
    schema = schema_of(kind)

    def described(field: Mapping[str, Any]) -> bool:
        named = schema["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
        return bool(field.get("description") or named.get("description"))

    fields = [item for inside in schemas_inside(schema) for item in inside.get("properties", {}).items()]
    assert [name for name, field in fields if not described(field)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_offers_no_null_but_as_a_constant(kind: str) -> None:
    nulls = [inside for inside in schemas_inside(schema_of(kind)) if inside.get("type") == "null"]
    assert nulls == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_has_no_null_default(kind: str) -> None:
    assert [inside for inside in schemas_inside(schema_of(kind)) if inside.get("default", 0) is None] == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("CustomAction", "custom-action.schema.json"),
        ("CampaignAction", "campaign-action.schema.json"),
        ("EndpointConfig", "endpoint-config.schema.json"),
        ("ThrottlingConfig", "throttling-config.schema.json"),
    ],
)
def test_a_schemas_file_is_named_after_its_kind(kind: str, name: str) -> None:
    assert schema_file_name(kind) == name
    assert schema_of(kind)["$id"] == f"v1/{name}"


def test_schema_files_hold_the_schema_of_every_kind() -> None:
    files = schema_files()
    assert [parse_json(text) for text in files.values()] == [schema_of(kind) for kind in KINDS]
    assert list(files) == [f"v1/{schema_file_name(kind)}" for kind in KINDS]


@law
@given(definitions)
def test_schema_and_model_accept_every_definition(document: Any) -> None:
    assert problems(document) == ()
    assert fits_schema(document)


@law
@given(damaged())
@also(action(request={"a": {"$variable": "L", "$items": {"$a": {"$variable": "L"}}}}))
@also(action(response={"$a": "string"}))
@also(action(request={"$a": 1}))
@also(action(request={"a": {"": 1}}))
@also(action(authentication={**API_KEY, "name": ""}))
@also(action(formatVersion=True))
@also(action(allowNullValues=1))
@also(action(allowNullValues="true"))
@also(throttling(maxThroughput="300"))
@also(action(formatVersion=DecimalLiteral("1.0")))
@also(action(authentication={**CUSTOM, "cacheDuration": {"timeUnit": "hours"}}))
@also(action(authentication={**BASIC, "type": ["basic"]}))
def test_schema_and_model_agree_on_damaged_definitions(document: Any) -> None:
    assert fits_schema(document) == fits_model(document), problems(document)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(action(endpoint={"method": "POST", "url": "${"}), id="a malformed reference"),
        pytest.param(action(endpoint={"method": "POST", "url": "${secret:a}"}), id="a secret in a URL"),
        pytest.param(action(request={"a\x00b": 1}), id="a name with U+0000"),
    ],
)
def test_what_lies_inside_a_text_is_for_the_model_alone(document: Any) -> None:
    assert problems(document)
    assert fits_schema(document)


@pytest.mark.parametrize("document", [*SMALLEST.values(), example()], ids=[*SMALLEST, "example"])
def test_samples_fit_their_schema(document: Any) -> None:
    assert fits_schema(document)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_definitions_fit_their_schema(file: Any) -> None:
    assert fits_schema(parse_json(file.read_text(encoding="utf-8")))

"""JSON Schemas: valid, helpful, and of one mind with the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import example as also
from hypothesis import given
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

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
from toolkit.model.envelope import schema_file_name
from toolkit.model.guardrails import HELP
from toolkit.model.kinds import KINDS, parse_definition
from toolkit.model.schema import MODELS, schema_files, schema_of, schema_of_any_kind

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


SCHEMAS = {**{kind: schema_of(kind) for kind in MODELS}, "any kind": schema_of_any_kind()}


def teaching_schemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every schema that an editor may show: conditions decide and are not shown."""
    if isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            if key not in ("if", "examples", "defaultSnippets"):
                yield from teaching_schemas(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from teaching_schemas(item)


def referred(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a part refers to, or the part itself."""
    found: Mapping[str, Any] = schema.get("$defs", {}).get(part.get("$ref", "").rpartition("/")[2], part)
    return found


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_property_of_a_schema_is_described(schema: Any) -> None:
    fields = [item for inside in teaching_schemas(schema) for item in inside.get("properties", {}).items()]
    assert [
        name for name, field in fields if not {**referred(schema, field), **field}.get("description")
    ] == []


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_object_has_a_title_in_plain_words(schema: Any) -> None:
    titles = [part.get("title", "") for part in (schema, *schema.get("$defs", {}).values())]
    assert all(titles)
    assert [title for title in titles if re.search("[a-z][A-Z]", title)] == []


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_word_of_an_enumeration_is_explained(schema: Any) -> None:
    enumerations = [part for part in teaching_schemas(schema) if isinstance(part.get("enum"), list)]
    for part in enumerations:
        assert len(part["enumDescriptions"]) == len(part["enum"])
        assert all(part["enumDescriptions"])
        assert part.get("description")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_only_keywords_that_editors_know_are_added(schema: Any) -> None:
    assert not {key for part in teaching_schemas(schema) for key in part if key.startswith("x-")}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_markdown_says_the_same_as_plain_text_and_links_to_the_platforms_documentation(schema: Any) -> None:
    told = [part for part in teaching_schemas(schema) if "markdownDescription" in part]
    for part in told:
        text, _, page = part["description"].partition("\nSee ")
        assert not page or (page.startswith(HELP) and page.endswith(".md"))
        link = f"\n\n[Adobe's documentation]({page})" if page else ""
        assert part["markdownDescription"].replace("`", "") == text + link


def shown_values(schema: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield examples, defaults and filled-in snippets with the part of the schema that they belong to."""
    for part in teaching_schemas(schema):
        for value in part.get("examples", ()):
            yield "example", value, part
        if "default" in part:
            yield "default", part["default"], part
        for shape in part.get("defaultSnippets", ()):
            yield shape["label"], json.loads(filled(shape["bodyText"])), part


def filled(snippet: str) -> str:
    """What a snippet leaves when every place keeps what it proposes, as editors read snippets."""
    text = re.sub(r"(?<!\\)\$(?:\{\d+:([^}]*)\}|\d+)", lambda found: found[1] or "", snippet)
    return re.sub(r"\\([\\$}])", r"\1", text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_default_and_snippet_is_valid_where_it_is_shown(kind: str) -> None:
    schema = SCHEMAS[kind]
    shown = list(shown_values(schema))
    assert len(shown) > 5
    for name, value, part in shown:
        alone = {"$defs": schema["$defs"], **{key: item for key, item in part.items() if key != "$id"}}
        found = best_match(Draft202012Validator(alone).iter_errors(value))
        assert found is None, (name, value, found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_and_snippet_is_one_that_the_model_reads(kind: str) -> None:
    """References in texts included, of which a schema knows nothing."""
    base = SMALLEST[kind]
    for name, part in SCHEMAS[kind]["properties"].items():
        for _, value, owner in shown_values({"properties": {name: part}}):
            if owner is part:
                assert problems({**base, name: value}) == (), (name, value)


MISTAKES = {
    "a wrong type of a hole": (
        ("request", "a"),
        {"$variable": "L", "$type": "strng"},
        "'strng' is not one of",
    ),
    "an unknown mark": (("request", "a"), {"$variable": "L", "$typ": "string"}, "'$typ' was unexpected"),
    "a field in a hole": (("request", "a"), {"$variable": "L", "b": 1}, "'b' was unexpected"),
    "a constant without a type": (("request", "a"), {"$constant": "x"}, "'$type' is a required"),
    "an empty object": (("request", "a"), {}, "{} should be non-empty"),
    "an empty list": (("request", "a"), [], "[] should be non-empty"),
    "a constant in an item": (
        ("request", "a"),
        {"$variable": "L", "$items": {"b": "x"}},
        "'x' is not of type",
    ),
    "an unknown type back": (("response", "a"), "strin", "'strin' is not one of"),
    "two items back": (("response", "a"), [{"b": "string"}] * 2, "is too long"),
    "a number in a header": (("endpoint", "headers", "X"), 1, "1 is not of type 'string'"),
    "no authentication known": (("authentication",), {"type": "oauth"}, "'oauth' is not one of"),
    "no type": (("authentication",), {"username": "u"}, "'type' is a required"),
    "a field of another type": (("authentication",), {**BASIC, "value": "v"}, "'value' was unexpected"),
    "a missing field": (("authentication",), {"type": "basic", "username": "u"}, "'password' is a required"),
    "a wrong unit": (
        ("authentication",),
        {**CUSTOM, "cacheDuration": {"expiryInResponse": "json://e", "timeUnit": "hour"}},
        "'hour' is not one of",
    ),
}


@pytest.mark.parametrize(("path", "value", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_union_is_told_by_the_branch_that_was_meant(path: Any, value: Any, said: str) -> None:
    document: Any = action()
    inside = document
    for name in path[:-1]:
        inside = inside.setdefault(name, {})
    inside[path[-1]] = value
    found = best_match(VALIDATORS["CustomAction"].iter_errors(document))
    assert found is not None
    assert said in found.message


def any_kind() -> Draft202012Validator:
    schemas = {f"v1/{schema_file_name(kind)}": SCHEMAS[kind] for kind in KINDS}
    resources = ((name, Resource.from_contents(schema)) for name, schema in schemas.items())
    return Draft202012Validator(SCHEMAS["any kind"], registry=Registry().with_resources(resources))


@law
@given(definitions | damaged())
def test_the_schema_of_any_kind_judges_as_the_one_of_the_kind_does(document: Any) -> None:
    kind = document.get("kind")
    known = isinstance(kind, str) and kind in KINDS
    assert any_kind().is_valid(document) == (known and fits_schema(document))


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
    assert [parse_json(text) for text in files.values()] == list(SCHEMAS.values())
    assert list(files) == [*(f"v1/{schema_file_name(kind)}" for kind in MODELS), "v1/definition.schema.json"]


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

"""One operation becomes one action: what the description says is taken, what an action can't do is named."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app_new.desk import api, described, document, json_body, no_action
from tests.core.json_values import json_values, law
from tests.model.samples import action as sample
from tests.model.samples import parsed
from toolkit.app.new.choice import Choice
from toolkit.app.new.draft import Draft
from toolkit.app.new.openapi_payload import request_of, response_of
from toolkit.app.new.openapi_spec import Description
from toolkit.app.new.openapi_url import PathWish
from toolkit.core.errors import AjoError

TEXT = {"type": "string"}


def action(root: Path, description: Any, **wish: Any) -> dict[str, Any]:
    return document(described(root, description, **wish))


def body(root: Path, schema: Any, **components: Any) -> tuple[Any, dict[str, list[str]]]:
    """Return the request of a schema and the doubts about it."""
    result = described(root, api(json_body(schema), components={"schemas": components}))
    return document(result).get("request"), dict(result.doubts)


def variable(label: str, type_name: str = "", *, optional: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"$variable": label}
    if type_name:
        found["$type"] = type_name
    return {**found, "$optional": True} if optional else found


FIELDS = [
    (TEXT, variable("F")),
    ({"type": "integer", "format": "int64"}, variable("F", "integer")),
    ({"type": "number"}, variable("F", "decimal")),
    ({"type": "boolean", "example": True}, variable("F", "boolean")),
    ({**TEXT, "format": "date"}, variable("F", "dateOnly")),
    ({**TEXT, "format": "date-time"}, variable("F", "dateTime")),
    ({**TEXT, "example": "EUR"}, variable("F (such as EUR)")),
    ({**TEXT, "examples": ["EUR"]}, variable("F (such as EUR)")),
    ({**TEXT, "enum": ["low", "high"]}, variable("F (low, high)")),
    ({**TEXT, "enum": ["low"]}, "low"),
    ({"const": "${x}"}, "$${x}"),
    ({"const": 2}, 2),
    ({"const": False}, False),
    ({**TEXT, "format": "date", "const": "2026-01-31"}, {"$constant": "2026-01-31", "$type": "dateOnly"}),
    ({"type": "integer", "const": "two"}, variable("F", "integer")),
    ({"type": ["string", "null"]}, variable("F")),
    ({**TEXT, "nullable": True}, variable("F")),
    ({"oneOf": [{"type": "null"}, {"type": "integer"}]}, variable("F", "integer")),
    ({"anyOf": [{"type": "integer"}, TEXT]}, variable("F", "integer")),
    ({"type": ["integer", "string"]}, variable("F", "integer")),
    ({}, variable("F")),
    (True, variable("F")),
    ({"type": "array", "items": TEXT}, variable("F", "listString")),
    ({"items": {"type": "number"}}, variable("F", "listDecimal")),
    (
        {"type": "array", "items": {"properties": {"a": TEXT, "t": {"items": TEXT}}, "required": ["a"]}},
        {
            "$variable": "F",
            "$items": {"a": variable("A"), "t": variable("T", "listString", optional=True)},
        },
    ),
    ({"properties": {"a": TEXT}, "required": ["a"]}, {"a": variable("A")}),
]


@pytest.mark.parametrize(("schema", "written"), FIELDS)
def test_a_required_field_is_written_as_its_schema_says(tmp_path: Path, schema: Any, written: Any) -> None:
    request, _ = body(tmp_path, {"type": "object", "required": ["f"], "properties": {"f": schema}})
    assert request == {"f": written}


def test_a_decimal_constant_is_written_as_a_decimal(tmp_path: Path) -> None:
    result = described(tmp_path, api(json_body({"properties": {"f": {"type": "number", "const": 2}}})))
    assert '"f": 2.0' in result.made.text


@pytest.mark.parametrize(
    ("schema", "question"),
    [
        ({"type": "object", "additionalProperties": TEXT}, "free field names"),
        ({"type": "object", "properties": {}, "additionalProperties": False}, "free field names"),
        ({"type": "array"}, "not described"),
        ({"type": "array", "items": {"type": "array", "items": TEXT}}, "lists inside a list"),
        ({**TEXT, "readOnly": True}, "never sent"),
        ({"$ref": "#/components/schemas/Loop"}, "holds itself"),
    ],
)
def test_what_cannot_be_written_is_left_out_and_named(tmp_path: Path, schema: Any, question: str) -> None:
    whole = {"type": "object", "properties": {"a": TEXT, "f": schema, "$g": TEXT}}
    request, doubts = body(tmp_path, whole, Loop={"allOf": [{"$ref": "#/components/schemas/Loop"}]})
    assert request == {"a": variable("A", optional=True)}
    assert any(question in asked and places == ["/request/f"] for asked, places in doubts.items())
    assert ["/request/$g"] in doubts.values()


@pytest.mark.parametrize(
    ("schema", "question"),
    [
        ({"oneOf": [TEXT, {"type": "integer"}]}, "one of 2 alternatives"),
        ({"type": ["integer", "string"]}, "the first was taken"),
        ({}, "names no type"),
        ({**TEXT, "format": "binary"}, "binary data"),
        ({**TEXT, "nullable": True}, "may be null"),
        ({**TEXT, "not": {"const": "x"}}, "not was not read"),
        ({**TEXT, "const": "x"}, "always sent"),
        ({"type": "array", "items": {"properties": {"a": {"const": "x"}}}}, "can't stand in a list"),
        (
            {"items": {"properties": {"a": TEXT, "b": {"items": {"properties": {"c": TEXT}}}}}},
            "inside a list",
        ),
    ],
)
def test_what_is_doubtful_is_named(tmp_path: Path, schema: Any, question: str) -> None:
    _, doubts = body(tmp_path, {"properties": {"f": schema}})
    assert any(question in asked for asked in doubts), doubts


def test_a_tree_is_cut_where_it_holds_itself_and_a_schema_named_twice_is_not(tmp_path: Path) -> None:
    node = {
        "allOf": [{"$ref": "#/components/schemas/Id"}, {"$ref": "#/components/schemas/Id"}],
        "properties": {"child": {"$ref": "#/components/schemas/Node"}},
    }
    identifier = {"properties": {"id": TEXT}, "required": ["id"]}
    request, doubts = body(tmp_path, {"$ref": "#/components/schemas/Node"}, Node=node, Id=identifier)
    assert request == {"id": variable("Id")}
    assert doubts["the schema holds itself; cut here"] == ["/request/child"]


def test_parts_that_all_hold_are_merged_and_what_is_below_an_optional_object_is_optional(
    tmp_path: Path,
) -> None:
    schema = {
        "allOf": [
            {
                "properties": {"a": TEXT, "b": {"properties": {"c": TEXT}, "required": ["c"]}},
                "required": ["a"],
            },
            {"properties": {"a": {"example": "x"}, "d": {"type": "integer"}}, "required": ["d"]},
        ]
    }
    request, _ = body(tmp_path, schema)
    assert request == {
        "a": variable("A (such as x)"),
        "b": {"c": variable("C", optional=True)},
        "d": variable("D", "integer"),
    }
    assert list(request) == ["a", "b", "d"]


def test_labels_are_told_apart(tmp_path: Path) -> None:
    part = {"properties": {"id": {**TEXT, "example": "x"}}}
    request, _ = body(tmp_path, {"properties": {"sender": part, "receiver": part}})
    assert request["sender"]["id"]["$variable"] == "Sender id (such as x)"


def test_parameters_are_variables_constants_or_left_out(tmp_path: Path) -> None:
    parameters = [
        {"name": "X-Locale", "in": "header", "required": True, "schema": TEXT, "example": "de"},
        {"name": "Accept", "in": "header", "schema": TEXT},
        {"$ref": "#/components/parameters/Page"},
        {"name": "v", "in": "query", "schema": {"enum": [2]}},
        {"name": "tags", "in": "query", "schema": {"type": "array", "items": TEXT}},
        {"name": "old", "in": "query", "deprecated": True, "schema": TEXT},
        {"name": "deep", "in": "query", "required": True, "schema": {"type": "object"}},
        {"name": "content", "in": "query", "content": {}},
        {"name": "access_token", "in": "query", "required": True, "schema": TEXT},
        {"name": "sid", "in": "cookie", "schema": TEXT},
        {"name": "page", "in": "query", "schema": {"type": "integer"}, "required": True},
        "nonsense",
    ]
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    description = api({"parameters": parameters}, components={"parameters": {"Page": page}})
    description["paths"]["/messages"]["parameters"] = [{"name": "all", "in": "query", "schema": TEXT}]
    result = described(tmp_path, description)
    assert document(result)["endpoint"] == {
        "method": "POST",
        "url": "https://api.loyalty.example/v2/messages",
        "headers": {"X-Locale": variable("Locale (such as de)")},
        "query": {
            "page": variable("Page", optional=True),
            "v": "2",
            "tags": variable("Tags", optional=True),
            "access_token": "${secret:loyalty/access-token}",
            "all": variable("All", optional=True),
        },
    }
    notes = " ".join(result.notes)
    assert all(name in notes for name in ("old", "deep", "content", "access_token", "sid"))
    assert "the service needs it" in notes
    assert [places for _, places in result.doubts] == [["/endpoint/query/tags"]]


SECURITY = [
    (
        {"type": "http", "scheme": "basic"},
        {"type": "basic", "username": "${secret:loyalty/username}", "password": "${secret:loyalty/password}"},
    ),
    (
        {"type": "http", "scheme": "Bearer"},
        {
            "type": "apiKey",
            "name": "Authorization",
            "value": "Bearer ${secret:loyalty/token}",
            "location": "header",
        },
    ),
    (
        {"type": "apiKey", "in": "query", "name": "key"},
        {"type": "apiKey", "name": "key", "value": "${secret:loyalty/key}", "location": "queryParam"},
    ),
    (
        {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}},
        {
            "type": "customAuthorization",
            "endpoint": "https://api.loyalty.example/token",
            "method": "POST",
            "body": {
                "bodyType": "form",
                "bodyParams": {
                    "grant_type": "client_credentials",
                    "client_id": "${secret:loyalty/client-id}",
                    "client_secret": "${secret:loyalty/client-secret}",
                    "scope": "write",
                },
            },
            "tokenInResponse": "json://access_token",
            "cacheDuration": {"expiryInResponse": "json://expires_in", "timeUnit": "seconds"},
            "authorizationType": "bearer",
        },
    ),
]


@pytest.mark.parametrize(("scheme", "authentication"), SECURITY)
def test_a_security_scheme_becomes_the_authentication(
    tmp_path: Path, scheme: dict[str, Any], authentication: dict[str, Any]
) -> None:
    description = api(components={"securitySchemes": {"s": scheme}}, security=[{}, {"s": ["write"]}])
    result = described(tmp_path, description)
    assert document(result)["authentication"] == authentication
    assert result.made.findings == ()


@pytest.mark.parametrize(
    "scheme",
    [
        {"type": "http", "scheme": "digest"},
        {"type": "apiKey", "in": "cookie", "name": "sid"},
        {"type": "apiKey", "in": "header"},
        {"type": "oauth2", "flows": {"implicit": {}}},
        {"type": "openIdConnect"},
        {"type": "mutualTLS"},
        {},
    ],
)
def test_a_scheme_that_an_action_cannot_use_is_named(tmp_path: Path, scheme: dict[str, Any]) -> None:
    result = described(
        tmp_path, api({"security": [{"mine": []}]}, components={"securitySchemes": {"mine": scheme}})
    )
    assert "authentication" not in document(result)
    assert any("the authentication was left out: mine" in note for note in result.notes)


def test_the_first_usable_alternative_is_taken_with_all_its_schemes(tmp_path: Path) -> None:
    key = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    schemes = {
        "login": {"type": "openIdConnect"},
        "key": key,
        "app": {**key, "name": "X-App-Key"},
        "user": {"type": "http", "scheme": "basic"},
    }
    wanted: list[dict[str, list[str]]] = [{"login": []}, {"key": [], "app": [], "user": []}]
    parameter = {"name": "x-api-key", "in": "header", "schema": TEXT}
    result = described(
        tmp_path,
        api({"security": wanted, "parameters": [parameter]}, components={"securitySchemes": schemes}),
    )
    found = document(result)
    assert found["authentication"]["name"] == "X-Api-Key"
    assert found["endpoint"]["headers"] == {"X-App-Key": "${secret:loyalty/app-key}"}
    assert any("second form" in note for note in result.notes)
    assert any("several ways" in note for note in result.notes)


def with_path(path: str, **more: Any) -> dict[str, Any]:
    return api(paths={path: {"get": {"operationId": "send"}}}, **more)


def test_a_parameter_at_the_end_of_the_path_is_the_dynamic_path(tmp_path: Path) -> None:
    result = described(tmp_path, with_path("/members/{id}/{part}"))
    assert document(result)["endpoint"]["url"] == "https://api.loyalty.example/v2/members/"
    assert any("dynamic path {id}/{part}" in note for note in result.notes)


def test_a_parameter_before_other_text_is_decided_by_the_person(tmp_path: Path) -> None:
    description = with_path("/projects/{project-id}/x{y}")
    error = no_action(tmp_path, description)
    assert "--path-values project-id" in error.fix
    assert "--dynamic-path" in error.fix
    path = PathWish(values=("project-id",), dynamic=True)
    result = described(tmp_path, description, path=path, values={"projectId": "p"})
    assert document(result)["endpoint"]["url"] == "https://api.loyalty.example/v2/projects/${projectId}/"
    assert no_action(tmp_path, description, path=PathWish(values=("other",))).code == "AJO812"


def test_server_variables_are_values_of_the_target(tmp_path: Path) -> None:
    servers = [
        {
            "url": "{scheme}://{region}.loyalty.example:{port}/{base}/{9}",
            "variables": {
                "scheme": {"default": "https"},
                "region": {"default": "eu"},
                "port": {"default": "443"},
                "base": {"default": "a/b"},
            },
        },
        {"url": "https://other.example"},
    ]
    result = described(tmp_path, with_path("/x", servers=servers), values={"region": "eu", "value9": "n"})
    assert document(result)["endpoint"]["url"] == "https://${region}.loyalty.example:443/a/b/${value9}/x"
    assert any("https://other.example" in note for note in result.notes)
    assert [finding for finding in result.made.findings if finding.code == "AJO304"] == []


def test_a_missing_value_is_a_finding_that_says_where_it_belongs(tmp_path: Path) -> None:
    result = described(tmp_path, with_path("/x", servers=[{"url": "https://{host}"}]))
    assert "[targets.here.values]" in result.made.findings[0].fix


def test_a_description_without_a_host_wants_one(tmp_path: Path) -> None:
    description = with_path("/x", servers=[{"url": "/v1"}])
    assert "--url" in no_action(tmp_path, description).fix
    found = action(tmp_path, description, url="https://b.example/v1")
    assert found["endpoint"]["url"] == "https://b.example/v1/x"


def answers(root: Path, responses: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    result = described(root, api({"responses": responses}))
    return document(result), result.notes


def answer(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def test_answers_are_described_by_their_first_with_json(tmp_path: Path) -> None:
    good = {
        "properties": {
            "id": {"type": "integer"},
            "tags": {"items": TEXT},
            "rows": {"items": {"properties": {"at": {**TEXT, "format": "date-time"}}}},
            "a.b": TEXT,
            "secret": {**TEXT, "writeOnly": True},
            "lists": {"items": {"items": TEXT}},
            "free": {"type": "object"},
        }
    }
    bad = {"properties": {"title": TEXT}}
    responses = {
        "204": {"description": "nothing"},
        "200": answer(good),
        "400": answer(bad, "application/problem+json"),
        "5XX": answer(bad),
        "default": answer(bad),
    }
    found, notes = answers(tmp_path, responses)
    assert found["response"] == {"id": "integer", "tags": "listString", "rows": [{"at": "dateTime"}]}
    assert found["failureResponse"] == {"title": "string"}
    assert any("that of 400; there are also 5XX, default" in note for note in notes)


@pytest.mark.parametrize(
    "response", [answer({"type": "array", "items": TEXT}), answer({"$ref": "other.yaml#/x"}), answer(TEXT)]
)
def test_an_answer_that_cannot_be_described_is_left_out(tmp_path: Path, response: Any) -> None:
    found, _ = answers(tmp_path, {"200": response})
    assert "response" not in found


def test_an_answer_is_described_by_its_example_where_there_is_no_schema(tmp_path: Path) -> None:
    found, _ = answers(tmp_path, {"200": {"content": {"application/json": {"example": {"id": 1}}}}})
    assert found["response"] == {"id": "integer"}


def test_a_request_is_inferred_from_its_example_where_there_is_no_schema(tmp_path: Path) -> None:
    content = {"application/vnd.loyalty+json": {"example": {"id": "x"}}, "text/plain": {}}
    found = action(tmp_path, api({"requestBody": {"content": content}, "summary": "Sends\x00  it.\u202e"}))
    assert found["request"] == {"id": variable("Id")}
    assert found["endpoint"]["headers"] == {"Content-Type": "application/vnd.loyalty+json"}
    assert found["description"] == "Sends it."


def test_a_better_example_wins_over_the_schema(tmp_path: Path) -> None:
    found = action(
        tmp_path, api(json_body({"type": "array"})), request={"a": "x"}, choice=Choice(constants=("a",))
    )
    assert found["request"] == {"a": "x"}


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (json_body({"type": "array", "items": TEXT}), "no fields"),
        (json_body({"$ref": "#/nowhere"}), "leads nowhere"),
        (json_body({"$ref": "other.yaml"}), "out of the file"),
        (json_body({"type": "strange"}), "does not know"),
        ({"requestBody": {"required": True, "content": {"text/xml": {}}}}, "custom actions send JSON"),
        ({"requestBody": {"$ref": "#/paths/~1messages/post/requestBody"}}, "circle"),
        ({"requestBody": {"content": {"application/json": {"example": [1]}}}}, "object"),
        ({"summary": "Try it with xoxb-000000000000-example."}, "credential"),
    ],
)
def test_what_cannot_become_an_action_is_refused(tmp_path: Path, operation: Any, word: str) -> None:
    error = no_action(tmp_path, api(operation))
    assert word in error.message
    assert "xoxb" not in error.message


def test_an_optional_body_of_another_type_and_one_with_get_are_named(tmp_path: Path) -> None:
    result = described(tmp_path, api({"requestBody": {"content": {"text/xml": {}}}}))
    assert any("text/xml" in note for note in result.notes)
    getting = {"/x": {"get": {"operationId": "send", **json_body({"properties": {"a": TEXT}})}}}
    result = described(tmp_path, api(paths=getting))
    assert "request" not in document(result)


@pytest.mark.parametrize(
    ("description", "operation", "word"),
    [
        (api(), "sendd", "nearest are send"),
        (api(), "zzz", "there are send"),
        (api(paths={}), "send", "there are none"),
        (api(paths={"/a": {"delete": {"operationId": "send"}}}), "send", "DELETE"),
        (
            api(paths={"/a": {"get": {"operationId": "send"}}, "/b": {"get": {"operationId": "send"}}}),
            "send",
            "several operations",
        ),
        ({"swagger": "2.0"}, "send", "Swagger 2"),
        ({"openapi": "4.0"}, "send", "3.0 or 3.1"),
        ({"openapi": 3}, "send", "3.0 or 3.1"),
        ({}, "send", "3.0 or 3.1"),
        ("[1]", "send", "no OpenAPI description"),
        ('{"openapi": ', "send", "not JSON"),
        ('{"a": 1, "a": 2}', "send", "repeats a key"),
        ("[" * 200_000, "send", "not acceptable JSON"),
    ],
)
def test_a_wrong_description_or_operation_is_refused(
    tmp_path: Path, description: Any, operation: str, word: str
) -> None:
    assert word in no_action(tmp_path, description, operation).message


def test_an_operation_without_an_id_is_named_by_method_and_path(tmp_path: Path) -> None:
    description = api(paths={"/a": {"$ref": "#/x"}}, x={"put": {}})
    assert action(tmp_path, description, operation="PUT /a")["endpoint"]["method"] == "PUT"


def test_a_description_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    names = [f"S{number}" for number in range(30)]
    doubling = {
        name: {"properties": {part: {"$ref": f"#/components/schemas/{following}"} for part in "ab"}}
        for name, following in zip(names, [*names[1:], "End"], strict=True)
    }
    components = {"schemas": {**doubling, "End": TEXT}}
    description = api(json_body({"$ref": "#/components/schemas/S0"}), components=components)
    error = no_action(tmp_path, description)
    assert (error.code, "more than" in error.message) == ("AJO812", True)


def test_references_without_end_and_deep_nesting_are_refused_or_left_out(tmp_path: Path) -> None:
    chain = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}]} for n in range(3000)}
    description = api(json_body({"$ref": "#/components/schemas/S0"}), components={"schemas": chain})
    assert no_action(tmp_path, description).code == "AJO812"
    deep: Any = TEXT
    for _ in range(25):
        deep = {"properties": {"a": deep}}
    assert described(tmp_path, api(json_body(deep))).made.findings == ()


schemas = st.recursive(
    st.sampled_from(
        [
            TEXT, {"type": "integer"}, {}, True, {"$ref": "#/components/schemas/A"},
            {"$ref": "#/components/schemas/B"},
            {"const": 1}, {"enum": ["x"]}, {"type": ["null", "number"]},
        ]
    ),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["a", "b", "$c", "d.e", ""]), inner).map(lambda p: {"properties": p}),
        inner.map(lambda item: {"items": item}),
        st.lists(inner, max_size=3).map(lambda parts: {"allOf": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"oneOf": parts, "type": "object"}),
    ),
    max_leaves=12,
)  # fmt: skip


@law
@given(schemas, schemas, schemas | json_values)
def test_any_schema_gives_payloads_that_the_format_takes_or_a_clear_refusal(
    a: Any, b: Any, schema: Any
) -> None:
    description = Description({"components": {"schemas": {"A": a, "B": b}}})
    draft = Draft({})
    try:
        request = request_of(description, schema, draft)
        response = response_of(description, schema, draft, "response")
    except AjoError as error:
        assert error.code == "AJO812"  # noqa: PT017  # a refusal is one of two good ends
        return
    fields = {"request": request, "response": response}
    parsed(sample(**{name: value for name, value in fields.items() if value is not None}))


@law
@given(json_values, json_values, json_values)
def test_any_description_is_an_action_or_a_clear_refusal(a: Any, b: Any, c: Any) -> None:
    operation = {"parameters": a, "requestBody": b, "responses": c, "security": a}
    for description in (
        api(operation, components=b),
        api(servers=a, paths=b),
        api(json_body(c, parameters=[a, {"name": "x", "in": "query", "schema": b}]), security=[c]),
    ):
        with tempfile.TemporaryDirectory() as folder, suppress(AjoError):
            described(Path(folder), description)

"""What *Payload types* of the platform says, each sentence against a stand-in over real HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exercise.conftest import Bench
from tests.exercise.samples import action, hole
from toolkit.core.canonical import parse_json
from toolkit.core.pointer import format_pointer
from toolkit.exercise import Deviation, ValuesError, What
from toolkit.exercise.expressions import NotAnExpression, read_expression
from toolkit.exercise.given import by_address
from toolkit.model.document import to_document
from toolkit.model.inference import infer_request
from toolkit.model.kinds import CustomAction, parse_definition
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES
from toolkit.rules import check_definition

KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}
URL = "https://example.com/v1/messages"


def message(request: Any = None, **parts: Any) -> CustomAction:
    return action(request, url=URL, authentication=KEY, **parts)


def body(bench: Bench, request: Any, values: Any = None, *, nulls: bool = False) -> str:
    """The body that went out, to the letter."""
    exchange = bench.call(message(request, allowNullValues=nulls), values)
    assert exchange.jo_status_code == "http_202"
    assert exchange.answer is not None
    sent = exchange.request.body or ""
    assert json.loads(exchange.answer.body)["received"]["body"] == json.loads(sent)
    return sent


@pytest.mark.parametrize(
    ("type_name", "value", "sent"),
    [
        ("string", "a", '"a"'),
        ("integer", "7", "7"),
        ("decimal", "7.50", "7.50"),
        ("decimal", 7, "7"),
        ("boolean", "true", "true"),
        ("dateTime", "2026-01-31T09:30:00Z", '"2026-01-31T09:30:00Z"'),
        ("dateTimeOnly", "2026-01-31T09:30:00", '"2026-01-31T09:30:00"'),
        ("dateOnly", "2026-01-31", '"2026-01-31"'),
        ("listString", ["a"], '["a"]'),
        ("listInteger", [1, 2], "[1,2]"),
        ("listDecimal", ["1.0"], "[1.0]"),
        ("listBoolean", [True], "[true]"),
        ("listDateTime", ["2026-01-31T09:30:00+01:00"], '["2026-01-31T09:30:00+01:00"]'),
        ("listDateTimeOnly", ["2026-01-31T09:30"], '["2026-01-31T09:30"]'),
        ("listDateOnly", ["2026-01-31"], '["2026-01-31"]'),
    ],
)
def test_each_type_arrives_as_itself(bench: Bench, type_name: str, value: Any, sent: str) -> None:
    assert body(bench, {"a": hole(type_name)}, {"a": value}) == f'{{"a":{sent}}}'


@pytest.mark.parametrize(
    ("type_name", "value"),
    [("integer", "7.5"), ("boolean", "1"), ("dateOnly", "2026-01-31T09:30:00Z"), ("listInteger", ["a"])],
)
def test_what_is_not_of_its_type_is_never_sent(bench: Bench, type_name: str, value: Any) -> None:
    with pytest.raises(ValuesError):
        bench.call(message({"a": hole(type_name)}), {"a": value})
    assert bench.requests() == []


def test_an_unfilled_optional_field_is_left_out_or_null_as_the_request_allows(bench: Bench) -> None:
    request = {"a": hole(optional=True), "b": hole("listString", optional=True), "c": 1}
    assert body(bench, request) == '{"c":1}'
    assert body(bench, request, nulls=True) == '{"a":null,"b":[],"c":1}'


def test_nulls_inside_a_scalar_list_are_dropped_and_a_null_list_is_sent_empty(bench: Bench) -> None:
    request = {"a": hole("listInteger")}
    assert body(bench, request, {"a": [1, None, 2]}, nulls=True) == '{"a":[1,2]}'
    assert body(bench, request, {"a": None}, nulls=True) == '{"a":[]}'


def test_a_variable_list_of_objects_has_as_many_items_as_the_journey_gives(bench: Bench) -> None:
    request = {
        "products": {"$variable": "P", "$items": {"id": hole(), "price": hole("decimal", optional=True)}}
    }
    for items in ([], [{"id": "a", "price": 1}], [{"id": "a"}, {"id": "b"}]):
        assert json.loads(body(bench, request, {"products": items})) == {"products": items}


def test_an_array_of_mixed_items_or_arrays_maps_its_single_items(bench: Bench) -> None:
    request = {"mixed": ["a", 1, hole("integer")], "arrays": [[hole(), "fixed"], ["b"]]}
    sent = body(bench, request, {"mixed[2]": "5", "arrays[0][0]": "x"})
    assert sent == '{"mixed":["a",1,5],"arrays":[["x","fixed"],["b"]]}'


def test_an_example_that_was_pasted_sends_what_it_shows_with_the_types_it_shows(bench: Bench) -> None:
    text = (
        '{"name":"Ada","visits":3,"price":2.50,"member":true,"at":"2026-01-31T09:30:00Z",'
        '"local":"2026-01-31T09:30:00","day":"2026-01-31","tags":["a"],"counts":[1,2],"rates":[1.5],'
        '"flags":[true],"moments":["2026-01-31T09:30:00Z"],"locals":["2026-01-31T09:30:00"],'
        '"days":["2026-01-31"],"products":[{"id":"a","amount":1}]}'
    )
    example: Any = parse_json(text)
    request = infer_request(example).payload
    names = [request[name]["$type"] for name in example if name != "products"]
    assert names == [*SCALAR_TYPES, *SCALAR_LIST_TYPES]
    assert body(bench, request, by_address(message(request), example)) == text


def test_the_first_object_of_an_array_fixes_its_fields(bench: Bench) -> None:
    request = infer_request(parse_json('{"products":[{"id":"a"}]}')).payload
    with pytest.raises(ValuesError) as caught:
        bench.call(message(request), {"products": [{"id": "a"}, {"id": "b", "more": 1}]})
    assert [problem.address for problem in caught.value.problems] == ["products[1].more"]
    assert bench.requests() == []
    subject = action(
        {"list": [{"id": "a"}, {"id": "b", "more": 1}]},
        url=URL,
        authentication=KEY,
        response={"received": {"body": {"list": [{"id": "string"}]}}},
    )
    exchange = bench.call(subject)
    assert exchange.view["@action{Welcome.received.body.list}"] == [{"id": "a"}, {"id": "b"}]
    assert Deviation("/received/body/list/1/more", What.EXTRA) in exchange.deviations


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"request": {"a": {"$variable": "A", "$type": "listAny"}}}, "/request/a/$type"),
        ({"request": {"a": {"$variable": "A", "$items": {"b": "constant"}}}}, "/request/a/$items/b"),
        ({"request": {"a.b": 1}}, "/request/a.b"),
        ({"request": {"$a": 1}}, "/request"),
        ({"response": {"a": ["string", "integer"]}}, "/response/a"),
        ({"response": {"a": "listAny"}}, "/response/a"),
    ],
    ids=["variable list of anything", "constant in a variable list", "dot", "dollar", "mixed answer", "any"],
)
def test_what_a_payload_can_not_hold_is_no_definition(part: dict[str, Any], pointer: str) -> None:
    document = to_document(message({"a": 1})) | part
    parsed = parse_definition(document)
    findings = check_definition(parsed.definition) if parsed.definition else ()
    assert pointer in {format_pointer(found.path) for found in (*parsed.problems, *findings)}


def test_a_nested_array_of_a_request_has_a_fixed_number_of_constant_items(bench: Bench) -> None:
    assert body(bench, {"a": [["x", 1], [["y"]]]}) == '{"a":[["x",1],[["y"]]]}'
    variable = message({"a": [{"cities": {"$variable": "Cities", "$type": "listString"}}]})
    assert "AJO238" in {found.code for found in check_definition(variable)}


def test_null_drops_out_of_a_fixed_array_of_scalars(bench: Bench) -> None:
    request = {"a": [1, hole("integer", optional=True), 2], "b": [1, None]}
    assert body(bench, request, nulls=True) == '{"a":[1,2],"b":[1]}'
    assert body(bench, request, {"a[1]": 7}, nulls=True) == '{"a":[1,7,2],"b":[1]}'


def test_headers_parameters_and_the_dynamic_path_arrive(bench: Bench) -> None:
    subject = action(
        url="https://example.com/v1/",
        authentication=KEY,
        headers={"X-Locale": {"$variable": "Locale"}, "X-Team": "crm"},
        query={"to": {"$variable": "To"}, "source": "journey"},
    )
    got = bench.received(subject, {"header:X-Locale": "de", "query:to": "a&b ü", "path": "messages"})
    assert got["query"] == {"to": "a&b ü", "source": "journey"}
    assert (got["headers"]["x-locale"], got["headers"]["x-team"]) == ("de", "crm")
    assert (got["headers"]["content-type"], got["headers"]["charset"]) == ("application/json", "UTF-8")


RESPONSE = {
    "messageId": "string",
    "received": {"method": "string", "query": {"lang": "string"}, "body": [{"id": "string", "n": "integer"}]},
}


def test_an_answer_is_read_field_by_field_and_every_deviation_is_named(bench: Bench) -> None:
    subject = message(query={"lang": "de"}, response=RESPONSE)
    exchange = bench.call(subject)
    assert exchange.view["@action{Welcome.jo_status_code}"] == "http_202"
    assert exchange.view["@action{Welcome.received.query.lang}"] == "de"
    assert [(found.pointer, found.what, found.expected) for found in exchange.deviations] == [
        ("/received/body", What.MISSING, "array"),
        ("/received/headers", What.EXTRA, ""),
    ]


def test_above_2xx_the_failure_payload_is_read_under_error_response(bench: Bench) -> None:
    subject = action(url=URL, failureResponse={"error": "string", "message": "integer"})
    exchange = bench.call(subject)
    assert exchange.jo_status_code == "http_401"
    assert exchange.view["@action{Welcome.errorResponse.error}"] == "unauthorized"
    assert exchange.view["@action{Welcome.errorResponse.message}"] is None
    assert [(found.pointer, found.what) for found in exchange.deviations] == [("/message", What.TYPE)]


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("@action{Welcome.jo_status_code}", "http_202"),
        ("@action{Welcome.received.method, defaultValue: \"none\"}", "POST"),
        ("#@action{Welcome.received.query.lang, defaultValue: \"en\"}", "en"),
        ("@action{Welcome.received.query.lang}", None),
        ('@action{Welcome.received.body.all(currentActionField.n > 1)}', [{"id": "b", "n": 2}]),
        ('@action{Welcome.received.body.first(currentActionField.id == "b").n}', 2),
        ('@action{Welcome.received.body.last(currentActionField.n <= 1).id, defaultValue: "x"}', "a"),
        ('@action{Welcome.received.body.first(currentActionField.n == "1").id, defaultValue: "x"}', "x"),
        ('@action{Welcome.received.body.all(currentActionField.id != "a").id}', ["b"]),
        ("@action{Welcome.errorResponse.error, defaultValue: 0}", 0),
    ],
)  # fmt: skip
def test_expressions_read_fields_defaults_and_items(bench: Bench, expression: str, read: Any) -> None:
    subject = action(
        {"products": {"$variable": "P", "$items": {"id": hole(), "n": hole("integer")}}},
        url=URL,
        authentication=KEY,
        response={
            "received": {
                "method": "string",
                "query": {"lang": "string"},
                "body": {"products": [{"id": "string", "n": "integer"}]},
            }
        },
        failureResponse={"error": "integer"},
    )
    exchange = bench.call(subject, {"products": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]})
    expression = expression.replace("body.", "body.products.")
    assert read_expression(subject, exchange.journey, expression) == read


@pytest.mark.parametrize(
    "expression",
    ["", "Welcome.id", "@action{Other.id}", "@action{Welcome.nothing}", "@action{Welcome.list.all(x == 1)}",
     "@action{Welcome.id, defaultValue: @event{a.b}}", "@action{Welcome.list.all(currentActionField.a ~ 1)}"],
)  # fmt: skip
def test_an_expression_that_is_not_understood_is_refused_and_not_guessed(
    bench: Bench, expression: str
) -> None:
    subject = message(response={"id": "string", "list": [{"a": "integer"}]})
    with pytest.raises(NotAnExpression):
        read_expression(subject, bench.call(subject).journey, expression)


def test_nested_lists_of_objects_are_read_and_mixed_ones_are_not(bench: Bench) -> None:
    subject = action(
        {"nested": [{"in": [{"id": "a"}, {"id": "b"}]}], "mixed": ["a", 1, False]},
        url=URL,
        authentication=KEY,
        response={
            "received": {"body": {"nested": [{"in": [{"id": "string"}]}], "mixed": "listString"}},
        },
    )
    exchange = bench.call(subject)
    assert exchange.view["@action{Welcome.received.body.nested}"] == [{"in": [{"id": "a"}, {"id": "b"}]}]
    assert exchange.view["@action{Welcome.received.body.mixed}"] is None
    wrong = [found.pointer for found in exchange.deviations if found.what is What.TYPE]
    assert wrong == ["/received/body/mixed/1", "/received/body/mixed/2"]

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.exercise.samples import action
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.exercise import Deviation, JourneyView, Response, What, view
from toolkit.exercise.journey import Failure, date_formats, schema_of_response
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES

RESPONSE = {
    "id": "string",
    "points": "integer",
    "rate": "decimal",
    "ok": "boolean",
    "at": "dateTime",
    "tags": "listString",
    "in": {"deep": "string"},
    "offers": [{"code": "string", "until": "dateOnly"}],
}
FITTING = (
    '{"id":"x","points":3,"rate":1.50,"ok":true,"at":"2026-01-31T09:30:00Z","tags":["a"],"in":{"deep":"d"},'
    '"offers":[{"code":"c","until":"2026-01-31"}]}'
)


def read(text: str, response: Any = None, status: int = 200, **more: Any) -> JourneyView:
    subject = action(response=response or RESPONSE, failureResponse={"error": {"code": "string"}})
    return view(subject, Response(status, text, **more))


def test_a_fitting_answer_gives_every_leaf_its_value() -> None:
    reading = read(FITTING)
    assert reading.deviations == ()
    assert dict(reading.values) == {
        "@action{Welcome.jo_status_code}": "http_200",
        "@action{Welcome.id}": "x",
        "@action{Welcome.points}": 3,
        "@action{Welcome.rate}": DecimalLiteral("1.50"),
        "@action{Welcome.ok}": True,
        "@action{Welcome.at}": "2026-01-31T09:30:00Z",
        "@action{Welcome.tags}": ["a"],
        "@action{Welcome.in.deep}": "d",
        "@action{Welcome.offers}": [{"code": "c", "until": "2026-01-31"}],
    }
    assert dump_json(reading.values["@action{Welcome.rate}"]) == "1.50"


@pytest.mark.parametrize(
    ("response", "text", "expected"),
    [
        ({"a": "string"}, "{}", [Deviation("/a", What.MISSING, "string")]),
        ({"a": "string"}, '{"a":null}', [Deviation("/a", What.MISSING, "string")]),
        ({"a": "string"}, '{"a":"x","b/c":1}', [Deviation("/b~1c", What.EXTRA)]),
        ({"a": "integer"}, '{"a":2.0}', [Deviation("/a", What.TYPE, "integer")]),
        ({"a": "decimal"}, '{"a":2}', []),
        ({"a": "decimal"}, '{"a":"2"}', [Deviation("/a", What.TYPE, "decimal")]),
        ({"a": "boolean"}, '{"a":1}', [Deviation("/a", What.TYPE, "boolean")]),
        ({"a": "dateOnly"}, '{"a":"31.1.2026"}', [Deviation("/a", What.TYPE, "dateOnly")]),
        ({"a": "dateTimeOnly"}, '{"a":"2026-01-31T09:30:00Z"}', [Deviation("/a", What.TYPE, "dateTimeOnly")]),
        ({"a": "listInteger"}, '{"a":[1,"2"]}', [Deviation("/a/1", What.TYPE, "integer")]),
        ({"a": "listInteger"}, '{"a":1}', [Deviation("/a", What.TYPE, "array")]),
        ({"a": [{"b": "string"}]}, '{"a":[{},{"b":1}]}',
         [Deviation("/a/0/b", What.MISSING, "string"), Deviation("/a/1/b", What.TYPE, "string")]),
        ({"a": "string"}, "[]", [Deviation("", What.TYPE, "object")]),
        ({"a": "string"}, "", [Deviation("", What.NOT_JSON)]),
        ({"a": "string"}, '{"a":1,"a":2}', [Deviation("", What.NOT_JSON)]),
        ({"a": "string"}, '\ufeff{"a":"x"}', []),
    ],
)  # fmt: skip
def test_what_deviates_is_told_by_place_and_expected_type(response: Any, text: str, expected: Any) -> None:
    assert list(read(text, response).deviations) == expected


def test_a_journey_does_not_see_what_has_another_type_or_is_not_defined() -> None:
    reading = read('{"a":"1","offers":[{"x":1,"b":"y"},3]}', {"a": "integer", "offers": [{"b": "string"}]})
    assert reading.values["@action{Welcome.a}"] is None
    assert reading.values["@action{Welcome.offers}"] == [{"b": "y"}, None]


@pytest.mark.parametrize("status", [300, 302, 404, 503])
def test_above_2xx_the_failure_response_counts_and_stands_under_error_response(status: int) -> None:
    reading = read('{"error":{"code":"gone"}}', status=status)
    assert dict(reading.values) == {
        "@action{Welcome.jo_status_code}": f"http_{status}",
        "@action{Welcome.errorResponse.error.code}": "gone",
    }
    assert reading.deviations == ()


def test_without_a_response_in_the_definition_only_the_status_is_seen() -> None:
    for status in (204, 500):
        reading = view(action(), Response(status, "not JSON at all"))
        assert dict(reading.values) == {"@action{Welcome.jo_status_code}": f"http_{status}"}
        assert reading.deviations == ()


@pytest.mark.parametrize("failure", ["timedout", "capped", "internalError"])
def test_without_an_answer_the_status_code_is_the_platform_s_word(failure: Failure) -> None:
    reading = view(action(response=RESPONSE), Response(None, "", failure=failure))
    assert (reading.jo_status_code, reading.deviations) == (failure, ())
    assert dict(reading.values) == {"@action{Welcome.jo_status_code}": failure}


def test_a_body_that_was_cut_is_not_judged_beyond_saying_so() -> None:
    reading = read('{"id":"x', cut=True)
    assert reading.deviations == (Deviation("", What.CUT),)
    assert reading.values["@action{Welcome.id}"] is None


def test_a_long_list_is_read_in_time() -> None:
    items = ",".join('{"code":"c","until":"2026-01-31"}' for _ in range(5_000))
    reading = read(f'{{"offers":[{items}]}}', {"offers": [{"code": "string", "until": "dateOnly"}]})
    assert reading.deviations == ()
    assert len(reading.values["@action{Welcome.offers}"] or []) == 5_000  # type: ignore[arg-type]


@given(st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*RESPONSE, "x"]), inner),
).filter(lambda value: not isinstance(value, str)).map(dump_json))  # fmt: skip
def test_any_answer_at_all_is_read(text: str) -> None:
    assert read(text).values.keys() == read(FITTING).values.keys()


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False).map(
        lambda number: DecimalLiteral(f"{number:f}" if "." in f"{number:f}" else f"{number:f}.0")
    ), st.text(), st.dates().map(str), st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)  # fmt: skip


@given(st.sampled_from([*SCALAR_TYPES, *SCALAR_LIST_TYPES]), LEAVES | st.lists(LEAVES) | st.just({}))
def test_a_leaf_is_seen_exactly_where_its_schema_takes_it(type_name: str, value: Any) -> None:
    seen = view(action(response={"a": type_name}), Response(200, dump_json({"a": value})))
    schema = schema_of_response(type_name)
    fits = Draft202012Validator(schema, format_checker=date_formats()).is_valid(value)
    assert (seen.values["@action{Welcome.a}"] is not None) == fits
    assert (seen.deviations == ()) == fits


FITS: dict[str, Any] = {
    "string": "x",
    "integer": 7,
    "dateOnly": "2026-01-31",
    "listDecimal": [2, DecimalLiteral("2.5")],
}
TREES = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(list(FITS)), min_size=1),
    lambda inner: st.dictionaries(
        st.sampled_from("abc"), st.one_of(st.just("string"), inner, inner.map(lambda one: [one])), min_size=1
    ),
    max_leaves=5,
)  # fmt: skip


def answers(node: Any) -> st.SearchStrategy[Any]:
    """Values that mostly fit a response, with something wrong here and there."""
    if isinstance(node, dict):
        whole = st.fixed_dictionaries({name: answers(member) for name, member in node.items()})
        return st.one_of(whole, whole, whole, whole.map(lambda one: {**one, "x": 1}), whole.map(lambda _: {}))
    if isinstance(node, list):
        return st.lists(answers(node[0]), max_size=3)
    return st.one_of(*[st.just(FITS[node])] * 4, LEAVES)


@given(TREES.flatmap(lambda tree: st.tuples(st.just(tree), answers(tree))))
def test_an_answer_deviates_exactly_where_the_validator_of_its_schema_finds_something(drawn: Any) -> None:
    tree, value = drawn
    subject = action(response=tree)
    found = view(subject, Response(200, dump_json(value))).deviations
    schema = schema_of_response(subject.response)
    assert (found == ()) == Draft202012Validator(schema, format_checker=date_formats()).is_valid(value)

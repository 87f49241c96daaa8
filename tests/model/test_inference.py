"""Payloads from examples: types, labels, and every doubt named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law, texts
from tests.model.samples import action, parsed
from toolkit.core.canonical import DecimalLiteral, Json, parse_json
from toolkit.core.pointer import Path, lookup
from toolkit.exercise.coerce import coerce_value
from toolkit.model import doubts
from toolkit.model.doubts import Doubt
from toolkit.model.inference import Inferred, NotAPayload, infer_request, infer_response
from toolkit.model.labels import label_of, tell_labels_apart
from toolkit.rules import check_definition


def hole(label: str, type_name: str = "string", **more: Any) -> dict[str, Any]:
    return {"$variable": label, "$type": type_name, **more}


def request(text: str, *constants: Path) -> Inferred:
    return infer_request(parse_json(text), lambda path: any(path[: len(one)] == one for one in constants))


def questions(inferred: Inferred) -> list[str]:
    return [doubt.question for doubt in inferred.doubts]


SCALARS = [
    ('"welcome"', "string", ""),
    ("true", "boolean", ""),
    ("2.5", "decimal", ""),
    ("2", "integer", doubts.INTEGER),
    ("9007199254740993", "integer", doubts.BIG),
    ("2.0", "decimal", doubts.WHOLE),
    ("1e3", "decimal", doubts.WHOLE),
    ('"2026-01-31"', "dateOnly", doubts.DATE),
    ('"2026-01-31T10:00:00"', "dateTimeOnly", doubts.DATE),
    ('"2026-01-31T10:00:00Z"', "dateTime", doubts.DATE),
    ('"2026-02-30"', "string", doubts.LIKE_DATE),
    ('"31.01.2026"', "string", doubts.LIKE_DATE),
    ('"42"', "string", doubts.LIKE_NUMBER),
    ('"-4.20"', "string", doubts.LIKE_NUMBER),
    ('"TRUE"', "string", doubts.LIKE_BOOLEAN),
]


@pytest.mark.parametrize(("literal", "type_name", "question"), SCALARS)
def test_a_scalar_has_the_type_that_the_platform_infers_and_its_doubt(
    literal: str, type_name: str, question: str
) -> None:
    inferred = request(f'{{"field": {literal}}}')
    assert inferred.payload == {"field": hole("Field", type_name)}
    assert questions(inferred) == ([question] if question else [])


@pytest.mark.parametrize(("literal", "type_name", "question"), SCALARS)
def test_a_response_says_the_same_types(literal: str, type_name: str, question: str) -> None:
    inferred = infer_response(parse_json(f'{{"field": {literal}}}'))
    assert inferred.payload == {"field": type_name}
    assert questions(inferred) == ([question] if question else [])


def test_null_says_no_type() -> None:
    assert request('{"a": null}') == Inferred(
        {"a": hole("A", "string", **{"$optional": True})}, (Doubt(("a",), doubts.NULL),)
    )


LISTS = [
    ('["a", "b"]', "listString", []),
    ("[true]", "listBoolean", []),
    ("[1, 2]", "listInteger", [doubts.INTEGER]),
    ("[1, 2.5]", "listDecimal", [doubts.NUMBERS]),
    ('["2026-01-31"]', "listDateOnly", [doubts.DATE]),
    ('["2026-01-31", "soon"]', "listString", [doubts.TEXTS]),
    ("[]", "listString", [doubts.EMPTY_LIST]),
    ("[null]", "listString", [doubts.EMPTY_LIST, doubts.NULLS]),
    ("[null, 2.5]", "listDecimal", [doubts.NULLS]),
]


@pytest.mark.parametrize(("literal", "type_name", "asked"), LISTS)
def test_a_list_of_scalars_is_a_variable_list(literal: str, type_name: str, asked: list[str]) -> None:
    inferred = request(f'{{"tags": {literal}}}')
    assert (inferred.payload, questions(inferred)) == ({"tags": hole("Tags", type_name)}, asked)


@pytest.mark.parametrize(("literal", "type_name", "asked"), LISTS)
def test_a_response_says_the_type_of_a_list(literal: str, type_name: str, asked: list[str]) -> None:
    inferred = infer_response(parse_json(f'{{"tags": {literal}}}'))
    assert (inferred.payload, questions(inferred)) == ({"tags": type_name}, asked)


def test_the_first_object_fixes_the_fields_of_a_list_and_the_differences_of_others_are_named() -> None:
    inferred = request('{"rows": [{"a": "x", "b": "y"}, {"a": true, "c": "z"}, null]}')
    assert inferred.payload == {"rows": {"$variable": "Rows", "$items": {"a": hole("A"), "b": hole("B")}}}
    fixed = "the first item fixes the fields; others "
    assert questions(inferred) == [
        doubts.NULLS,
        fixed + "have more fields: c",
        fixed + "lack fields: b",
        fixed + "have other types: a",
    ]


def test_many_differing_fields_are_cut() -> None:
    inferred = request(
        '{"rows": [{"a": "x"}, {"a": "y", "b": 1, "c": [], "d": {}, "e": 1, "f": 1, "g": null}]}'
    )
    assert "others have more fields: b, c, d, e, f and 1 more" in questions(inferred)[0]


def test_differing_kinds_of_items_are_named() -> None:
    inferred = request(
        '{"rows": [{"a": "x", "b": {"c": "d"}, "e": ["f"]}, {"a": null, "b": ["c"], "e": "f"}]}'
    )
    assert questions(inferred) == ["the first item fixes the fields; others have other types: a, b, e"]


FIXED = [
    ('["a", 1]', [hole("F 1"), hole("F 2", "integer")], doubts.MIXED),
    ('[{"a": "x"}, "y"]', [{"a": hole("A")}, hole("F 2")], doubts.MIXED),
    ('[["a"], []]', [[hole("F 1 1")], {"$constant": [], "$type": "listString"}], doubts.NESTED),
    (
        '[{"a": [{"b": "x"}]}]',
        [{"a": [{"b": hole("B")}]}],
        doubts.INNER_LIST,
    ),
    ('[{"a": [{"b": ["x"]}]}]', [{"a": [{"b": [hole("B 1")]}]}], doubts.INNER_LIST),
    ('[{"a": ["x"]}, "y"]', [{"a": [hole("A 1")]}, hole("F 2")], doubts.MIXED),
    ('[{"a": {"b": ["x", 1]}}]', [{"a": {"b": [hole("B 1"), hole("B 2", "integer")]}}], doubts.INNER_LIST),
]


@pytest.mark.parametrize(("literal", "written", "question"), FIXED)
def test_a_list_that_cannot_vary_is_fixed_item_by_item(literal: str, written: Any, question: str) -> None:
    inferred = request(f'{{"f": {literal}}}')
    assert inferred.payload == {"f": written}
    assert question in questions(inferred)


def test_what_the_format_cannot_write_is_left_out_and_named() -> None:
    inferred = request('{"a": "x", "$b": 1, "": 2, "c": {}, "d": [{}]}')
    assert inferred.payload == {"a": hole("A")}
    assert [(doubt.path, doubt.question) for doubt in inferred.doubts] == [
        (("$b",), doubts.BAD_KEY),
        (("",), doubts.BAD_KEY),
        (("c",), doubts.EMPTY_OBJECT),
        (("d", 0), doubts.EMPTY_OBJECT),
    ]


@pytest.mark.parametrize(
    ("literal", "question"),
    [
        ('["a", 1]', doubts.MIXED_RESPONSE),
        ('[{"b": 1}, "y"]', doubts.MIXED_RESPONSE),
        ('[["a"]]', doubts.NESTED_RESPONSE),
        ("[{}]", doubts.EMPTY_OBJECT),
        ("{}", doubts.EMPTY_OBJECT),
    ],
)
def test_a_response_leaves_out_what_it_cannot_describe(literal: str, question: str) -> None:
    inferred = infer_response(parse_json(f'{{"a": "x", "f": {literal}}}'))
    assert (inferred.payload, questions(inferred)) == ({"a": "string"}, [question])


def test_a_response_shows_a_list_of_objects_by_its_first_with_fields() -> None:
    inferred = infer_response(parse_json('{"rows": [null, {}, {"a": true, "b.c": 1, "$d": 1}]}'))
    assert inferred.payload == {"rows": [{"a": "boolean"}]}
    assert {doubts.NULLS, doubts.DOTTED_KEY, doubts.BAD_KEY} <= set(questions(inferred))


@pytest.mark.parametrize("text", ["[]", '[{"a": 1}]', "1", "null", "{}", '{"a": {}}', '{"$a": 1}'])
def test_an_example_without_fields_at_its_root_is_refused(text: str) -> None:
    with pytest.raises(NotAPayload):
        infer_request(parse_json(text))
    with pytest.raises(NotAPayload):
        infer_response(parse_json(text))


def test_a_chosen_constant_stays_as_it_is() -> None:
    text = '{"a": 2.50, "b": {"c": true, "d": "x"}, "n": null, "t": "${x}", "e": "y"}'
    inferred = request(text, ("a",), ("b",), ("n",), ("t",))
    assert inferred.payload == {
        "a": DecimalLiteral("2.50"),
        "b": {"c": True, "d": "x"},
        "n": None,
        "t": "$${x}",
        "e": hole("E"),
    }
    assert inferred.doubts == ()


def test_constant_dates_and_empty_lists_say_their_type() -> None:
    text = (
        '{"d": "2026-01-31", "l": ["2026-01-31", "2026-02-01"], "e": [], "m": ["2026-01-31", "x"], '
        '"o": [1, 2]}'
    )
    assert request(text, ()).payload == {
        "d": {"$constant": "2026-01-31", "$type": "dateOnly"},
        "l": {"$constant": ["2026-01-31", "2026-02-01"], "$type": "listDateOnly"},
        "e": {"$constant": [], "$type": "listString"},
        "m": [{"$constant": "2026-01-31", "$type": "dateOnly"}, "x"],
        "o": [1, 2],
    }


def test_a_constant_inside_makes_a_list_fixed() -> None:
    inferred = request('{"rows": [{"a": "x", "b": "y"}, {"a": "z"}]}', ("rows", 0, "a"))
    assert inferred.payload == {"rows": [{"a": "x", "b": hole("B")}, {"a": hole("A")}]}
    assert questions(inferred) == [doubts.CONSTANT_INSIDE]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("first_name", "First name"),
        ("firstName", "First name"),
        ("first-name.short", "First name short"),
        ("userID", "User ID"),
        ("URLOfImage", "URL of image"),
        ("id", "Id"),
        ("__", "Value"),
        ("a\u202eb", "Ab"),
        ("größe", "Größe"),
    ],
)
def test_a_label_is_made_from_a_fields_name(name: str, label: str) -> None:
    assert label_of(name) == label


def test_labels_shown_together_are_told_apart_by_what_is_around_them() -> None:
    document = {
        "endpoint": {"headers": {"a": hole("Id"), "b": "x"}, "query": {"c": hole("Id")}},
        "request": {
            "sender": {"id": hole("Id"), "URL": hole("URL")},
            "receiver": {"id": hole("Id"), "URL": hole("URL")},
            "list": {"$variable": "List", "$items": {"id": hole("Id")}},
            "pair": [{"x": hole("X")}, {"x": hole("X")}, hole("Pair x")],
        },
    }
    tell_labels_apart(document)
    sent: Any = document["request"]
    assert sent["sender"]["id"]["$variable"] == "Sender id"
    assert sent["receiver"]["URL"]["$variable"] == "Receiver URL"
    assert sent["list"]["$items"]["id"]["$variable"] == "Id"
    assert [sent["pair"][0]["x"]["$variable"], sent["pair"][1]["x"]["$variable"]] == ["Pair x", "Pair x 2"]
    assert sent["pair"][2]["$variable"] == "Pair x 3"
    assert document["endpoint"]["query"] == {"c": hole("Id")}


objects = st.dictionaries(texts, json_values, max_size=5)


def inferred_or_none(infer: Any, example: Json, *arguments: Any) -> Inferred | None:
    try:
        result: Inferred = infer(example, *arguments)
    except NotAPayload:
        return None
    return result


@law
@given(objects, st.sampled_from(["none", "all", "even"]))
def test_any_example_gives_a_request_that_the_format_takes(example: Json, constants: str) -> None:
    choose = {"none": lambda _: False, "all": lambda _: True, "even": lambda path: len(str(path)) % 2 == 0}
    inferred = inferred_or_none(infer_request, example, choose[constants])
    if inferred:
        document = action(request=inferred.payload, allowNullValues=True)
        tell_labels_apart(document)
        codes = {problem.code for problem in check_definition(parsed(document))}
        assert not codes & {"AJO201", "AJO232", "AJO234", "AJO237"}


@law
@given(objects)
def test_any_example_gives_a_response_that_the_format_takes(example: Json) -> None:
    inferred = inferred_or_none(infer_response, example)
    if inferred:
        parsed(action(response=inferred.payload, failureResponse=inferred.payload))


def variables(node: Any, path: Path) -> list[tuple[Path, str]]:
    """Return the place in the example and the type of every variable that is no list of objects."""
    if isinstance(node, list):
        return [found for index, item in enumerate(node) for found in variables(item, (*path, index))]
    if not isinstance(node, dict) or "$constant" in node:
        return []
    if "$items" in node:
        return variables(node["$items"], (*path, -1))
    if "$variable" in node:
        return [(path, node["$type"])]
    return [found for name, member in node.items() for found in variables(member, (*path, name))]


scalars = st.one_of(
    st.booleans(), st.integers(-(10**18), 10**18), st.text(max_size=5), st.sampled_from(["2026-01-31"])
)
examples = st.dictionaries(
    st.from_regex(r"[a-z]{1,4}", fullmatch=True),
    st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(st.sampled_from("ab"), scalars)),
    min_size=1,
)


@law
@given(examples)
def test_the_example_fits_the_types_of_its_variables(example: dict[str, Any]) -> None:
    inferred = inferred_or_none(infer_request, example)
    for path, type_name in variables(inferred.payload, ()) if inferred else ():
        value = lookup(example, path)
        assert coerce_value(value, type_name) == value


@law
@given(examples, st.integers(0, 3))
def test_the_first_item_of_a_list_fits_the_types_of_its_variables(item: dict[str, Any], more: int) -> None:
    inferred = inferred_or_none(infer_request, {"rows": [item] * (more + 1)})
    for path, type_name in variables(inferred.payload, ()) if inferred else ():
        value = lookup({"rows": [item] * (more + 1)}, tuple(0 if part == -1 else part for part in path))
        assert coerce_value(value, type_name) == value

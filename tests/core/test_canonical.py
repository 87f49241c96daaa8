"""Reading and writing JSON exactly."""

from __future__ import annotations

import json
import pickle
import unicodedata
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.core.json_values import exactly, integers, json_values, law, texts, trees
from toolkit.core.canonical import (
    MAX_DEPTH,
    MAX_NUMBER_DIGITS,
    DecimalLiteral,
    JsonError,
    JsonLimitError,
    depths,
    dump_json,
    parse_json,
)


def nested(depth: int, inside: str = "") -> str:
    return "[" * depth + inside + "]" * depth


@law
@given(json_values)
def test_what_is_written_reads_back_exactly(value: Any) -> None:
    assert exactly(parse_json(dump_json(value))) == exactly(value)


@law
@given(json_values)
def test_compact_and_indented_text_say_the_same(value: Any) -> None:
    assert exactly(parse_json(dump_json(value, indent=None))) == exactly(value)


@law
@given(json_values)
def test_writing_twice_changes_nothing(value: Any) -> None:
    once = dump_json(value)
    assert dump_json(parse_json(once)) == once


@law
@given(trees(integers | texts, texts))
def test_another_writers_text_reads_as_the_same_value(value: Any) -> None:
    assert exactly(parse_json(json.dumps(value, ensure_ascii=True, indent="\t"))) == exactly(value)


@law
@given(json_values)
def test_compact_text_stands_on_one_line(value: Any) -> None:
    assert len(dump_json(value, indent=None).splitlines()) == 1


@pytest.mark.parametrize(
    "literal",
    [
        "0",
        "-1",
        "2.0",
        "2.00",
        "1E5",
        "1e+05",
        "-0.0",
        "0.1",
        "1e-400",
        "1.5e999999999",
        "9" * 60,
        "3.14" + "0" * 60,
    ],
)
def test_a_number_keeps_its_spelling(literal: str) -> None:
    assert dump_json(parse_json(literal)) == literal


def test_an_integer_is_an_int_and_a_fraction_or_exponent_makes_a_decimal() -> None:
    assert [type(parse_json(text)) for text in ("20", "20.0", "2e1")] == [int, DecimalLiteral, DecimalLiteral]


def test_a_decimal_compares_by_value_and_shows_as_written() -> None:
    number = DecimalLiteral("2.50")
    assert number == Decimal("2.5")
    assert (str(number), f"{number!r}") == ("2.50", "DecimalLiteral('2.50')")


def test_a_decimal_survives_pickling_as_written() -> None:
    assert pickle.loads(pickle.dumps(DecimalLiteral("2.50"))).literal == "2.50"


def test_the_one_form_is_two_spaces_one_member_a_line_keys_in_order() -> None:
    value: Any = {"b": [1, DecimalLiteral("2.0")], "a": {}, "é": [], "n": None, "t": True}
    assert dump_json(value) == (
        '{\n  "b": [\n    1,\n    2.0\n  ],\n  "a": {},\n  "é": [],\n  "n": null,\n  "t": true\n}'
    )


def test_the_compact_form_has_no_spaces() -> None:
    assert dump_json({"b": [1, {"a": ""}]}, indent=None) == '{"b":[1,{"a":""}]}'


def test_tuples_and_other_mappings_are_written_as_arrays_and_objects() -> None:
    assert dump_json(OrderedDict(a=(1, 2)), indent=None) == '{"a":[1,2]}'


@pytest.mark.parametrize(
    "value", [{1, 2}, b"x", object(), Decimal(1)], ids=["set", "bytes", "object", "Decimal"]
)
def test_what_is_no_json_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is not a JSON value"):
        dump_json([value])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json(value)


DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B", "S"}
STEERING = [
    chr(code)
    for code in range(0x110000)
    if unicodedata.category(chr(code)) in {"Cc", "Zl", "Zp"}
    or unicodedata.bidirectional(chr(code)) in DIRECTIONS
] + list("\u061c\u200b\u200e\u200f\u2060\ufeff")


def test_characters_that_steer_display_are_written_as_escapes() -> None:
    text = "".join(STEERING)
    written = dump_json({text: text})
    assert not set(STEERING) - {"\n"} & set(written)


def test_characters_that_steer_display_read_back_equal() -> None:
    text = "".join(STEERING)
    assert parse_json(dump_json({text: text})) == {text: text}


def test_other_characters_are_written_as_themselves() -> None:
    # The last one is an emoji of several, held together by joiners, which Persian needs as well.
    text = "Größe 大小 😀 👩\u200d🚀"
    assert dump_json(text) == f'"{text}"'


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param("", 1, 1, id="nothing"),
        pytest.param('{\n  "a" 1\n}', 2, 7, id="colon missing"),
        pytest.param("[1]\n[2]", 2, 1, id="two values"),
        pytest.param("[01]", 1, 3, id="leading zero"),
        pytest.param("{'a': 1}", 1, 2, id="single quotes"),
        pytest.param('"\x01"', 1, 2, id="control character"),
        pytest.param("\ufeff{}", 1, 1, id="byte order mark"),
        pytest.param("[1] // one", 1, 5, id="comment"),
    ],
)
def test_what_is_not_json_is_refused_at_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("1" * (MAX_NUMBER_DIGITS + 1), "too long", id="long integer"),
        pytest.param("-" + "1" * MAX_NUMBER_DIGITS, "too long", id="long negative integer"),
        pytest.param("0." + "1" * MAX_NUMBER_DIGITS, "too long", id="long fraction"),
        pytest.param("1e99999999999999999999", "exponent", id="exponent beyond any use"),
        pytest.param("1e-99999999999999999999", "exponent", id="small exponent beyond any use"),
        pytest.param("-0", "-0", id="negative zero"),
        pytest.param("NaN", "NaN", id="NaN"),
        pytest.param("[Infinity]", "Infinity", id="Infinity"),
        pytest.param("-Infinity", "-Infinity", id="-Infinity"),
        pytest.param(nested(MAX_DEPTH + 1), "deeply", id="one level too deep"),
        pytest.param(nested(MAX_DEPTH + 1, "1"), "deeply", id="one level too deep around a number"),
        pytest.param(
            '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), "deeply", id="objects too deep"
        ),
        pytest.param(nested(100_000), "deeply", id="a hundred thousand levels"),
        pytest.param("[" * 100_000, "deeply", id="a hundred thousand levels, never closed"),
        pytest.param('"\\ud800"', "surrogate", id="half a pair"),
        pytest.param('["\\udc00\\ud800"]', "surrogate", id="a pair the wrong way round"),
        pytest.param('{"a": {"\\udfff": 1}}', "surrogate", id="half a pair in a key"),
        pytest.param('{"a": 1, "a": 1}', "repeats", id="a key twice"),
        pytest.param('[{"b": {"a": 1, "\\u0061": 2}}]', "repeats", id="a key twice, once escaped"),
    ],
)
def test_json_beyond_a_limit_is_refused(text: str, reason: str) -> None:
    with pytest.raises(JsonLimitError, match=reason):
        parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1" * MAX_NUMBER_DIGITS, id="longest integer"),
        pytest.param("0." + "1" * (MAX_NUMBER_DIGITS - 2), id="longest fraction"),
        pytest.param(nested(MAX_DEPTH), id="deepest empty array"),
        pytest.param(nested(MAX_DEPTH, "1"), id="deepest number"),
        pytest.param('"😀"', id="a character beyond the basic plane"),
        pytest.param("-0.0", id="negative zero with a fraction"),
        pytest.param("-1", id="a negative number"),
        pytest.param('[{"a":1},{"a":1}]', id="one key in two objects"),
    ],
)
def test_json_just_within_a_limit_is_read_and_written_as_it_was(text: str) -> None:
    assert dump_json(parse_json(text), indent=None) == text


def test_an_escaped_pair_reads_as_its_character() -> None:
    assert parse_json('["\\ud83d\\ude00", "\\u0041"]') == ["😀", "A"]


@law
@given(json_values)
def test_depths_are_summed_over_all_values(value: Any) -> None:
    def slowly(inner: Any, depth: int) -> int:
        members = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
        return sum(depth + slowly(member, depth + 1) for member in members)

    assert depths(value, 10**9) == slowly(value, 1)


def test_a_sum_of_depths_that_is_too_much_already_is_not_taken_further() -> None:
    assert depths([[[[1]] * 10] * 10], 5) == 1 + 20

"""When two JSON values mean the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law, respelled, shuffled, trees
from toolkit.core.canonical import DecimalLiteral, digest, parse_json, same_json

LIKENESSES: list[Any] = [
    *(0, 1, False, True, None, "", "1", "1.0", "0e0", "decimal", "1E+0"),
    *map(DecimalLiteral, ["1.0", "1e0", "10e-1", "0.0", "-0.0", "0e7", "100.0", "1e2", "-1.0"]),
]
alike = trees(st.sampled_from(LIKENESSES), st.sampled_from(["", "a", "decimal"]))


@st.composite
def respelled_pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    value = draw(json_values)
    return value, draw(shuffled(draw(respelled(value))))


@law
@given(respelled_pairs())
def test_order_of_keys_and_spelling_of_decimals_do_not_matter(pair: tuple[Any, Any]) -> None:
    left, right = pair
    assert same_json(left, right)
    assert digest(left) == digest(right)


@law
@given(st.lists(alike, min_size=2, max_size=6))
def test_digests_are_equal_exactly_when_values_mean_the_same(values: list[Any]) -> None:
    for left in values:
        for right in values:
            assert (digest(left) == digest(right)) == same_json(left, right)


@law
@given(json_values, json_values)
def test_any_two_values_agree_on_digest_and_meaning(left: Any, right: Any) -> None:
    assert (digest(left) == digest(right)) == same_json(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("1", "true", id="integer and boolean"),
        pytest.param("0", "false", id="zero and false"),
        pytest.param("1", "1.0", id="integer and decimal"),
        pytest.param("1", '"1"', id="number and text"),
        pytest.param("null", "{}", id="null and nothing"),
        pytest.param("[]", "{}", id="array and object"),
        pytest.param("[1, 2]", "[2, 1]", id="order of an array"),
        pytest.param("[1]", "[1, 1]", id="length of an array"),
        pytest.param('{"a": 1}', '{"a": 1, "b": null}', id="a key more"),
        pytest.param('{"a": 1}', '{"b": 1}', id="another key"),
        pytest.param("1.0", '{"decimal": "1E+0"}', id="a decimal and an object that looks like its digest"),
        pytest.param("1." + "0" * 60 + "1", "1." + "0" * 60 + "2", id="the sixtieth digit"),
        pytest.param("1e2000000", "2e2000000", id="beyond ordinary exponents"),
        pytest.param("1e-2000000", "0.0", id="nearly nothing and nothing"),
        pytest.param('"\u00e9"', '"e\u0301"', id="composed and decomposed"),
    ],
)
def test_values_of_different_meaning_differ_in_digest_too(left: str, right: str) -> None:
    one, other = parse_json(left), parse_json(right)
    assert not same_json(one, other)
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("0.0", "-0.0", id="zeros"),
        pytest.param("0.0", "0e999", id="zeros of another size"),
        pytest.param("2.0", "20e-1", id="exponent"),
        pytest.param("1" + "0" * 50 + ".0", "1e50", id="more digits than a context's precision"),
        pytest.param("10e2000000", "1e2000001", id="beyond ordinary exponents"),
        pytest.param('{"a": 1, "b": [2.50]}', '{"b": [2.5], "a": 1}', id="inside"),
    ],
)
def test_values_of_one_meaning_have_one_digest(left: str, right: str) -> None:
    one, other = parse_json(left), parse_json(right)
    assert same_json(one, other)
    assert digest(one) == digest(other)


def test_a_digest_names_its_algorithm() -> None:
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_tuples_count_as_arrays() -> None:
    assert same_json((1, 2), [1, 2])
    assert digest((1, 2)) == digest([1, 2])

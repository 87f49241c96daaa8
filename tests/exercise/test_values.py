from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import action, hole
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.exercise import DYNAMIC_PATH, ValuesError, fill, parse_address

PRODUCTS = {"$variable": "Products", "$items": {"id": hole(), "price": hole("decimal", optional=True)}}


def value_of(type_name: str, value: Any, *, nulls: bool = False) -> Any:
    subject = action({"a": hole(type_name)}, allowNullValues=nulls)
    return fill(subject, {"a": value})[parse_address("a")]


def problems_of(request: Any, values: dict[str, Any], **rest: Any) -> dict[str, str]:
    with pytest.raises(ValuesError) as caught:
        fill(action(request, **rest), values)
    assert caught.value.code == "AJO701"
    assert all(problem.address in caught.value.message for problem in caught.value.problems)
    return {problem.address: problem.what for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("type_name", "given_value", "written"),
    [
        ("string", "123", '"123"'),
        ("string", "", '""'),
        ("integer", "-12", "-12"),
        ("integer", 12, "12"),
        ("decimal", "2.50", "2.50"),
        ("decimal", "1E+2", "1E+2"),
        ("decimal", 5, "5"),
        ("decimal", 0.1, "0.1"),
        ("decimal", Decimal("3.10"), "3.10"),
        ("decimal", DecimalLiteral("1.0e3"), "1.0e3"),
        ("boolean", "false", "false"),
        ("boolean", True, "true"),
        ("dateTime", "2026-01-31T09:30:00+02:00", '"2026-01-31T09:30:00+02:00"'),
        ("dateTimeOnly", "2026-01-31T09:30", '"2026-01-31T09:30"'),
        ("dateOnly", "2024-02-29", '"2024-02-29"'),
        ("listString", ["a", "b"], '["a","b"]'),
        ("listInteger", "[1, 2]", "[1,2]"),
        ("listInteger", [1, None, 2], "[1,2]"),
        ("listDecimal", ["1.50", 2], "[1.50,2]"),
        ("listBoolean", [], "[]"),
        ("listDateOnly", ("2026-01-01",), '["2026-01-01"]'),
    ],
)
def test_a_value_of_its_type_is_made_exact(type_name: str, given_value: Any, written: str) -> None:
    assert dump_json(value_of(type_name, given_value), indent=None) == written


@pytest.mark.parametrize(
    ("type_name", "given_value"),
    [
        ("string", 1),
        ("string", "\ud800"),
        ("integer", "1.0"),
        ("integer", 1.0),
        ("integer", True),
        ("integer", " 1"),
        ("integer", "٣"),
        ("integer", "-0"),
        pytest.param("integer", 10**5000, id="an integer no JSON reader takes"),
        ("decimal", "1,5"),
        ("decimal", float("nan")),
        ("decimal", float("inf")),
        ("decimal", "1" * 5000),
        ("decimal", Decimal("NaN")),
        ("decimal", []),
        ("boolean", "yes"),
        ("boolean", 1),
        ("dateTime", "2020-05-06T07:08:09"),
        ("dateTimeOnly", "2020-05-06T07:08:09Z"),
        ("dateOnly", "2026-02-30"),
        ("dateOnly", 20260101),
        ("listString", "a,b"),
        ("listString", ["a", 1]),
        ("listInteger", {"0": 1}),
    ],
)
def test_a_value_of_another_type_is_refused_without_being_quoted(type_name: str, given_value: Any) -> None:
    found = problems_of({"a": hole(type_name)}, {"a": given_value})
    assert list(found) == ["a"]
    assert not isinstance(given_value, str) or given_value not in found["a"]


def test_all_problems_are_told_together_with_their_addresses() -> None:
    request = {"id": hole(), "count": hole("integer"), "day": hole("dateOnly"), "products": PRODUCTS}
    found = problems_of(
        request,
        {"count": "many", "dya": "2026-01-01", "a..b": 1, "products": [{"price": "x"}, {"id": "1", "no": 2}]},
    )
    assert found.keys() == {
        "id", "count", "day", "dya", "a..b", "products[0].id", "products[0].price", "products[1].no",
    }  # fmt: skip
    assert "did you mean day?" in found["dya"]


def test_a_list_of_objects_is_the_same_whole_as_text_and_by_item() -> None:
    subject = action({"products": PRODUCTS})
    whole = fill(subject, {"products": [{"id": "a", "price": DecimalLiteral("2.50")}, {"id": "b"}]})
    assert whole == fill(subject, {"products": '[{"id": "a", "price": 2.50}, {"id": "b"}]'})
    assert whole == fill(subject, {"products[1].id": "b", "products[0].price": "2.50", "products[0].id": "a"})
    assert whole == fill(subject, {"products[0]": '{"id": "a", "price": 2.50}', "products[1].id": "b"})


def test_fields_inside_an_items_object_are_reached_by_path_and_by_object() -> None:
    subject = action({"all": {"$variable": "All", "$items": {"in": {"a": hole(), "b": hole("integer")}}}})
    filled = fill(subject, {"all[0].in.a": "x", "all[0].in.b": "1"})
    assert filled == fill(subject, {"all": [{"in": {"a": "x", "b": 1}}]})


def test_a_scalar_list_can_be_given_by_item() -> None:
    subject = action({"tags": hole("listInteger")})
    assert fill(subject, {"tags[1]": "2", "tags[0]": 1}) == fill(subject, {"tags": [1, 2]})


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"products[1].id": "b"}, "products[0]"),
        ({"products[999999999].id": "b"}, "products[0]"),
        ({"products": [], "products[0].id": "a"}, "products"),
        ({"products[0]": {"id": "a"}, "products[0].id": "a"}, "products[0]"),
        ({"products[0].id": "a", "products[0].id.x": "a"}, "products[0].id.x"),
        ({"products.id": "a"}, "products.id"),
        ({"products": [1]}, "products[0]"),
        ({"products": [{"id": {"x": 1}}]}, "products[0].id"),
        ({"products": "{}"}, "products"),
    ],
)
def test_parts_of_a_list_that_do_not_fit_together_are_refused(values: dict[str, Any], address: str) -> None:
    assert address in problems_of({"products": PRODUCTS}, values)


def test_what_was_given_is_left_as_it_was() -> None:
    given_values: dict[str, Any] = {"products[0].id": {"x": 1}, "products[0].id.y": 2}
    problems_of({"products": PRODUCTS}, given_values)
    assert given_values == {"products[0].id": {"x": 1}, "products[0].id.y": 2}


def test_null_stands_for_an_optional_value_and_otherwise_needs_allow_null_values() -> None:
    assert "null" in problems_of({"a": hole()}, {"a": None})["a"]
    assert value_of("string", None, nulls=True) is None
    assert fill(action({"a": hole(optional=True)}), {"a": None}) == {parse_address("a"): None}


def test_header_names_are_found_in_any_case_and_given_once() -> None:
    headers = {"X-Locale": {"$variable": "Locale"}}
    assert fill(action(headers=headers), {"header:x-locale": "de"}) == {
        parse_address("header:X-Locale"): "de"
    }
    assert (
        "twice"
        in problems_of(None, {"header:x-locale": "a", "header:X-LOCALE": "b"}, headers=headers)[
            "header:X-LOCALE"
        ]
    )


def test_a_header_value_can_not_begin_another_header() -> None:
    headers = {"X-Locale": {"$variable": "Locale"}}
    for value in ("a\r\nX-Other: b", "a\nb", "a\x00b", "\x7f"):
        assert "control" in problems_of(None, {"header:X-Locale": value}, headers=headers)["header:X-Locale"]


def test_a_body_field_named_path_is_not_the_dynamic_path() -> None:
    subject = action({"path": hole()})
    filled = fill(subject, {'["path"]': "in the body", "path": "in/the/url"})
    assert {str(address): value for address, value in filled.items()} == {
        '["path"]': "in the body",
        "path": "in/the/url",
    }


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.floats() | st.text()))
def test_nothing_that_is_given_ends_in_anything_but_values_or_problems(values: dict[str, Any]) -> None:
    subject = action({"a": hole("integer", optional=True), "products": {**PRODUCTS, "$optional": True}})
    with contextlib.suppress(ValuesError):
        assert fill(subject, values).keys() <= {parse_address("a"), parse_address("products"), DYNAMIC_PATH}

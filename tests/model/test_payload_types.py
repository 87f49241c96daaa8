"""Types of payload values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import decimals, law, texts
from tests.model.samples import action, problems
from toolkit.core.canonical import DecimalLiteral
from toolkit.model.payload import (
    SCALAR_LIST_TYPES,
    SCALAR_TYPES,
    fits_type,
    item_type,
    list_type_of,
    scalar_type_of,
)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "boolean"),
        (1, "integer"),
        (10**30, "integer"),
        (DecimalLiteral("1.0"), "decimal"),
        (DecimalLiteral("1e3"), "decimal"),
        ("2026-01-01", "string"),
        (None, "string"),
    ],
    ids=["boolean", "integer", "big integer", "decimal", "exponent", "text", "null"],
)
def test_a_constants_type_is_read_off_its_literal(value: Any, name: str) -> None:
    assert scalar_type_of(value) == name


@law
@given(st.booleans() | st.integers() | decimals | texts)
def test_a_constant_fits_the_type_read_off_it(value: Any) -> None:
    assert fits_type(value, scalar_type_of(value))


@law
@given(st.none() | st.booleans() | st.integers() | decimals)
def test_only_texts_are_dates(value: Any) -> None:
    assert not any(fits_type(value, name) for name in ("dateTime", "dateTimeOnly", "dateOnly"))


@pytest.mark.parametrize("name", SCALAR_TYPES)
def test_null_fits_no_type(name: str) -> None:
    assert not fits_type(None, name)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("2026-02-28", "dateOnly"),
        ("2024-02-29", "dateOnly"),
        ("2026-01-01T10:00", "dateTimeOnly"),
        ("2026-01-01T10:00:59", "dateTimeOnly"),
        ("2026-01-01T10:00:00.123456789", "dateTimeOnly"),
        ("2026-01-01T10:00Z", "dateTime"),
        ("2026-01-01T10:00:00.5+02:00", "dateTime"),
        ("2026-01-01T10:00:00-0330", "dateTime"),
    ],
)
def test_a_date_as_iso_8601_writes_it_fits(value: str, name: str) -> None:
    assert [date for date in ("dateOnly", "dateTimeOnly", "dateTime") if fits_type(value, date)] == [name]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2026-02-29", id="no leap year"),
        pytest.param("2026-13-01", id="thirteenth month"),
        pytest.param("2026-01-01T24:01", id="twenty-fifth hour"),
        pytest.param("2026-01-01T10:00:00+25:00", id="offset of more than a day"),
        pytest.param("20260101", id="basic form"),
        pytest.param("2026-W01-1", id="week"),
        pytest.param("2026-1-1", id="one digit"),
        pytest.param("2026-01-01 10:00", id="space"),
        pytest.param("2026-01-01T10", id="hours alone"),
        pytest.param("2026-01-01T10:00:00,5Z", id="comma"),
        pytest.param("2026-01-01\n", id="line end"),
        pytest.param("\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661", id="digits of another script"),
        pytest.param("${today}", id="reference"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_date_fits_no_date_type(value: str) -> None:
    assert not any(fits_type(value, name) for name in ("dateTime", "dateTimeOnly", "dateOnly"))


@pytest.mark.parametrize(("scalar", "many"), [*zip(SCALAR_TYPES, SCALAR_LIST_TYPES, strict=True)])
def test_every_scalar_type_has_its_list_type(scalar: str, many: str) -> None:
    assert (list_type_of(scalar), item_type(many)) == (many, scalar)


@pytest.mark.parametrize(
    "node",
    [
        pytest.param(None, id="null"),
        pytest.param("$x", id="text that begins with a dollar"),
        pytest.param(2**53 + 1, id="integer beyond doubles"),
        pytest.param([1, "a", {"b": {"$variable": "L"}}, [2]], id="mixed and nested array"),
        pytest.param({"$variable": "L", "$type": "listDateOnly", "$optional": True}, id="list hole of dates"),
        pytest.param({"$constant": [], "$type": "listString"}, id="empty list"),
        pytest.param({"$constant": ["2026-01-01", None], "$type": "listDateOnly"}, id="list of dates"),
        pytest.param({"$variable": "L", "$items": {"a": {"b": {"$variable": "M"}}}}, id="object in an item"),
        pytest.param(
            {"$variable": "L", "$items": {"a": {"$variable": "M", "$type": "listString"}}}, id="list in item"
        ),
    ],
)
def test_a_request_takes_every_form_of_value(node: Any) -> None:
    assert problems(action(request={"a": node})) == ()


def test_a_list_that_varies_holds_no_list_that_varies() -> None:
    inner = {"$variable": "M", "$items": {"b": {"$variable": "N"}}}
    assert problems(action(request={"a": {"$variable": "L", "$items": {"c": inner}}}))


def test_a_response_takes_nested_lists_of_objects() -> None:
    response = {"a": [{"b": [{"c": "dateOnly"}]}], "d": {"e": "listString"}}
    assert problems(action(response=response)) == ()

"""Requests and answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only, problems
from toolkit.core.canonical import DecimalLiteral


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_request_goes_with_post_and_put(method: str) -> None:
    assert ids("action", {"/endpoint/method": method}) == set()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"/request/a.b": 1}, ("request", "a.b")),
        ({"/request/a": {"b.c": 1}}, ("request", "a", "b.c")),
        ({"/request/a": [{"b.c": 1}]}, ("request", "a", 0, "b.c")),
        (
            {"/request/a": {"$variable": "A", "$items": {"b": {"c.d": {"$variable": "D"}}}}},
            ("request", "a", "$items", "b", "c.d"),
        ),
        ({"/response": {"a": [{"b.c": "string"}]}}, ("response", "a", 0, "b.c")),
        ({"/failureResponse": {"a": {".": "string"}}}, ("failureResponse", "a", ".")),
    ],
    ids=["root", "object", "array", "items", "answer", "failure"],
)
def test_dot_in_a_field_name_is_found_wherever_it_is(
    changes: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    problem = only("action", changes)

    assert (problem.code, problem.path) == ("AJO231", path)


def test_dot_in_a_campaign_field_name_is_found() -> None:
    assert ids("campaign", {"/request/ctx/first.name": "x"}) == {"AJO231"}


@pytest.mark.parametrize(
    "value",
    [None, {"a": None}, [{"a": None}], {"$constant": [None], "$type": "listString"}, [1, None]],
    ids=["field", "object", "object in array", "typed list", "array"],
)
def test_null_without_permission_is_refused(value: object) -> None:
    assert ids("action", {"/request/x": value}) == {"AJO232"}


def test_null_in_a_campaign_action_is_refused() -> None:
    assert ids("campaign", {"/request/ctx/x": None}) == {"AJO232"}


@pytest.mark.parametrize(
    "value", [None, {"a": None}, [{"a": None}]], ids=["field", "object", "object in array"]
)
def test_null_with_permission_is_fine(value: object) -> None:
    assert ids("action", {"/request/x": value, "/allowNullValues": True}) == set()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ([1, None, 2], (1,)),
        ([["a", None]], (0, 1)),
        ({"$constant": ["2026-01-01", None], "$type": "listDateOnly"}, ("$constant", 1)),
    ],
    ids=["array", "nested array", "typed list"],
)
def test_null_that_a_list_drops_is_a_warning(value: object, where: tuple[str | int, ...]) -> None:
    problem = only("action", {"/request/x": value, "/allowNullValues": True})

    assert (problem.code, problem.path) == ("AJO233", ("request", "x", *where))


_FITTING = [
    ("dateOnly", "2024-02-29"),
    ("dateTimeOnly", "2026-01-31T12:00:00"),
    ("dateTime", "2026-01-31T12:00:00.123Z"),
    ("dateTime", "2026-01-31T12:00:00+02:00"),
    ("dateOnly", "${startDate}"),
    ("dateTime", "${startDate}T00:00:00Z"),
    ("listDateOnly", ["2026-01-31", "${endDate}"]),
    ("listString", []),
    ("listString", ["a", "${b}"]),
    ("listInteger", [1, 2]),
    ("listDecimal", [DecimalLiteral("2.0")]),
    ("listBoolean", [True, False]),
]


@pytest.mark.parametrize(("type_name", "value"), _FITTING, ids=str)
def test_typed_constant_fits(type_name: str, value: object) -> None:
    assert ids("action", {"/request/x": {"$constant": value, "$type": type_name}}) == set()


_UNFIT = [
    ("dateOnly", "2023-02-29"),
    ("dateOnly", "31.01.2026"),
    ("dateOnly", "2026-01-31T12:00:00"),
    ("dateTimeOnly", "2026-01-31T12:00:00Z"),
    ("dateTime", "2026-01-31T12:00:00"),
    ("dateTime", "2026-01-31T25:00:00Z"),
    ("dateOnly", "$${startDate}"),
    ("listDateOnly", ["2026-01-32"]),
    ("listString", [1]),
    ("listInteger", [True]),
    ("listInteger", ["1"]),
    ("listDecimal", [2]),
    ("listBoolean", ["true"]),
]


@pytest.mark.parametrize(("type_name", "value"), _UNFIT, ids=str)
def test_typed_constant_does_not_fit(type_name: str, value: object) -> None:
    assert ids("action", {"/request/x": {"$constant": value, "$type": type_name}}) == {"AJO234"}


def test_every_item_that_does_not_fit_is_reported() -> None:
    found = problems("action", {"/request/x": {"$constant": [1, "a", "b"], "$type": "listInteger"}})

    assert [problem.path[-1] for problem in found] == [1, 2]


@pytest.mark.parametrize("number", [2**53, -(2**53), 0, True])
def test_integer_within_the_exact_range_is_fine(number: int) -> None:
    assert ids("action", {"/request/x": number}) == set()


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 10**3999])
def test_integer_beyond_the_exact_range_is_a_warning(number: int) -> None:
    assert ids("action", {"/request/x": number}) == {"AJO235"}


def test_integer_of_a_list_beyond_the_exact_range_is_a_warning() -> None:
    assert ids("action", {"/request/x": {"$constant": [2**60], "$type": "listInteger"}}) == {"AJO235"}


@pytest.mark.parametrize(
    "value",
    [[1, "a", [2]], [[1], [2]], [{"a": 1}, {"b": {"$variable": "B"}}]],
    ids=["mixed", "nested", "objects that differ"],
)
def test_fixed_array_of_any_items_is_fine(value: object) -> None:
    assert ids("action", {"/request/x": value}) == set()


def test_list_hole_outside_of_items_is_fine() -> None:
    assert ids("action", {"/request/tags": {"$variable": "Tags", "$type": "listString"}}) == set()


def test_list_hole_deep_inside_items_is_a_warning() -> None:
    items = {"a": {"b": {"$variable": "Tags", "$type": "listInteger"}}}
    problem = only("action", {"/request/x": {"$variable": "X", "$items": items}})

    assert (problem.code, problem.path) == ("AJO236", ("request", "x", "$items", "a", "b"))


def test_label_repeated_in_another_case_is_a_warning_at_the_second() -> None:
    problem = only("action", {"/request/sender": {"$variable": " member ID "}})

    assert (problem.code, problem.path) == ("AJO237", ("request", "sender", "$variable"))


def test_label_may_repeat_in_another_group() -> None:
    label = {"$variable": "Member id"}
    changes = {
        "/endpoint/headers/X-Member": label,
        "/endpoint/query/member": label,
        "/request/a": {"$variable": "A", "$items": {"id": label}},
        "/request/b": {"$variable": "B", "$items": {"id": label}},
    }

    assert ids("action", changes) == set()


_CITIES = {"$variable": "Cities", "$type": "listString"}
_SHOPS = {"$variable": "Shops", "$items": {"city": {"$variable": "City"}}}


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ([{"cities": _CITIES}], {"AJO238"}),
        ([_CITIES], {"AJO238"}),
        ([_SHOPS], {"AJO238"}),
        ([{"a": {"b": _SHOPS}}], {"AJO238"}),
        ([[{"cities": _CITIES}]], {"AJO238"}),
        ({"cities": _CITIES}, set()),
        (_SHOPS, set()),
        ([{"city": {"$variable": "City"}}], set()),
        ([["Paris"], ["London", {"$variable": "City"}]], set()),
        ([{"days": {"$constant": ["2026-01-01"], "$type": "listDateOnly"}}], set()),
    ],
)
def test_lists_inside_arrays_do_not_vary(shape: Any, expected: set[str]) -> None:
    assert ids("action", {"/request/shape": shape}) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"/response": {"errorResponse": {"code": "string"}}}, {"AJO239"}),
        ({"/response": {"jo_status_code": "string"}}, {"AJO239"}),
        ({"/response": {"data": {"errorResponse": "string"}}}, set()),
        ({"/failureResponse": {"errorResponse": "string"}}, set()),
    ],
)
def test_names_that_the_platform_gives_to_answers_itself(answers: dict[str, Any], expected: set[str]) -> None:
    assert ids("action", answers) == expected

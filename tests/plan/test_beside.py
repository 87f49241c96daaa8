"""Two targets side by side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.model.definitions import definitions
from tests.model.samples import parsed
from toolkit.core.redact import MASK
from toolkit.model.document import comparable
from toolkit.model.text import MASKED, SECRET_LOST
from toolkit.plan.beside import Beside, Difference, pairs_of, without_credentials
from toolkit.plan.types import ABSENT

NAME = ("CustomAction", "One")


def differences(left: Any, right: Any) -> list[tuple[Any, Any, Any]]:
    (pair,) = pairs_of({NAME: {"at": left}}, {NAME: {"at": right}})
    return [(item.path, item.left, item.right) for item in pair.differences]


def test_what_one_side_lacks_is_named_for_that_side() -> None:
    pairs = pairs_of({NAME: {}}, {("CustomAction", "Two"): {}})
    assert [(pair.name, pair.in_left, pair.in_right, pair.is_same) for pair in pairs] == [
        ("One", True, False, False),
        ("Two", False, True, False),
    ]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a", "b", [(("at",), "a", "b")]),
        ({"x": 1, "y": 2}, {"x": 1, "z": 3}, [(("at", "y"), 2, ABSENT), (("at", "z"), ABSENT, 3)]),
        ([1, 2], [1], [(("at", 1), 2, ABSENT)]),
        ({"$variable": "a"}, {"a": 1}, [(("at",), {"$variable": "a"}, {"a": 1})]),
        (1, True, [(("at",), 1, True)]),
        (None, "x", [(("at",), None, "x")]),
    ],
    ids=["texts", "members", "items", "a hole and an object", "a number and a truth value", "null"],
)
def test_each_field_that_differs_is_named_with_both_sides(left: Any, right: Any, expected: Any) -> None:
    assert differences(left, right) == expected


def test_a_mask_is_never_compared_with_what_is_behind_another() -> None:
    for other in (MASKED, "in the open"):
        (pair,) = pairs_of({NAME: {"at": MASKED}}, {NAME: {"at": other}})
        assert (pair.differences, pair.hidden, pair.is_same) == ((), (("at",),), True)


@pytest.mark.parametrize("other", [SECRET_LOST, ABSENT], ids=["lost", "nothing"])
def test_a_secret_beside_a_lost_one_or_none_is_a_difference(other: Any) -> None:
    right = {} if other is ABSENT else {"at": other}
    (pair,) = pairs_of({NAME: {"at": MASKED}}, {NAME: right})
    assert pair.differences == (Difference(("at",), MASKED, other),)


def test_what_was_typed_where_a_credential_belongs_is_hidden_on_both_sides() -> None:
    sides = [{NAME: {"endpoint": {"headers": {"X-Token": text}}}} for text in ("hunter2", "hunter3")]
    (pair,) = pairs_of(*sides)
    (found,) = without_credentials(pair).differences
    assert (found.left, found.right) == (MASK, MASK)


@law
@given(definitions)
def test_whatever_stands_beside_itself_is_the_same(raw: Any) -> None:
    sides = {NAME: comparable(parsed(raw))}
    assert Beside("a", "b", False, pairs_of(sides, sides)).is_same

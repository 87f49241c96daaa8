"""Values of a case: what was typed on a command line, written as the payload has it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import exactly
from tests.exercise.samples import action, hole
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.exercise import fill
from toolkit.exercise.typed import Typed, typed
from toolkit.model.payload import SCALAR_TYPES

ITEM = {
    "id": hole("integer"),
    "gift": hole("boolean", optional=True),
    "of": {"on": hole("dateOnly", optional=True), "sizes": hole("listInteger", optional=True)},
}
SUBJECT = action(
    {
        **{name: hole(name, optional=True) for name in SCALAR_TYPES},
        "tags": hole("listString", optional=True),
        "counts": hole("listInteger", optional=True),
        "products": {"$variable": "Products", "$optional": True, "$items": ITEM},
    },
    headers={"X-Count": {"$variable": "Count", "$optional": True}},
    query={"page": {"$variable": "Page", "$optional": True}},
    allowNullValues=True,
)
TEXTS: dict[str, tuple[str, Any]] = {
    "string": ("120", "120"),
    "integer": ("120", 120),
    "decimal": ("2.50", DecimalLiteral("2.50")),
    "boolean": ("true", True),
    "dateTime": ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
    "dateTimeOnly": ("2026-01-31T09:30", "2026-01-31T09:30"),
    "dateOnly": ("2026-01-31", "2026-01-31"),
    "tags": ('["1", "b"]', ["1", "b"]),
    "tags[0]": ("1", "1"),
    "counts": ('[1, null, "2"]', [1, None, 2]),
    "counts[0]": ("12", 12),
    "products": ('[{"id": "7", "of": {"sizes": ["1", 2]}}]', [{"id": 7, "of": {"sizes": [1, 2]}}]),
    "products[0]": ('{"id": "7", "gift": "false"}', {"id": 7, "gift": False}),
    "products[0].id": ("7", 7),
    "products[0].of": ('{"on": "2026-01-31"}', {"on": "2026-01-31"}),
    "products[0].of.sizes": ("[3]", [3]),
    "products[0].of.sizes[0]": ("3", 3),
    "header:X-Count": ("12", "12"),
    "header:x-count": ("12", "12"),
    "query:page": ("12", "12"),
    "path": ("12/a", "12/a"),
}
"""What a person types by the place of the value, and what a payload has there."""


@pytest.mark.parametrize("address", TEXTS)
def test_a_text_becomes_what_the_payload_has_at_its_place(address: str) -> None:
    text, value = TEXTS[address]
    found = typed(SUBJECT, {address: text})
    assert exactly(found.values) == exactly({address: value})
    assert found.unclear == ()


@pytest.mark.parametrize("address", TEXTS)
def test_what_is_typed_already_and_null_stay(address: str) -> None:
    for value in (TEXTS[address][1], None):
        assert exactly(typed(SUBJECT, {address: value}).values) == exactly({address: value})


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("integer", "many"),
        ("boolean", "yes"),
        ("dateOnly", "31.1.2026"),
        ("tags", "a, b"),
        ("products", "[1]"),
        ("products[0].id", "seven"),
    ],
)
def test_what_is_of_another_type_stays_as_it_was_typed_and_is_named(address: str, value: str) -> None:
    assert typed(SUBJECT, {"string": "x", address: value}) == Typed(
        {"string": "x", address: value}, (address,)
    )


def test_a_value_of_no_place_stays() -> None:
    assert typed(SUBJECT, {"nobody": "1", "a..b": "2"}) == Typed({"nobody": "1", "a..b": "2"}, ())


ITEMS = st.fixed_dictionaries(
    {"id": st.integers().map(str)},
    optional={"gift": st.sampled_from(["true", "false"]), "of": st.just({"on": "2026-01-31"})},
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.just(TEXTS[name][0]) for name in SCALAR_TYPES},
            "counts": st.lists(st.integers().map(str) | st.none()).map(dump_json),
            "tags[0]": st.text("ab1"),
            "products": st.lists(ITEMS).map(dump_json),
        },
    )
)
def test_a_typed_value_is_sent_as_its_text_was(values: dict[str, Any]) -> None:
    found = typed(SUBJECT, values)
    assert found.unclear == ()
    assert exactly([*fill(SUBJECT, found.values).values()]) == exactly([*fill(SUBJECT, values).values()])

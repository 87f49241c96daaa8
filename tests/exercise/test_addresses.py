from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exercise.samples import action, hole
from toolkit.exercise import DYNAMIC_PATH, LIST_OF_OBJECTS, Address, holes, parse_address

NAMES = st.text(min_size=1).filter(lambda name: not any("\ud800" <= c <= "\udfff" for c in name))
PATHS = st.tuples(NAMES).flatmap(
    lambda first: st.lists(NAMES | st.integers(0, 999)).map(lambda rest: (*first, *rest))
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("recipient.id", Address("body", ("recipient", "id"))),
        ("products[0].price", Address("body", ("products", 0, "price"))),
        ("blocks[0][12]", Address("body", ("blocks", 0, 12))),
        ("header:X-Locale", Address("header", ("X-Locale",))),
        ("query:a.b[0]", Address("query", ("a.b[0]",))),
        ("path", DYNAMIC_PATH),
        ('["path"]', Address("body", ("path",))),
        ('a["b.c"]', Address("body", ("a", "b.c"))),
        ("a.path", Address("body", ("a", "path"))),
        ("two words", Address("body", ("two words",))),
    ],
)
def test_an_address_is_read_as_people_write_it_and_written_back(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    ["", ".", ".a", "a.", "a..b", "[0]", "a[", "a[]", "a[-1]", "a[01]", "a[x]", 'a["b', 'a["b"', 'a[""]',
     'a"b', "a]", "a[0]b", "header:", "query:", "a[9999999999]"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|missing|closed|expected"):
        parse_address(text)


@given(PATHS)
def test_every_place_in_a_body_has_an_address_that_leads_back(path: tuple[str | int, ...]) -> None:
    assert parse_address(str(Address("body", path))) == Address("body", path)


def test_holes_are_listed_in_the_order_of_the_file_with_label_type_and_option() -> None:
    found = holes(
        action(
            {
                "fixed": 1,
                "recipient": {"id": hole()},
                "tags": hole("listString", optional=True),
                "blocks": [{"text": hole()}, hole("integer")],
                "products": {
                    "$variable": "Products",
                    "$items": {"id": hole(), "in": {"price": hole("decimal")}},
                },
            },
            headers={"X-Locale": {"$variable": "Locale", "$optional": True}, "X-Fixed": "1"},
            query={"lang": {"$variable": "Language"}},
        )
    )
    assert [(str(each.address), each.type, each.optional) for each in found] == [
        ("header:X-Locale", "string", True),
        ("query:lang", "string", False),
        ("recipient.id", "string", False),
        ("tags", "listString", True),
        ("blocks[0].text", "string", False),
        ("blocks[1]", "integer", False),
        ("products", LIST_OF_OBJECTS, False),
    ]
    assert [(str(item.address), item.type) for item in found[-1].items] == [
        ("id", "string"),
        ("in.price", "decimal"),
    ]
    assert [each.label for each in found[:2]] == ["Locale", "Language"]

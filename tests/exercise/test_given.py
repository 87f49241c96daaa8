from __future__ import annotations

from typing import Any

import pytest

from tests.exercise.samples import action, hole
from toolkit.core.errors import AjoError
from toolkit.exercise import fill
from toolkit.exercise.given import by_address, parse_rows, parse_values

SUBJECT = action(
    {
        "recipient": {"id": hole(), "day": hole("dateOnly", optional=True)},
        "products": {"$variable": "P", "$optional": True, "$items": {"id": hole()}},
        "blocks": [{"text": hole(optional=True)}, "fixed"],
    },
    headers={"X-Locale": {"$variable": "Locale", "$optional": True}},
)


@pytest.mark.parametrize(
    ("tree", "flat"),
    [
        ({"recipient": {"id": "1"}}, {"recipient.id": "1"}),
        ({"recipient.id": "1", "header:X-Locale": "de"}, {"recipient.id": "1", "header:X-Locale": "de"}),
        ({"blocks": [{"text": "a"}]}, {"blocks[0].text": "a"}),
        ({"products": [{"id": "a"}]}, {"products": [{"id": "a"}]}),
        ({"recipient": {"id": "1", "day": None}}, {"recipient.id": "1", "recipient.day": None}),
        ({"nothing": {"a": 1}, "a..b": 2}, {"nothing": {"a": 1}, "a..b": 2}),
        ({"recipient": {}}, {"recipient": {}}),
    ],
)
def test_values_may_be_nested_as_the_request_is(tree: dict[str, Any], flat: dict[str, Any]) -> None:
    assert by_address(SUBJECT, tree) == flat


def test_nested_values_fill_the_same_holes_as_addressed_ones() -> None:
    nested = {"recipient": {"id": "1"}, "blocks": [{"text": "x"}]}
    assert fill(SUBJECT, by_address(SUBJECT, nested)) == fill(
        SUBJECT, {"recipient.id": "1", "blocks[0].text": "x"}
    )


def test_an_empty_cell_is_no_value_and_quotes_are_understood() -> None:
    rows = parse_rows('\ufeffrecipient.id,recipient.day\r\n"a, ""b""",\r\n2,2026-01-31\r\n', "r.CSV")
    assert rows == [{"recipient.id": 'a, "b"'}, {"recipient.id": "2", "recipient.day": "2026-01-31"}]


def test_lines_of_json_keep_their_types() -> None:
    assert parse_rows('{"a": 1}\n\n{"a": null}\n', "r.jsonl") == [{"a": 1}, {"a": None}]


@pytest.mark.parametrize(
    ("text", "place"), [("{", "v.json:1:2"), ("[]", "v.json"), ('{"a": 1, "a": 2}', "v.json")]
)
def test_values_that_can_not_be_read_are_refused_with_their_place(text: str, place: str) -> None:
    with pytest.raises(AjoError) as caught:
        parse_values(text, "v.json")
    assert (caught.value.code, caught.value.place) == ("AJO701", place)

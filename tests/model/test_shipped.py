"""The definitions we ship and the example of the format's description."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.json_values import exactly
from tests.model.samples import SHIPPED, example, parsed
from toolkit.core.canonical import dump_json, parse_json
from toolkit.model.document import to_document
from toolkit.model.envelope import schema_file_name
from toolkit.model.kinds import KINDS


def test_the_formats_example_is_a_definition() -> None:
    assert parsed(example()).name == "LoyaltyWelcome"


def test_the_formats_example_is_canonical_but_for_its_layout_and_defaults() -> None:
    document = to_document(parsed(example()))
    expected = example()
    for hole in (expected["request"]["recipient"]["id"], expected["request"]["products"]["$items"]["id"]):
        del hole["$type"]
    assert exactly(document) == exactly(expected)


def test_there_are_shipped_definitions() -> None:
    assert SHIPPED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_definition_is_canonical(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert dump_json(to_document(parsed(parse_json(text)))) + "\n" == text


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_definition_points_at_its_schema(file: Path) -> None:
    definition = parsed(parse_json(file.read_text(encoding="utf-8")))
    expected = f"../../schemas/v1/{schema_file_name(definition.kind)}"
    assert definition.kind in KINDS
    assert definition.schema_ == expected

"""What a glance tells of a definition is what the models tell of it; whatever else it leaves to them."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions
from tests.rules.test_any_definition import documents, wild
from toolkit.core.canonical import dump_json
from toolkit.model.glance import MOST_CHARACTERS, glance
from toolkit.model.outline import Outline, outline_of
from toolkit.rules.examples import BASES
from toolkit.workspace.load import read_definition

ACTION = BASES["action with a token"]


def said(outline: Outline) -> Any:
    """Return what an outline says, whatever the order in which it was gathered."""
    return (
        (outline.kind, outline.name, outline.schema, outline.url, outline.method),
        (dict(outline.headers), dict(outline.query), outline.authentication),
        (outline.has_request, outline.allows_null, list(outline.answer)),
        (outline.previous_name, outline.targets, outline.links, outline.references),
        (sorted(outline.soup.split()), sorted(map(repr, outline.constants)), sorted(outline.labels)),
        (sorted(outline.names), sorted(outline.answers)),
        (outline.has_inner_list, outline.has_typed_constant),
    )


def same(text: str) -> bool:
    """Hold a glance at `text` against a close look; tell whether it knew the definition."""
    outline = glance(text)
    if outline is not None:
        item, findings = read_definition("a.json", text.encode())
        assert item is not None, findings
        assert said(outline) == said(outline_of(item.definition))
    return outline is not None


@law
@given(definitions | damaged())
def test_a_definition_of_any_form_is_seen_as_the_models_see_it(raw: Any) -> None:
    same(dump_json(raw))


@wild
@given(documents)
def test_a_wild_definition_is_seen_as_the_models_see_it(raw: Any) -> None:
    same(dump_json(raw))
    same(json.dumps(raw, default=str))


PIECES = st.sampled_from(
    [
        *(
            '"',
            ":",
            ",",
            "{",
            "}",
            "[",
            "]",
            "null",
            "true",
            "0",
            "-0",
            "1.0",
            "1e999999999",
            "NaN",
            "9" * 30,
        ),
        *('""', '"$variable"', '"$type"', '"$items"', '"a": 1,', '"name": "x",', '"request": {"a": 1},'),
        *(
            "\\u0000",
            "\\ud800",
            "\\u003a",
            "\\n",
            "\\:",
            "${x}",
            "${secret:a}",
            "${",
            "$",
            " ",
            "\t",
            "\ufeff",
        ),
    ]
)


@law
@given(definitions, st.lists(st.tuples(st.integers(0), st.integers(0, 12), PIECES), max_size=3))
def test_a_text_that_is_damaged_anywhere_is_seen_as_it_is_read(raw: Any, cuts: list[Any]) -> None:
    text = dump_json(raw)
    for place, length, piece in cuts:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    same(text)


def test_texts_with_one_line_twice_or_gone_are_seen_as_they_are_read() -> None:
    lines = dump_json(ACTION).split("\n")
    for index, line in enumerate(lines):
        same("\n".join(lines[:index] + lines[index + 1 :]))
        assert not same("\n".join([*lines[:index], line, line, *lines[index + 1 :]])) or ":" not in line


@pytest.mark.parametrize("member", ['"name": "Other"', '"request": {"a": "b"}', '"description": "a: b"'])
def test_a_key_that_is_repeated_is_left_to_a_closer_look(member: str) -> None:
    text = dump_json({**ACTION, "description": 'It says "a": 1, and c: d.'})
    assert same(text)
    assert not same(text.replace("{", "{" + member + ",", 1))


def test_a_key_is_found_to_be_repeated_in_any_object() -> None:
    text = dump_json({**ACTION, "request": {"a": {"b": {"$variable": "B: c"}}, "d": [{"e": 1}]}})
    assert same(text)
    for index, character in enumerate(text):
        if character == "{" and text[index - 1] != "$":
            key = text[index:].split('"')[1]
            assert not same(f'{text[: index + 1]}"{key}": "x",{text[index + 1 :]}')


@pytest.mark.parametrize(
    "literal",
    [
        "-0",
        "1" * 4_001,
        "1" * 4_300,
        "1" * 20_000,
        "NaN",
        "-Infinity",
        "1e99999999999999999999",
        "1" * 4_001 + ".0",
    ],
)
def test_a_number_that_is_not_plain_is_left_to_a_closer_look(literal: str) -> None:
    text = dump_json({**ACTION, "request": {"a": 12345}})
    assert same(text)
    assert not same(text.replace("12345", literal))
    assert not same(dump_json(ACTION).replace('"duration": 50', f'"duration": {literal}'))


def test_what_only_looks_like_a_strange_number_is_plain() -> None:
    assert same(
        dump_json({**ACTION, "description": "-0.", "request": {"a": -1, "b": "2026-01-01", "c": "x-0"}})
    )


@pytest.mark.parametrize("depth", [49, 50, 51, 62, 63, 64, 65, 2_000])
def test_depth_is_bounded_as_everywhere(depth: int) -> None:
    inner = '{"a":' * depth + '"string"' + "}" * depth
    for part in ("request", "response"):
        text = dump_json({**ACTION, part: "PLACE"}).replace('"PLACE"', inner)
        assert same(text) == (depth < 51)


def test_a_long_text_is_left_to_a_closer_look() -> None:
    assert same(dump_json({**ACTION, "description": "x" * (MOST_CHARACTERS // 2)}))
    assert glance(dump_json({**ACTION, "description": "x" * MOST_CHARACTERS})) is None


def test_most_forms_are_known() -> None:
    for base, document in BASES.items():
        if base not in ("capping", "throttling"):
            assert same(dump_json(document)), base


def test_more_authentications_than_are_remembered_are_told_apart() -> None:
    dice = random.Random(1)
    for _ in range(50):
        name = f"n{dice.randrange(10)}"
        raw = {"type": "basic", "username": name, "password": "${secret:a}" + "x" * dice.choice((0, 6_000))}
        assert same(dump_json({**ACTION, "authentication": raw}))

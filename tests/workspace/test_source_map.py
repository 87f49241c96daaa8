"""Where things stand in a JSON text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law
from toolkit.core.canonical import JsonError, JsonLimitError, dump_json, parse_json
from toolkit.core.pointer import Path, lookup
from toolkit.workspace.source_map import Position, SourceMap


@dataclass
class Reference:
    """Writes JSON with any white space and notes where everything stands: slow, and plainly right."""

    draw: st.DrawFn
    text: str = ""
    values: dict[Path, int] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)

    def put(self, token: str) -> int:
        """Write a token behind any white space; return where it begins."""
        self.text += self.draw(st.sampled_from(["", "", " ", "\n", "\r\n", "\t", "\n\n  "]))
        self.text += token
        return len(self.text) - len(token)

    def text_token(self, text: str) -> str:
        """Return one of the ways to write a text."""
        return json.dumps(text) if self.draw(st.booleans()) else dump_json(text)

    def value(self, path: Path, value: Any) -> None:
        """Write a value with everything inside it."""
        if isinstance(value, dict):
            self.values[path] = self.put("{")
            for position, (key, member) in enumerate(value.items()):
                _ = position and self.put(",")
                self.keys[*path, key] = self.put(self.text_token(key))
                self.put(":")
                self.value((*path, key), member)
            self.put("}")
        elif isinstance(value, list):
            self.values[path] = self.put("[")
            for position, item in enumerate(value):
                _ = position and self.put(",")
                self.value((*path, position), item)
            self.put("]")
        else:
            self.values[path] = self.put(
                self.text_token(value) if isinstance(value, str) else dump_json(value)
            )


@st.composite
def references(draw: st.DrawFn) -> Reference:
    """Texts of any JSON with the places of everything in them."""
    reference = Reference(draw)
    reference.value((), draw(json_values))
    reference.put("")
    return reference


def place(text: str, offset: int) -> Position:
    """Count lines and columns, one character after another."""
    line, column = 1, 1
    for character in text[:offset]:
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return Position(line, column)


@law
@given(references())
def test_every_value_stands_where_it_was_written(reference: Reference) -> None:
    places = SourceMap(reference.text)
    for path, offset in reference.values.items():
        assert places.value(path) == place(reference.text, offset)


@law
@given(references())
def test_every_key_stands_where_it_was_written(reference: Reference) -> None:
    places = SourceMap(reference.text)
    for path, offset in reference.keys.items():
        assert places.key(path) == place(reference.text, offset)


@law
@given(references())
def test_the_text_at_a_values_place_reads_as_that_value(reference: Reference) -> None:
    places, document = SourceMap(reference.text), parse_json(reference.text)
    lines = reference.text.split("\n")
    for path in reference.values:
        at = places.value(path)
        rest = "\n".join([lines[at.line - 1][at.column - 1 :], *lines[at.line :]])
        value, _ = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(rest)
        assert json.dumps(value) == json.dumps(plain(lookup(document, path)))


def plain(value: Any) -> Any:
    """Return a value with its numbers as texts."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, str)) else str(value)


@law
@given(references())
def test_good_json_has_no_irregularities(reference: Reference) -> None:
    assert list(SourceMap(reference.text).irregularities()) == []


@law
@given(references(), st.data())
def test_what_is_not_there_stands_at_the_nearest_value_around_it(
    reference: Reference, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(reference.values, key=repr)))
    places = SourceMap(reference.text)
    assert places.value((*path, "not", "there")) == places.key((*path, 99)) == places.value(path)


def follows_the_grammar(text: str) -> bool:
    """Tell whether a text is JSON, numbers and keys aside."""
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return True


@law
@given(st.text('{}[]:,"\\ 0-1eE.tfnNu\nad8', max_size=60))
def test_what_parsing_refuses_beyond_syntax_is_always_irregular(text: str) -> None:
    try:
        parse_json(text)
    except JsonLimitError:
        assert list(SourceMap(text).irregularities()) or not follows_the_grammar(text)
    except JsonError:
        list(SourceMap(text).irregularities())
    else:
        assert not list(SourceMap(text).irregularities())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            '{"a": 1, "a": 2, "a": 3}', [("AJO003", ("a",), 10), ("AJO003", ("a",), 18)], id="three times"
        ),
        pytest.param('{"a": {"b": 1}, "c": {"b": 1}}', [], id="one key in two objects"),
        pytest.param('[{"b": 1}, {"b": 1, "b": 1}]', [("AJO003", (1, "b"), 21)], id="in the second item"),
        pytest.param('{"": 1, "": 1}', [("AJO003", ("",), 9)], id="the empty key"),
        pytest.param(
            '["-0", -0, [-0]]', [("AJO006", (1,), 8), ("AJO006", (2, 0), 13)], id="numbers, not texts"
        ),
        pytest.param("[true, fals, nul, undefined, 1_000]", [], id="words"),
        pytest.param(
            '{"\\ud800": "\\udc00"}', [("AJO007", ("\\ud800",), 2), ("AJO007", ("\\ud800",), 12)], id="halves"
        ),
        pytest.param("[" * 70, [("AJO005", (0,) * 64, 65)], id="depth"),
        pytest.param("]]}}[-0", [("AJO006", (0,), 6)], id="closed too often"),
        pytest.param('{"a\n": -0', [("AJO006", ("a\n",), 8)], id="a line end in a key"),
        pytest.param('{"\\x": -0', [("AJO006", ('"\\x"',), 8)], id="a wrong escape in a key"),
    ],
)
def test_irregularities_are_found_in_texts_good_and_broken(
    text: str, found: list[tuple[str, Path, int]]
) -> None:
    offsets = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    told = [
        (each.code, each.path, offsets[each.position.line - 1] + each.position.column)
        for each in SourceMap(text).irregularities()
    ]
    assert told == found


def test_a_long_key_is_shown_cut() -> None:
    key = "x" * 1000
    (found,) = SourceMap(f'{{"{key}": 1, "{key}": 1}}').irregularities()
    assert len(found.message) < 120


def test_a_long_number_is_told_by_its_length() -> None:
    (found,) = SourceMap("1" * 5000).irregularities()
    assert found.message == "a number of 5000 characters; at most 4000 can be carried"


@pytest.mark.parametrize("text", ["", " ", "{", '"', "[1,", '{"a"', "\x00"])
def test_a_text_without_a_value_begins_at_its_beginning(text: str) -> None:
    assert SourceMap(text).value(("a", 0)) == Position(1, 1)

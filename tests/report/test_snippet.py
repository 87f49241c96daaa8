"""The part of a document that matters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from toolkit.core.pointer import Path
from toolkit.report.snippet import MAX_MEMBERS, snippet

DOCUMENT: dict[str, Any] = {
    "formatVersion": 1,
    "kind": "CustomAction",
    "name": "Welcome",
    "endpoint": {"method": "POST", "url": "https://a.example/", "headers": {"A": "1", "B": "2"}},
    "request": [{"id": 1}, {"id": 2}],
}


def shown(*matters: Path, notes: list[tuple[Path, str]] | None = None) -> str:
    return "\n".join(snippet(DOCUMENT, matters, notes or []))


def test_what_matters_is_shown_with_kind_and_name_and_the_way_to_it() -> None:
    assert (
        shown(("endpoint", "url"))
        == """\
{
  …
  "kind": "CustomAction",
  "name": "Welcome",
  "endpoint": {
    …
    "url": "https://a.example/",
    …
  },
  …
}"""
    )


def test_a_note_stands_below_the_line_of_its_place() -> None:
    assert '    "method": "POST",\n    ^ too loud\n' in shown(notes=[(("endpoint", "method"), "too loud")])


def test_a_note_about_an_object_stands_where_it_opens_and_all_of_it_is_shown() -> None:
    text = shown(notes=[(("endpoint", "headers"), "odd")])
    assert '    "headers": {\n    ^ odd\n      "A": "1",\n      "B": "2"\n    }\n' in text


def test_a_note_about_what_is_missing_stands_at_what_it_is_missing_from() -> None:
    assert '  "endpoint": {\n  ^ nothing here\n' in shown(notes=[(("endpoint", "body", "x"), "nothing here")])


def test_two_notes_about_one_place_are_both_shown() -> None:
    text = shown(notes=[(("name",), "one"), (("name",), "two")])
    assert '"name": "Welcome",\n  ^ one\n  ^ two\n' in text


def test_a_note_about_the_whole_document_stands_at_its_beginning() -> None:
    assert shown(notes=[((), "no owner")]).startswith('{\n^ no owner\n  "formatVersion": 1,\n')


def test_a_place_in_an_array_is_shown_without_its_neighbours() -> None:
    assert '"request": [\n    …\n    {\n      "id": 2\n    }\n  ]' in shown(("request", 1))


def test_a_place_that_is_not_there_does_not_matter() -> None:
    assert "endpoint" not in shown(("endpoint", "nothing"))


def test_of_many_members_the_first_are_shown() -> None:
    lines = snippet({"items": list(range(50))}, [("items",)])
    assert len([line for line in lines if line.strip(" ,").isdigit()]) == MAX_MEMBERS
    assert lines[-3].strip() == "…"


def test_a_long_text_is_cut_and_nothing_steers_a_terminal() -> None:
    (line,) = (line for line in snippet({"text": "\x1b\u202e" + "x" * 500}, [("text",)]) if "text" in line)
    assert len(line) < 130
    assert not {"\x1b", "\u202e"} & set(line)


small = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@law
@given(document=st.dictionaries(st.text(max_size=5), small, max_size=5))
def test_a_small_document_of_which_all_matters_is_shown_whole(document: dict[str, Any]) -> None:
    assert json.loads("\n".join(snippet(document, [()]))) == document


@pytest.mark.parametrize("path", [("endpoint", "url"), ("request", 0, "id"), ("name",)])
def test_without_notes_nothing_is_marked(path: Path) -> None:
    assert "^" not in shown(path)

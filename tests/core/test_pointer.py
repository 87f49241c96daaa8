"""Places inside a document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law, texts
from toolkit.core.pointer import Path, format_path, format_pointer, lookup, parse_pointer

paths = st.lists(texts | st.integers(0, 30), max_size=5).map(tuple)


def walk(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for key, member in inside for found in walk(member, (*path, key)))]


@law
@given(paths)
def test_a_pointer_reads_back_as_its_path(path: Path) -> None:
    assert parse_pointer(format_pointer(path)) == tuple(str(part) for part in path)


def test_text_that_does_not_begin_with_a_slash_is_no_pointer() -> None:
    with pytest.raises(ValueError, match="begins with /"):
        parse_pointer("a/b")


@pytest.mark.parametrize(
    ("path", "pointer"),
    [((), ""), (("a", 0, "b/c"), "/a/0/b~1c"), (("~1",), "/~01"), (("",), "/")],
    ids=["root", "slash", "tilde", "empty key"],
)
def test_a_pointer_is_written_as_rfc_6901_says(path: Path, pointer: str) -> None:
    assert format_pointer(path) == pointer


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param((), "", id="root"),
        pytest.param(("request", "products", 0, "id"), "request.products[0].id", id="plain"),
        pytest.param((0,), "[0]", id="index first"),
        pytest.param(("headers", "Content-Type"), "headers.Content-Type", id="hyphen"),
        pytest.param(("a", "$variable"), "a.$variable", id="hole"),
        pytest.param(("a", "b c", "d.e", ""), "a['b c']['d.e']['']", id="odd keys"),
    ],
)
def test_a_path_is_said_as_people_say_it(path: Path, text: str) -> None:
    assert format_path(path) == text


@law
@given(json_values)
def test_every_place_of_a_document_is_found(document: Any) -> None:
    assert all(lookup(document, path) is value for path, value in walk(document))


@pytest.mark.parametrize(
    "path",
    [("b",), ("a", 3), ("a", "x"), ("a", 0, "x"), ("a", 0, 0), (0,)],
    ids=["key", "index", "key of an array", "key of a text", "index of a text", "index of an object"],
)
def test_looking_where_nothing_is_raises(path: Path) -> None:
    with pytest.raises(LookupError):
        lookup({"a": ["text"]}, path)

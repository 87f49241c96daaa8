"""Records: what is written is read back, and what is none is named with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.core.json_values import law
from toolkit.core.records import TIMES, RecordError, Records, Spelling

NOTHING = object()
ONE = Spelling(str, str)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    """An inner one."""

    name: str
    from_: Colour = Colour.RED


@dataclass(frozen=True)
class Outer:
    """An outer one."""

    inner: Inner
    count_of_all: int
    path: tuple[str | int, ...]
    at: datetime
    content: Any
    more: Inner | None = None
    is_good: bool = True
    hidden: str = "hidden"
    unread: int = field(init=False, default=7)
    list_of: tuple[str, ...] = field(default_factory=tuple)
    word: Spelling | None = None


FORM = Records(
    spellings={**TIMES, Spelling: Spelling(lambda _: "one", {"one": ONE}.__getitem__, ("one",))},
    left_out={(Outer, "hidden"): "left out"},
    nothing=NOTHING,
)
WHOLE: dict[str, Any] = {
    "inner": {"name": "a", "from": "blue"},
    "countOfAll": 3,
    "path": ["a", 0],
    "at": "2026-11-25T12:00:00+00:00",
    "content": {"x": [1]},
}

inners = st.builds(Inner, st.text(), st.sampled_from(Colour))
outers = st.builds(
    Outer,
    inner=inners,
    count_of_all=st.integers(),
    path=st.lists(st.text() | st.integers()).map(tuple),
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])),
    content=st.sampled_from([NOTHING, None, {"x": 1}, []]),
    more=st.none() | inners,
    is_good=st.booleans(),
    hidden=st.just("left out"),
    list_of=st.lists(st.text()).map(tuple),
    word=st.none(),
)


def schema() -> dict[str, Any]:
    defs: dict[str, Any] = {}
    return {**FORM.schema(Outer, defs), "$defs": defs}


@law
@given(outers)
def test_what_is_written_is_read_back_and_fits_the_schema(outer: Outer) -> None:
    written = FORM.write(outer)
    assert FORM.read(Outer, written) == outer
    assert list(Draft202012Validator(schema()).iter_errors(written)) == []


def test_what_is_left_out_is_not_written_and_has_its_stand_in_after_reading() -> None:
    outer = FORM.read(Outer, WHOLE)
    assert outer.hidden == "left out"
    assert "hidden" not in FORM.write(outer)
    assert "unread" not in FORM.write(outer)


def test_a_type_with_a_spelling_stands_as_text() -> None:
    outer = FORM.read(Outer, {**WHOLE, "word": "one"})
    assert FORM.write(outer)["word"] == "one"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inner": {"name": 1}}, "inner.name: a text is needed"),
        ({"inner": {}}, "inner.name: the field is missing"),
        ({"inner": {"name": "a", "odd": 1}}, "inner.odd: the field is unknown"),
        ({"inner": []}, "inner: an object is needed"),
        ({"inner": {"name": "a", "from": "green"}}, "inner.from: 'green' can't stand here"),
        ({"inner": {"name": "a", "from": 1}}, "inner.from: a text is needed"),
        ({"countOfAll": True}, "countOfAll: an integer is needed"),
        ({"isGood": 1}, "isGood: true or false is needed"),
        ({"path": "a"}, "path: an array is needed"),
        ({"path": [True]}, "path[0]: an integer is needed"),
        ({"at": "2026-11-25T12:00:00"}, "at: '2026-11-25T12:00:00' can't stand here"),
        ({"at": "noon"}, "at: 'noon' can't stand here"),
        ({"word": "two"}, "word: 'two' can't stand here"),
        ({"more": "x"}, "more: an object is needed"),
    ],
)
def test_what_is_none_is_named_with_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError) as caught:
        FORM.read(Outer, {**WHOLE, **changes})
    assert str(caught.value) == message
    assert list(Draft202012Validator(schema()).iter_errors({**WHOLE, **changes})) or "at" in changes


def test_what_is_no_object_at_all_needs_no_place() -> None:
    with pytest.raises(RecordError, match=r"^an object is needed"):
        FORM.read(Outer, [])

"""Edits of a text that touch nothing else."""

from __future__ import annotations

import pytest

from toolkit.core.mends import Drop, DropRepeat, Edit, Mend, Put, Rename, RootFile
from toolkit.core.pointer import Path
from toolkit.workspace.edits import edited, repeats_itself

FILE = "actions/a/X.json"


def after(text: str, *edits: Edit) -> str:
    return edited(text.encode(), [edits], FILE)[0]


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        ('{"a": 1, "b": 2}', Drop(("a",)), '{"b": 2}'),
        ('{"a": 1, "b": 2}', Drop(("b",)), '{"a": 1}'),
        ('{ "a": 1 }', Drop(("a",)), "{}"),
        ("[1 , 2 , 3]", Drop((1,)), "[1 , 3]"),
        ('{"a": [1, 2]}', Drop(("a", 1)), '{"a": [1]}'),
        ('{"a" : 1.50}', Rename(("a",), "é"), '{"é" : 1.50}'),
        ('{"a" : 1.50}', Put(("a",), True), '{"a" : true}'),
        ('{"a":1}', Put(("b",), 2), '{"a":1, "b": 2}'),
        ('{\n\t"a": 1\n}', Put(("b",), {"c": "d"}), '{\n\t"a": 1,\n\t"b": {\n\t  "c": "d"\n\t}\n}'),
        ('{"a": 1}', Put(("b",), {"c": 1}), '{"a": 1, "b": {"c":1}}'),
        ('{\n  "a": 1\n}', Put(("b",), 2, at=0), '{\n  "b": 2,\n  "a": 1\n}'),
        ('{"a": 1}', Put(("b",), RootFile("schemas/s.json"), at=5), '{"a": 1, "b": "../../schemas/s.json"}'),
        ('{"a": 1, "a": 1, "c": 2}', DropRepeat(("a",)), '{"a": 1, "c": 2}'),
    ],
)
def test_an_edit_changes_its_place_alone(text: str, edit: Edit, expected: str) -> None:
    assert after(text, edit) == expected


def test_edits_that_belong_together_keep_their_order() -> None:
    assert after('{"a": 1}', Put(("b",), 2), Put(("c",), 3)) == '{"a": 1, "b": 2, "c": 3}'


def test_of_mends_that_touch_one_another_the_first_is_made() -> None:
    mends: list[Mend] = [(Drop((1,)),), (Drop((0,)),), (Drop((1,)), Drop((3,)))]
    assert edited(b"[0, 1, 2, 3]", mends, FILE) == ("[2, 3]", tuple(mends[:2]))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{}", ("a",)),
        ("[1]", (4,)),
        ('{"a": 1}', ("a", "b")),
        ('{"a" 1}', ("a",)),
        ("{1: 2}", ("a",)),
        ("", ("a",)),
        ('{"a": 1 "b": 2}', ("b",)),
        ("[" * 100_000, (0,)),
    ],
)
def test_a_place_that_is_not_there_is_an_error(text: str, path: Path) -> None:
    with pytest.raises(LookupError):
        after(text, Drop(path))


def test_nothing_is_added_to_what_has_no_layout() -> None:
    with pytest.raises(LookupError):
        after("{}", Put(("a",), 1))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('{"a": {"b": [1, "x"]}, "a": { "b": [1,"\\u0078"] }}', True),
        ('{"a": 1, "a": "1"}', False),
        ('{"a": 1.0, "a": 1.00}', False),
        ('{"a": {"b": 1, "c": 2}, "a": {"c": 2, "b": 1}}', False),
        ('{"a": 1, "a": 1, "a": 2}', False),
        ('{"a": {}, "a": []}', False),
        ('{"a": 1}', False),
        ('{"a": 1, "a": 1', False),
    ],
)
def test_members_repeat_one_another_only_if_they_say_the_same_to_the_letter(text: str, same: bool) -> None:
    assert repeats_itself(text, ("a",)) is same

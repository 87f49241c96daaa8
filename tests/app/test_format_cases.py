"""Formatting cases: the same laws as for definitions."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given

from tests.app.test_format import jumbled, ordered, randoms, typed
from tests.core.json_values import exactly, law
from tests.model.case_documents import case_documents
from toolkit.app.format import look_at_files, look_at_text, rewrite
from toolkit.core.canonical import dump_json, parse_json

SMALL = {"$schema": "x", "formatVersion": 1, "kind": "Cases", "name": "Welcome", "cases": [{"name": "one"}]}
DEFAULTS: dict[str, Any] = {"description": "", "values": {}, "match": "exact"}


def formatted(text: str, name: str = "Welcome.cases.json") -> str:
    """What `ajo fmt` makes of the text of cases."""
    looked = look_at_text(name, text.encode())
    assert looked.findings == ()
    return looked.changes[0].after if looked.changes else text


def plain(document: Any) -> Any:
    """A document without what says nothing."""
    kept = dict(document)
    kept["cases"] = [
        {key: member for key, member in case.items() if key not in DEFAULTS or DEFAULTS[key] != member}
        for case in document["cases"]
    ]
    for case in kept["cases"]:
        if "journey" in case:
            found = case["journey"].get("deviations", [])
            shown = [
                {key: text for key, text in one.items() if (key, text) != ("expected", "")} for one in found
            ]
            rest = {key: member for key, member in case["journey"].items() if key != "deviations"}
            case["journey"] = rest | ({"deviations": shown} if shown else {})
    return kept


def free_keys(document: Any) -> list[list[str]]:
    """The keys whose order is an author's own."""
    return [
        list(case.get(part, {}).get(free, {}))
        for case in document["cases"]
        for part, free in [("request", "headers"), ("request", "query"), ("journey", "view")]
    ] + [list(case.get("values", {})) for case in document["cases"]]


@law
@given(case_documents, randoms)
def test_formatting_twice_changes_nothing_more(raw: Any, random: Random) -> None:
    once = formatted(typed(jumbled(raw, random), random))
    assert formatted(once) == once


@law
@given(case_documents, randoms, randoms)
def test_every_spelling_of_cases_has_one_canonical_text(raw: Any, one: Random, other: Random) -> None:
    assert formatted(typed(raw, one)) == formatted(typed(raw, other))


@law
@given(case_documents, randoms)
def test_a_formatted_text_says_what_was_typed_to_the_spelling_of_its_numbers(
    raw: Any, random: Random
) -> None:
    after: Any = parse_json(formatted(typed(jumbled(raw, random), random)))
    assert exactly(ordered(plain(after))) == exactly(ordered(plain(raw)))


@law
@given(case_documents, randoms)
def test_values_headers_and_expressions_stay_in_their_authors_order(raw: Any, random: Random) -> None:
    raw = jumbled(raw, random)
    assert free_keys(parse_json(formatted(typed(raw, random)))) == free_keys(raw)


def test_a_body_that_is_expected_to_be_null_is_no_default() -> None:
    case = {"name": "one", "request": {"body": None}, "response": {"status": 200, "body": None}}
    after: Any = parse_json(formatted(dump_json({**SMALL, "cases": [case]})))
    assert after["cases"] == [case]


def test_a_text_without_a_name_is_known_by_its_kind() -> None:
    assert formatted(dump_json(SMALL, indent=None), "<stdin>") == dump_json(SMALL) + "\n"


def test_cases_in_a_file_that_is_named_as_a_definition_are_refused() -> None:
    looked = look_at_text("Welcome.json", dump_json(SMALL).encode())
    assert [(found.code, found.path) for found in looked.findings] == [("AJO101", ("kind",))]


@pytest.mark.parametrize("chosen", [".", "team", "team/Welcome.cases.json"])
def test_cases_are_found_by_folder_and_by_name(tmp_path: Path, chosen: str) -> None:
    file = tmp_path / "team/Welcome.cases.json"
    file.parent.mkdir()
    file.write_text(dump_json(SMALL, indent=None))
    (change,) = look_at_files(tmp_path, [chosen, "team/../team/Welcome.cases.json"]).changes
    assert (change.file, rewrite(change)) == ("team/Welcome.cases.json", True)
    assert file.read_text() == dump_json(SMALL) + "\n"
    assert look_at_files(tmp_path, [chosen]).canonical == 1


def test_cases_that_can_not_be_read_are_named_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "Welcome.cases.json"
    file.write_text(dump_json({**SMALL, "cases": [{"name": "one", "match": "about"}]}))
    looked = look_at_files(tmp_path, ["Welcome.cases.json"])
    (found,) = looked.findings
    assert (looked.broken, found.line, found.path) == (["Welcome.cases.json"], 9, ("cases", 0, "match"))

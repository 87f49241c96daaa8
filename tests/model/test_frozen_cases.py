"""Version 1 of files of cases is frozen: golden files are read, judged and written as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from tests.core.json_values import exactly, law
from tests.model.case_documents import case_documents, damaged_cases
from tests.model.golden_cases import golden_action, judged
from tests.model.test_frozen_format import models_in, models_of, words_in, words_of
from toolkit.core.canonical import DecimalLiteral, dump_json, parse_json
from toolkit.model.cases import Cases, cases_document, parse_cases
from toolkit.model.schema import schema_of
from toolkit.workspace.case_files import read_cases
from toolkit.workspace.write import canonical_text

REPOSITORY = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden/v1/cases"
FILES = sorted((GOLDEN / "files").iterdir())
IDS = [file.name.split(".")[0] for file in FILES]
ACTION = golden_action(GOLDEN)
FROZEN = Draft202012Validator(json.loads((GOLDEN / "schemas/cases.schema.json").read_text("utf-8")))
CURRENT = Draft202012Validator(schema_of("Cases"))
SHAPES = sorted(models_of(Cases), key=lambda one: one.__name__)


def cases_in(file: Path) -> Cases:
    read, findings = read_cases("Golden.cases.json", file.read_bytes())
    assert read is not None, findings
    assert findings == []
    return read.cases


ALL = [model for file in FILES for model in models_in(cases_in(file))]


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_golden_cases_are_judged_as_they_were(file: Path) -> None:
    frozen = json.loads((GOLDEN / "judged" / file.name).read_text(encoding="utf-8"))
    assert judged(ACTION, cases_in(file)) == frozen


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_the_canonical_text_of_golden_cases_is_frozen_to_the_letter(file: Path) -> None:
    frozen = GOLDEN / "canonical" / file.name
    assert canonical_text(cases_document(cases_in(file))) == frozen.read_text(encoding="utf-8")
    assert judged(ACTION, cases_in(frozen)) == judged(ACTION, cases_in(file))


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_golden_cases_fit_the_frozen_and_the_current_schema(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    FROZEN.validate(document)
    CURRENT.validate(document)


def test_no_golden_case_was_taken_away() -> None:
    for folder in ("canonical", "judged"):
        assert {file.name for file in (GOLDEN / folder).iterdir()} == {file.name for file in FILES}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.__name__)
def test_golden_cases_use_every_shape_every_field_and_every_word(shape: type[BaseModel]) -> None:
    found = [model for model in ALL if type(model) is shape]
    assert {name for model in found for name in model.model_fields_set} == set(shape.model_fields)
    for name, field in shape.model_fields.items():
        used = {word for model in found for word in words_in(getattr(model, name))}
        assert set(words_of(field.annotation)) <= used, name


@law
@given(case_documents | damaged_cases())
def test_the_schema_of_cases_is_only_ever_loosened(document: Any) -> None:
    assert CURRENT.is_valid(document) or not FROZEN.is_valid(document)


@law
@given(case_documents)
def test_cases_of_every_form_are_read_and_say_the_same_when_written(document: Any) -> None:
    assert FROZEN.is_valid(document)
    cases = parse_cases(document).cases
    assert cases is not None
    written = parse_json(dump_json(cases_document(cases)))
    again = parse_cases(written).cases
    assert again is not None
    assert exactly(cases_document(again)) == exactly(written)
    assert judged(ACTION, again) == judged(ACTION, cases)


@law
@given(damaged_cases())
def test_damaged_cases_are_refused_with_a_place_or_fit_the_schema(document: Any) -> None:
    parsed = parse_cases(document)
    assert (parsed.cases is None) == bool(parsed.problems)
    assert parsed.problems or CURRENT.is_valid(document)


@pytest.mark.parametrize("version", [2, 0, -1, 10**30, True, DecimalLiteral("1.0")], ids=str)
def test_an_unknown_version_of_cases_is_refused_in_one_clear_sentence_at_its_place(version: Any) -> None:
    document = {"$schema": "x", "formatVersion": version, "kind": "Cases", "ofTheFuture": {}, "cases": 1}
    text = dump_json(document)
    read, findings = read_cases("Golden.cases.json", text.encode())
    assert read is None
    (found,) = findings
    assert (found.code, found.line, found.column, found.path) == ("AJO102", 3, 20, ("formatVersion",))
    assert found.message == (
        f"format version {dump_json(version)} is not known; this release reads version 1"
    )
    assert "update ajo-actions" in found.fix


def test_the_page_about_versions_names_the_format_of_cases() -> None:
    assert "`Cases`" in (REPOSITORY / "docs/format-versions.md").read_text(encoding="utf-8")

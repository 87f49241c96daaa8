"""Version 1 of the format is frozen: what golden files mean is what every later release reads in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from tests.core.json_values import law
from tests.model.definitions import damaged, definitions, known_kind
from tests.model.golden.freeze import stages_of
from tests.model.samples import SMALLEST, only_problem
from toolkit.core.canonical import DecimalLiteral, digest, dump_json, parse_json
from toolkit.model.document import comparable, to_document
from toolkit.model.envelope import schema_file_name
from toolkit.model.kinds import FORMAT_VERSION, KINDS, Definition, parse_definition
from toolkit.model.schema import schema_of
from toolkit.workspace.load import read_definition
from toolkit.workspace.write import canonical_text

GOLDEN = Path(__file__).parent / "golden" / "v1"
FILES = sorted((GOLDEN / "definitions").glob("*.json"))
IDS = [file.stem for file in FILES]
REPOSITORY = Path(__file__).parents[2]

MEANINGS = json.loads((GOLDEN / "digests.json").read_text(encoding="utf-8"))
"""Digest of the comparable document by file: what a file says, whatever its spelling."""


def definition_in(file: Path) -> Definition:
    read, findings = read_definition(file.name, file.read_bytes())
    assert read is not None, findings
    return read.definition


def expected(folder: str, file: Path) -> str:
    return (GOLDEN / folder / file.name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_golden_file_means_what_it_meant(file: Path) -> None:
    assert digest(comparable(definition_in(file))) == MEANINGS[file.stem]


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_what_a_platform_keeps_of_a_golden_file_is_frozen_to_the_letter(file: Path) -> None:
    assert dump_json(comparable(definition_in(file))) + "\n" == expected("comparable", file)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_the_canonical_text_of_a_golden_file_is_frozen_to_the_letter(file: Path) -> None:
    assert canonical_text(to_document(definition_in(file))) == expected("canonical", file)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_canonical_text_means_the_same_as_what_somebody_typed(file: Path) -> None:
    canonical = definition_in(GOLDEN / "canonical" / file.name)
    assert digest(comparable(canonical)) == MEANINGS[file.stem]


def test_nothing_frozen_was_taken_away() -> None:
    names = {file.stem for file in FILES}
    assert names == set(MEANINGS)
    for folder in ("canonical", "comparable"):
        assert {file.stem for file in (GOLDEN / folder).glob("*.json")} == names


# That the golden files say everything the format can say.


def models_in(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from models_in(item)


def models_of(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that a type leads to, through unions, lists and dicts; each model once per mention."""
    waiting, seen = [annotation], set()
    while waiting:
        current = waiting.pop()
        if isinstance(current, type) and issubclass(current, BaseModel):
            if current not in seen:
                seen.add(current)
                yield current
                waiting.extend(field.annotation for field in current.model_fields.values())
        else:
            waiting.extend(get_args(current))


ALL = [model for file in FILES for model in models_in(definition_in(file))]
SHAPES = sorted({model for kind in KINDS.values() for model in models_of(kind)}, key=lambda one: one.__name__)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.__name__)
def test_golden_files_use_every_shape_and_every_field_of_it(shape: type[BaseModel]) -> None:
    used = {name for model in ALL if type(model) is shape for name in model.model_fields_set}
    assert used == set(shape.model_fields)


def test_golden_files_use_every_word_that_a_field_may_hold() -> None:
    used: dict[str, set[Any]] = {}
    for model in ALL:
        for name in type(model).model_fields:
            used.setdefault(name, set()).update(words_in(getattr(model, name)))
    for shape in SHAPES:
        for name, field in shape.model_fields.items():
            assert set(words_of(field.annotation)) <= used[name], name


def words_in(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from words_in(item)
    elif isinstance(value, (str, int)):
        yield value


def words_of(annotation: Any) -> Iterator[Any]:
    """The words of a ``Literal``; time units aside, which are the platform's list and many."""
    for argument in get_args(annotation):
        if isinstance(argument, (str, int)) and argument not in {
            "milliseconds",
            "hours",
            "days",
            "months",
            "years",
        }:
            yield argument
        elif not isinstance(argument, type):
            yield from words_of(argument)


# Later versions, and schemas.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "version",
    [FORMAT_VERSION + 1, 0, -1, 10**30, True, DecimalLiteral("1.0"), DecimalLiteral("2.5")],
    ids=str,
)
def test_an_unknown_version_is_refused_in_one_clear_sentence(kind: str, version: Any) -> None:
    document = {**SMALLEST[kind], "formatVersion": version, "fieldOfTheFuture": {}}
    found = only_problem(document)
    assert (found.code, found.path) == ("AJO102", ("formatVersion",))
    assert f"format version {dump_json(version)} is not known" in found.message
    assert "this release reads version 1" in found.message
    assert "update ajo-actions" in found.fix


def test_a_version_written_as_a_text_is_refused_at_its_place() -> None:
    found = only_problem({**SMALLEST["CustomAction"], "formatVersion": "1"})
    assert found.path == ("formatVersion",)


def frozen_schemas(stage: Path) -> dict[str, Draft202012Validator]:
    texts = {kind: (stage / schema_file_name(kind)).read_text(encoding="utf-8") for kind in KINDS}
    return {kind: Draft202012Validator(json.loads(text)) for kind, text in texts.items()}


STAGES = [frozen_schemas(stage) for stage in stages_of(GOLDEN)]
"""The schemas as they were first frozen, then after each addition."""

NEWEST = STAGES[-1]
CURRENT = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_golden_file_fits_the_newest_frozen_and_the_current_schema(file: Path) -> None:
    document: Any = json.loads(file.read_text(encoding="utf-8"))
    NEWEST[document["kind"]].validate(document)
    CURRENT[document["kind"]].validate(document)


@law
@given(definitions | damaged())
def test_schemas_are_only_ever_loosened(document: Any) -> None:
    kind = known_kind(document, "CustomAction")
    for older, newer in pairwise([*STAGES, CURRENT]):
        assert newer[kind].is_valid(document) or not older[kind].is_valid(document)


def test_each_stage_of_frozen_schemas_knows_something_that_the_one_before_did_not() -> None:
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in FILES]
    for older, newer in pairwise(STAGES):
        added = [item for item in documents if not older[item["kind"]].is_valid(item)]
        assert any(newer[item["kind"]].is_valid(item) for item in added)


@law
@given(definitions)
def test_whatever_fits_the_frozen_schema_is_read_unless_a_text_is_wrong_inside(document: Any) -> None:
    kind = document["kind"]
    assert NEWEST[kind].is_valid(document)
    assert parse_definition(document).definition is not None


def test_the_page_about_versions_names_the_current_one() -> None:
    page = (REPOSITORY / "docs" / "format-versions.md").read_text(encoding="utf-8")
    assert f"The current version is {FORMAT_VERSION}." in page
    for kind in KINDS:
        assert f"`{kind}`" in page


def test_golden_files_are_read_as_text_first() -> None:
    typed = (GOLDEN / "definitions" / "custom-action-as-typed.json").read_text(encoding="utf-8")
    document = parse_json(typed)
    assert (
        canonical_text(to_document(definition_in(GOLDEN / "definitions" / "custom-action-as-typed.json")))
        != typed
    )
    assert isinstance(document, dict)

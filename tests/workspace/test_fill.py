"""Filling in values touches what refers to them, and gives what reading the filled file would give."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import exactly, law
from tests.model.definitions import definitions
from tests.model.samples import CUSTOM, action, parsed
from toolkit.model.document import fill_document, references, texts, to_document
from toolkit.model.kinds import parse_definition
from toolkit.workspace.fill import fill_definition, value_places

VALUES = st.fixed_dictionaries({"host": st.text(max_size=6), "a_1": st.text("${}ab.", max_size=6)})


@law
@given(definitions)
def test_the_texts_with_references_are_found_without_making_a_document(raw: Any) -> None:
    definition = parsed(raw)
    document = to_document(definition)
    expected = [(path, text) for path, text in texts(definition.kind, document) if "${" in text]
    assert list(references(definition)) == expected


@law
@given(definitions, VALUES)
def test_a_filled_definition_is_what_its_filled_document_reads_as(raw: Any, values: dict[str, str]) -> None:
    definition = parsed(raw)
    result, problems, _ = fill_definition(definition, value_places(definition), "prod", values)
    if problems:
        assert result is None
    else:
        read = parse_definition(fill_document(definition.kind, to_document(definition), values)).definition
        assert read is not None
        assert result is not None
        assert exactly(to_document(result)) == exactly(to_document(read))


@law
@given(definitions, VALUES)
def test_filling_leaves_the_definition_as_it_was(raw: Any, values: dict[str, str]) -> None:
    definition = parsed(raw)
    before = exactly(to_document(definition))
    fill_definition(definition, value_places(definition), "prod", values)
    assert exactly(to_document(definition)) == before


def test_a_value_that_empties_a_text_which_has_to_say_something_is_a_finding() -> None:
    target = {**CUSTOM, "authorizationType": "header", "tokenTarget": "${header}"}
    definition = parsed(action(authentication=target))
    result, (problem,), _ = fill_definition(definition, value_places(definition), "prod", {"header": ""})
    assert (result, problem.path) == (None, ("authentication", "tokenTarget"))
    assert "with the values of target prod" in problem.message

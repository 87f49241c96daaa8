"""What is handed on as JSON comes back as it was."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from tests.core.json_values import law
from tests.model.definitions import definitions
from tests.model.samples import parsed
from toolkit.app.examine import Question, examine
from toolkit.app.kept import Answer, as_row, from_row
from toolkit.core.canonical import dump_json
from toolkit.rules import RULES
from toolkit.workspace.load import DefinitionFile, Source

QUESTION = Question(
    {"stage": {"host": "x.example"}, "prod": {"host": "10.0.0.1", "a_1": "$"}}, RULES, is_ours=True
)


@law
@given(definitions)
def test_an_answer_comes_back_as_it_was_unless_it_holds_mends(raw: Any) -> None:
    item = DefinitionFile(Source("a.json", dump_json(raw)), parsed(raw))
    answer = Answer((), examine(item, QUESTION))
    row = as_row(answer)
    assert row is None or from_row("a.json", json.loads(json.dumps(row))) == answer

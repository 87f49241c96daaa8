"""Every code that is ever printed can be explained."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.cli.main import run
from toolkit.core.codes import CODES
from toolkit.rules import all_rules


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_with_its_exit_code(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", code, "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert explained["code"] == code
    assert explained["meaning"] == CODES[code].meaning
    assert explained["fix"]
    assert explained["exit"] == str(int(CODES[code].exit))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_with_its_reason(rule: object, capsys: pytest.CaptureFixture[str]) -> None:
    rule_id = rule.id  # type: ignore[attr-defined]
    assert run(["explain", rule_id, "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert explained["code"] == rule_id
    assert all(explained[part] for part in ("meaning", "why", "fix"))


def test_an_explanation_is_readable_without_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "AJO103"]) == 0
    assert capsys.readouterr().out.startswith("code     AJO103\nmeaning  A field is unknown.\nfix ")


def test_small_letters_name_the_same_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "ajo103"]) == 0


@given(code=st.text().filter(lambda text: text.upper() not in CODES and not text.startswith("-")))
def test_anything_else_is_refused_as_no_code(code: str) -> None:
    known = {rule.id for rule in all_rules()}
    assert run(["explain", code]) == (0 if code.upper() in known else 3)

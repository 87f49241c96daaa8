"""Every code that is ever printed can be explained, and every rule shows what it means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.cli.explain import full_code, nearest
from toolkit.cli.main import run
from toolkit.core.codes import CODES
from toolkit.model.kinds import parse_definition
from toolkit.rules import AnyRule, Rule, Scene, all_rules, check_definition
from toolkit.rules.meanings import all_codes

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
Capsys = pytest.CaptureFixture[str]


def explained(capsys: Capsys, *words: str) -> str:
    assert run(["explain", *words]) == 0
    return capsys.readouterr().out


def document(capsys: Capsys, code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explained(capsys, code, "--json"))
    return found


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_with_its_exit_code(code: str, capsys: Capsys) -> None:
    found = document(capsys, code)
    assert found["code"] == code
    assert found["meaning"] == CODES[code].meaning
    assert found["fix"]
    assert found["exit"] == str(int(CODES[code].exit))


@pytest.mark.parametrize("code", all_codes())
def test_every_code_is_explained_in_text(code: str, capsys: Capsys) -> None:
    lines = explained(capsys, code).splitlines()
    assert lines[0] == f"code     {code}"
    assert any(line.startswith("meaning  ") for line in lines)
    assert any(line.startswith("fix      ") for line in lines)


@each_rule
def test_every_rule_is_explained_with_its_reason(rule: AnyRule, capsys: Capsys) -> None:
    found = document(capsys, rule.id)
    assert (found["code"], found["severity"], found["kinds"]) == (rule.id, rule.severity, list(rule.kinds))
    assert (found["meaning"], found["why"], found["fix"]) == (rule.summary, rule.why, rule.fix)
    assert found["page"] == rule.page


@each_rule
def test_the_examples_of_a_rule_are_whole_in_json(rule: AnyRule, capsys: Capsys) -> None:
    found = document(capsys, rule.id)
    for side, example in (("wrong", rule.wrong), ("right", rule.right)):
        files = {item["file"]: item["document"] for item in found[side]["files"]}
        scene = example.definitions if isinstance(example, Scene) else {"": example}
        assert files == {file: each.document() for file, each in scene.items()}
        assert bool(found[side]["findings"]) == (side == "wrong")


@each_rule
def test_the_wrong_example_is_marked_with_what_is_found_and_the_right_one_is_not(
    rule: AnyRule, capsys: Capsys
) -> None:
    wrong, _, right = explained(capsys, rule.id).partition("\nRight")
    messages = [item["message"] for item in document(capsys, rule.id)["wrong"]["findings"]]
    assert [line.strip()[2:] for line in wrong.splitlines() if line.strip().startswith("^ ")] == messages
    assert right
    assert "^" not in right


@each_rule
def test_wrong_and_right_look_different(rule: AnyRule, capsys: Capsys) -> None:
    wrong, _, right = explained(capsys, rule.id).partition("\nWrong")[2].partition("\nRight")
    shown = [line for line in wrong.splitlines() if not line.strip().startswith("^ ")]
    assert shown != right.splitlines()


def test_a_finding_of_an_example_is_what_validate_says_of_it(capsys: Capsys) -> None:
    rule = next(rule for rule in all_rules() if isinstance(rule, Rule))
    found = document(capsys, rule.id)["wrong"]
    definition = parse_definition(found["files"][0]["document"]).definition
    assert definition is not None
    said = [problem.message for problem in check_definition(definition)]
    assert [item["message"] for item in found["findings"]] == said


def test_a_rule_about_several_definitions_shows_several_files_and_the_target(capsys: Capsys) -> None:
    text = explained(capsys, "AJO287")
    assert "\n  LoyaltyWelcome.json\n" in text
    assert "\n  loyalty-api.throttling.json\n" in text
    assert "Wrong for target stage, no production sandbox:" in text
    assert "Right for target prod, a production sandbox:" in text


def test_an_explanation_is_readable_without_json(capsys: Capsys) -> None:
    assert explained(capsys, "AJO103").startswith("code     AJO103\nmeaning  A field is unknown.\nfix ")


@pytest.mark.parametrize("typed", ["ajo203", "AJO203", "203", " 203 "])
def test_a_code_may_be_typed_in_small_letters_or_as_its_number(typed: str, capsys: Capsys) -> None:
    assert explained(capsys, typed) == explained(capsys, "AJO203")


def test_a_number_is_filled_up_with_zeros(capsys: Capsys) -> None:
    assert document(capsys, "2")["code"] == "AJO002"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("AJO2O3", "AJO203"),
        ("AOJ103", "AJO103"),
        ("AJO1003", "AJO103"),
        ("JO904", "AJO904"),
        ("AJO-301", "AJO301"),
    ],
)
def test_a_mistyped_code_is_told_the_nearest_one(typed: str, meant: str, capsys: Capsys) -> None:
    assert run(["explain", typed]) == 3
    assert f"Did you mean {meant}?" in capsys.readouterr().err


def test_what_is_like_no_code_is_told_what_codes_look_like(capsys: Capsys) -> None:
    assert run(["explain", "zzz"]) == 3
    assert "Codes look like AJO103" in capsys.readouterr().err


@given(code=st.text().filter(lambda text: not text.startswith("-")))
def test_anything_else_is_refused_as_no_code(code: str) -> None:
    assert run(["explain", code]) == (0 if full_code(code) in all_codes() else 3)


@given(typed=st.text(max_size=10))
def test_the_nearest_code_is_a_code_or_none(typed: str) -> None:
    assert nearest(typed, all_codes()) in ("", *all_codes())

"""For machines: every answer, also an error, is one JSON document that names its format and version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action

ANSWERS = [
    (["validate", "--json"], "ajo-findings"),
    (["validate", "--format", "json"], "ajo-findings"),
    (["fmt", "--check", "--json"], "ajo-fmt"),
    (["fmt", "--json"], "ajo-fmt"),
    (["list", "--json"], "ajo-definitions"),
    (["list", "--live", "--json"], "ajo-live"),
    (["diff", "--json"], "ajo-plan"),
    (["diff", "--format", "json"], "ajo-plan"),
    (["sync", "--yes", "--json"], "ajo-receipt"),
    (["sync", "--yes", "--format", "json"], "ajo-receipt"),
    (["explain", "AJO103", "--json"], "ajo-explanation"),
    (["explain", "AJO288", "--json"], "ajo-explanation"),
    (["rules", "--json"], "ajo-rules"),
]

ERRORS = [
    (["diff", "--json", "--target", "nope"], "AJO303"),
    (["list", "--json", "--target", "nope"], "AJO303"),
    (["sync", "--json"], "AJO601"),
    (["explain", "NOPE", "--json"], "AJO901"),
    (["rules", "NOPE", "--json"], "AJO901"),
    (["validate", "--json", "--no-such-option"], "AJO901"),
    (["fmt", "--json", "-"], "AJO901"),
    (["validat", "--json"], "AJO901"),
    (["diff", "--format", "json", "--target", "nope"], "AJO303"),
    (["diff", "--format=json", "--target", "nope"], "AJO303"),
]


def words(value: list[str] | str) -> str:
    return " ".join(value) if isinstance(value, list) else value


@pytest.mark.parametrize(("command", "form"), ANSWERS, ids=words)
def test_an_answer_names_its_format_and_version(desk: Desk, command: list[str], form: str) -> None:
    desk.write(action("Hello"))
    answered = desk.ajo(*command).json()
    assert (answered["format"], answered["version"]) == (form, 1)


@pytest.mark.parametrize(("command", "code"), ERRORS, ids=words)
def test_an_error_is_a_document_too_and_carries_its_exit_code(
    desk: Desk, command: list[str], code: str
) -> None:
    desk.write(action("Hello"))
    refused = desk.ajo(*command)
    document = refused.json()
    assert (document["format"], document["version"], document["code"]) == ("ajo-error", 1, code)
    assert document["exit"] == refused.exit != 0
    assert document["message"]
    assert document["fix"]
    assert code in refused.err


def test_an_error_about_definitions_brings_its_findings(desk: Desk) -> None:
    desk.write(action("bad-name"))
    refused = desk.ajo("diff", "--json")
    assert refused.exit == 3
    assert [found["code"] for found in refused.json()["findings"]] == ["AJO200"]


def test_an_error_outside_any_workspace_is_a_document_too(desk: Desk, tmp_path: Path) -> None:
    for command in ("validate", "list", "diff", "sync", "fmt"):
        refused = desk.ajo("-C", str(tmp_path), command, "--json")
        assert (refused.exit, refused.json()["code"]) == (3, "AJO301")


def test_a_receipt_file_is_the_document_that_is_answered(desk: Desk) -> None:
    desk.write(action("Hello"))
    file = desk.root / "receipt.json"
    answered = desk.ajo("sync", "--yes", "--json", "--receipt", str(file)).json()
    assert json.loads(file.read_text()) == answered


def test_a_sync_with_work_to_do_keeps_its_plan_out_of_the_answer(desk: Desk) -> None:
    desk.write(action("Hello"))
    done = desk.ajo("sync", "--yes", "--json")
    assert "Plan: 1 to create" in done.err
    assert done.json()["rows"][0]["status"] == "done"

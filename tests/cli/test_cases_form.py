"""Files of cases in their form: formatted, checked, kept canonical by what writes them."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import COMMAND, Desk, action
from toolkit.core.canonical import dump_json

CASE = {"name": "a new member", "values": {"recipient.id": "4711"}, "request": {"method": "POST"}}


def cases(*of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    schema = "../../schemas/v1/cases.schema.json"
    head = {"$schema": schema, "formatVersion": 1, "kind": "Cases", "name": "Hello"}
    return {**head, "cases": list(of or [CASE]), **changes}


def write(desk: Desk, document: Any) -> Path:
    file = desk.root / "actions/team/Hello.cases.json"
    file.write_text(json.dumps(document, indent=1))
    return file


@pytest.fixture
def untidy(desk: Desk) -> Path:
    """An action and a file of its cases that nobody formatted."""
    desk.write(action("Hello"))
    return write(desk, cases({**CASE, "match": "exact", "description": ""}))


def test_a_check_and_a_diff_name_cases_and_write_nothing(desk: Desk, untidy: Path) -> None:
    before = untidy.read_bytes()
    checked = desk.ajo("fmt", "--check")
    assert (checked.exit, "would format actions/team/Hello.cases.json" in checked.out) == (2, True)
    shown = desk.ajo("fmt", "--diff")
    assert (shown.exit, "+++ actions/team/Hello.cases.json" in shown.out) == (2, True)
    assert untidy.read_bytes() == before


def test_cases_are_formatted_once_and_hold_as_before(desk: Desk, untidy: Path) -> None:
    assert desk.ajo("test").exit == 0
    assert desk.ajo("fmt").exit == 0
    assert untidy.read_text() == dump_json(cases()) + "\n"
    assert (desk.ajo("fmt", "--check").exit, desk.ajo("test").exit) == (0, 0)


def test_standard_input_may_be_cases(desk: Desk, untidy: Path) -> None:
    for more in ([], ["--stdin-filename", "actions/team/Hello.cases.json"]):
        done = subprocess.run(
            [COMMAND, "fmt", "-", *more],
            input=untidy.read_bytes(),
            env=desk.environment(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stdout.decode()) == (0, dump_json(cases()) + "\n")


def test_a_broken_file_of_cases_is_told_with_line_column_and_pointer(desk: Desk, untidy: Path) -> None:
    write(desk, cases({**CASE, "response": {"status": "200"}}))
    ran = desk.ajo("validate")
    assert ran.exit == 3
    assert "actions/team/Hello.cases.json:16:15: error AJO105" in ran.out
    assert "/cases/0/response/status" in ran.out
    left = desk.ajo("fmt")
    assert (left.exit, "left alone, see `ajo validate`: actions/team/Hello.cases.json" in left.err) == (
        3,
        True,
    )


def test_a_later_version_of_cases_is_refused_by_all_that_read_them(desk: Desk, untidy: Path) -> None:
    write(desk, cases(formatVersion=2, ofTheFuture=1))
    for command in (["validate"], ["test"], ["fmt", "actions/team/Hello.cases.json"]):
        ran = desk.ajo(*command)
        told = [line for line in (ran.out + ran.err).splitlines() if "Hello.cases.json:" in line]
        assert ran.exit == 3
        place, _, message = told[0].partition(": ")
        assert (len(told), place) == (1, "actions/team/Hello.cases.json:3:19")
        assert message == "error AJO102 format version 2 is not known; this release reads version 1"


def test_cases_that_a_renamed_action_left_behind_are_told(desk: Desk, untidy: Path) -> None:
    (desk.root / "actions/team/Hello.json").unlink()
    desk.write(action("Welcome"))
    for command in ("validate", "test"):
        ran = desk.ajo(command)
        told = 'actions/team/Hello.cases.json:5:10: error AJO731 no definition is named "Hello"'
        assert (ran.exit, told in ran.out + ran.err) == (3, True)


def test_an_action_in_a_file_of_another_name_has_its_cases_all_the_same(desk: Desk, untidy: Path) -> None:
    (desk.root / "actions/team/Hello.json").rename(desk.root / "actions/team/Other.json")
    ran = desk.ajo("validate")
    assert (ran.exit, "AJO012" in ran.out, "AJO731" in ran.out) == (0, True, False)


def test_a_watch_tells_of_cases_too(desk: Desk, untidy: Path) -> None:
    process = desk.start("validate", "--watch", "--json")
    try:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        write(desk, cases(formatVersion=2))
        second = json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert (first["findings"], [found["code"] for found in second["findings"]]) == ([], ["AJO102"])


def test_what_updates_cases_leaves_them_canonical(desk: Desk, untidy: Path) -> None:
    write(desk, cases({"match": "exact", "values": {"recipient.id": "4711"}, "name": "values alone"}))
    assert desk.ajo("test", "--update").exit == 0
    assert '"template": "welcome"' in untidy.read_text()
    assert (desk.ajo("fmt", "--check").exit, desk.ajo("test").exit) == (0, 0)


def test_a_stale_schema_of_cases_is_noticed(desk: Desk, untidy: Path) -> None:
    desk.ajo("schema")
    schema = desk.root / "schemas/v1/cases.schema.json"
    schema.write_text(schema.read_text().replace('"exact"', '"about"'))
    checked = desk.ajo("schema", "--check")
    assert (checked.exit, "v1/cases.schema.json" in checked.err) == (2, True)

"""Files in their one form, and schemas that follow the models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.cli.main import run
from toolkit.model.kinds import KINDS


@pytest.fixture
def untidy(desk: Desk) -> Path:
    """A definition that means what it should and looks as nobody should leave it."""
    file = desk.write(action("Untidy"))
    file.write_text(json.dumps(dict(reversed(json.loads(file.read_text()).items()))))
    return file


def test_a_check_names_the_file_writes_nothing_and_is_exit_code_2(desk: Desk, untidy: Path) -> None:
    before = untidy.read_bytes()
    checked = desk.ajo("fmt", "--check")
    assert checked.exit == 2
    assert "would format actions/team/Untidy.json" in checked.out
    assert untidy.read_bytes() == before


def test_a_diff_shows_the_lines_and_writes_nothing(desk: Desk, untidy: Path) -> None:
    before = untidy.read_bytes()
    shown = desk.ajo("fmt", "--diff")
    assert shown.exit == 2
    assert "+++ actions/team/Untidy.json" in shown.out
    assert '+  "name": "Untidy",' in shown.out
    assert untidy.read_bytes() == before


def test_formatting_once_is_enough(desk: Desk, untidy: Path) -> None:
    assert desk.ajo("fmt").exit == 0
    once = untidy.read_bytes()
    again = desk.ajo("fmt")
    assert (again.exit, untidy.read_bytes()) == (0, once)
    assert desk.ajo("fmt", "--check").exit == 0


def test_formatting_changes_nothing_that_is_sent(desk: Desk, untidy: Path) -> None:
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.ajo("fmt").exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 0


def test_a_file_that_can_not_be_read_is_left_alone_named_and_exit_code_3(desk: Desk, untidy: Path) -> None:
    broken = desk.root / "actions/team/Broken.json"
    broken.write_text('{"kind": ')
    formatted = desk.ajo("fmt")
    assert formatted.exit == 3
    assert "actions/team/Broken.json" in formatted.err
    assert broken.read_text() == '{"kind": '
    assert untidy.read_text().startswith('{\n  "$schema"')


def test_two_definitions_of_one_name_are_still_formatted(desk: Desk, untidy: Path) -> None:
    desk.write(action("Untidy"), "other/Untidy.json")
    assert desk.ajo("fmt").exit == 0


def test_a_file_that_can_not_be_written_is_an_error_that_names_it(desk: Desk, untidy: Path) -> None:
    untidy.rename(untidy.with_name("kept"))
    target = desk.root / "actions/team" / ("x" * 250 + ".json")
    untidy.with_name("kept").rename(target)
    refused = desk.ajo("fmt")
    assert refused.exit == 3
    assert "AJO309" in refused.err


def test_current_schemas_are_exit_code_0_and_stale_ones_2(desk: Desk) -> None:
    assert desk.ajo("schema", "--check").exit == 2
    assert desk.ajo("schema").exit == 0
    assert desk.ajo("schema", "--check").exit == 0
    stale = desk.root / "schemas/v1/custom-action.schema.json"
    stale.write_text("{}")
    checked = desk.ajo("schema", "--check")
    assert checked.exit == 2
    assert "AJO904" in checked.err
    assert "custom-action" in checked.err
    assert stale.read_text() == "{}"


def test_only_what_is_stale_is_written(desk: Desk) -> None:
    desk.ajo("schema")
    (desk.root / "schemas/v1/custom-action.schema.json").unlink()
    assert len(desk.ajo("schema").out.splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_a_kind_can_be_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--print", kind]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schemas_go_where_they_are_asked_to(desk: Desk, tmp_path: Path) -> None:
    assert desk.ajo("schema", "--output", str(tmp_path / "elsewhere")).exit == 0
    assert (tmp_path / "elsewhere/v1/custom-action.schema.json").is_file()
    assert not (desk.root / "schemas").exists()

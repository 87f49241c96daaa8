"""A new workspace is good from its first minute, and nothing that exists is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk
from toolkit.cli.main import run


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "fresh")]) == 0
    return tmp_path / "fresh"


def test_a_new_workspace_validates_without_a_finding(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(fresh), "validate"]) == 0
    assert capsys.readouterr().out.endswith("1 definition checked: all is well.\n")


def test_a_new_workspace_is_canonical_and_its_schemas_are_current(fresh: Path) -> None:
    assert run(["-C", str(fresh), "fmt", "--check"]) == 0
    assert run(["-C", str(fresh), "schema", "--check"]) == 0


def test_the_demonstration_works_in_a_new_workspace(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {file: file.read_bytes() for file in fresh.rglob("*") if file.is_file()}
    assert run(["-C", str(fresh), "demo"]) == 0
    assert "Done: definitions reached the platform" in capsys.readouterr().out
    assert {file: file.read_bytes() for file in fresh.rglob("*") if file.is_file()} == before


def test_the_schema_that_a_definition_names_is_there(fresh: Path) -> None:
    definition = fresh / "actions/example/FirstMessage.json"
    named = definition.parent / json.loads(definition.read_text())["$schema"]
    assert named.resolve().is_file()


def test_every_file_that_is_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(tmp_path), "init"]) == 0
    said = capsys.readouterr().out.splitlines()
    named = {Path(line.removeprefix("wrote ")) for line in said if line.startswith("wrote ")}
    assert named == {file for file in tmp_path.rglob("*") if file.is_file()}


def test_a_second_init_is_refused_and_changes_nothing(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (fresh / "ajo.toml").write_text("# mine\n")
    assert run(["init", str(fresh)]) == 3
    assert "AJO302" in capsys.readouterr().err
    assert (fresh / "ajo.toml").read_text() == "# mine\n"


def test_what_is_in_the_folder_already_stays_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "actions/example/FirstMessage.json"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert run(["init", str(tmp_path)]) == 0
    assert mine.read_text() == "mine"


def test_a_project_that_has_its_settings_in_pyproject_is_not_given_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ajo]\nactions = "definitions"\n')
    assert run(["init", str(tmp_path)]) == 3
    assert "AJO302" in capsys.readouterr().err
    assert not (tmp_path / "ajo.toml").exists()


def test_a_folder_in_the_way_is_an_error_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "actions").write_text("a file")
    assert run(["init", str(tmp_path)]) == 3
    assert "AJO309" in capsys.readouterr().err


def test_the_demonstration_works_on_any_workspace_with_values(desk: Desk) -> None:
    desk.settings()
    refused = desk.ajo("demo")
    assert refused.exit == 3
    assert "AJO308" in refused.err


def test_a_workspace_can_be_started_inside_another(fresh: Path) -> None:
    assert run(["init", str(fresh / "inner")]) == 0
    assert run(["-C", str(fresh / "inner"), "validate"]) == 0


def test_editors_find_the_schemas_of_a_new_workspace(fresh: Path) -> None:
    settings = json.loads((fresh / ".vscode/settings.json").read_text())
    assert all((fresh / entry["url"]).is_file() for entry in settings["json.schemas"])
    assert run(["-C", str(fresh), "schema", "--check", "--catalog"]) == 0


def test_settings_of_an_editor_that_are_there_stay_and_the_way_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / ".vscode/settings.json"
    mine.parent.mkdir()
    mine.write_text("{}")
    assert run(["init", str(tmp_path)]) == 0
    assert mine.read_text() == "{}"
    assert "`ajo schema --catalog`" in capsys.readouterr().out

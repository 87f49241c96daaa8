"""Files in their one form, and schemas that follow the models."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.desk import COMMAND, Desk, Ran, action
from tests.scenarios.terminal import terminal
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


def test_a_diff_in_a_pipe_is_applied_by_git_and_leaves_what_fmt_leaves(desk: Desk, untidy: Path) -> None:
    shown = desk.process("fmt", "--diff", env=desk.environment(FORCE_COLOR="1"))
    assert (shown.exit, shown.err) == (2, "1 file not canonical, 0 are.\n")
    command = ["git", "apply", "-p0"]
    subprocess.run(command, cwd=desk.root, input=shown.out, text=True, check=True)
    patched = untidy.read_bytes()
    assert desk.ajo("fmt").out == "0 files not canonical, 1 are.\n"
    assert untidy.read_bytes() == patched


def test_a_diff_is_coloured_on_a_terminal(desk: Desk, untidy: Path) -> None:
    with terminal(desk, "fmt", "--diff") as person:
        assert person.end() == 2
    assert '\x1b[32m+  "name": "Untidy",\x1b[0m' in person.shown


def test_only_the_files_that_are_named_are_formatted(desk: Desk, untidy: Path) -> None:
    other = desk.write(action("Other"))
    other.write_text(json.dumps(json.loads(other.read_text())))
    before = other.read_bytes()
    formatted = desk.ajo("fmt", "actions/team/Untidy.json")
    assert formatted.out == "formatted actions/team/Untidy.json\n1 file not canonical, 0 are.\n"
    assert other.read_bytes() == before


def test_a_file_needs_no_workspace_to_be_formatted(tmp_path: Path, untidy: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    untidy.rename(alone / "Untidy.json")
    assert run(["-C", str(alone), "fmt", "Untidy.json"]) == 0
    assert run(["-C", str(alone), "fmt", "--check", "."]) == 0


def test_a_named_file_that_is_no_definition_is_explained_and_left_alone(desk: Desk, untidy: Path) -> None:
    broken = desk.root / "broken.json"
    broken.write_text('{"kind": ')
    formatted = desk.ajo("fmt", "broken.json", "nothing.json", "actions")
    assert formatted.exit == 3
    assert "broken.json:1:10: error AJO002" in formatted.err
    assert "nothing.json: error AJO009" in formatted.err
    assert broken.read_text() == '{"kind": '
    assert "formatted actions/team/Untidy.json" in formatted.out


def test_standard_input_is_formatted_to_standard_output(desk: Desk, untidy: Path) -> None:
    text = untidy.read_bytes()
    once = piped(desk, text, "-")
    assert desk.ajo("fmt").exit == 0
    assert (once.exit, once.out, once.err) == (0, untidy.read_text(), "")
    assert piped(desk, once.out.encode(), "-").out == once.out


def test_standard_output_is_utf_8_whatever_the_language_of_the_machine(desk: Desk) -> None:
    text = json.dumps(action("Umlaut", description="größer \U0001f600")).encode()
    ended = piped(desk, text, "-", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "größer \U0001f600" in ended.out


def test_standard_input_that_is_no_definition_gives_no_output(desk: Desk) -> None:
    ended = piped(desk, b'{"kind": ', "-", "--stdin-filename", "actions/A.json")
    assert (ended.exit, ended.out) == (3, "")
    assert ended.err.startswith("actions/A.json:1:10: error AJO002")


def test_standard_input_can_be_checked_and_compared(desk: Desk, untidy: Path) -> None:
    text = untidy.read_bytes()
    checked = piped(desk, text, "--check", "-", "--stdin-filename", "A.json")
    assert (checked.exit, checked.out, checked.err) == (2, "", "would format A.json\n")
    compared = piped(desk, text, "--diff", "-", "--stdin-filename", "A.json")
    assert compared.exit == 2
    assert compared.out.startswith("--- A.json\n+++ A.json\n@@ ")
    answered = piped(desk, text, "--check", "--json", "-")
    assert (answered.exit, answered.json()["files"]) == (2, ["<stdin>"])
    desk.ajo("fmt")
    assert piped(desk, untidy.read_bytes(), "--check", "-") == Ran(0, "", "")


@pytest.mark.parametrize("more", [["-", "actions"], ["-", "-"], ["-", "--json"]], ids=" ".join)
def test_standard_input_stands_alone(desk: Desk, more: list[str]) -> None:
    refused = desk.ajo("fmt", *more)
    assert refused.exit == 3
    assert "AJO901" in refused.err


def test_standard_input_that_is_closed_is_an_error(desk: Desk) -> None:
    command = f"'{COMMAND}' fmt - <&-"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "AJO009" in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a pipe's size be chosen")
def test_a_file_that_is_edited_while_others_are_formatted_keeps_the_edit(desk: Desk) -> None:
    folder = "far/" + "x" * 200
    for number in range(60):
        desk.write({**action(f"A{number:02}"), "description": ""}, f"{folder}/A{number:02}.json")
    last = desk.root / "actions" / folder / "A59.json"
    # What is said goes into a pipe that holds little: having read all, the command waits before the last.
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    ending = desk.start("fmt", stdout=writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        assert said.readline().startswith("formatted actions/far/")
        last.write_text("mine")
        said.read()
    _, errors = ending.communicate(timeout=60)
    assert (ending.returncode, last.read_text()) == (3, "mine")
    assert f"changed while this ran, so run it again: actions/{folder}/A59.json" in errors


def piped(desk: Desk, text: bytes, *arguments: str, **variables: str) -> Ran:
    """Run `ajo fmt` with a text as its input, away from any workspace."""
    done = subprocess.run(
        [COMMAND, "fmt", *arguments],
        cwd=desk.root.parent,
        input=text,
        env=desk.environment(**variables),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


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


def test_a_catalog_is_written_and_kept_current_with_the_schemas(desk: Desk) -> None:
    assert desk.ajo("schema").exit == 0
    assert desk.ajo("schema", "--check").exit == 0
    missing = desk.ajo("schema", "--check", "--catalog")
    assert missing.exit == 2
    assert ".vscode/settings.json" in missing.err
    assert "ajo schema --catalog" in missing.err
    assert desk.ajo("schema", "--catalog").exit == 0
    assert desk.ajo("schema", "--check", "--catalog").exit == 0
    settings = (desk.root / "ajo.toml").read_text()
    (desk.root / "ajo.toml").write_text(f'actions = "definitions"\n{settings}')
    assert desk.ajo("schema", "--check").exit == 2
    assert len(desk.ajo("schema").out.splitlines()) == 2
    assert desk.ajo("schema", "--check").exit == 0
    assert "definitions/**/*.json" in (desk.root / "schemas/catalog.json").read_text()


def test_settings_of_an_editor_that_have_comments_are_left_alone_and_the_lines_printed(desk: Desk) -> None:
    file = desk.root / ".vscode/settings.json"
    file.parent.mkdir()
    file.write_text('{\n  // mine\n  "editor.tabSize": 2\n}\n')
    refused = desk.ajo("schema", "--catalog")
    assert refused.exit == 3
    assert "AJO311" in refused.err
    assert file.read_text() == '{\n  // mine\n  "editor.tabSize": 2\n}\n'
    assert (desk.root / "schemas/catalog.json").is_file()
    block = refused.out[refused.out.index("\n{") :]
    file.write_text("{ // mine\n" + block.lstrip().removeprefix("{"))
    assert desk.ajo("schema", "--catalog").exit == 0
    assert desk.ajo("schema", "--check").exit == 0


@pytest.mark.parametrize("more", [["--output", "x"], ["--print", "CustomAction"]], ids=" ".join)
def test_a_catalog_is_for_a_workspace_alone(desk: Desk, more: list[str]) -> None:
    refused = desk.ajo("schema", "--catalog", *more)
    assert refused.exit == 3
    assert "AJO901" in refused.err

"""`pytest actions/`: in a process of its own, as people run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_test import HOLDS, case, write
from tests.cli.test_test import workspace as workspace  # noqa: PLC0414  # a fixture
from tests.scenarios.desk import REPOSITORY, Desk


def collected(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "actions", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_each_case_is_a_test_named_after_it(workspace: Desk) -> None:
    write(workspace, HOLDS, case("wrong", request={"method": "GET"}))
    ran = collected(workspace.root, "-vv")
    assert ran.returncode == 1
    assert "actions/team/Hello.cases.json::a new member PASSED" in ran.stdout
    assert "actions/team/Hello.cases.json::wrong FAILED" in ran.stdout
    assert '- "GET"' in ran.stdout
    assert '+ "POST"' in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_file_that_can_not_be_read_is_an_error_with_its_place(workspace: Desk) -> None:
    (workspace.root / "actions/team/Hello.cases.json").write_text("{")
    ran = collected(workspace.root)
    assert ran.returncode == 2
    assert "actions/team/Hello.cases.json:1: AJO002" in ran.stdout


def test_a_target_that_is_not_there_is_an_error_that_says_so(workspace: Desk) -> None:
    write(workspace, HOLDS)
    ran = collected(workspace.root, "--ajo-target", "nowhere")
    assert ran.returncode == 2
    assert 'AJO303 "nowhere" is not a target' in ran.stdout


def test_the_shipped_cases_run_as_tests() -> None:
    count = sum(
        len(json.loads(file.read_text())["cases"]) for file in (REPOSITORY / "actions").rglob("*.cases.json")
    )
    ran = collected(REPOSITORY)
    assert f"{count} passed" in ran.stdout, ran.stdout


@pytest.mark.parametrize("folder", ["elsewhere"])
def test_a_folder_without_a_workspace_says_so(tmp_path: Path, folder: str) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions/A.cases.json").write_text("{}")
    ran = collected(tmp_path)
    assert ran.returncode == 2
    assert "AJO301" in ran.stdout

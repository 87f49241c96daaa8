"""Findings in the formats of pipelines, on standard output or in a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.app.findings_report import FORMATS as RENDERERS
from toolkit.cli.validate import FORMATS


@pytest.fixture
def wrong(desk: Desk) -> Desk:
    """A desk with a definition that is well, one that is not, and one that is no JSON."""
    desk.write(action("Good"))
    desk.write(action("bad-name"))
    (desk.root / "actions/team/Broken.json").write_text("{\n  nothing\n}\n")
    return desk


def test_every_format_that_can_be_asked_for_is_there() -> None:
    assert tuple(RENDERERS) == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_each_finding_and_leads_to_one_exit_code(wrong: Desk, form: str) -> None:
    checked = wrong.ajo("validate", "--format", form)
    assert (checked.exit, checked.err) == (3, "")
    assert "AJO200" in checked.out
    assert "AJO002" in checked.out
    assert checked.out.endswith("\n")
    assert not checked.out.endswith("\n\n")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_gets_the_same_document_and_the_log_says_it_as_text(
    wrong: Desk, form: str, tmp_path: Path
) -> None:
    shown, text = wrong.ajo("validate", "--format", form), wrong.ajo("validate")
    written = wrong.ajo("validate", "--format", form, "--output", str(tmp_path / "new" / "report"))
    assert (tmp_path / "new" / "report").read_text(encoding="utf-8") == shown.out
    assert (written.exit, written.out) == (3, text.out)


def test_json_for_short_goes_into_a_file_too(wrong: Desk, tmp_path: Path) -> None:
    assert wrong.ajo("validate", "--json", "--output", str(tmp_path / "report.json")).exit == 3
    assert json.loads((tmp_path / "report.json").read_text())["format"] == "ajo-findings"


def test_a_report_that_can_not_be_written_is_an_error_after_the_findings(wrong: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    written = wrong.ajo("validate", "--format", "junit", "--output", str(tmp_path / "file/report.xml"))
    assert written.exit == 3
    assert "AJO200" in written.out
    assert "error AJO309" in written.err


def test_a_file_keeps_its_text_without_colours_whatever_the_terminal_is(
    wrong: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in wrong.ajo("validate", "--output", str(tmp_path / "report.txt")).out
    assert "\x1b" not in (tmp_path / "report.txt").read_text()


def test_text_stays_text_inside_a_pipeline(wrong: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::error" not in wrong.ajo("validate").out


def places(desk: Desk) -> list[set[str]]:
    """The files that each format for a service names."""
    log = json.loads(desk.ajo("validate", "--format", "sarif").out)["runs"][0]
    suites = Xml.fromstring(desk.ajo("validate", "--format", "junit").out)
    located = [result["locations"][0]["physicalLocation"] for result in log["results"]]
    return [
        {place["artifactLocation"]["uri"] for place in located},
        {case.attrib["file"] for case in suites.iter("testcase") if len(case)},
        set(re.findall("file=([^,]*),", desk.ajo("validate", "--format", "github").out)),
    ]


def test_a_service_is_told_files_from_the_top_of_the_repository(wrong: Desk) -> None:
    files = {"actions/team/bad-name.json", "actions/team/Broken.json"}
    assert places(wrong) == [files] * 3
    (wrong.root.parent / ".git").mkdir()
    assert places(wrong) == [{f"workspace/{file}" for file in files}] * 3
    (wrong.root / ".git").write_text("gitdir: elsewhere\n")
    assert places(wrong) == [files] * 3


def test_a_file_outside_the_workspace_is_named_as_it_is(desk: Desk) -> None:
    (desk.root.parent / ".git").mkdir()
    (desk.root / "ajo.toml").write_text('actions = "/etc"\n')
    files, cases, annotated = places(desk)
    assert ("file:///etc" in files, "/etc" in cases, "/etc" in annotated) == (True, True, True)


def test_settings_that_are_wrong_are_a_case_of_their_own(desk: Desk) -> None:
    desk.write(action("Good"))
    (desk.root / "ajo.toml").write_text("targets = 7\n")
    suites = Xml.fromstring(desk.ajo("validate", "--format", "junit").out)
    failed = {case.attrib["name"]: case.find("failure") is not None for case in suites.iter("testcase")}
    assert failed == {"actions/team/Good.json": False, "ajo.toml": True}

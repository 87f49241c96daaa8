"""Workflow commands, read back as the runner of GitHub Actions reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.report.samples import FINDING, WARNING, hostile, hostile_findings
from toolkit.core.diagnostics import Finding
from toolkit.report.github import findings_github
from toolkit.report.shown import safe


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Take one command apart: its name, its properties, its message (actions/runner, ActionCommand.cs)."""
    assert line.startswith("::")
    head, _, message = line[2:].partition("::")
    name, _, listed = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in listed.split(","))
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(code, character)
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        properties = {key: text.replace(code, character) for key, text in properties.items()}
    return name, properties, message


def one(found: Finding) -> tuple[str, dict[str, str], str]:
    command, _ = findings_github([found], 1).splitlines()
    return read(command)


def test_an_error_stands_beside_its_line_with_what_to_do() -> None:
    name, properties, message = one(FINDING)
    assert name == "error"
    assert properties == {"file": "actions/acme/Welcome.json", "line": "3", "col": "5", "title": "AJO103"}
    assert message.splitlines() == [FINDING.message, "→ Remove it or correct its name."]


def test_a_warning_about_a_file_as_a_whole_has_no_line_and_ends_with_its_page() -> None:
    name, properties, message = one(WARNING)
    assert name == "warning"
    assert properties == {"file": "actions/acme/Other.json", "title": "AJO201"}
    assert message.splitlines()[-1] == f"see {WARNING.page}"


@pytest.mark.parametrize(
    "name", ["a,b.json", "a:b.json", "50%.json", "%2C.json", "a=b.json", "日本.json", "a b"]
)
def test_a_file_of_any_name_is_found_again(name: str) -> None:
    assert one(replace(FINDING, file=name))[1]["file"] == name


def test_the_sum_is_the_last_line_and_no_command() -> None:
    assert (
        findings_github([FINDING, WARNING], 2).splitlines()[-1]
        == "2 definitions checked: 1 error, 1 warning."
    )
    assert findings_github([], 2) == "2 definitions checked: all is well.\n"


@law
@given(hostile)
def test_whatever_a_finding_says_is_one_command_and_says_just_that(words: str) -> None:
    found = hostile_findings(words)
    *commands, _ = findings_github(found, 1).split("\n")[:-1]
    assert len(commands) == len(found)
    for command, each in zip(commands, found, strict=True):
        name, properties, message = read(command)
        assert (name, properties["file"], properties["title"]) == (each.severity, safe(words), "AJO103")
        assert message.startswith(safe(words) + "\n→ ")

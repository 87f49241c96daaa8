"""What the settings say about rules, as `ajo validate` heeds it."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import open_workspace

BAD = action("bad-name", endpoint={"method": "POST", "url": "http://x.example.com/v1"})
"""Has AJO200, an error, and AJO218, a warning."""


def findings(desk: Desk, rules: str, *, trust: bool = False) -> list[Finding]:
    desk.settings()
    settings = desk.root / "ajo.toml"
    settings.write_text(settings.read_text() + rules)
    return list(validate(open_workspace(desk.root), trust=trust))


def said(found: list[Finding]) -> list[tuple[str, str]]:
    return sorted((each.code, each.severity.value) for each in found)


def usual(desk: Desk) -> list[tuple[str, str]]:
    desk.write(BAD)
    return said(findings(desk, ""))


def test_without_settings_every_rule_counts(desk: Desk) -> None:
    assert usual(desk) == [("AJO200", "error"), ("AJO218", "warning")]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ('ignore = ["AJO200"]', [("AJO218", "warning")]),
        ('ignore = ["AJO20"]', [("AJO218", "warning")]),
        ('ignore = ["ALL"]', []),
        ('select = ["AJO200"]', [("AJO200", "error")]),
        ('select = ["AJO200"]\nignore = ["AJO2"]', [("AJO200", "error")]),
        ("select = []", []),
        ('severity = { AJO200 = "warning" }', [("AJO200", "warning"), ("AJO218", "warning")]),
        ('severity = { ALL = "error" }', [("AJO200", "error"), ("AJO218", "error")]),
        ('per-path = { "actions/team/**" = { ignore = ["AJO200"] } }', [("AJO218", "warning")]),
        (
            '[rules.per-path."*.json"]\nseverity = { AJO218 = "error" }',
            [("AJO200", "error"), ("AJO218", "error")],
        ),
    ],
)
def test_rules_are_selected_ignored_and_weighed(
    desk: Desk, rules: str, expected: list[tuple[str, str]]
) -> None:
    desk.write(BAD)
    assert said(findings(desk, f"[rules]\n{rules}\n")) == expected


def test_rules_about_several_definitions_are_ignored_as_the_others_are(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.write(capping("idle", "idle.example.com"))
    assert [found.code for found in findings(desk, "")] == ["AJO282"]
    assert findings(desk, '[rules]\nignore = ["AJO28"]\n') == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('ignore = ["AJO2000"]', 'did you mean "AJO200"?'),
        ('select = ["ALL", "AJO299"]', 'no rule is "AJO299"'),
        ('severity = { ajo200 = "error" }', 'did you mean "AJO200"?'),
        ('per-path = { "**" = { ignore = ["ACME001"] } }', 'no rule is "ACME001"'),
        ('per-path = { "**" = { severity = { ACME001 = "error" } } }', 'no rule is "ACME001"'),
    ],
)
def test_a_name_of_no_rule_is_an_error_with_its_line_and_the_nearest_name(
    desk: Desk, line: str, words: str
) -> None:
    desk.write(action("Hello"))
    (found,) = findings(desk, f"[rules]\n{line}\n")
    assert (found.code, found.severity.value, found.file) == ("AJO330", "error", "ajo.toml")
    assert words in found.message
    assert (desk.root / "ajo.toml").read_text().splitlines()[found.line - 1] == line


def test_what_keeps_a_definition_from_being_read_can_not_be_ignored(desk: Desk) -> None:
    desk.write(action("Hello", colour="red"))
    found = findings(desk, '[rules]\nignore = ["ALL", "AJO103"]\nseverity = { ALL = "warning" }\n')
    assert said(found) == [("AJO103", "error"), ("AJO330", "error")]
    assert "always counts" in next(each.message for each in found if each.code == "AJO330")


def test_a_pattern_that_covers_nothing_is_a_warning_with_its_line(desk: Desk) -> None:
    desk.write(action("Hello"))
    line = '"actions/gone/**" = { ignore = ["AJO200"] }'
    (found,) = findings(desk, f"[rules.per-path]\n{line}\n")
    assert (found.code, found.severity.value) == ("AJO335", "warning")
    assert (desk.root / "ajo.toml").read_text().splitlines()[found.line - 1] == line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('ignore = "AJO200"', "rules.ignore: the value must be an array"),
        ('severity = { AJO200 = "off" }', '"off" is not one of'),
        ('ignored = ["AJO200"]', 'did you mean "ignore"?'),
        ('ignore = [""]', "rules.ignore[0]: the text must have at least 1"),
    ],
)
def test_a_malformed_setting_is_said_where_it_stands(desk: Desk, line: str, words: str) -> None:
    (found,) = findings(desk, f"[rules]\n{line}\n")
    assert (found.code, words in found.message) == ("AJO302", True), found.message
    assert (desk.root / "ajo.toml").read_text().splitlines()[found.line - 1] == line


def test_diff_and_sync_obey_the_same_settings(desk: Desk) -> None:
    desk.write(action("Hello", endpoint={"method": "POST", "url": "http://x.example.com/v1"}))
    findings(desk, '[rules]\nseverity = { AJO218 = "error" }\n')
    assert desk.ajo("diff").exit == 3
    assert desk.ajo("sync", "--yes").exit == 3
    findings(desk, '[rules]\nignore = ["AJO218"]\n')
    assert desk.ajo("sync", "--yes").exit == 0


def test_a_demo_keeps_to_the_settings_too(desk: Desk) -> None:
    desk.write(action("bad-name"), "team/bad-name.json")
    findings(desk, '[rules]\nignore = ["AJO200"]\n[rules.per-path."actions/team"]\nignore = ["AJO21"]\n')
    ran = desk.ajo("demo")
    assert "AJO200" not in ran.err
    assert "AJO335" not in ran.err

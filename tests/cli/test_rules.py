"""The list of rules, whole or by how their codes begin."""

from __future__ import annotations

import json
import re

import pytest

from toolkit.cli.main import run
from toolkit.rules import all_rules

Capsys = pytest.CaptureFixture[str]
IDS = [rule.id for rule in all_rules()]


def listed(capsys: Capsys, *words: str) -> list[str]:
    """The codes that are listed, below the heads of the columns."""
    assert run(["rules", *words]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["CODE", "SEVERITY", "KINDS", "SUMMARY"]
    return [line.split()[0] for line in lines]


def test_all_rules_are_listed_in_order(capsys: Capsys) -> None:
    assert listed(capsys) == IDS


def test_columns_are_aligned(capsys: Capsys) -> None:
    assert run(["rules"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    column = head.index("SUMMARY")
    for line, rule in zip(lines, all_rules(), strict=True):
        assert line[column:] == rule.summary
        assert line.split()[1] == rule.severity.value


@pytest.mark.parametrize("typed", ["AJO21", "ajo21", "21", " 21 "])
def test_a_prefix_picks_the_rules_that_begin_with_it(typed: str, capsys: Capsys) -> None:
    assert listed(capsys, typed) == [code for code in IDS if code.startswith("AJO21")]


@pytest.mark.parametrize("typed", ["A", "ajo", "AJO2", "2", ""])
def test_a_prefix_that_all_have_picks_all(typed: str, capsys: Capsys) -> None:
    assert listed(capsys, typed) == IDS


@pytest.mark.parametrize("typed", ["AJO1", "9", "nothing", "AJO2001"])
def test_a_prefix_that_none_has_is_an_error(typed: str, capsys: Capsys) -> None:
    assert run(["rules", typed]) == 3
    assert "no rule begins with" in capsys.readouterr().err


def test_rules_about_all_kinds_say_so_and_others_name_theirs(capsys: Capsys) -> None:
    assert run(["rules"]) == 0
    shown = capsys.readouterr().out
    assert re.search("^AJO203  error     all  ", shown, re.MULTILINE)
    assert re.search("^AJO285  warning   capping  ", shown, re.MULTILINE)


def test_a_machine_is_told_all_of_a_rule(capsys: Capsys) -> None:
    assert run(["rules", "AJO203", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["version"]) == ("ajo-rules", 1)
    (item,) = document["rules"]
    rule = next(rule for rule in all_rules() if rule.id == "AJO203")
    assert item == {
        "code": rule.id,
        "severity": "error",
        "kinds": list(rule.kinds),
        "summary": rule.summary,
        "why": rule.why,
        "fix": rule.fix,
        "page": rule.page,
    }

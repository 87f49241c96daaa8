"""Findings as data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from toolkit.core.diagnostics import MAX_ALIKE, Finding, Severity, few_alike, has_errors, in_order


def finding(**changes: Any) -> Finding:
    place = {"file": "actions/a.json", "line": 3, "column": 5, "path": ("request", 0)}
    fields = {"code": "AJO103", "severity": Severity.ERROR, **place, "message": "wrong", "fix": "mend it"}
    return Finding(**{**fields, **changes})


findings = st.builds(
    finding,
    code=st.sampled_from(["AJO103", "AJO104"]),
    file=st.sampled_from(["a.json", "b.json"]),
    line=st.integers(0, 3),
    column=st.integers(0, 3),
    message=st.sampled_from(["x", "y"]),
)


@pytest.mark.parametrize(
    ("line", "place"),
    [(3, "actions/a.json:3:5"), (0, "actions/a.json")],
    ids=["in a file", "a file as a whole"],
)
def test_a_place_is_clickable(line: int, place: str) -> None:
    assert finding(line=line).place == place


def test_a_finding_gives_its_place_as_a_pointer() -> None:
    assert finding().pointer == "/request/0"


@pytest.mark.parametrize(
    ("severities", "errors"),
    [([], False), (["warning"], False), (["warning", "error"], True)],
    ids=["none", "warnings", "an error among them"],
)
def test_only_errors_count_as_errors(severities: list[str], errors: bool) -> None:
    assert has_errors(finding(severity=Severity(severity)) for severity in severities) is errors


@law
@given(st.lists(findings, max_size=6), st.randoms(use_true_random=False))
def test_two_runs_print_findings_in_one_order(found: list[Finding], chance: Any) -> None:
    again = list(found)
    chance.shuffle(again)
    assert in_order(again) == in_order(found)


@law
@given(st.lists(findings, max_size=6))
def test_findings_stand_in_the_order_of_the_files(found: list[Finding]) -> None:
    places = [(each.file, each.line, each.column) for each in in_order(found)]
    assert places == sorted(places)


def alike(codes: list[str]) -> list[str]:
    made = few_alike(codes, code=str, make=lambda code: finding(code=code, message="wrong"))
    return [f"{found.code} {found.message}" for found in made]


@law
@given(st.lists(st.sampled_from(["AJO103", "AJO104"]), max_size=20))
def test_few_problems_are_all_told_in_their_order(codes: list[str]) -> None:
    assert alike(codes) == [f"{code} wrong" for code in codes]


def test_of_many_alike_the_last_one_told_says_how_many_more_there_are() -> None:
    told = alike(["AJO103"] * (MAX_ALIKE + 1_234) + ["AJO104"])
    assert len(told) == MAX_ALIKE + 1
    assert told[-3:] == [
        "AJO103 wrong",
        "AJO103 wrong (and 1,234 more like this, not listed)",
        "AJO104 wrong",
    ]


def test_as_many_alike_as_are_told_need_no_word() -> None:
    assert alike(["AJO103"] * MAX_ALIKE) == ["AJO103 wrong"] * MAX_ALIKE

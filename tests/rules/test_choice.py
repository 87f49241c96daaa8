"""Which rules count, how much and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.diagnostics import Severity
from toolkit.rules import all_rules
from toolkit.rules.choice import Choice, PathChoice

IDS = [rule.id for rule in all_rules()]
ERROR, WARNING = Severity.ERROR, Severity.WARNING
selectors = st.sampled_from(["ALL", "AJO", "AJO2", "AJO25", "AJO253", "AJO28", "AJO280"])
lists = st.lists(selectors, max_size=3).map(tuple)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (("ALL",), (), True),
        ((), (), False),
        (("ALL",), ("AJO253",), False),
        (("ALL",), ("AJO25",), False),
        (("ALL",), ("AJO28",), True),
        (("AJO253",), ("AJO25",), True),
        (("AJO25",), ("AJO253",), False),
        (("AJO253",), ("AJO253",), False),
        (("AJO253",), ("ALL",), True),
        (("AJO28",), (), False),
        (("ALL",), ("ALL",), False),
    ],
)
def test_the_longest_selector_decides_and_a_tie_ignores(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: bool
) -> None:
    assert Choice(select, ignore).is_on("AJO253") is expected


@given(lists, lists, selectors)
def test_to_ignore_more_never_switches_a_rule_on(
    select: tuple[str, ...], ignore: tuple[str, ...], more: str
) -> None:
    before, after = Choice(select, ignore), Choice(select, (*ignore, more))
    assert all(before.is_on(each) for each in IDS if after.is_on(each))


@given(lists, lists, st.permutations(["AJO25", "AJO253", "ALL"]))
def test_the_order_of_selectors_does_not_matter(
    select: tuple[str, ...], ignore: tuple[str, ...], more: list[str]
) -> None:
    one, other = Choice((*select, *more), ignore), Choice((*sorted(more), *select), ignore[::-1])
    assert [one.is_on(each) for each in IDS] == [other.is_on(each) for each in IDS]


def test_the_longest_selector_says_how_much_a_finding_matters() -> None:
    choice = Choice(severity={"ALL": ERROR, "AJO25": WARNING, "AJO253": ERROR})

    assert [choice.severity_in("a.json", each, WARNING) for each in ("AJO253", "AJO251", "AJO280")] == [
        *(ERROR, WARNING, ERROR)
    ]


def test_what_is_not_named_matters_as_much_as_ever() -> None:
    assert Choice(severity={"AJO25": ERROR}).severity_in("a.json", "AJO280", WARNING) is WARNING


def test_a_path_decides_before_what_holds_everywhere_and_the_last_path_before_the_first() -> None:
    choice = Choice(
        severity={"AJO253": ERROR},
        per_path=(
            PathChoice("actions/**", severity={"AJO25": WARNING}),
            PathChoice("actions/old/**", ignore=("AJO28",), severity={"AJO2": ERROR}),
        ),
    )
    places = ("other/a.json", "actions/a.json", "actions/old/a.json")

    assert [choice.severity_in(file, "AJO253", WARNING) for file in places] == [ERROR, WARNING, ERROR]
    assert [choice.severity_in(file, "AJO280", WARNING) for file in places] == [WARNING, WARNING, None]


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("actions/old/**", ["actions/old/A.json", "actions/old/b/A.json"], ["actions/older/A.json"]),
        ("actions/old", ["actions/old/A.json", "actions/old/b/A.json"], ["actions/older/A.json"]),
        ("actions/old/", ["actions/old/A.json"], ["actions/A.json"]),
        ("actions/*/A.json", ["actions/a/A.json"], ["actions/a/b/A.json", "actions/A.json"]),
        ("actions/**/A.json", ["actions/A.json", "actions/a/b/A.json"], ["other/A.json"]),
        ("**/old/**", ["old/A.json", "actions/old/A.json"], ["actions/A.json"]),
        ("*.capping.json", ["actions/a/b.capping.json", "c.capping.json"], ["actions/A.json"]),
        ("A?.json", ["x/A1.json"], ["x/A.json", "x/A12.json"]),
        ("a[1]+/x.json", ["a[1]+/x.json"], ["a1/x.json"]),
    ],
)
def test_a_pattern_covers_files_and_folders(pattern: str, inside: list[str], outside: list[str]) -> None:
    covers = PathChoice(pattern).covers

    assert [file for file in (*inside, *outside) if covers(file)] == inside


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_a_pattern(pattern: str, file: str) -> None:
    assert PathChoice(pattern).covers(file) in (True, False)

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plan.samples import action, plan_of
from tests.report.samples import DONE, FAILED, FINDING, WARNING, everyday_plan, receipt_of
from toolkit.plan.types import Unmanaged
from toolkit.report.markdown import MAX_LENGTH, findings_markdown, plan_markdown, receipt_markdown

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in one comment."""


def test_a_plan_says_at_once_whether_it_can_go() -> None:
    assert plan_markdown(plan_of([action()])).startswith("### Target `dev`: Ready")
    assert plan_markdown(everyday_plan()).startswith("### Target `dev`: Blocked")
    assert plan_markdown(plan_of()).startswith("### Target `dev`: Nothing to do")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "| `+` | **create** capping `acme-api` | `actions/acme/acme-api.json` |  |", id="a limit"
        ),
        pytest.param(
            "| `+` | **create** custom action `Fresh` | `actions/acme/Fresh.json` "
            "| `${secret:acme/password}` |",
            id="secrets by name",
        ),
        pytest.param("| `-` | **delete** custom action `Old` |  |  |", id="a removal"),
        pytest.param("#### update `Welcome`", id="details of an update"),
        pytest.param('| `description` | `"old"` | `"new"` |', id="a field"),
        pytest.param("Used in journeys: `Onboarding` (Deployed)", id="journeys"),
        pytest.param("<details><summary>Not managed here, never touched</summary>", id="not managed"),
    ],
)
def test_a_plan_shows(line: str) -> None:
    assert line in plan_markdown(everyday_plan()).splitlines()


def test_a_plan_says_what_is_blocked() -> None:
    assert '**Blocked** (AJO603): journey "Onboarding"' in plan_markdown(everyday_plan())


def test_a_plan_ends_with_its_digest() -> None:
    plan = everyday_plan()
    assert plan_markdown(plan).splitlines()[-1] == f"Plan digest `{plan.digest}`"


def test_findings_are_a_table() -> None:
    lines = findings_markdown([FINDING, WARNING], 2).splitlines()
    assert lines[0] == "### 2 definitions: 1 error, 1 warning"
    assert lines[4].startswith("| error | `actions/acme/Welcome.json:3:5` | AJO103 the field")
    assert lines[5].startswith("| warning | `actions/acme/Other.json` | AJO201 no owner")


def test_no_findings_are_no_table() -> None:
    assert findings_markdown([], 1) == "### 1 definition: 0 errors, 0 warnings\n"


def test_a_receipt_is_a_table_of_its_steps() -> None:
    lines = receipt_markdown(receipt_of(DONE, FAILED)).splitlines()
    assert lines[0] == "### Sync of `dev`: not complete"
    assert lines[2] == ("1 done, 1 failed, 3 unchanged; by `ada`, 2026-01-31 09:30:00 UTC; plan `sha256:abc`")
    assert lines[6] == "| done | create `Welcome` |  | `req-1`, `req-2` |"
    assert lines[7].startswith("| failed | update `Welcome` | AJO505 the service refused it")


def test_a_receipt_of_nothing_is_complete_and_has_no_table() -> None:
    shown = receipt_markdown(receipt_of())
    assert shown.startswith("### Sync of `dev`: complete")
    assert "nothing to do, 3 unchanged" in shown
    assert "|" not in shown


@pytest.mark.parametrize(
    "shown",
    [
        plan_markdown(plan_of([action(f"Action{index}") for index in range(2000)])),
        plan_markdown(replace(plan_of(), unmanaged=tuple(Unmanaged("k", "n", "r" * 50_000) for _ in "ab"))),
        findings_markdown([FINDING] * 2000, 1),
        receipt_markdown(receipt_of(*[FAILED] * 2000)),
    ],
    ids=["plan", "one long line", "findings", "receipt"],
)
def test_markdown_fits_into_a_comment(shown: str) -> None:
    assert len(shown) < COMMENT_LIMIT


def test_markdown_that_is_cut_ends_with_whole_lines_and_says_so() -> None:
    *rows, blank, last = findings_markdown([FINDING] * 2000, 1).splitlines()
    assert (blank, last) == ("", "Cut here: the rest is in the job's log.")
    assert rows[-1] == rows[-2]


def test_markdown_that_just_fits_is_whole() -> None:
    assert len(findings_markdown([FINDING] * 100, 1)) < MAX_LENGTH
    assert "Cut here" not in findings_markdown([FINDING] * 100, 1)

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plan.samples import action, live, plan_of
from tests.report.samples import DONE, FAILED, FINDING, SKIPPED, UNKNOWN, WARNING, everyday_plan, receipt_of
from toolkit.core.canonical import DecimalLiteral
from toolkit.model.text import MASKED
from toolkit.plan.types import ABSENT, FieldChange, Verdict
from toolkit.report.shown import MAX_SHOWN, both, change, value
from toolkit.report.text import findings_text, plan_text, receipt_text, row_text


def test_a_plan_says_where_it_goes_what_it_does_and_the_sum() -> None:
    lines = plan_text(everyday_plan()).splitlines()
    assert lines[0] == "Target dev: sandbox acme-dev of ACME@AdobeOrg"
    assert lines[-1] == "Plan: 2 to create, 1 to update, 1 to delete; 1 unchanged, 1 not managed here."


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("  + create capping acme-api", id="what is created"),
        pytest.param("      for https://api.example.com/v1/*", id="what a limit is for"),
        pytest.param("  ~ update custom action Welcome", id="what is updated"),
        pytest.param('      description: "old" → "new"', id="a field"),
        pytest.param('      request.id: "fixed" → ', id="a field of the payload"),
        pytest.param("      for journeys: breaking", id="what it means for journeys"),
        pytest.param("        constant made a required variable (id): no journey fills it", id="and why"),
        pytest.param("  - delete custom action Old", id="what is deleted"),
        pytest.param("      blocked AJO603: ", id="what is blocked"),
        pytest.param("        → `ajo duplicate Welcome NEW` writes a copy", id="the way out"),
        pytest.param("      sends secrets: ${secret:acme/password}", id="secrets by name"),
        pytest.param("Not managed here, never touched:", id="what is not managed"),
        pytest.param("      actions/acme/Welcome.json: 2 fields differ", id="file and reason"),
        pytest.param("      no file: its definition was removed", id="no file"),
    ],
)
def test_a_plan_shows(line: str) -> None:
    assert any(shown.startswith(line) for shown in plan_text(everyday_plan()).splitlines())


def test_a_plan_names_what_is_not_managed() -> None:
    assert "no definition stands for it" in plan_text(everyday_plan())
    assert "Theirs" in plan_text(everyday_plan())


def test_a_plan_with_nothing_to_do_says_so() -> None:
    assert plan_text(plan_of()).splitlines()[-1].startswith("Nothing to do: 0 to create")


def test_fields_that_the_platform_hides_are_named() -> None:
    before = action(headers={"X-Api-Key": "hunter2"})
    plan = plan_of([action(headers={"X-Api-Key": "${secret:acme/key}"}, description="new")], [live(before)])
    assert "not comparable, the platform hides it: endpoint.headers.X-Api-Key" in plan_text(plan)


def test_a_finding_stands_at_its_place_with_its_fix_and_page() -> None:
    first, *rest = findings_text([FINDING, WARNING], 2).splitlines()
    assert first == f"actions/acme/Welcome.json:3:5: error AJO103 {FINDING.message}"
    assert rest == [
        "    /endpoint/metod  → Remove it or correct its name.",
        "actions/acme/Other.json: warning AJO201 no owner",
        "    → Name one.",
        "    see help/using/action/about-custom-action-configuration.md",
        "2 definitions checked: 1 error, 1 warning.",
    ]


def test_no_findings_is_good_news() -> None:
    assert findings_text([], 1) == "1 definition checked: all is well."


def test_a_done_row_is_one_line() -> None:
    assert row_text(DONE) == "  done    create custom action Welcome (12 ms)"


def test_a_failed_row_says_where_why_and_what_to_do() -> None:
    assert row_text(FAILED).splitlines() == [
        "  failed  update custom action Welcome",
        "      actions/acme/Welcome.json endpoint.url",
        "      AJO505 the service refused it",
        "      → Mend the definition.",
    ]


def test_a_row_without_a_file_names_none() -> None:
    assert row_text(SKIPPED).splitlines()[1] == "      AJO512 the service refused it"


def test_a_row_without_a_field_names_the_file_only() -> None:
    assert row_text(UNKNOWN).splitlines()[1] == "      actions/acme/Welcome.json"


def test_a_complete_receipt_is_a_sum() -> None:
    assert receipt_text(receipt_of(DONE)) == "Sync of dev: 1 done, 3 unchanged in 90.0 s."


def test_a_receipt_shows_what_is_not_done_and_how_to_finish() -> None:
    shown = receipt_text(receipt_of(DONE, FAILED, UNKNOWN, SKIPPED))
    assert shown.count("\n  ") >= 3
    assert "(12 ms)" not in shown
    assert shown.endswith(
        "1 done, 1 failed, 1 unknown, 1 skipped, 3 unchanged in 90.0 s. Run the same command again to finish."
    )


@pytest.mark.parametrize(
    "shown",
    [
        plan_text(everyday_plan(), colour=True),
        findings_text([FINDING, WARNING], 1, colour=True),
        receipt_text(receipt_of(FAILED), colour=True),
    ],
    ids=["plan", "findings", "receipt"],
)
def test_colours_are_switched_off_again(shown: str) -> None:
    assert shown.count("\x1b[0m") == shown.count("\x1b[") / 2 > 0


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        pytest.param(ABSENT, "(nothing)", id="nothing"),
        pytest.param(None, "null", id="null"),
        pytest.param("", '""', id="an empty text"),
        pytest.param(MASKED, "(hidden by the platform)", id="a mask"),
        pytest.param(DecimalLiteral("2.50"), "2.50", id="a decimal as written"),
        pytest.param({"a": [1, True]}, '{"a":[1,true]}', id="an object"),
    ],
)
def test_a_value_is_shown_as_compact_json(content: object, shown: str) -> None:
    assert value(content) == shown


def test_a_long_value_is_cut() -> None:
    shown = value("x" * 500)
    assert len(shown) == MAX_SHOWN
    assert shown.endswith("…")


def test_an_added_field_is_shown_from_nothing() -> None:
    assert change(FieldChange(("a", 0, "b c"), ABSENT, 1, Verdict.OURS)) == "a[0]['b c']: (nothing) → 1"


def test_long_texts_are_shown_from_where_they_differ() -> None:
    change_of_end = FieldChange((), "same " * 40 + "old", "same " * 40 + "new", Verdict.OURS)
    live_end, desired_end = both(change_of_end)
    assert live_end.endswith('old"')
    assert desired_end.endswith('new"')


def test_long_texts_that_differ_at_once_are_shown_from_the_beginning() -> None:
    assert both(FieldChange((), "a" * 60, "b" * 60, Verdict.OURS))[0].startswith('"aaa')


def test_a_long_text_that_continues_another_is_shown_from_there() -> None:
    before, after = both(FieldChange((), "x" * 60, "x" * 60 + "more", Verdict.OURS))
    assert (before, after) == ('…"xxxxxxxxxxxxxxx"', '…"xxxxxxxxxxxxxxxmore"')


def test_a_delete_sends_no_secrets() -> None:
    secretive = action(headers={"X-Api-Key": "${secret:acme/key}"})
    plan = plan_of([], [replace(live(secretive))], base=[secretive])
    assert "sends secrets" not in plan_text(plan)

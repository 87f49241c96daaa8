from __future__ import annotations

from typing import Any

import pytest

from tests.plan.samples import action, live, plan_of
from tests.report.samples import DONE, FAILED, FINDING, WARNING, everyday_plan, receipt_of
from toolkit.core.canonical import DecimalLiteral, parse_json
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.plan.types import Plan
from toolkit.report import data


def steps_by_name(plan: Plan) -> dict[str, Any]:
    return {step["name"]: step for step in data.plan_data(plan)["steps"]}


def test_a_plan_says_where_it_goes_and_how_much_it_does() -> None:
    plan = everyday_plan()
    document = data.plan_data(plan)
    assert (document["target"], document["sandbox"]) == ("dev", "acme-dev")
    assert document["digest"] == plan.digest
    assert document["counts"] == {"create": 2, "update": 1, "delete": 1, "unchanged": 1}


def test_a_plan_keeps_its_order() -> None:
    plan = everyday_plan()
    assert [step["identity"] for step in data.plan_data(plan)["steps"]] == [
        step.key.identity for step in plan.steps
    ]


def test_a_step_says_what_it_waits_for() -> None:
    limit = {"kind": "EndpointConfig", "identity": "https://api.example.com/v1/*"}
    assert steps_by_name(everyday_plan())["Fresh"]["waitsFor"] == [limit]


def test_a_step_says_what_blocks_it_and_who_uses_it() -> None:
    step = steps_by_name(everyday_plan())["Welcome"]
    assert [block["code"] for block in step["blocks"]] == ["AJO603"]
    assert step["usedIn"] == [{"journeyId": "id-Onboarding", "name": "Onboarding", "status": "Deployed"}]
    assert step["uid"] == "uid-Welcome"


def test_a_step_names_its_secrets() -> None:
    assert steps_by_name(everyday_plan())["Fresh"]["secrets"] == ["${secret:acme/password}"]


def test_what_is_unchanged_and_not_managed_is_listed() -> None:
    document = data.plan_data(everyday_plan())
    assert document["unchanged"] == [{"kind": "CustomAction", "identity": "Same"}]
    assert [item["name"] for item in document["unmanaged"]] == ["Theirs"]


@pytest.mark.parametrize(
    ("desired", "before", "change"),
    [
        pytest.param("new", "old", {"live": "old", "desired": "new"}, id="changed"),
        pytest.param(None, "old", {"live": "old", "desired": None}, id="null"),
    ],
)
def test_a_change_gives_both_values(desired: Any, before: Any, change: dict[str, Any]) -> None:
    found = live(action(allowNullValues=True, request={"a/b": before}))
    plan = plan_of([action(allowNullValues=True, request={"a/b": desired})], [found])
    assert data.plan_data(plan)["steps"][0]["changes"] == [
        {"pointer": "/request/a~1b", "verdict": "ours", **change}
    ]


def test_a_change_leaves_out_the_side_that_has_nothing() -> None:
    plan = plan_of([action(response={"a": "string"})], [live(action(failureResponse={"b": "string"}))])
    changes = data.plan_data(plan)["steps"][0]["changes"]
    assert [sorted(change) for change in changes] == [
        ["desired", "pointer", "verdict"],
        ["live", "pointer", "verdict"],
    ]


def test_fields_that_can_not_be_compared_are_named() -> None:
    desired = action(headers={"X-Api-Key": "${secret:acme/key}"}, description="new")
    plan = plan_of([desired], [live(action(headers={"X-Api-Key": "x"}))])
    assert data.plan_data(plan)["steps"][0]["unknowable"] == ["/endpoint/headers/X-Api-Key"]


def test_decimals_keep_their_spelling() -> None:
    plan = plan_of([action(request={"a": DecimalLiteral("2.50")})], [live(action(request={"a": 2}))])
    assert '"desired": 2.50' in data.to_json(data.plan_data(plan))


def test_a_finding_gives_its_place() -> None:
    found = data.findings_data([FINDING, WARNING], 2)["findings"][0]
    assert (found["file"], found["line"], found["column"]) == ("actions/acme/Welcome.json", 3, 5)
    assert (found["pointer"], found["code"], found["severity"]) == ("/endpoint/metod", "AJO103", "error")


def test_a_receipt_gives_times_with_their_zone() -> None:
    document = data.receipt_data(receipt_of(DONE))
    assert document["startedAt"] == "2026-01-31T09:30:00+00:00"
    assert document["finishedAt"] == "2026-01-31T09:31:30+00:00"


@pytest.mark.parametrize(("row", "complete"), [(DONE, True), (FAILED, False)], ids=["done", "failed"])
def test_a_receipt_says_whether_it_is_complete(row: Any, complete: bool) -> None:
    assert data.receipt_data(receipt_of(row))["complete"] is complete


def test_a_receipt_says_when_it_was_interrupted() -> None:
    assert data.receipt_data(receipt_of(interrupted=True))["interrupted"] is True


def test_a_row_gives_what_went_wrong_and_the_requests() -> None:
    (row,) = data.receipt_data(receipt_of(FAILED))["rows"]
    assert (row["status"], row["code"], row["pointer"]) == ("failed", "AJO505", "/endpoint/url")
    assert row["requestIds"] == ["req-3"]


def test_an_error_gives_code_fix_and_exit() -> None:
    document = data.error_data(AjoError("AJO604", "the plan deletes Welcome"))
    assert (document["code"], document["exit"]) == ("AJO604", 6)
    assert document["fix"]


def test_an_error_about_definitions_brings_its_findings() -> None:
    assert len(data.error_data(InvalidDefinitions([FINDING, WARNING]))["findings"]) == 2


def test_a_list_has_names_that_machines_like() -> None:
    document = data.listing_data("live", [{"used in": "Onboarding"}], "dev")
    assert document["items"] == [{"used_in": "Onboarding"}]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (data.plan_data(everyday_plan()), "ajo-plan"),
        (data.findings_data([FINDING], 1), "ajo-findings"),
        (data.receipt_data(receipt_of(DONE)), "ajo-receipt"),
        (data.error_data(AjoError("AJO900", "")), "ajo-error"),
        (data.listing_data("definitions", [], None), "ajo-definitions"),
        (data.listing_data("live", [], "dev"), "ajo-live"),
        (data.format_data([], [], written=False), "ajo-fmt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_document_names_its_format_and_version(document: dict[str, Any], name: str) -> None:
    assert (document["format"], document["version"]) == (name, 1)
    assert parse_json(data.to_json(document)) == document

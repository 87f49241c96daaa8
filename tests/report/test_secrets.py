"""No renderer shows a secret, whichever way it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fake_platform import FakePlatform, Trouble
from tests.plan.samples import action, live, plan_of
from tests.report.samples import FAILED, FINDING, receipt_of
from tests.sync.samples import carry_out, plan_for
from toolkit.core.diagnostics import Finding
from toolkit.core.redact import MASK, Secret
from toolkit.plan.types import FieldChange, Plan, Verdict
from toolkit.report import data, markdown, text
from toolkit.report.github import findings_github
from toolkit.report.junit import findings_junit
from toolkit.report.sarif import findings_sarif
from toolkit.sync.receipt import Receipt

CANARY = "canary-3f9a"
SECRET = "${secret:acme/key}"
PLAN_RENDERERS: dict[str, Callable[[Plan], str]] = {
    "text": text.plan_text,
    "colour": lambda plan: text.plan_text(plan, colour=True),
    "markdown": markdown.plan_markdown,
    "json": lambda plan: data.to_json(data.plan_data(plan)),
}
RECEIPT_RENDERERS: dict[str, Callable[[Receipt], str]] = {
    "text": text.receipt_text,
    "markdown": markdown.receipt_markdown,
    "json": lambda receipt: data.to_json(data.receipt_data(receipt)),
}
FINDINGS_RENDERERS: dict[str, Callable[[list[Finding]], str]] = {
    "text": lambda found: text.findings_text(found, 1),
    "markdown": lambda found: markdown.findings_markdown(found, 1),
    "json": lambda found: data.to_json(data.findings_data(found, 1)),
    "github": lambda found: findings_github(found, 1),
    "sarif": lambda found: data.to_json(findings_sarif(found, "1")),
    "junit": lambda found: findings_junit(found, []),
}
each_plan_renderer = pytest.mark.parametrize(
    "render", list(PLAN_RENDERERS.values()), ids=list(PLAN_RENDERERS)
)
each_receipt_renderer = pytest.mark.parametrize(
    "render", list(RECEIPT_RENDERERS.values()), ids=list(RECEIPT_RENDERERS)
)

LIVE_VALUES: list[Any] = [
    pytest.param({"headers": {"X-Tenant": SECRET}}, {"headers": {"X-Tenant": CANARY}}, id="a secret desired"),
    pytest.param(
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"Authorization": f"Bearer {CANARY}"}},
        id="a secret inside text desired",
    ),
    pytest.param({}, {"headers": {"X-Api-Key": CANARY}}, id="a header that is to go"),
    pytest.param(
        {"headers": {"X-Api-Key": "x"}}, {"headers": {"X-Api-Key": CANARY}}, id="another value desired"
    ),
    pytest.param(
        {"headers": {"Authorization": {"$variable": "Token"}}},
        {"headers": {"Authorization": CANARY}},
        id="a variable desired",
    ),
    pytest.param({}, {"query": {"access_token": CANARY}}, id="a query parameter"),
    pytest.param({}, {"headers": {"X-Forward": f"Basic {CANARY}"}}, id="an innocent name"),
]


@pytest.mark.parametrize(("desired", "found"), LIVE_VALUES)
@each_plan_renderer
def test_a_plan_shows_no_credential_that_is_live(
    render: Callable[[Plan], str], desired: dict[str, Any], found: dict[str, Any]
) -> None:
    plan = plan_of([action(description="new", **desired)], [live(action(**found))])
    assert CANARY not in render(plan)


@each_plan_renderer
def test_a_removal_shows_no_credential_that_is_live(render: Callable[[Plan], str]) -> None:
    plan = plan_of([], [live(action(headers={"X-Api-Key": CANARY}))], base=[action()])
    assert CANARY not in render(plan)


@pytest.mark.parametrize("shown", [text.plan_text, markdown.plan_markdown], ids=["text", "markdown"])
def test_a_secret_that_got_into_a_plan_is_never_written(shown: Callable[[Plan], str]) -> None:
    plan = plan_of([action(description="new")], [live(action())])
    smuggled = FieldChange(("description",), Secret(CANARY), Secret(CANARY), Verdict.OURS)
    with pytest.raises(TypeError, match="Secret is not a JSON value"):
        shown(replace(plan, steps=(replace(plan.steps[0], changes=(smuggled,)),)))


def test_a_secret_that_got_into_a_json_document_is_never_written() -> None:
    with pytest.raises(TypeError, match="Secret is not a JSON value"):
        data.to_json({"format": "ajo-plan", "live": Secret(CANARY)})


@each_receipt_renderer
def test_a_secret_in_a_message_is_masked(render: Callable[[Receipt], str]) -> None:
    shown = render(receipt_of(replace(FAILED, message=f"refused {Secret(CANARY)}")))
    assert CANARY not in shown
    assert MASK in shown.replace("&#42;", "*")


@pytest.mark.parametrize("render", list(FINDINGS_RENDERERS.values()), ids=list(FINDINGS_RENDERERS))
@pytest.mark.parametrize("field", ["message", "fix", "file", "page"])
def test_a_secret_in_a_finding_is_masked(render: Callable[[list[Finding]], str], field: str) -> None:
    found: Finding = replace(FINDING, **{field: f"{Secret(CANARY)}"})  # type: ignore[arg-type]  # all are texts
    assert CANARY not in render([found])


@each_receipt_renderer
def test_a_receipt_shows_no_credential_that_was_read_back(render: Callable[[Receipt], str]) -> None:
    platform = FakePlatform(troubles={("create", action().key): [Trouble.STORES_ELSE]})
    receipt = carry_out(platform, plan_for(platform, [action(headers={"X-Api-Key": CANARY})]))
    assert not receipt.complete
    assert CANARY not in render(receipt)


@each_receipt_renderer
def test_a_receipt_shows_no_credential_that_somebody_typed_meanwhile(
    render: Callable[[Receipt], str],
) -> None:
    platform = FakePlatform([action()])
    plan = plan_for(platform, [action(description="new")])
    platform.edit(action().key, endpoint=action(headers={"X-Api-Key": CANARY}).document["endpoint"])
    receipt = carry_out(platform, plan)
    assert receipt.rows[0].code == "AJO508"
    assert CANARY not in render(receipt)

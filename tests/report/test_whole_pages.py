"""One small page of each kind, whole: a change of what people see must be meant.

The files under ``data`` are what is expected; write them by hand, or from the output after looking at it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.samples import action, capping, live, plan_of
from tests.report.samples import DONE, FAILED, FINDING, WARNING, receipt_of
from toolkit.report import data, markdown, text
from toolkit.report.github import findings_github
from toolkit.report.junit import findings_junit
from toolkit.report.sarif import findings_sarif

REQUEST = {"id": {"$variable": "Member id"}}
TYPED = {"id": {"$variable": "Member id", "$type": "integer"}}
PLAN = plan_of(
    [capping(), action(description="new", request=TYPED)],
    [live(action(description="old", request=REQUEST))],
)
RECEIPT = receipt_of(DONE, FAILED)
FINDINGS = [FINDING, WARNING]

PAGES = {
    "plan.txt": text.plan_text(PLAN),
    "plan.md": markdown.plan_markdown(PLAN),
    "plan.json": data.to_json(data.plan_data(PLAN)),
    "receipt.txt": text.receipt_text(RECEIPT),
    "receipt.md": markdown.receipt_markdown(RECEIPT),
    "receipt.json": data.to_json(data.receipt_data(RECEIPT)),
    "findings.txt": text.findings_text(FINDINGS, 2),
    "findings.md": markdown.findings_markdown(FINDINGS, 2),
    "findings.json": data.to_json(data.findings_data(FINDINGS, 2)),
    "findings.github": findings_github(FINDINGS, 2),
    "findings.sarif": data.to_json(findings_sarif(FINDINGS, "1.2.3")),
    "findings.xml": findings_junit(FINDINGS, [FINDING.file, "actions/acme/Fine.json"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name: str) -> None:
    expected = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8")
    assert PAGES[name].rstrip("\n") + "\n" == expected

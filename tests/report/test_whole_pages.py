"""One small page of each kind, whole: a change of what people see must be meant.

The files under ``data`` are what is expected; write them by hand, or from the output after looking at it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.samples import action, capping, live, plan_of
from tests.report.samples import DONE, FAILED, FINDING, WARNING, receipt_of
from toolkit.report import data, markdown, text

PLAN = plan_of([capping(), action(description="new")], [live(action(description="old"))])
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
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name: str) -> None:
    expected = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8")
    assert PAGES[name].rstrip("\n") + "\n" == expected

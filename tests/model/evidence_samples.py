"""One record of an exercise, to be changed by tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from toolkit.model.evidence import Evidence, SeenValue, Took

SAMPLE = Evidence(
    kind="CustomAction",
    action="Welcome",
    target="here",
    organisation="ACME@AdobeOrg",
    sandbox="dev",
    definition="sha256:" + "0" * 64,
    exercised_at=datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
    tool="1.2.3",
    method="POST",
    url="https://example.com/v1",
    answered_by="https://example.com",
    stand_in=False,
    status=200,
    retries=1,
    filled=("recipient.id", "header:X-Locale"),
    is_checked=True,
    missing=("/warning",),
    extra=2,
    seen=(SeenValue("@action{Welcome.jo_status_code}", "string"),),
    took=Took(120, None, 80),
)


def evidence(**changes: Any) -> Evidence:
    """The sample with other members."""
    return replace(SAMPLE, **changes)

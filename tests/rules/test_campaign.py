"""Events of Adobe Campaign."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids
from toolkit.rules.examples import REMOVED

_HOLE = {"$variable": "Filled"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"/request/ctx": REMOVED}, set()),
        ({"/request/eventType": "${eventType}"}, set()),
        ({"/request/channel": REMOVED}, {"AJO270"}),
        ({"/request/ctx": "text"}, {"AJO270"}),
        ({"/request/ctx": _HOLE}, {"AJO270"}),
        ({"/request/channel": _HOLE}, {"AJO271"}),
        ({"/request/eventType": 3}, {"AJO271"}),
    ],
)
def test_event_of_campaign_classic(changes: dict[str, Any], expected: set[str]) -> None:
    assert ids("campaign", changes) == expected


def test_event_of_campaign_standard_is_free() -> None:
    assert ids("campaign", {"/campaignType": "standard", "/request": {"any": _HOLE}}) == set()

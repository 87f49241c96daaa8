"""Events of Adobe Campaign."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only
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
        ({"/request/ctx": REMOVED, "/request/email": "a@b.example"}, {"AJO272"}),
        ({"/request/ctx": REMOVED, "/request/email": "${testAddress}"}, {"AJO272"}),
    ],
)
def test_event_of_campaign_classic(changes: dict[str, Any], expected: set[str]) -> None:
    assert ids("campaign", changes) == expected


def test_event_of_campaign_standard_is_free() -> None:
    changes = {"/campaignType": "standard", "/name": "AdobeCampaignStandard", "/request": {"any": _HOLE}}

    assert ids("campaign", changes) == set()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://acme.campaign.adobe.com", set()),
        ("https://acme.campaign-sandbox.adobe.com/", set()),
        ("https://acme.campaign-demo.adobe.com/", set()),
        ("https://ACME.ATS.adobe.com/", set()),
        ("https://acme.adls.adobe.com/", set()),
        ("https://${instance}.campaign.adobe.com/", set()),
        ("https://${instance}/", set()),
        ("https://acme.example/", {"AJO273"}),
        ("https://campaign.adobe.com.example/", {"AJO273"}),
        ("https://mycampaign.adobe.com/", {"AJO219", "AJO273"}),
        ("http://acme.campaign.adobe.com/", {"AJO218", "AJO273"}),
        ("https://[::1]/", {"AJO213", "AJO273"}),
        ("acme.campaign.adobe.com", {"AJO211"}),
    ],
)
def test_instance_of_campaign_standard_is_at_a_host_of_adobe(url: str, expected: set[str]) -> None:
    changes = {"/campaignType": "standard", "/name": "AdobeCampaignStandard", "/endpoint": {"url": url}}

    assert ids("campaign", changes) == expected


def test_action_of_campaign_standard_is_the_built_in_one() -> None:
    problem = only("campaign", {"/campaignType": "standard", "/name": "WelcomeEmail"})

    assert (problem.code, problem.severity.value, problem.path) == ("AJO274", "warning", ("name",))

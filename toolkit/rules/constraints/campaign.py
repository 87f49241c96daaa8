"""Constraints of Campaign and Marketo Engage actions, and of governance."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, action
from toolkit.rules.examples import REMOVED, Example

_STANDARD = {"/campaignType": "standard", "/name": "AdobeCampaignStandard"}


def _campaign(changes: dict[str, object]) -> Example:
    return Example("campaign", changes)


CONSTRAINTS: Final = (
    Constraint(
        "A Campaign action is one of Campaign v7/v8, classic here, or of Campaign Standard.",
        pages.CAMPAIGN_ACTION,
        ("AJO106", "AJO104"),
        (_campaign({"/campaignType": "v8"}), _campaign({"/campaignType": REMOVED})),
    ),
    Constraint(
        "The payload of Campaign v7/v8 is {channel, eventType, email, ctx: {…}}; the platform does not "
        "check it.",
        pages.CAMPAIGN_ACTION,
        ("AJO104", "AJO105", "AJO270"),
        (
            _campaign({"/request": REMOVED}),
            _campaign({"/request": []}),
            _campaign({"/request/channel": REMOVED}),
            _campaign({"/request/ctx": "text"}),
        ),
    ),
    Constraint(
        "One action is configured for each template of Campaign.",
        pages.CAMPAIGN_ACTION,
        ("AJO271",),
    ),
    Constraint("Address and personalisation are variables, as a rule.", pages.CAMPAIGN_ACTION, ("AJO272",)),
    Constraint(
        "A Campaign action has no method, headers, query, authentication or answers; its URL may be set.",
        pages.CAMPAIGN_ACTION,
        ("AJO103",),
        (
            _campaign({"/endpoint": {"url": "https://rt.campaign.example/", "method": "POST"}}),
            _campaign({"/endpoint": {"url": "https://rt.campaign.example/", "headers": {"X-A": "b"}}}),
            _campaign({"/authentication": {"type": "basic", "username": "a", "password": "${secret:a}"}}),
            _campaign({"/response": {"a": "string"}}),
        ),
    ),
    Constraint(
        "The URL of a Campaign action obeys the rules of URLs.",
        pages.CAMPAIGN_ACTION,
        ("AJO213", "AJO214"),
        (
            _campaign({"/endpoint": {"url": "https://10.0.0.1/"}}),
            _campaign({"/endpoint": {"url": "https://rt.campaign.example:8443/"}}),
        ),
    ),
    Constraint(
        "Campaign v7/v8 sends 4,000 messages in 5 minutes, without throttling: for single events, not "
        "audiences.",
        pages.CAMPAIGN_ACTION,
        elsewhere="The platform: no definition says which journey uses an action. Limits of ours never count "
        "Campaign actions (AJO282).",
    ),
    Constraint(
        "A Campaign action can't stand behind an audience qualification or read audience activity.",
        pages.CAMPAIGN_ACTION,
        elsewhere="The platform, where the journey is built.",
    ),
    Constraint(
        "The message and its event are published in Campaign, and the connection is set up by Adobe.",
        pages.CAMPAIGN_ACTION,
        elsewhere="Campaign and Adobe; the platform's own test button.",
    ),
    Constraint(
        "An instance of Campaign Standard is at a host of Adobe, called by https.",
        pages.CAMPAIGN_STANDARD,
        ("AJO273",),
        (
            _campaign({**_STANDARD, "/endpoint": {"url": "https://acme.example/"}}),
            _campaign({**_STANDARD, "/endpoint": {"url": "http://acme.campaign.adobe.com/"}}),
        ),
        elsewhere="That it belongs to the same organisation: the platform.",
    ),
    Constraint(
        "Campaign Standard is one built-in action, set up in each sandbox.",
        pages.CAMPAIGN_STANDARD,
        ("AJO274",),
    ),
    Constraint(
        "4,000 calls in 5 minutes are the cap of Campaign Standard too, and no journey mixes it with "
        "built-in channels.",
        pages.CAMPAIGN_STANDARD,
        elsewhere="The platform.",
    ),
    Constraint(
        "A Marketo Engage action sends munchkinID and person or customObject.",
        pages.MARKETO,
        ("AJO101",),
        (action({"/kind": "MarketoEngageAction"}),),
        elsewhere="Such actions are recognised live (`ajo list --live`), never written.",
    ),
    Constraint(
        "The channel is e-mail, SMS, push or other.",
        pages.GOVERNANCE,
        ("AJO106", "AJO104", "AJO107"),
        (
            action({"/governance": {"channel": "fax"}}),
            action({"/governance": {"requiredMarketingAction": "Newsletter"}}),
            action({"/governance": {"channel": "other", "requiredMarketingAction": ""}}),
        ),
    ),
    Constraint(
        "Governance is not for Campaign actions.",
        pages.GOVERNANCE,
        ("AJO103",),
        (_campaign({"/governance": {"channel": "email"}}),),
    ),
    Constraint(
        "The product fills in the marketing action of a channel; none is a choice, as for a password's "
        "reset.",
        pages.CONSENT,
        elsewhere="People: a definition without requiredMarketingAction has none, whatever its channel, and "
        "the plan shows that it would be removed.",
    ),
    Constraint(
        "Marketing actions exist in the organisation; policies may forbid fields in a journey.",
        pages.GOVERNANCE,
        elsewhere="The platform, when a journey is published.",
    ),
)
"""Each documented constraint of this subject."""

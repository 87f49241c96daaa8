"""Messages of Adobe Campaign v7/v8 (AJO27x)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.model.custom_action import CampaignAction
from toolkit.model.kinds import Definition
from toolkit.model.payload import PlainObject
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.rule import CAMPAIGN, Remark, Rule

_EVENT_FIELDS = ("channel", "eventType")


def _classic_event(definition: Definition) -> Iterator[Remark]:
    if not isinstance(definition, CampaignAction) or definition.campaign_type != "classic":
        return
    fields = definition.request.root
    for name in _EVENT_FIELDS:
        if name not in fields:
            yield Remark(("request",), f"the event has no {name}")
    if "ctx" in fields and not isinstance(fields["ctx"], PlainObject):
        yield Remark(("request", "ctx"), "ctx is not an object", 'Write "ctx": {"field": ...}.')


def _one_template(definition: Definition) -> Iterator[Remark]:
    if not isinstance(definition, CampaignAction) or definition.campaign_type != "classic":
        return
    for name in _EVENT_FIELDS:
        if not isinstance(definition.request.root.get(name, ""), str):
            yield Remark(("request", name), f"{name} is not a constant text")


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO270",
        severity=Severity.WARNING,
        summary="An event of Campaign v7/v8 has channel and eventType, and ctx as an object.",
        why="The documented pattern is {channel, eventType, email, ctx: {…}}. The platform does not "
        "validate it, so this is no error here; Campaign itself can't tell an event without its type.",
        fix="Add the field as the published event of Campaign has it.",
        page=pages.CAMPAIGN_ACTION,
        kinds=CAMPAIGN,
        check=_classic_event,
        wrong=Example("campaign", {"/request/eventType": REMOVED}),
        right=Example("campaign", {"/request/eventType": "welcome"}),
    ),
    Rule(
        id="AJO271",
        severity=Severity.WARNING,
        summary="An action of Campaign v7/v8 serves one template.",
        why="One action is configured for each template; channel and eventType choose the template, so "
        "they are constants.",
        fix="Write one action for each event type.",
        page=pages.CAMPAIGN_ACTION,
        kinds=CAMPAIGN,
        check=_one_template,
        wrong=Example("campaign", {"/request/eventType": {"$variable": "Event"}}),
        right=Example("campaign", {"/request/eventType": "welcome"}),
    ),
)

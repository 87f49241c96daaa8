"""Messages of Adobe Campaign (AJO27x)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.model.custom_action import CampaignAction
from toolkit.model.kinds import Definition
from toolkit.model.outline import Outline
from toolkit.model.payload import Hole, ListHole, PlainObject
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.hosts import CAMPAIGN_STANDARD, is_within
from toolkit.rules.places import request_nodes
from toolkit.rules.reading import UNKNOWN, read_url
from toolkit.rules.rule import CAMPAIGN, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted

_EVENT_FIELDS = ("channel", "eventType")
_STANDARD = "AdobeCampaignStandard"


def is_usual_event(message: Outline) -> bool:
    """Tell whether a message of Campaign is one that no rule of this theme minds."""
    event = message.event
    return (
        message.campaign_type == "classic"
        and all(event.get(name) == "text" for name in _EVENT_FIELDS)
        and event.get("ctx", "object") == "object"
        and bool(message.labels)
    )


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


def _nothing_varies(definition: Definition) -> Iterator[Remark]:
    if not isinstance(definition, CampaignAction) or definition.campaign_type != "classic":
        return
    if not any(isinstance(node.value, (Hole, ListHole)) for node in request_nodes(definition)):
        yield Remark(("request",), "the event is the same for everybody")


def _standard_instance(definition: Definition) -> Iterator[Remark]:
    if not isinstance(definition, CampaignAction) or definition.campaign_type != "standard":
        return
    url = read_url(definition.endpoint.url) if definition.endpoint else None
    if url is None or not url.is_http or not url.host:
        return
    path, host = ("endpoint", "url"), url.host.lower()
    if url.scheme != "https":
        yield Remark(path, "the instance is not called by https", "Use https://.")
    if not host.endswith(UNKNOWN) and not is_within(host, CAMPAIGN_STANDARD):
        yield Remark(path, f"{quoted(host.replace(UNKNOWN, '…'))} is no host of Campaign Standard")


def _standard_name(definition: Definition) -> Iterator[Remark]:
    is_standard = isinstance(definition, CampaignAction) and definition.campaign_type == "standard"
    if is_standard and definition.name != _STANDARD:
        yield Remark(("name",), f"{quoted(definition.name)} is not the built-in action {_STANDARD}")


_STANDARD_INSTANCE = {
    "/campaignType": "standard",
    "/name": _STANDARD,
    "/endpoint": {"url": "https://acme.campaign.adobe.com/"},
}

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
        needs=frozenset({Trait.ODD_EVENT}),
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
        needs=frozenset({Trait.ODD_EVENT}),
        wrong=Example("campaign", {"/request/eventType": {"$variable": "Event"}}),
        right=Example("campaign", {"/request/eventType": "welcome"}),
    ),
    Rule(
        id="AJO272",
        severity=Severity.WARNING,
        summary="An event of Campaign v7/v8 says whom it is about.",
        why="The address and what personalises the message are usually variables: an event of constants "
        "alone sends one message to one recipient, whoever is in the journey.",
        fix='Make the address a variable, as {"$variable": "E-mail address"}.',
        page=pages.CAMPAIGN_ACTION,
        kinds=CAMPAIGN,
        check=_nothing_varies,
        needs=frozenset({Trait.ODD_EVENT}),
        wrong=Example("campaign", {"/request/email": "a@b.example", "/request/ctx": REMOVED}),
        right=Example("campaign", {"/request/ctx": REMOVED}),
    ),
    Rule(
        id="AJO273",
        severity=Severity.ERROR,
        summary="An instance of Campaign Standard is at a host of Adobe, by https.",
        why="The platform's test of the instance's URL takes campaign.adobe.com, campaign-sandbox.adobe.com, "
        "campaign-demo.adobe.com, ats.adobe.com and adls.adobe.com, with https only.",
        fix="Copy the address of the instance.",
        page=pages.CAMPAIGN_STANDARD,
        kinds=CAMPAIGN,
        check=_standard_instance,
        needs=frozenset({Trait.ODD_EVENT}),
        wrong=Example("campaign", {**_STANDARD_INSTANCE, "/endpoint/url": "https://acme.campaign.example/"}),
        right=Example("campaign", _STANDARD_INSTANCE),
    ),
    Rule(
        id="AJO274",
        severity=Severity.WARNING,
        summary="Campaign Standard is set up in the built-in action AdobeCampaignStandard.",
        why="The integration is one built-in action in each sandbox, which gives journeys e-mail, push and "
        "SMS; the page knows no other action of this type.",
        fix="Name the definition AdobeCampaignStandard.",
        page=pages.CAMPAIGN_STANDARD,
        kinds=CAMPAIGN,
        check=_standard_name,
        needs=frozenset({Trait.ODD_EVENT}),
        wrong=Example("campaign", {"/campaignType": "standard"}),
        right=Example("campaign", _STANDARD_INSTANCE),
    ),
)

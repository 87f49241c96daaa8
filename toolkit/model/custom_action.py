"""Custom and Campaign actions.

Pages: *Configure a custom action*
(``help/using/action/about-custom-action-configuration.md``) and *Adobe Campaign v7/v8 actions*
(``help/using/action/acc-action.md``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from toolkit.model.authentication import Authentication
from toolkit.model.base import (
    ANY_NAMES,
    HEADER_NAMES,
    FieldName,
    Maybe,
    Model,
    SecretText,
    ValueText,
    branch,
    chosen_by,
    mark,
)
from toolkit.model.envelope import LIFECYCLE, Envelope, Lifecycle
from toolkit.model.guardrails import ACTION_NAME_LENGTH, CAMPAIGN_CAP
from toolkit.model.hints import hints
from toolkit.model.payload import RequestPayload, ResponseObject, TextHole
from toolkit.model.payload_hints import OBJECT, PARAMETER, RESPONSE_OBJECT

PAGE = "action/about-custom-action-configuration.md"
RESPONSE_PAGE = "action/action-response.md"
CAMPAIGN_PAGE = "action/acc-action.md"
PRIVACY_PAGE = "action/action-privacy.md"

METHODS = {
    "POST": "Sends `request` as the body.",
    "GET": "Sends no body: there is no `request`.",
    "PUT": "Sends `request` as the body, to create or replace what the URL names.",
}
CHANNELS = {
    "email": "E-mail; the marketing action is that of e-mail.",
    "sms": "Text messages; the marketing action is that of SMS.",
    "push": "Push notifications; the marketing action is that of push.",
    "other": "Any other; no marketing action is prefilled.",
}
CAMPAIGN_TYPES = {
    "classic": f"Adobe Campaign v7 or v8: at most {CAMPAIGN_CAP}, all actions together.",
    "standard": "Adobe Campaign Standard.",
}

ActionName = Annotated[
    str,
    Field(
        min_length=1,
        description=f"Letters, digits and underscores, at most {ACTION_NAME_LENGTH.value} characters; "
        "unique in the sandbox. It is the action's identity: the same name is the same action.",
        examples=["LoyaltyWelcome"],
        json_schema_extra=hints(page=ACTION_NAME_LENGTH.page),
    ),
]


_PARAMETERS: Mapping[type[Any], str] = {str: mark("constant"), dict: mark("variable")}


def _text_or_hole(value: Any) -> str | None:
    return _PARAMETERS.get(type(value))


ParameterValue = Annotated[
    Annotated[TextHole, branch("variable")] | Annotated[SecretText, branch("constant")],
    chosen_by(_text_or_hole, 'a text, or a variable like {"$variable": "Label"}'),
    PARAMETER,
]
"""A constant text or a variable one, of a header or a query parameter."""


class Endpoint(Model):
    """Where the request goes: method, URL, headers and query parameters."""

    method: Literal["POST", "GET", "PUT"] = Field(
        description="The HTTP method.", json_schema_extra=hints(page=PAGE, words=METHODS)
    )
    url: ValueText = Field(
        description="The static part: scheme, host name and path, no query and no IP address, only the ports "
        "80 and 443. A journey may append a dynamic path. `${name}` is a value of the target.",
        examples=["https://${loyaltyHost}/v2/messages"],
        json_schema_extra=hints(page=PAGE),
    )
    headers: dict[FieldName, ParameterValue] = Field(
        default_factory=dict,
        description="Names and values of headers. Content-Type and Charset are always sent; of the two only "
        "Content-Type can be changed.",
        examples=[{"Content-Type": "application/json"}],
        json_schema_extra={**HEADER_NAMES, **hints(page=PAGE)},
    )
    query: dict[FieldName, ParameterValue] = Field(
        default_factory=dict,
        description="Names and values of query parameters.",
        json_schema_extra={**ANY_NAMES, **hints(page=PAGE)},
    )


class Governance(Model, title="Governance"):
    """Consent and data governance: which policies hold where a journey uses the action."""

    channel: Literal["email", "sms", "push", "other"] = Field(
        description="Prefills the required marketing action.",
        json_schema_extra=hints(page=PRIVACY_PAGE, words=CHANNELS),
    )
    required_marketing_action: Maybe[str] = Field(
        default=None,
        min_length=1,
        description="The marketing action that every use of the action needs; a journey can't change it.",
        examples=["Loyalty messages"],
        json_schema_extra=hints(page=PRIVACY_PAGE),
    )


class CustomAction(Envelope, title="Custom action", json_schema_extra=hints(page=PAGE)):
    """A connection to any system with a REST API and JSON payload."""

    kind: Literal["CustomAction"] = Field(description="A custom action.")
    name: ActionName
    description: str = Field(
        default="",
        description="What the action does; shown to marketers.",
        json_schema_extra=hints(page=PAGE),
    )
    endpoint: Endpoint
    authentication: Maybe[Authentication] = Field(
        default=None,
        description="How the action proves who it is; left out where the endpoint needs nothing.",
        json_schema_extra=hints(page=PAGE),
    )
    governance: Maybe[Governance] = Field(
        default=None,
        description="Channel and required marketing action.",
        json_schema_extra=hints(page=PRIVACY_PAGE),
    )
    request: Maybe[RequestPayload] = Field(
        default=None,
        description="The body as it is sent, with marked holes for a marketer's values; POST and PUT only. "
        "Names of fields hold no `.` and do not begin with `$`.",
        examples=[{"template": "welcome", "memberId": {"$variable": "Member id"}}],
        json_schema_extra=hints(page=PAGE, snippets=[OBJECT]),
    )
    allow_null_values: bool = Field(
        default=False,
        description="Send an unfilled optional field as null; otherwise it is left out.",
        json_schema_extra=hints(page=PAGE),
    )
    response: Maybe[ResponseObject] = Field(
        default=None,
        description="The body that comes back: a type at each leaf, for journeys to read.",
        examples=[{"messageId": "string", "points": "integer"}],
        json_schema_extra=hints(page=RESPONSE_PAGE, snippets=[RESPONSE_OBJECT]),
    )
    failure_response: Maybe[ResponseObject] = Field(
        default=None,
        description="The body that comes back with a status above 2xx.",
        examples=[{"error": {"code": "string", "detail": "string"}}],
        json_schema_extra=hints(page=RESPONSE_PAGE, snippets=[RESPONSE_OBJECT]),
    )
    lifecycle: Maybe[Lifecycle] = Field(default=None, description=LIFECYCLE)


class CampaignEndpoint(Model, title="Endpoint of Campaign"):
    """Where Campaign is, when the integration does not say."""

    url: ValueText = Field(
        description="The static part: scheme, host name and path.",
        examples=["https://${campaignHost}/"],
    )


class CampaignAction(Envelope, title="Campaign action", json_schema_extra=hints(page=CAMPAIGN_PAGE)):
    """A transactional message of Adobe Campaign, one action for each template."""

    kind: Literal["CampaignAction"] = Field(description="An action of Adobe Campaign.")
    name: ActionName
    description: str = Field(default="", description="What the action does; shown to marketers.")
    campaign_type: Literal["classic", "standard"] = Field(
        description="Which Campaign sends the message.",
        json_schema_extra=hints(page=CAMPAIGN_PAGE, words=CAMPAIGN_TYPES),
    )
    endpoint: Maybe[CampaignEndpoint] = Field(
        default=None, description="Where Campaign is; left out where the integration says it."
    )
    request: RequestPayload = Field(
        description="The event that Campaign takes, with marked holes for a marketer's values.",
        examples=[
            {
                "channel": "email",
                "eventType": "orderConfirmation",
                "email": {"$variable": "E-mail address"},
                "ctx": {"orderId": {"$variable": "Order number"}},
            }
        ],
        json_schema_extra=hints(page=CAMPAIGN_PAGE),
    )
    lifecycle: Maybe[Lifecycle] = Field(default=None, description=LIFECYCLE)

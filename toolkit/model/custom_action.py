"""Custom and Campaign actions.

Pages: *Configure a custom action*
(``help/using/action/about-custom-action-configuration.md``) and *Adobe Campaign v7/v8 actions*
(``help/using/action/acc-action.md``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from toolkit.model.authentication import Authentication
from toolkit.model.base import ANY_NAMES, FieldName, Maybe, Model, SecretText, ValueText, branch, chosen_by
from toolkit.model.envelope import Envelope, Lifecycle
from toolkit.model.payload import RequestPayload, ResponseObject, TextHole

ActionName = Annotated[
    str,
    Field(min_length=1, description="Letters, digits and underscores, at most 30; unique in the sandbox."),
]


def _text_or_hole(value: Any) -> str | None:
    match value:
        case str():
            return "constant"
        case dict():
            return "variable"
        case _:
            return None


ParameterValue = Annotated[
    Annotated[SecretText, branch("constant")] | Annotated[TextHole, branch("variable")],
    chosen_by(_text_or_hole, 'a text, or a variable like {"$variable": "Label"}'),
]
"""A constant text or a variable one, of a header or a query parameter."""


class Endpoint(Model):
    """Where the request goes."""

    method: Literal["POST", "GET", "PUT"] = Field(description="HTTP method.")
    url: ValueText = Field(
        description="The static part: scheme, host and path; a journey may append a dynamic path."
    )
    headers: dict[FieldName, ParameterValue] = Field(
        default_factory=dict, description="Header names and values.", json_schema_extra=ANY_NAMES
    )
    query: dict[FieldName, ParameterValue] = Field(
        default_factory=dict, description="Query parameters and values.", json_schema_extra=ANY_NAMES
    )


class Governance(Model):
    """Consent and data governance (``help/using/action/action-privacy.md``)."""

    channel: Literal["email", "sms", "push", "other"] = Field(description="Prefills the marketing action.")
    required_marketing_action: Maybe[str] = Field(
        default=None, min_length=1, description="Marketing action that every use of the action needs."
    )


class CustomAction(Envelope):
    """A connection to any system with a REST API and JSON payload."""

    kind: Literal["CustomAction"] = Field(description="The kind of definition.")
    name: ActionName
    description: str = Field(default="", description="What the action does; shown to marketers.")
    endpoint: Endpoint
    authentication: Maybe[Authentication] = Field(default=None, description="Absent: none.")
    governance: Maybe[Governance] = Field(default=None, description="Channel and required marketing action.")
    request: Maybe[RequestPayload] = Field(
        default=None, description="The body as it is sent, with marked holes; POST and PUT only."
    )
    allow_null_values: bool = Field(
        default=False, description="Send an unfilled optional field as null; otherwise it is left out."
    )
    response: Maybe[ResponseObject] = Field(
        default=None, description="The body that comes back: a type at each leaf."
    )
    failure_response: Maybe[ResponseObject] = Field(
        default=None, description="The body that comes back with a status above 2xx."
    )
    lifecycle: Maybe[Lifecycle] = Field(default=None, description="Ours alone, never sent.")


class CampaignEndpoint(Model):
    """Where Campaign is, when the integration does not say."""

    url: ValueText = Field(description="The static part: scheme, host and path.")


class CampaignAction(Envelope):
    """A transactional message of Adobe Campaign."""

    kind: Literal["CampaignAction"] = Field(description="The kind of definition.")
    name: ActionName
    description: str = Field(default="", description="What the action does; shown to marketers.")
    campaign_type: Literal["classic", "standard"] = Field(
        description="classic: Campaign v7/v8; standard: Campaign Standard."
    )
    endpoint: Maybe[CampaignEndpoint] = Field(default=None, description="Absent: given by the integration.")
    request: RequestPayload = Field(description="The event, with marked holes.")
    lifecycle: Maybe[Lifecycle] = Field(default=None, description="Ours alone, never sent.")

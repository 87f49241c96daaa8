"""How an action proves who it is: basic, API key, or a custom authorization that fetches a token first.

Custom authorization: *External data sources* (``help/using/datasource/external-data-sources.md``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from toolkit.model.base import (
    ANY_NAMES,
    FieldName,
    FilledValueText,
    Maybe,
    Model,
    SecretText,
    ValueText,
    branch,
    by_type,
    chosen_by,
)

TimeUnit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"]


class BasicAuthentication(Model):
    """User name and password, sent as ``Authorization: Basic``."""

    type: Literal["basic"] = Field(description="The form of authentication.")
    username: SecretText = Field(description="The user name.")
    password: SecretText = Field(description="A secret, as ${secret:path/name}.")


class ApiKeyAuthentication(Model):
    """A key under a fixed name, in a header or in the query."""

    type: Literal["apiKey"] = Field(description="The form of authentication.")
    name: FilledValueText = Field(description="Name of the header or query parameter.")
    value: SecretText = Field(description="The key, as ${secret:path/name}; text around it is sent too.")
    location: Literal["header", "queryParam"] = Field(description="Where the key is sent.")


class TokenBody(Model):
    """The body of the token request: flat names and values."""

    body_type: Literal["form", "json"] = Field(description="Sent as a form or as a flat JSON object.")
    body_params: dict[FieldName, SecretText] = Field(
        description="Names and values; secrets as ${secret:path/name}.", json_schema_extra=ANY_NAMES
    )


class FixedCacheDuration(Model):
    """A token is kept for a fixed time."""

    duration: int = Field(ge=1, description="At least a minute below the token's real life.")
    time_unit: TimeUnit = Field(description="Unit of the duration.")


class AnsweredCacheDuration(Model):
    """A token is kept for as long as its answer says."""

    expiry_in_response: FilledValueText = Field(
        description="Where the life time stands: json://path.to.expiry."
    )
    time_unit: TimeUnit = Field(description="Unit of the number found there.")


def _duration_form(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return "answered" if "expiryInResponse" in value else "fixed"


CacheDuration = Annotated[
    Annotated[FixedCacheDuration, branch("fixed")] | Annotated[AnsweredCacheDuration, branch("answered")],
    chosen_by(_duration_form, "an object with duration or expiryInResponse, and timeUnit"),
]


class CustomAuthorization(Model):
    """A call to a token endpoint, whose answer is then sent with every request."""

    type: Literal["customAuthorization"] = Field(description="The form of authentication.")
    sub_type: Maybe[Literal["certificateCredential"]] = Field(
        default=None, description="A signed JWT assertion instead of a client secret."
    )
    aud: Maybe[ValueText] = Field(
        default=None, description="Audience of the signed assertion; with certificateCredential only."
    )
    endpoint: ValueText = Field(description="URL of the token endpoint.")
    method: Literal["GET", "POST"] = Field(description="Method of the token request.")
    headers: dict[FieldName, SecretText] = Field(
        default_factory=dict, description="Headers of the token request.", json_schema_extra=ANY_NAMES
    )
    body: Maybe[TokenBody] = Field(default=None, description="Body of the token request; needed for POST.")
    token_in_response: FilledValueText = Field(
        description='Where the token stands: "response" (the whole body) or json://path.to.token.',
    )
    cache_duration: Maybe[CacheDuration] = Field(
        default=None, description="How long a token is kept; one hour if absent."
    )
    authorization_type: Literal["bearer", "header", "queryParam"] = Field(
        description="How the token is sent."
    )
    token_target: Maybe[FilledValueText] = Field(
        default=None, description="Header or parameter name; needed for header and queryParam."
    )


Authentication = Annotated[
    Annotated[BasicAuthentication, branch("basic")]
    | Annotated[ApiKeyAuthentication, branch("apiKey")]
    | Annotated[CustomAuthorization, branch("customAuthorization")],
    by_type("basic", "apiKey", "customAuthorization"),
]

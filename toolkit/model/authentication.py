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
    mark,
)
from toolkit.model.hints import Asked, has, hints, snippet

PAGE = "datasource/external-data-sources.md"
ACTION_PAGE = "action/about-custom-action-configuration.md"

TIME_UNITS = {
    "milliseconds": "Thousandths of a second.",
    "seconds": "Seconds.",
    "minutes": "Minutes.",
    "hours": "Hours.",
    "days": "Days.",
    "months": "Months.",
    "years": "Years.",
}
LOCATIONS = {
    "header": "In a header of this name.",
    "queryParam": "In a query parameter of this name; it may show up in logs of others.",
}
BODY_TYPES = {
    "form": "As a form: application/x-www-form-urlencoded.",
    "json": "As one flat JSON object.",
}
TOKEN_METHODS = {"GET": "Sends no body.", "POST": "Sends `body`, which is then needed."}
AUTHORIZATION_TYPES = {
    "bearer": "As `Authorization: Bearer`.",
    "header": "In the header that `tokenTarget` names.",
    "queryParam": "In the query parameter that `tokenTarget` names.",
}
FORMS = {
    "basic": "User name and password, sent as `Authorization: Basic`.",
    "apiKey": "A key under a fixed name, in a header or in the query.",
    "customAuthorization": "A call to a token endpoint, whose answer is then sent with every request.",
}
EXPIRY = "Where the answer says how long the token lives: json://path.to.expiry."

TimeUnit = Literal["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"]


class BasicAuthentication(Model, title="Basic authentication"):
    """User name and password, sent as ``Authorization: Basic``."""

    type: Literal["basic"] = Field(description=FORMS["basic"])
    username: SecretText = Field(
        description="The user name; a value of the target as `${name}`, a secret as `${secret:path/name}`.",
        examples=["${loyaltyUser}"],
    )
    password: SecretText = Field(
        description="A secret, as `${secret:path/name}`; it is never written here itself.",
        examples=["${secret:loyalty/password}"],
    )


class ApiKeyAuthentication(Model, title="API key"):
    """A key under a fixed name, in a header or in the query."""

    type: Literal["apiKey"] = Field(description=FORMS["apiKey"])
    name: FilledValueText = Field(
        description="Name of the header or query parameter.", examples=["X-Api-Key"]
    )
    value: SecretText = Field(
        description="The key, as `${secret:path/name}`; text around it is sent too.",
        examples=["${secret:loyalty/api-key}"],
    )
    location: Literal["header", "queryParam"] = Field(
        description="Where the key is sent.", json_schema_extra=hints(page=ACTION_PAGE, words=LOCATIONS)
    )


class TokenBody(Model, title="Body of the token request"):
    """The body of the token request: flat names and values."""

    body_type: Literal["form", "json"] = Field(
        description="How the body is sent.", json_schema_extra=hints(page=PAGE, words=BODY_TYPES)
    )
    body_params: dict[FieldName, SecretText] = Field(
        description="Names and values, without objects inside; secrets as `${secret:path/name}`.",
        examples=[{"grant_type": "client_credentials", "client_secret": "${secret:loyalty/client-secret}"}],
        json_schema_extra={**ANY_NAMES, **hints(page=PAGE)},
    )


class FixedCacheDuration(Model, title="Fixed life time"):
    """A token is kept for a fixed time."""

    duration: int = Field(ge=1, description="At least a minute below the token's real life.", examples=[50])
    time_unit: TimeUnit = Field(
        description="Unit of the duration.", json_schema_extra=hints(words=TIME_UNITS)
    )


class AnsweredCacheDuration(Model, title="Life time from the answer"):
    """A token is kept for as long as its answer says."""

    expiry_in_response: FilledValueText = Field(description=EXPIRY, examples=["json://expires_in"])
    time_unit: TimeUnit = Field(
        description="Unit of the number found there.", json_schema_extra=hints(words=TIME_UNITS)
    )


def _duration_form(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return mark("answered" if "expiryInResponse" in value else "fixed")


CacheDuration = Annotated[
    Annotated[AnsweredCacheDuration, branch("answered")] | Annotated[FixedCacheDuration, branch("fixed")],
    chosen_by(_duration_form, "an object with duration or expiryInResponse, and timeUnit"),
    Asked(
        conditions=(has("expiryInResponse"),),
        beside={
            "properties": {"expiryInResponse": {"description": EXPIRY}},
            **hints(
                snippets=[
                    snippet(
                        "fixed", "A time that never changes.", {"duration": 50, "timeUnit": "«1:minutes»"}
                    ),
                    snippet(
                        "from the answer",
                        "The time that the token's answer names.",
                        {"expiryInResponse": "json://«1:expires_in»", "timeUnit": "«2:seconds»"},
                    ),
                ]
            ),
        },
    ),
]


class CustomAuthorization(Model, title="Custom authorization", json_schema_extra=hints(page=PAGE)):
    """A call to a token endpoint, whose answer is then sent with every request."""

    type: Literal["customAuthorization"] = Field(description=FORMS["customAuthorization"])
    sub_type: Maybe[Literal["certificateCredential"]] = Field(
        default=None, description="A signed JWT assertion instead of a client secret."
    )
    aud: Maybe[ValueText] = Field(
        default=None,
        description="Audience of the signed assertion; with certificateCredential only.",
        examples=["https://${loyaltyHost}/oauth2/token"],
    )
    endpoint: ValueText = Field(
        description="URL of the token endpoint.", examples=["https://${loyaltyHost}/oauth2/token"]
    )
    method: Literal["GET", "POST"] = Field(
        description="Method of the token request.", json_schema_extra=hints(page=PAGE, words=TOKEN_METHODS)
    )
    headers: dict[FieldName, SecretText] = Field(
        default_factory=dict,
        description="Headers of the token request. `EncodeBase64(text)` is the only function in values.",
        examples=[{"Authorization": "Basic EncodeBase64(${loyaltyClient}:${secret:loyalty/client-secret})"}],
        json_schema_extra={**ANY_NAMES, **hints(page=PAGE)},
    )
    body: Maybe[TokenBody] = Field(
        default=None,
        description="Body of the token request; needed for POST.",
        json_schema_extra=hints(page=PAGE),
    )
    token_in_response: FilledValueText = Field(
        description='Where the token stands: "response" (the whole body) or json://path.to.token.',
        examples=["json://access_token", "response"],
        json_schema_extra=hints(page=PAGE),
    )
    cache_duration: Maybe[CacheDuration] = Field(
        default=None,
        description="How long a token is kept; one hour if left out.",
        json_schema_extra=hints(page=PAGE),
    )
    authorization_type: Literal["bearer", "header", "queryParam"] = Field(
        description="How the token is sent.", json_schema_extra=hints(page=PAGE, words=AUTHORIZATION_TYPES)
    )
    token_target: Maybe[FilledValueText] = Field(
        default=None,
        description="Header or parameter name; needed for header and queryParam.",
        examples=["X-Access-Token"],
        json_schema_extra=hints(page=PAGE),
    )


def _form_is(name: str) -> dict[str, Any]:
    return {"properties": {"type": {"const": name}}, **has("type")}


_SHAPES = [
    snippet(
        "basic",
        FORMS["basic"],
        {"type": "basic", "username": "«1:user»", "password": "${secret:«2:partner»/password}"},
    ),
    snippet(
        "apiKey",
        FORMS["apiKey"],
        {
            "type": "apiKey",
            "name": "«1:X-Api-Key»",
            "value": "${secret:«2:partner»/api-key}",
            "location": "header",
        },
    ),
    snippet(
        "customAuthorization",
        FORMS["customAuthorization"],
        {
            "type": "customAuthorization",
            "endpoint": "https://«1:host»/oauth2/token",
            "method": "POST",
            "body": {
                "bodyType": "form",
                "bodyParams": {
                    "grant_type": "client_credentials",
                    "client_id": "«2:client»",
                    "client_secret": "${secret:«3:partner»/client-secret}",
                },
            },
            "tokenInResponse": "json://access_token",
            "cacheDuration": {"duration": 50, "timeUnit": "minutes"},
            "authorizationType": "bearer",
        },
    ),
]

Authentication = Annotated[
    Annotated[BasicAuthentication, branch("basic")]
    | Annotated[ApiKeyAuthentication, branch("apiKey")]
    | Annotated[CustomAuthorization, branch("customAuthorization")],
    by_type(*FORMS),
    Asked(
        conditions=tuple(map(_form_is, FORMS)),
        beside={
            **has("type"),
            "properties": {
                "type": {
                    "enum": list(FORMS),
                    "description": "The form of authentication.",
                    **hints(words=FORMS),
                }
            },
            **hints(snippets=_SHAPES),
        },
    ),
]

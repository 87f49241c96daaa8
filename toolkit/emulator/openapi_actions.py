"""Actions in the OpenAPI document; stands beside ``actions.py`` and the rules of actions."""

from __future__ import annotations

from toolkit.emulator import openapi_payloads
from toolkit.emulator.action_rules import CAMPAIGN_TYPES
from toolkit.emulator.openapi_elements import element, envelope, page_of
from toolkit.emulator.openapi_parts import (
    PAGING,
    UID,
    UID_OF_ANSWER,
    Operation,
    any_of,
    array,
    nullable,
    obj,
    schema,
    text,
)
from toolkit.emulator.openapi_payloads import LABELLED
from toolkit.emulator.wire import JsonObject

_RULES = {
    400: "1471 name, 1475 URL, 1476 method, 1477 payload with GET, 1478 name of a header, parameter or field,"
    " 1479 anything else.",
    403: "1472: built-in actions are not made, changed or removed.",
    409: "1470: the name is taken.",
}
_EXAMPLE: JsonObject = {
    "name": "SlackPost",
    "description": "Posts a message into a channel.",
    "actionType": "custom",
    "endpoint": {
        "url": "https://slack.com/api/chat.postMessage",
        "method": "POST",
        "headers": [{"name": "X-Locale", "isVariable": True, "label": "Locale", "isOptional": True}],
        "queryParameters": [{"name": "source", "isVariable": False, "value": "journey"}],
    },
    "requestPayload": {
        "allowNullValues": False,
        "fields": [
            {"name": "channel", "type": "string", "isVariable": False, "value": "C024BE91L"},
            {"name": "text", "type": "string", "isVariable": True, "label": "Text", "isOptional": False},
        ],
    },
    "responsePayload": {"fields": [{"name": "ok", "type": "boolean"}]},
    "authentication": {"type": "apiKey", "name": "Authorization", "value": "made up", "location": "header"},
}


def paths(base: str) -> dict[str, dict[str, Operation]]:
    """Every operation by path and method."""
    one, read = f"{base}/actions/{{uid}}", schema("Action")
    links = {verb: (f"{verb}Action", UID["name"], UID_OF_ANSWER) for verb in ("get", "update", "delete")}
    used = "1473: a journey uses it, so only name, description, URL and authentication may change."
    deleted = obj({"uid": text(), "resStatus": text(const="deleted")}, ("uid", "resStatus"))
    return {
        f"{base}/list/actions": {
            "post": Operation(
                id="listActions",
                summary="A page of the actions, oldest first; built-in ones too",
                tag="Actions",
                answers={200: page_of(read, always=True)},
                body={"type": "object", "description": "No filter is known."},
                body_required=False,
                parameters=PAGING,
            )
        },
        f"{base}/actions": {
            "post": Operation(
                id="createAction",
                summary="Create; it acts at once",
                tag="Actions",
                answers={200: envelope("createdElement", read, "created")},
                errors=_RULES,
                body=schema("ActionInput"),
                example=_EXAMPLE,
                links=links,
            )
        },
        one: {
            "get": Operation(
                id="getAction",
                summary="Read one, its secrets masked",
                tag="Actions",
                answers={200: envelope("result", read)},
                links=links,
            ),
            "put": Operation(
                id="updateAction",
                summary="Replace one; a mask stands for the stored secret",
                tag="Actions",
                answers={200: envelope("updatedElement", read, "updated")},
                errors={**_RULES, 409: f"{_RULES[409]} {used}"},
                body=schema("ActionInput"),
                example=_EXAMPLE,
                links=links,
            ),
            "delete": Operation(
                id="deleteAction",
                summary="Delete one",
                tag="Actions",
                answers={200: deleted},
                errors={403: _RULES[403], 409: "1474: a journey uses it."},
            ),
        },
    }


# Of what the rules take, these patterns leave out some host names and paths that hardly anybody writes.
_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_URL = text(
    pattern=rf"^[hH][tT][tT][pP][sS]?://({_LABEL}\.)*[A-Za-z_]([A-Za-z0-9_-]{{0,61}}[A-Za-z0-9_])?(:(80|443))?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?$",
    maxLength=250,
    description="http or https, a host name, no port but 80 and 443, neither query nor fragment.",
)
_TEXT = text()
_FALSE = {"const": False}
_VALUE = text(pattern=r"^[^\u0000-\u0008\u000A-\u001F\u007F]*$")
_HEADER_NAME = text(pattern="^[!#%&'*+^_`|~0-9A-Za-z-][!#$%&'*+.^_`|~0-9A-Za-z-]*$")
_PARAMETER_NAME = text(pattern=r"^[^.$][\s\S]*$")
_LOCATION = text(enum=["header", "queryParam"])


def _entries(name: JsonObject) -> JsonObject:
    constant = obj({"name": name, "isVariable": _FALSE, "value": _VALUE}, ("name", "isVariable", "value"))
    variable = obj({"name": name, **LABELLED}, ("name", "isVariable", "label"))
    return nullable(array(any_of(constant, variable)))


def _endpoint(method: list[str]) -> JsonObject:
    return obj(
        {
            "url": _URL,
            "method": text(enum=method),
            "headers": _entries(_HEADER_NAME),
            "queryParameters": _entries(_PARAMETER_NAME),
        },
        ("url", "method"),
    )


_AUTHENTICATION = any_of(
    obj({"type": {"const": "noAuth"}}, ("type",)),
    obj(
        {"type": {"const": "basic"}, "username": text(minLength=1), "password": text(minLength=1)},
        ("type", "username", "password"),
    ),
    obj(
        {
            "type": {"const": "apiKey"},
            "name": text(minLength=1),
            "value": text(minLength=1),
            "location": _LOCATION,
        },
        ("type", "name", "value", "location"),
    ),
    schema("CustomAuthorization"),
)
_FLAT = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_TARGETED = any_of(
    obj({"authorizationType": {"const": "bearer"}}),
    obj(
        {"authorizationType": _LOCATION, "tokenTarget": text(minLength=1)},
        ("authorizationType", "tokenTarget"),
    ),
)
_UNIT = text(enum=["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"])
_CUSTOM = obj(
    {
        "type": {"const": "customAuthorization"},
        "endpoint": text(minLength=1),
        "method": text(enum=["GET", "POST"]),
        "headers": _FLAT,
        "body": obj(
            {"bodyType": text(enum=["form", "json"]), "bodyParams": _FLAT}, ("bodyType", "bodyParams")
        ),
        "tokenInResponse": any_of({"const": "response"}, text(pattern="^json://")),
        "cacheDuration": any_of(
            obj(
                {"duration": {"type": "integer", "minimum": 1}, "timeUnit": _UNIT, "expiryInResponse": False},
                ("duration", "timeUnit"),
            ),
            obj(
                {"expiryInResponse": text(pattern="^json://"), "timeUnit": _UNIT, "duration": False},
                ("expiryInResponse", "timeUnit"),
            ),
        ),
    },
    ("type", "endpoint", "method", "tokenInResponse"),
    allOf=[
        _TARGETED,
        any_of(obj({"method": {"const": "GET"}}), obj({}, ("body",))),
    ],
)


def _head(kinds: list[str], more: JsonObject) -> JsonObject:
    return {
        "name": text(pattern="^[A-Za-z0-9_]{1,30}$"),
        "description": nullable(_TEXT),
        "actionType": text(enum=kinds),
        "responsePayload": nullable(schema("ResponsePayload")),
        "failureResponsePayload": nullable(schema("ResponsePayload")),
        "authentication": nullable(schema("Authentication")),
        **more,
    }


_GOVERNED: JsonObject = {"channel": nullable(_TEXT), "requiredMarketingAction": nullable(_TEXT)}
_WITH_PAYLOAD: JsonObject = {"requestPayload": nullable(schema("RequestPayload"))}
_CAMPAIGN_ENDPOINT = obj({"url": _URL, "method": False, "headers": False, "queryParameters": False}, ("url",))
_INPUT = any_of(
    obj(
        _head(["custom"], {**_GOVERNED, **_WITH_PAYLOAD, "endpoint": _endpoint(["POST", "PUT"])}),
        ("name", "actionType", "endpoint"),
    ),
    obj(
        _head(["custom"], {**_GOVERNED, "requestPayload": {"type": "null"}, "endpoint": _endpoint(["GET"])}),
        ("name", "actionType", "endpoint"),
    ),
    obj(
        _head(
            list(CAMPAIGN_TYPES),
            {
                **_WITH_PAYLOAD,
                "endpoint": nullable(_CAMPAIGN_ENDPOINT),
                "channel": {"type": "null"},
                "requiredMarketingAction": {"type": "null"},
            },
        ),
        ("name", "actionType"),
    ),
)
_USE = obj(
    {"journeyId": text(), "name": text(), "status": text()},
    ("journeyId", "name", "status"),
    additionalProperties=False,
)
_FIELDS: JsonObject = {
    "name": text(pattern="^[A-Za-z0-9_]{1,30}$"),
    "description": _TEXT,
    "actionType": text(enum=["custom", "builtIn", *CAMPAIGN_TYPES]),
    "channel": _TEXT,
    "requiredMarketingAction": _TEXT,
    "endpoint": {"type": "object"},
    "requestPayload": schema("RequestPayload"),
    "responsePayload": schema("ResponsePayload"),
    "failureResponsePayload": schema("ResponsePayload"),
    "authentication": schema("Authentication"),
    "usedIn": array(_USE, description="The journeys that use the action now."),
}
SCHEMAS: JsonObject = {
    "ActionInput": _INPUT,
    "Action": element("Action", _FIELDS, required=("name", "description", "actionType", "usedIn")),
    "Authentication": _AUTHENTICATION,
    "CustomAuthorization": _CUSTOM,
    **openapi_payloads.SCHEMAS,
}

"""Actions in the OpenAPI document; stands beside ``actions.py`` and the rules of actions."""

from __future__ import annotations

from toolkit.emulator.action_rules import CAMPAIGN_TYPES
from toolkit.emulator.openapi_parts import (
    PAGING,
    UID,
    UID_OF_ANSWER,
    Operation,
    array,
    element,
    envelope,
    nullable,
    obj,
    page_of,
    schema,
    text,
)
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
_TRUE = {"const": True}
_FALSE = {"const": False}
_LABELLED: JsonObject = {"isVariable": _TRUE, "label": text(minLength=1), "isOptional": {"type": "boolean"}}
_VALUE = text(pattern=r"^[^\u0000-\u0008\u000A-\u001F\u007F]*$")
_HEADER_NAME = text(pattern="^[!#%&'*+^_`|~0-9A-Za-z-][!#$%&'*+.^_`|~0-9A-Za-z-]*$")
_PARAMETER_NAME = text(pattern=r"^[^.$][\s\S]*$")
_FIELD_NAME = text(pattern=r"^[^.$][^.]*$")
_SCALARS = ["string", "integer", "decimal", "boolean", "dateTime", "dateTimeOnly", "dateOnly"]
_SCALAR_LISTS = [f"list{scalar[0].upper()}{scalar[1:]}" for scalar in _SCALARS]
_LOCATION = text(enum=["header", "queryParam"])


def _any(*options: JsonObject) -> JsonObject:
    return {"anyOf": list(options)}


def _entries(name: JsonObject) -> JsonObject:
    constant = obj({"name": name, "isVariable": _FALSE, "value": _VALUE}, ("name", "isVariable", "value"))
    variable = obj({"name": name, **_LABELLED}, ("name", "isVariable", "label"))
    return nullable(array(_any(constant, variable)))


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


def _constant(types: list[str], value: JsonObject) -> JsonObject:
    return obj(
        {"type": text(enum=types), "isVariable": _FALSE, "value": value}, ("type", "isVariable", "value")
    )


_CONSTANTS = (
    _constant(["string"], {"type": ["string", "null"]}),
    _constant(["integer"], text(pattern="^-?(0|[1-9][0-9]*)$")),
    _constant(["decimal"], text(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$")),
    _constant(["boolean"], text(enum=["true", "false"])),
    _constant(["dateTime", "dateTimeOnly", "dateOnly"], _TEXT),
)
_NULL_ITEM = _constant(["string"], {"type": "null"})
_FIXED_SCALARS = obj(
    {"type": text(enum=_SCALAR_LISTS), "isVariable": _FALSE, "items": array(_any(*_CONSTANTS))},
    ("type", "isVariable", "items"),
)
_VARIABLE = obj(
    {"type": text(enum=[*_SCALARS, *_SCALAR_LISTS]), **_LABELLED}, ("type", "isVariable", "label")
)
_VARIABLE_OBJECTS = obj(
    {"type": {"const": "listObject"}, **_LABELLED, "fields": schema("ListedFields")},
    ("type", "isVariable", "label", "fields"),
)


def _request_schemas(prefix: str, *more: JsonObject) -> JsonObject:
    """The fields of a request and what they are made of, ``<prefix>Fields``, ``…Item`` and ``…Object``."""
    fields, item, inner = (schema(f"{prefix}{name}") for name in ("Fields", "Item", "Object"))
    fixed_objects = _fixed("listObject", _any(inner, _NULL_ITEM))
    options = (*_CONSTANTS, _VARIABLE, inner, _FIXED_SCALARS, fixed_objects, _fixed("listAny", item), *more)
    named = {"allOf": [obj({"name": _FIELD_NAME}, ("name",)), item]}
    is_variable = {"enum": [False, None]}
    return {
        f"{prefix}Fields": array(named, description="No two of one name."),
        f"{prefix}Item": _any(*options),
        f"{prefix}Object": obj(
            {"type": {"const": "object"}, "isVariable": is_variable, "fields": fields}, ("type", "fields")
        ),
    }


def _fixed(kind: str, item: JsonObject) -> JsonObject:
    return obj(
        {"type": {"const": kind}, "isVariable": _FALSE, "items": array(item)}, ("type", "isVariable", "items")
    )


_AUTHENTICATION = _any(
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
_TARGETED = _any(
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
        "tokenInResponse": _any({"const": "response"}, text(pattern="^json://")),
        "cacheDuration": _any(
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
        _any(obj({"method": {"const": "GET"}}), obj({}, ("body",))),
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
_INPUT = _any(
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
    "RequestPayload": obj(
        {"fields": schema("RequestFields"), "allowNullValues": {"type": "boolean"}}, ("fields",)
    ),
    **_request_schemas("Request", _VARIABLE_OBJECTS),
    **_request_schemas("Listed"),
    "ResponsePayload": obj({"fields": schema("ResponseFields")}, ("fields",)),
    "ResponseFields": array(
        _any(
            obj(
                {"name": _FIELD_NAME, "type": text(enum=[*_SCALARS, *_SCALAR_LISTS, "listAny"])},
                ("name", "type"),
            ),
            obj(
                {
                    "name": _FIELD_NAME,
                    "type": text(enum=["object", "listObject"]),
                    "fields": schema("ResponseFields"),
                },
                ("name", "type", "fields"),
            ),
        ),
        description="No two of one name.",
    ),
}

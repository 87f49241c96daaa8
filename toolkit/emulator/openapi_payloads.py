"""Payloads of actions in the OpenAPI document; stands beside ``payload_rules.py``."""

from __future__ import annotations

from toolkit.emulator.openapi_parts import any_of, array, obj, schema, text
from toolkit.emulator.wire import JsonObject

_TRUE = {"const": True}
_FALSE = {"const": False}
LABELLED: JsonObject = {"isVariable": _TRUE, "label": text(minLength=1), "isOptional": {"type": "boolean"}}
"""What a variable has, in a payload and elsewhere."""

_FIELD_NAME = text(pattern=r"^[^.$][^.]*$")
_SCALARS = ["string", "integer", "decimal", "boolean", "dateTime", "dateTimeOnly", "dateOnly"]
_SCALAR_LISTS = [f"list{scalar[0].upper()}{scalar[1:]}" for scalar in _SCALARS]


def _constant(types: list[str], value: JsonObject) -> JsonObject:
    return obj(
        {"type": text(enum=types), "isVariable": _FALSE, "value": value}, ("type", "isVariable", "value")
    )


_CONSTANTS = (
    _constant(["string"], {"type": ["string", "null"]}),
    _constant(["integer"], text(pattern="^-?(0|[1-9][0-9]*)$")),
    _constant(["decimal"], text(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$")),
    _constant(["boolean"], text(enum=["true", "false"])),
    _constant(["dateTime", "dateTimeOnly", "dateOnly"], text()),
)
_NULL_ITEM = _constant(["string"], {"type": "null"})
_FIXED_SCALARS = obj(
    {"type": text(enum=_SCALAR_LISTS), "isVariable": _FALSE, "items": array(any_of(*_CONSTANTS))},
    ("type", "isVariable", "items"),
)
_VARIABLE = obj({"type": text(enum=[*_SCALARS, *_SCALAR_LISTS]), **LABELLED}, ("type", "isVariable", "label"))
_VARIABLE_OBJECTS = obj(
    {"type": {"const": "listObject"}, **LABELLED, "fields": schema("ListedFields")},
    ("type", "isVariable", "label", "fields"),
)


def _request_schemas(prefix: str, *more: JsonObject) -> JsonObject:
    """The fields of a request and what they are made of, ``<prefix>Fields``, ``…Item`` and ``…Object``."""
    fields, item, inner = (schema(f"{prefix}{name}") for name in ("Fields", "Item", "Object"))
    fixed_objects = _fixed("listObject", any_of(inner, _NULL_ITEM))
    options = (*_CONSTANTS, _VARIABLE, inner, _FIXED_SCALARS, fixed_objects, _fixed("listAny", item), *more)
    named = {"allOf": [obj({"name": _FIELD_NAME}, ("name",)), item]}
    is_variable = {"enum": [False, None]}
    return {
        f"{prefix}Fields": array(named, description="No two of one name."),
        f"{prefix}Item": any_of(*options),
        f"{prefix}Object": obj(
            {"type": {"const": "object"}, "isVariable": is_variable, "fields": fields}, ("type", "fields")
        ),
    }


def _fixed(kind: str, item: JsonObject) -> JsonObject:
    return obj(
        {"type": {"const": kind}, "isVariable": _FALSE, "items": array(item)}, ("type", "isVariable", "items")
    )


SCHEMAS: JsonObject = {
    "RequestPayload": obj(
        {"fields": schema("RequestFields"), "allowNullValues": {"type": "boolean"}}, ("fields",)
    ),
    **_request_schemas("Request", _VARIABLE_OBJECTS),
    **_request_schemas("Listed"),
    "ResponsePayload": obj({"fields": schema("ResponseFields")}, ("fields",)),
    "ResponseFields": array(
        any_of(
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

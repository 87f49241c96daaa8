"""What the payloads of an action may look like (PF-ACT-6 to PF-ACT-8, PF-ACT-14, PF-ACT-17)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toolkit.emulator.action_rules import BAD_FIELD_NAME, MALFORMED, clean_variable, refused
from toolkit.emulator.wire import JsonObject

_SCALARS = ("string", "integer", "decimal", "boolean", "dateTime", "dateTimeOnly", "dateOnly")
_LISTS = tuple(f"list{scalar[0].upper()}{scalar[1:]}" for scalar in _SCALARS)
OBJECT = "object"
LIST_OBJECT = "listObject"
LIST_ANY = "listAny"
TYPES = frozenset((*_SCALARS, *_LISTS, OBJECT, LIST_OBJECT, LIST_ANY))

_LITERALS = {
    "integer": re.compile(r"-?(0|[1-9][0-9]*)"),
    "decimal": re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
    "boolean": re.compile(r"true|false"),
}


def clean_request(payload: Any) -> JsonObject:
    """A request payload with ``allowNullValues`` filled in; raises a 400 with code 1478 or 1479."""
    cleaned = _payload(payload, "requestPayload", _request_field)
    allow = payload.get("allowNullValues", False)
    if not isinstance(allow, bool):
        raise refused(MALFORMED, "requestPayload: allowNullValues is true or false")
    return {**cleaned, "allowNullValues": allow}


def clean_response(payload: Any, key: str) -> JsonObject:
    """A response payload, named ``key``; raises a 400 with code 1478 or 1479."""
    return _payload(payload, key, _response_field)


def _payload(payload: Any, place: str, clean: Callable[[JsonObject, str], JsonObject]) -> JsonObject:
    if not isinstance(payload, dict):
        raise refused(MALFORMED, f"{place} is no object")
    return {"fields": _fields(payload.get("fields"), place, clean)}


def _fields(fields: Any, place: str, clean: Callable[[JsonObject, str], JsonObject]) -> list[JsonObject]:
    if not isinstance(fields, list):
        raise refused(MALFORMED, f"{place}: fields is no list")
    cleaned: list[JsonObject] = []
    names: set[str] = set()
    for index, field in enumerate(fields):
        here = f"{place}/fields/{index}"
        name = _name(field, here)
        if name in names:
            raise refused(MALFORMED, f"{here}: the name is there twice")
        names.add(name)
        cleaned.append({"name": name, **clean(field, here)})
    return cleaned


def _name(field: Any, place: str) -> str:
    if not isinstance(field, dict):
        raise refused(MALFORMED, f"{place}: a field is an object")
    name = field.get("name")
    if not isinstance(name, str) or not name or "." in name or name.startswith("$"):
        raise refused(BAD_FIELD_NAME, f"{place}: a name is missing, contains '.' or starts with '$'")
    return name


def _request_field(field: JsonObject, place: str) -> JsonObject:
    """A request field without its name: a constant, a variable, an object or a fixed list (PF-ACT-7)."""
    kind = _type(field, place)
    variable = field.get("isVariable")
    if kind == OBJECT:
        return _object(field, place, variable)
    if not isinstance(variable, bool):
        raise refused(MALFORMED, f"{place}: isVariable is missing")
    if variable:
        return _variable(field, kind, place)
    if kind not in _SCALARS:
        return {"type": kind, "isVariable": False, "items": _items(field.get("items"), kind, place)}
    return {"type": kind, "isVariable": False, "value": _constant(field, kind, place)}


def _object(field: JsonObject, place: str, variable: Any) -> JsonObject:
    if variable not in (None, False):
        raise refused(MALFORMED, f"{place}: an object is not variable, its fields are")
    # isVariable is not needed here; it comes back exactly when it was sent.
    stated = {} if variable is None else {"isVariable": False}
    return {"type": OBJECT, **stated, "fields": _fields(field.get("fields"), place, _request_field)}


def _variable(field: JsonObject, kind: str, place: str) -> JsonObject:
    if kind == LIST_ANY:
        raise refused(MALFORMED, f"{place}: a listAny can't be variable")
    inner: JsonObject = {}
    if kind == LIST_OBJECT:
        inner = {"fields": _fields(field.get("fields"), place, _request_field)}
        if any(map(_varies_in_number, inner["fields"])):
            # [L]: of nested arrays in a request, only those of a fixed number of items.
            raise refused(MALFORMED, f"{place}: a variable list of objects has another one inside")
    return {"type": kind, **clean_variable(field, place), **inner}


def _varies_in_number(field: JsonObject) -> bool:
    """Whether a cleaned field is a variable list of objects, or has one inside."""
    if field["type"] == LIST_OBJECT and field["isVariable"]:
        return True
    return any(map(_varies_in_number, [*field.get("fields", []), *field.get("items", [])]))


def _items(items: Any, kind: str, place: str) -> list[JsonObject]:
    if not isinstance(items, list):
        raise refused(MALFORMED, f"{place}: a fixed list has items")
    cleaned = []
    for index, item in enumerate(items):
        here = f"{place}/items/{index}"
        if not isinstance(item, dict):
            raise refused(MALFORMED, f"{here}: an item is an object")
        cleaned.append(_request_field(item, here))
        is_null = cleaned[-1].get("value", "") is None
        if kind != LIST_ANY and not is_null and (kind == LIST_OBJECT) != (cleaned[-1]["type"] == OBJECT):
            raise refused(MALFORMED, f"{here}: the item does not fit the list's type")
    return cleaned


def _constant(field: JsonObject, kind: str, place: str) -> str | None:
    value = field.get("value", 0)
    if value is None and kind == "string":
        return None
    literal = _LITERALS.get(kind)
    if not isinstance(value, str) or (literal is not None and not literal.fullmatch(value)):
        raise refused(MALFORMED, f"{place}: the value is no text of its type")
    return value


def _response_field(field: JsonObject, place: str) -> JsonObject:
    """A response field without its name (PF-ACT-8)."""
    kind = _type(field, place)
    if kind in (OBJECT, LIST_OBJECT):
        return {"type": kind, "fields": _fields(field.get("fields"), place, _response_field)}
    return {"type": kind}


def _type(field: JsonObject, place: str) -> str:
    kind = field.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise refused(MALFORMED, f"{place}: the type is missing or unknown")
    return kind

"""Payload trees, wire ↔ document: lists of typed fields there (PF-ACT-7, PF-ACT-8), JSON with holes here.

The documents are in the file format with texts as they are sent: references filled in, nothing escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.core.canonical import DecimalLiteral, JsonError, JsonLimitError, dump_json, parse_json
from toolkit.core.pointer import Path
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES, item_type, list_type_of, scalar_type_of
from toolkit.platform.shapes import Element, flag_at, not_understood, object_at, objects_at, text_at

OBJECT, LIST_OF_OBJECTS, LIST_OF_ANY = "object", "listObject", "listAny"

_DATES = ("dateTime", "dateTimeOnly", "dateOnly")


def request_fields(payload: Mapping[str, Any]) -> list[Element]:
    """Return the fields of an object of a request (PF-ACT-7)."""
    return [{"name": name, **_field(node)} for name, node in payload.items()]


def _field(node: Any) -> Element:
    match node:
        case list():
            items = [_field(item) for item in node]
            return {"type": _list_type(items), "isVariable": False, "items": items}
        case {"$items": fields}:
            return {"type": LIST_OF_OBJECTS, **_hole(node), "fields": request_fields(fields)}
        case {"$constant": value, "$type": name}:
            return _constant(value, name)
        case {"$variable": _}:
            return {"type": node.get("$type", "string"), **_hole(node)}
        case dict():
            return {"type": OBJECT, "isVariable": False, "fields": request_fields(node)}
        case _:
            return _constant(node, scalar_type_of(node))


def _hole(node: Mapping[str, Any]) -> Element:
    return {"isVariable": True, "label": node["$variable"], "isOptional": node.get("$optional", False)}


def _constant(value: Any, type_name: str) -> Element:
    if isinstance(value, list):
        items = [_constant(item, item_type(type_name)) for item in value]
        return {"type": type_name, "isVariable": False, "items": items}
    if value is None:
        return {"type": "string", "isVariable": False, "value": None}
    text = value if isinstance(value, str) else dump_json(value, indent=None)
    return {"type": type_name, "isVariable": False, "value": text}


def _list_type(items: Sequence[Element]) -> str:
    types = {item["type"] for item in items}
    if types == {OBJECT}:
        return LIST_OF_OBJECTS
    if len(types) == 1 and types <= set(SCALAR_TYPES):
        return list_type_of(types.pop())
    return LIST_OF_ANY


def read_request_fields(fields: Sequence[Element], where: Path) -> dict[str, Any]:
    """Return the object of a request whose fields these are; raises :class:`NotUnderstood`."""
    payload: dict[str, Any] = {}
    for position, field in enumerate(fields):
        name = _name(field, payload, (*where, position))
        rest = {key: value for key, value in field.items() if key != "name"}
        payload[name] = _node(rest, (*where, position))
    return payload


def _name(field: Element, known: Mapping[str, Any], where: Path) -> str:
    name = text_at(field, "name", where)
    if name in known:
        raise not_understood(where, f"a second field {name!r}")
    if name.startswith("$"):  # our mark for holes; no field begins with it (PF-ACT-14)
        raise not_understood(where, f"the field name {name!r} begins with $")
    return name


def _node(field: Element, where: Path) -> Any:
    type_name = text_at(field, "type", where)
    if flag_at(field, "isVariable", where):
        return _read_hole(field, type_name, where)
    if type_name == OBJECT:
        object_at(field, where, ("type", "isVariable", "fields"))
        return read_request_fields(objects_at(field, "fields", where), (*where, "fields"))
    if "items" in field:
        object_at(field, where, ("type", "isVariable", "items"))
        return _read_list(objects_at(field, "items", where), type_name, (*where, "items"))
    object_at(field, where, ("type", "isVariable", "value"))
    return _read_constant(field["value"], type_name, where)


def _read_hole(field: Element, type_name: str, where: Path) -> Element:
    hole: Element = {
        "$variable": text_at(field, "label", where),
        "$optional": flag_at(field, "isOptional", where),
    }
    members = ("type", "isVariable", "label", "isOptional")
    if type_name == LIST_OF_OBJECTS:
        object_at(field, where, (*members, "fields"))
        return {**hole, "$items": read_request_fields(objects_at(field, "fields", where), (*where, "fields"))}
    object_at(field, where, members)
    return {**hole, "$type": type_name}


def _read_list(items: Sequence[Element], type_name: str, where: Path) -> Any:
    """Return an array, or ``$constant`` where literals can't say the type: of dates, with nulls, or empty."""
    nodes = [_node(item, (*where, position)) for position, item in enumerate(items)]
    if type_name == LIST_OF_ANY:
        return nodes
    if type_name in SCALAR_LIST_TYPES:
        scalar = item_type(type_name)
        constant = all(
            "value" in item and (item["value"] is None or item["type"] == scalar) for item in items
        )
        if constant and (scalar in _DATES or _list_type(items) != type_name):
            return {"$constant": [_bare(node) for node in nodes], "$type": type_name}
    if _list_type(items) != type_name:
        raise not_understood(where, f"these are no items of a {type_name}")
    return nodes


def _bare(node: Any) -> Any:
    return node["$constant"] if isinstance(node, dict) else node


def _read_constant(value: Any, type_name: str, where: Path) -> Any:
    if value is None and type_name == "string":
        return None
    if not isinstance(value, str) or type_name not in SCALAR_TYPES:
        raise not_understood(where, f"no constant of the type {type_name}")
    if type_name in _DATES:
        return {"$constant": value, "$type": type_name}
    return value if type_name == "string" else _literal(value, type_name, where)


def _literal(text: str, type_name: str, where: Path) -> bool | int | DecimalLiteral:
    try:
        value = parse_json(text)
    except (JsonError, JsonLimitError):
        value = None
    if not isinstance(value, (bool, int, DecimalLiteral)) or scalar_type_of(value) != type_name:
        raise not_understood(where, f"{text[:40]!r} is no literal of the type {type_name}")
    if text != dump_json(value, indent=None):
        raise not_understood(where, f"{text[:40]!r} has blanks around the literal")
    return value


def response_fields(payload: Mapping[str, Any]) -> list[Element]:
    """Return the fields of an object of a response (PF-ACT-8)."""
    return [{"name": name, **_response_field(node)} for name, node in payload.items()]


def _response_field(node: Any) -> Element:
    match node:
        case [item]:
            return {"type": LIST_OF_OBJECTS, "fields": response_fields(item)}
        case dict():
            return {"type": OBJECT, "fields": response_fields(node)}
        case _:
            return {"type": node}


def read_response_fields(fields: Sequence[Element], where: Path) -> dict[str, Any]:
    """Return the object of a response whose fields these are; raises :class:`NotUnderstood`."""
    payload: dict[str, Any] = {}
    for position, field in enumerate(fields):
        here = (*where, position)
        name, type_name = _name(field, payload, here), text_at(field, "type", here)
        if type_name in (OBJECT, LIST_OF_OBJECTS):
            object_at(field, here, ("name", "type", "fields"))
            inner = read_response_fields(objects_at(field, "fields", here), (*here, "fields"))
            payload[name] = inner if type_name == OBJECT else [inner]
        else:
            object_at(field, here, ("name", "type"))
            payload[name] = type_name
    return payload

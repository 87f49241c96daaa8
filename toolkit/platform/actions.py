"""Custom and Campaign actions, wire ↔ document: one collection for all types (PF-ACT-1 to PF-ACT-18)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from toolkit.core.pointer import Path
from toolkit.model.catalog import JourneyUse
from toolkit.model.document import Document
from toolkit.platform.adapter import ENVELOPE, Reading, comparable_document
from toolkit.platform.authentication import authentication_on_wire, is_masked_place, read_authentication
from toolkit.platform.payload import (
    read_request_fields,
    read_response_fields,
    request_fields,
    response_fields,
)
from toolkit.platform.shapes import (
    Element,
    NotOurs,
    NotUnderstood,
    flag_at,
    not_understood,
    object_at,
    objects_at,
    text_at,
)

_CUSTOM = "custom"
_CAMPAIGN_TYPES = {"classic": "campaignClassic", "standard": "campaignStandard"}
_CAMPAIGN_TYPE_OF = {wire: ours for ours, wire in _CAMPAIGN_TYPES.items()}
_NOT_OURS = {
    "builtIn": "built in: it ships with the platform and can't be configured",
    "marketoEngage": "Marketo Engage actions are reported, not yet written as definitions",
}

_COMMON = (*ENVELOPE, "description", "usedIn", "authentication", "endpoint", "requestPayload")
_CUSTOM_ONLY = ("responsePayload", "failureResponsePayload", "channel", "requiredMarketingAction")
_USE = ("journeyId", "name", "status")
_RESPONSES = {"response": "responsePayload", "failureResponse": "failureResponsePayload"}


class ActionsAdapter:
    """The collection ``actions``."""

    collection = "actions"
    none_allowed: frozenset[str] = frozenset()
    places: Mapping[str, Path] = MappingProxyType(
        {
            "1470": ("name",),  # PF-ACT-2
            "1471": ("name",),
            "1472": (),  # PF-ACT-3
            "1473": (),  # PF-ACT-13
            "1474": (),
            "1475": ("endpoint", "url"),  # PF-ACT-14
            "1476": ("endpoint", "method"),
            "1477": ("request",),
            "1478": (),
            "1479": (),
        }
    )

    def key_of(self, element: Element) -> tuple[str, str] | None:
        """Return kind and name; None for actions of other types (PF-ACT-3)."""
        action_type, name = element.get("actionType"), element.get("name")
        if not isinstance(name, str) or not isinstance(action_type, str):
            return None
        if action_type == _CUSTOM:
            return "CustomAction", name
        return ("CampaignAction", name) if action_type in _CAMPAIGN_TYPE_OF else None

    def read(self, element: Element) -> Reading:
        """Return kind, comparable document and uses of an action."""
        action_type = text_at(element, "actionType")
        if action_type in _NOT_OURS:
            raise NotOurs(action_type, _NOT_OURS[action_type])
        if action_type == _CUSTOM:
            document = comparable_document("CustomAction", _custom(element), is_masked_place)
            return Reading("CustomAction", document, _used_in(element))
        if action_type in _CAMPAIGN_TYPE_OF:
            raw = _campaign(element, _CAMPAIGN_TYPE_OF[action_type])
            return Reading("CampaignAction", comparable_document("CampaignAction", raw), _used_in(element))
        raise NotOurs(action_type, f"not understood: the action type {action_type!r} is unknown (PF-ACT-3)")

    def body(self, document: Document) -> Element:
        """Return the whole action as PUT and POST take it."""
        named = {"name": document["name"], "description": document["description"]}
        return named | (_campaign_on_wire if "campaignType" in document else _custom_on_wire)(document)


def _used_in(element: Element) -> tuple[JourneyUse, ...]:
    """Return the journeys that use the action (PF-ACT-13)."""
    uses = []
    for position, use in enumerate(objects_at(element, "usedIn")):
        where: Path = ("usedIn", position)
        object_at(use, where, _USE)
        uses.append(JourneyUse(*(text_at(use, name, where) for name in _USE)))
    return tuple(uses)


def _custom(element: Element) -> Document:
    object_at(element, (), ("name", "actionType", "endpoint"), (*_COMMON, *_CUSTOM_ONLY))
    document: Document = {"name": text_at(element, "name"), **_description(element)}
    document["endpoint"] = _read_endpoint(element["endpoint"])
    document |= read_authentication(element)
    governance = {
        name: text_at(element, name) for name in ("channel", "requiredMarketingAction") if name in element
    }
    if governance:
        document["governance"] = governance  # PF-ACT-11
    request, allow_null_values = _read_request(element)
    document |= request
    if allow_null_values:
        document["allowNullValues"] = True
    for ours, wire in _RESPONSES.items():
        if wire in element:
            object_at(element[wire], (wire,), ("fields",))
            fields = objects_at(element[wire], "fields", (wire,))
            document[ours] = read_response_fields(fields, (wire, "fields"))
    return document


def _custom_on_wire(document: Document) -> Element:
    endpoint = document["endpoint"]
    element: Element = {
        "actionType": _CUSTOM,
        "endpoint": {
            "url": endpoint["url"],
            "method": endpoint["method"],
            "headers": [_entry(name, value) for name, value in endpoint["headers"].items()],
            "queryParameters": [_entry(name, value) for name, value in endpoint["query"].items()],
        },
        "authentication": authentication_on_wire(document),
        **document.get("governance", {}),
    }
    if "request" in document:
        element["requestPayload"] = _request_on_wire(document)
    for ours, wire in _RESPONSES.items():
        if ours in document:
            element[wire] = {"fields": response_fields(document[ours])}
    return element


def _campaign(element: Element, campaign_type: str) -> Document:
    object_at(element, (), ("name", "actionType", "requestPayload"), _COMMON)
    document: Document = {"name": text_at(element, "name"), **_description(element)}
    document["campaignType"] = campaign_type
    if "endpoint" in element:  # PF-ACT-4
        endpoint = object_at(element["endpoint"], ("endpoint",), ("url",))
        document["endpoint"] = {"url": text_at(endpoint, "url", ("endpoint",))}
    if read_authentication(element):
        raise NotUnderstood("authentication: a Campaign action has none of its own")
    request, allow_null_values = _read_request(element)
    if allow_null_values:
        raise NotUnderstood("requestPayload.allowNullValues: not known of Campaign actions")
    return document | request


def _campaign_on_wire(document: Document) -> Element:
    element: Element = {"actionType": _CAMPAIGN_TYPES[document["campaignType"]]}
    if "endpoint" in document:
        element["endpoint"] = {"url": document["endpoint"]["url"]}
    return {**element, "requestPayload": _request_on_wire(document)}


def _description(element: Element) -> Document:
    return {"description": text_at(element, "description")} if "description" in element else {}  # PF-ACT-12


def _request_on_wire(document: Document) -> Element:
    allow_null_values = document.get("allowNullValues", False)
    return {"fields": request_fields(document["request"]), "allowNullValues": allow_null_values}


def _read_request(element: Element) -> tuple[Document, bool]:
    if "requestPayload" not in element:
        return {}, False
    where: Path = ("requestPayload",)
    payload = object_at(element["requestPayload"], where, ("fields", "allowNullValues"))  # PF-ACT-6
    fields = objects_at(payload, "fields", where)
    request = {"request": read_request_fields(fields, (*where, "fields"))}
    return request, flag_at(payload, "allowNullValues", where)


def _read_endpoint(value: Any) -> Document:
    where: Path = ("endpoint",)
    endpoint = object_at(value, where, ("url", "method"), ("headers", "queryParameters"))
    document = {"method": text_at(endpoint, "method", where), "url": text_at(endpoint, "url", where)}
    # Header names count without regard to case (RFC 7230), parameter names with it.
    headers = _read_entries(endpoint, "headers", str.lower)
    return {**document, "headers": headers, "query": _read_entries(endpoint, "queryParameters", str)}


def _entry(name: str, value: str | Mapping[str, Any]) -> Element:
    if isinstance(value, str):
        return {"name": name, "isVariable": False, "value": value}
    optional = value.get("$optional", False)
    return {"name": name, "isVariable": True, "label": value["$variable"], "isOptional": optional}


def _read_entries(endpoint: Element, member: str, alike: Any) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    seen: set[str] = set()
    for position, entry in enumerate(objects_at({member: [], **endpoint}, member, ("endpoint",))):
        where: Path = ("endpoint", member, position)
        name = text_at(entry, "name", where)
        if alike(name) in seen:
            raise not_understood(where, f"a second {name!r}")
        seen.add(alike(name))
        entries[name] = _read_entry(entry, where)
    return entries


def _read_entry(entry: Element, where: Path) -> str | Element:
    if flag_at(entry, "isVariable", where):
        object_at(entry, where, ("name", "isVariable", "label", "isOptional"))
        return {"$variable": text_at(entry, "label", where), "$optional": flag_at(entry, "isOptional", where)}
    object_at(entry, where, ("name", "isVariable", "value"))
    return text_at(entry, "value", where)

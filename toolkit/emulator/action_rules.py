"""What a custom or Campaign action may look like (PF-ACT-2 to PF-ACT-6, PF-ACT-11, PF-ACT-14).

The rules take a body as it was sent and give the definition that is kept: known fields only, defaults filled
in. They raise a :class:`Refusal` with the code of the rule that is broken; its message says which field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toolkit.emulator.refusals import Refusal
from toolkit.emulator.urls import static_url_fault
from toolkit.emulator.wire import JsonObject

CUSTOM = "custom"
BUILT_IN = "builtIn"
CAMPAIGN_TYPES = ("campaignClassic", "campaignStandard", "marketoEngage")

NAME_TAKEN = 1470
BAD_NAME = 1471
PROTECTED = 1472
IN_USE_CHANGE = 1473
IN_USE_DELETE = 1474
BAD_URL = 1475
BAD_METHOD = 1476
PAYLOAD_WITH_GET = 1477
BAD_FIELD_NAME = 1478
MALFORMED = 1479

_NAME = re.compile(r"[A-Za-z0-9_]{1,30}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_JSON_TYPE = re.compile(r"application/([a-z0-9.+-]+\+)?json(\s*;.*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DEFAULT_HEADERS = {"Content-Type": "application/json", "Charset": "UTF-8"}
FIXED_HEADERS = frozenset(name.lower() for name in _DEFAULT_HEADERS)
"""Headers that an action always has (PF-ACT-5), in lower case."""


def refused(code: int, message: str) -> Refusal:
    """A 400 of the actions API."""
    return Refusal(400, code, message)


def clean_head(body: JsonObject) -> JsonObject:
    """Name, description, type, channel and marketing action (PF-ACT-2, PF-ACT-3, PF-ACT-11, PF-ACT-12)."""
    name = body.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise refused(BAD_NAME, "the name has to be 1 to 30 letters, digits or underscores")
    kind = body.get("actionType")
    if kind == BUILT_IN:
        raise Refusal(403, PROTECTED, "built-in actions can't be made")
    if kind != CUSTOM and kind not in CAMPAIGN_TYPES:
        raise refused(MALFORMED, "actionType is missing or unknown")
    description = body.get("description")
    head = {"name": name, "description": _text("" if description is None else description, "description")}
    head["actionType"] = kind
    for key in ("channel", "requiredMarketingAction"):
        if body.get(key) is not None:
            if kind in CAMPAIGN_TYPES:
                raise refused(MALFORMED, f"{key} is not for Campaign types")
            head[key] = _text(body[key], key)
    return head


def clean_endpoint(endpoint: Any, kind: str) -> JsonObject | None:
    """The endpoint of an action (PF-ACT-4, PF-ACT-5, PF-ACT-14); None when a Campaign action has none."""
    if kind in CAMPAIGN_TYPES:
        return _campaign_endpoint(endpoint)
    if not isinstance(endpoint, dict):
        raise refused(MALFORMED, "endpoint is missing or no object")
    method = endpoint.get("method")
    if method not in ("GET", "POST", "PUT"):
        raise refused(BAD_METHOD, "the method has to be GET, POST or PUT")
    headers = _entries(endpoint.get("headers"), "headers", check_header_name)
    return {
        "url": _url(endpoint.get("url")),
        "method": method,
        "headers": _with_default_headers(headers),
        "queryParameters": _entries(endpoint.get("queryParameters"), "queryParameters", check_parameter_name),
    }


def check_header_name(name: Any, place: str) -> str:
    """A header's name per RFC 7230 that does not start with ``.`` or ``$``; raises with code 1478."""
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name) or name[0] in ".$":
        raise refused(BAD_FIELD_NAME, f"{place}: not a header name")
    return name


def check_parameter_name(name: Any, place: str) -> str:
    """A query parameter's name, not empty and not starting with ``.`` or ``$``; raises with code 1478."""
    if not isinstance(name, str) or not name or name[0] in ".$":
        raise refused(BAD_FIELD_NAME, f"{place}: not a parameter name")
    return name


def clean_variable(source: JsonObject, place: str) -> JsonObject:
    """What makes an entry or a field variable: its label, and whether it is optional (default: it is not)."""
    label = source.get("label")
    optional = source.get("isOptional", False)
    if not isinstance(label, str) or not label or not isinstance(optional, bool):
        raise refused(MALFORMED, f"{place}: a variable has a label and isOptional")
    return {"isVariable": True, "label": label, "isOptional": optional}


def _campaign_endpoint(endpoint: Any) -> JsonObject | None:
    if endpoint is None:
        return None
    if not isinstance(endpoint, dict) or any(
        key in endpoint for key in ("method", "headers", "queryParameters")
    ):
        raise refused(MALFORMED, "the endpoint of a Campaign type holds its url alone")
    return {"url": _url(endpoint.get("url"))}


def _url(url: Any) -> str:
    if not isinstance(url, str):
        raise refused(BAD_URL, "the URL is missing")
    fault = static_url_fault(url)
    if fault is not None:
        raise refused(BAD_URL, fault)
    return url


def _entries(entries: Any, key: str, check_name: Callable[[Any, str], str]) -> list[JsonObject]:
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise refused(MALFORMED, f"{key} is no list")
    return [_entry(entry, f"{key}/{index}", check_name) for index, entry in enumerate(entries)]


def _entry(entry: Any, place: str, check_name: Callable[[Any, str], str]) -> JsonObject:
    if not isinstance(entry, dict) or not isinstance(entry.get("isVariable"), bool):
        raise refused(MALFORMED, f"{place}: an entry has a name and isVariable")
    name = check_name(entry.get("name"), place)
    if entry["isVariable"]:
        return {"name": name, **clean_variable(entry, place)}
    value = _text(entry.get("value"), place)
    if _CONTROL.search(value):
        raise refused(MALFORMED, f"{place}: the value has a control character")
    return {"name": name, "isVariable": False, "value": value}


def _with_default_headers(headers: list[JsonObject]) -> list[JsonObject]:
    names = [header["name"].lower() for header in headers]
    if len(set(names)) < len(names):
        raise refused(MALFORMED, "headers: a name is there twice")
    for header in headers:
        _check_fixed_header(header)
    missing = [
        {"name": name, "isVariable": False, "value": value}
        for name, value in _DEFAULT_HEADERS.items()
        if name.lower() not in names
    ]
    return missing + headers


def _check_fixed_header(header: JsonObject) -> None:
    """Of the two fixed headers only Content-Type may be edited, and it stays a JSON type [C]."""
    name = header["name"].lower()
    if name not in FIXED_HEADERS:
        return
    value = header.get("value", "")
    fits = _JSON_TYPE.fullmatch(value) if name == "content-type" else value == _DEFAULT_HEADERS["Charset"]
    if header["isVariable"] or not fits:
        raise refused(MALFORMED, f"headers: {header['name']} can't have this value")


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise refused(MALFORMED, f"{place}: a text is expected")
    return value

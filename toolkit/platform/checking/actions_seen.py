"""Actions as they are read: what their fields say of the facts (PF-ACT, PF-LST-4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.core.redact import MASK
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.checking.opinion import Opinion, fails, holds, judged_each, untold
from toolkit.platform.checking.sightings import Sightings
from toolkit.platform.payload import read_request_fields, read_response_fields
from toolkit.platform.shapes import (
    Element,
    NotOurs,
    NotUnderstood,
    check_fit,
    flag_at,
    not_understood,
    object_at,
    objects_at,
    text_at,
)
from toolkit.platform.veil import escape_controls

TYPES = ("custom", "campaignClassic", "campaignStandard", "marketoEngage", "builtIn")
AUTHENTICATIONS = {
    "noAuth": ("type",),
    "basic": ("type", "username", "password"),
    "apiKey": ("type", "name", "value", "location"),
}
_NAME = re.compile(r"[A-Za-z0-9_]{1,30}")
_PLACEHOLDER = "INSERT SECRET HERE"

Check = Callable[[Element], None]
"""Raises :class:`NotUnderstood` for an element that is not as assumed."""


def _kept(opinion: Opinion, seen: Sightings, member: str) -> Opinion:
    """Say no where a throw-away action's `member` came back in another way than it was sent."""
    probed = seen.probed
    if opinion.holds is not True or probed is None or probed.read is None:
        return opinion
    sent, read = probed.sent.get(member), probed.read.get(member)
    if same_json(_without_fixed_headers(sent), _without_fixed_headers(read)):
        return opinion
    return fails(f"the {member} of the throw-away action came back in another way than it was sent")


def _without_fixed_headers(value: Any) -> Any:
    """Leave out the headers that the platform adds (PF-ACT-5); entries have no order."""
    if not isinstance(value, dict) or not isinstance(value.get("headers"), list):
        return value
    entries = [entry for entry in value["headers"] if isinstance(entry, dict)]
    own = [entry for entry in entries if str(entry.get("name")).lower() not in {"content-type", "charset"}]
    return {**value, "headers": sorted(own, key=lambda entry: str(entry.get("name")))}


def _each(
    seen: Sightings, check: Check, what: str, chosen: Callable[[Element], bool] = lambda element: True
) -> Opinion:
    """Judge all elements that `chosen` is true for, and the throw-away one among them."""
    if seen.no_list and seen.probed is None:
        return untold(f"the list of actions could not be read: {seen.no_list}")
    elements = [each for each in _elements(seen) if chosen(each)]
    wrong = []
    for element in elements:
        try:
            check_fit(element)
            check(element)
        except NotUnderstood as reason:
            wrong.append(f"{_name(element)}: {escape_controls(str(reason))[:160]}")
    return judged_each([_name(each) for each in elements], wrong, what)


def _elements(seen: Sightings) -> list[Element]:
    read = seen.probed.read if seen.probed else None
    return [*seen.actions, *([read] if read is not None else [])]


def _name(element: Element) -> str:
    return escape_controls(str(element.get("name", "an action without a name")))[:60]


def _is_custom(element: Element) -> bool:
    return element.get("actionType") == "custom"


def _has(member: str) -> Callable[[Element], bool]:
    return lambda element: _is_custom(element) and member in element


def operations(seen: Sightings) -> Opinion:
    """PF-ACT-1, as far as it was tried."""
    if seen.no_list:
        return fails(f"the list could not be read: {seen.no_list}")
    one = seen.looks.get("one action")
    if one is None:
        return untold("the list is empty, so no action could be read by itself")
    if one.status != 200:
        return fails(f"reading a listed action is answered {one.status}")
    if seen.not_probed:
        return fails(f"a throw-away action could not be created and read: {seen.not_probed}")
    tried = "listed, read" + (", created and removed" if seen.probed and seen.probed.after else "")
    return holds(f"{tried}{', as the settings say' if seen.is_taught else ''}")


def names(seen: Sightings) -> Opinion:
    """PF-ACT-2, as far as reading shows it."""
    counted = Counter(str(each.get("name")) for each in seen.actions)
    wrong = [
        f"{escape_controls(name)[:60]} is there {count} times" for name, count in counted.items() if count > 1
    ]
    wrong += [
        f"{escape_controls(name)[:60]} is no such name" for name in counted if not _NAME.fullmatch(name)
    ]
    opinion = judged_each(list(counted), wrong, "action")
    return opinion if opinion.holds is not True else holds(f"{opinion.seen}; the codes were not tried")


def types(seen: Sightings) -> Opinion:
    """PF-ACT-3."""
    wrong = [
        f"{_name(each)} is of type {escape_controls(str(each.get('actionType')))[:40]}"
        for each in seen.actions
        if each.get("actionType") not in TYPES
    ]
    opinion = judged_each([_name(each) for each in seen.actions], wrong, "action")
    if opinion.holds and not any(each.get("actionType") == "builtIn" for each in seen.actions):
        return fails("no built-in action is listed")
    return opinion


def complete(seen: Sightings) -> Opinion:
    """PF-LST-4."""
    look = seen.looks.get("one action")
    answer = look.answer if look else None
    read = answer.get("result") if isinstance(answer, dict) else None
    if seen.is_taught or not isinstance(read, dict):
        return untold("no action was read by itself in the convention's envelope")
    listed = next((each for each in seen.actions if each.get("uid") == read.get("uid")), None)
    if listed is None:
        return untold("the action that was read is not in the list")
    lacking = sorted(read.keys() - listed.keys())
    return (
        fails(f"the list lacks {escape_controls(', '.join(lacking))[:120]}")
        if lacking
        else holds("one compared")
    )


def _endpoint(element: Element) -> None:
    endpoint = object_at(
        element.get("endpoint"), ("endpoint",), ("url", "method"), ("headers", "queryParameters")
    )
    for member in ("headers", "queryParameters"):
        for position, entry in enumerate(objects_at({member: [], **endpoint}, member, ("endpoint",))):
            where = ("endpoint", member, position)
            if flag_at(entry, "isVariable", where):
                object_at(entry, where, ("name", "isVariable", "label", "isOptional"))
            else:
                object_at(entry, where, ("name", "isVariable", "value"))


def _payloads(element: Element) -> None:
    if "requestPayload" in element:
        payload = object_at(element["requestPayload"], ("requestPayload",), ("fields", "allowNullValues"))
        flag_at(payload, "allowNullValues", ("requestPayload",))
    for member in ("responsePayload", "failureResponsePayload"):
        if member in element:
            object_at(element[member], (member,), ("fields",))


def _fields(element: Element, member: str) -> list[Element]:
    payload = element[member]
    if not isinstance(payload, dict):
        raise not_understood((member,), "an object was expected")
    return objects_at(payload, "fields", (member,))


def _request(element: Element) -> None:
    read_request_fields(_fields(element, "requestPayload"), ("requestPayload", "fields"))


def _responses(element: Element) -> None:
    for member in ("responsePayload", "failureResponsePayload"):
        if member in element:
            read_response_fields(_fields(element, member), (member, "fields"))


def _authentication(element: Element) -> None:
    authentication = element.get("authentication")
    if not isinstance(authentication, dict):
        raise NotUnderstood("authentication is missing")
    kind = text_at(authentication, "type", ("authentication",))
    if kind in AUTHENTICATIONS:
        object_at(authentication, ("authentication",), AUTHENTICATIONS[kind])
    elif kind != "customAuthorization":
        raise NotUnderstood(f"the type of authentication is {kind[:40]}")


def _masks(element: Element) -> None:
    for place, value in secret_places(element.get("authentication")):
        if value not in (MASK, _PLACEHOLDER):
            # What stands there may be the secret itself: its place is said, and nothing of it.
            raise NotUnderstood(f"{place} is read back as something else than {MASK}")


def secret_places(authentication: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is secret of an authentication, with its place."""
    if not isinstance(authentication, dict):
        return
    kind = authentication.get("type")
    if kind in {"basic", "apiKey"}:
        name = "password" if kind == "basic" else "value"
        yield f"authentication.{name}", authentication.get(name)
    if kind == "customAuthorization":
        body = authentication.get("body")
        for where, values in (
            ("headers", authentication.get("headers")),
            ("body.bodyParams", body.get("bodyParams") if isinstance(body, dict) else None),
        ):
            for name, value in values.items() if isinstance(values, dict) else ():
                yield f"authentication.{where}.{escape_controls(name)[:40]}", value


def _governance(element: Element) -> None:
    for member in ("channel", "requiredMarketingAction"):
        if member in element:
            text_at(element, member)


def _description(element: Element) -> None:
    text_at(element, "description")


def _uses(element: Element) -> None:
    for position, use in enumerate(objects_at(element, "usedIn")):
        object_at(use, ("usedIn", position), ("journeyId", "name", "status"))


def used_in(seen: Sightings) -> Opinion:
    """PF-ACT-13, as far as reading shows it."""
    opinion = _each(seen, _uses, "action")
    return opinion if opinion.holds is not True else holds(f"{opinion.seen}; the codes were not tried")


def understood(seen: Sightings) -> Opinion:
    """PF-ACT-18."""
    adapter = ActionsAdapter()

    def check(element: Element) -> None:
        try:
            adapter.read(element)
        except NotOurs as reason:
            raise NotUnderstood(str(reason)) from None

    return _each(
        seen, check, "custom or Campaign action", lambda element: adapter.key_of(element) is not None
    )


def _fixed_lists(element: Element) -> None:
    for field in _nodes(_fields(element, "requestPayload")):
        items = field.get("items")
        if isinstance(items, list) and items:
            kinds = {
                (str(item.get("type")), item.get("value", "") is None)
                for item in items
                if isinstance(item, dict)
            }
            alike = len(kinds) == 1 and not next(iter(kinds))[1]
            scalar = next(iter(kinds))[0]
            expected = (
                f"list{scalar[:1].upper()}{scalar[1:]}" if alike and "list" not in scalar else "listAny"
            )
            if str(field.get("type")) != expected:
                raise NotUnderstood(
                    f"a list of {scalar[:20]} is {str(field.get('type'))[:20]}, not {expected}"
                )


def _nodes(fields: Any) -> Iterator[Element]:
    stack = [field for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    while stack:
        field = stack.pop()
        yield field
        for member in ("fields", "items"):
            inner = field.get(member)
            stack += [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []


def _has_fixed_list(element: Element) -> bool:
    payload = element.get("requestPayload")
    fields = payload.get("fields") if isinstance(payload, dict) else None
    return _is_custom(element) and any("items" in field for field in _nodes(fields))


def _has_secret(element: Element) -> bool:
    return any(True for _ in secret_places(element.get("authentication")))


def _has_governance(element: Element) -> bool:
    return _is_custom(element) and bool({"channel", "requiredMarketingAction"} & element.keys())


def _has_response(element: Element) -> bool:
    return _is_custom(element) and bool({"responsePayload", "failureResponsePayload"} & element.keys())


CHECKS: Mapping[str, Callable[[Sightings], Opinion]] = MappingProxyType(
    {
        "PF-LST-4": complete,
        "PF-ACT-1": operations,
        "PF-ACT-2": names,
        "PF-ACT-3": types,
        "PF-ACT-4": lambda seen: _kept(_each(seen, _endpoint, "custom action", _is_custom), seen, "endpoint"),
        "PF-ACT-6": lambda seen: _each(
            seen, _payloads, "custom action with a payload", _has("requestPayload")
        ),
        "PF-ACT-7": lambda seen: _kept(
            _each(seen, _request, "custom action with a payload", _has("requestPayload")),
            seen,
            "requestPayload",
        ),
        "PF-ACT-8": lambda seen: _kept(
            _each(seen, _responses, "custom action with a response", _has_response), seen, "responsePayload"
        ),
        "PF-ACT-9": lambda seen: _each(seen, _authentication, "custom action", _is_custom),
        "PF-ACT-10": lambda seen: _each(seen, _masks, "custom action with a secret", _has_secret),
        "PF-ACT-11": lambda seen: _each(seen, _governance, "custom action with a channel", _has_governance),
        "PF-ACT-12": lambda seen: _each(seen, _description, "action"),
        "PF-ACT-13": used_in,
        "PF-ACT-18": understood,
        "PF-ACT-19": lambda seen: _each(
            seen, _fixed_lists, "custom action with a fixed list", _has_fixed_list
        ),
    }
)

"""One action as it is read: is a member of it as assumed, and does it have one?

What looks at a member raises :class:`NotUnderstood` where it is not as its fact says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.core.redact import MASK
from toolkit.platform.payload import read_request_fields, read_response_fields
from toolkit.platform.shapes import (
    Element,
    NotUnderstood,
    flag_at,
    not_understood,
    object_at,
    objects_at,
    text_at,
)
from toolkit.platform.veil import escape_controls

AUTHENTICATIONS = {
    "noAuth": ("type",),
    "basic": ("type", "username", "password"),
    "apiKey": ("type", "name", "value", "location"),
}
_PLACEHOLDER = "INSERT SECRET HERE"


def is_custom(element: Element) -> bool:
    """Tell whether it is a custom action."""
    return element.get("actionType") == "custom"


def endpoint(element: Element) -> None:
    """PF-ACT-4."""
    stated = object_at(
        element.get("endpoint"), ("endpoint",), ("url", "method"), ("headers", "queryParameters")
    )
    for member in ("headers", "queryParameters"):
        for position, entry in enumerate(objects_at({member: [], **stated}, member, ("endpoint",))):
            where = ("endpoint", member, position)
            if flag_at(entry, "isVariable", where):
                object_at(entry, where, ("name", "isVariable", "label", "isOptional"))
            else:
                object_at(entry, where, ("name", "isVariable", "value"))


def payloads(element: Element) -> None:
    """PF-ACT-6."""
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


def request(element: Element) -> None:
    """PF-ACT-7."""
    read_request_fields(_fields(element, "requestPayload"), ("requestPayload", "fields"))


def responses(element: Element) -> None:
    """PF-ACT-8."""
    for member in ("responsePayload", "failureResponsePayload"):
        if member in element:
            read_response_fields(_fields(element, member), (member, "fields"))


def authentication(element: Element) -> None:
    """PF-ACT-9."""
    stated = element.get("authentication")
    if not isinstance(stated, dict):
        raise NotUnderstood("authentication is missing")
    kind = text_at(stated, "type", ("authentication",))
    if kind in AUTHENTICATIONS:
        object_at(stated, ("authentication",), AUTHENTICATIONS[kind])
    elif kind != "customAuthorization":
        raise NotUnderstood(f"the type of authentication is {kind[:40]}")


def masks(element: Element) -> None:
    """PF-ACT-10."""
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


def governance(element: Element) -> None:
    """PF-ACT-11."""
    for member in ("channel", "requiredMarketingAction"):
        if member in element:
            text_at(element, member)


def description(element: Element) -> None:
    """PF-ACT-12."""
    text_at(element, "description")


def uses(element: Element) -> None:
    """PF-ACT-13, as far as reading shows it."""
    for position, use in enumerate(objects_at(element, "usedIn")):
        object_at(use, ("usedIn", position), ("journeyId", "name", "status"))


def fixed_lists(element: Element) -> None:
    """PF-ACT-19."""
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


def has_fixed_list(element: Element) -> bool:
    """Tell whether its request has a fixed list."""
    payload = element.get("requestPayload")
    fields = payload.get("fields") if isinstance(payload, dict) else None
    return is_custom(element) and any("items" in field for field in _nodes(fields))


def has_secret(element: Element) -> bool:
    """Tell whether its authentication has a secret."""
    return any(True for _ in secret_places(element.get("authentication")))


def has_governance(element: Element) -> bool:
    """Tell whether it states a channel or a marketing action."""
    return is_custom(element) and bool({"channel", "requiredMarketingAction"} & element.keys())


def has_response(element: Element) -> bool:
    """Tell whether it says what comes back."""
    return is_custom(element) and bool({"responsePayload", "failureResponsePayload"} & element.keys())

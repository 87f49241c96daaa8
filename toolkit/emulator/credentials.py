"""Authentication of an action: its shape (PF-ACT-9), its masks (PF-ACT-10), what a sandbox copy leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolkit.emulator.action_rules import MALFORMED, refused
from toolkit.emulator.wire import JsonObject

MASK = "********"
PLACEHOLDER = "INSERT SECRET HERE"
"""What a sandbox copy puts in place of a secret (PF-ACT-15)."""

_TIME_UNITS = ("milliseconds", "seconds", "minutes", "hours", "days", "months", "years")
_TARGETED = ("header", "queryParam")


def clean_authentication(authentication: Any) -> JsonObject:
    """An authentication as it is kept; absent means none.

    Raises:
        Refusal: 400 with code 1479 for any other shape.
    """
    if authentication is None:
        return {"type": "noAuth"}
    kind = authentication.get("type") if isinstance(authentication, dict) else None
    match kind:
        case "noAuth":
            return {"type": "noAuth"}
        case "basic":
            return {"type": "basic", **_texts(authentication, "username", "password")}
        case "apiKey":
            if authentication.get("location") not in _TARGETED:
                raise _malformed("an API key's location is header or queryParam")
            texts = _texts(authentication, "name", "value")
            return {"type": "apiKey", **texts, "location": authentication["location"]}
        case "customAuthorization":
            _check_custom(authentication)
            return dict(authentication)
    raise _malformed("the type is missing or unknown")


def masked(authentication: JsonObject) -> JsonObject:
    """The authentication as it is read: every secret is the mask."""
    return _with_secrets(authentication, lambda path, value: MASK)


def emptied(authentication: JsonObject) -> JsonObject:
    """The authentication after a sandbox copy: every secret is the placeholder."""
    return _with_secrets(authentication, lambda path, value: PLACEHOLDER)


def restored(sent: JsonObject, stored: JsonObject | None) -> JsonObject:
    """The authentication with every mask that was sent replaced by the stored value of the same place.

    Raises:
        Refusal: 400 with code 1479 when a mask stands for a value that is not stored.
    """
    known: dict[tuple[str, ...], Any] = {}
    if stored is not None:
        # Every type has its secrets in places of its own, so another type finds nothing here.
        _with_secrets(stored, known.setdefault)

    def value_of(path: tuple[str, ...], value: Any) -> Any:
        if value != MASK:
            return value
        if path not in known:
            raise _malformed("a mask was sent for a secret that is not stored")
        return known[path]

    return _with_secrets(sent, value_of)


def _with_secrets(authentication: JsonObject, change: Callable[[tuple[str, ...], Any], Any]) -> JsonObject:
    """A copy whose secrets went through ``change(path, value)``; only here it is known where secrets are."""
    copy = dict(authentication)
    match authentication["type"]:
        case "basic":
            copy["password"] = change(("password",), copy["password"])
        case "apiKey":
            copy["value"] = change(("value",), copy["value"])
        case "customAuthorization":
            copy.update(_custom_with_secrets(authentication, change))
    return copy


def _custom_with_secrets(custom: JsonObject, change: Callable[[tuple[str, ...], Any], Any]) -> JsonObject:
    changed: JsonObject = {}
    if "headers" in custom:
        changed["headers"] = {
            name: change(("headers", name), value) for name, value in custom["headers"].items()
        }
    if "body" in custom:
        body = custom["body"]
        parameters = {name: change(("body", name), value) for name, value in body["bodyParams"].items()}
        changed["body"] = {**body, "bodyParams": parameters}
    return changed


def _check_custom(custom: JsonObject) -> None:
    """The rules of the page *External data sources* [D]; fields that it does not name are let through."""
    _texts(custom, "endpoint", "tokenInResponse")
    if custom.get("method") not in ("GET", "POST"):
        raise _malformed("method is GET or POST")
    if not _is_flat(custom.get("headers", {})):
        raise _malformed("headers is an object of texts")
    if "body" in custom or custom["method"] == "POST":
        _check_body(custom.get("body"))
    token = custom["tokenInResponse"]
    if token != "response" and not token.startswith("json://"):
        raise _malformed("tokenInResponse is response or starts with json://")
    _check_target(custom)
    if "cacheDuration" in custom:
        _check_cache(custom["cacheDuration"])


def _check_body(body: Any) -> None:
    if not isinstance(body, dict) or body.get("bodyType") not in ("form", "json"):
        raise _malformed("a body has the bodyType form or json")
    if not isinstance(body.get("bodyParams"), dict) or not _is_flat(body["bodyParams"]):
        raise _malformed("bodyParams is a flat object")


def _check_target(custom: JsonObject) -> None:
    # [D]'s own example leaves authorizationType out, so its absence is let through.
    kind = custom.get("authorizationType", "bearer")
    if kind != "bearer" and kind not in _TARGETED:
        raise _malformed("authorizationType is bearer, header or queryParam")
    if kind in _TARGETED:
        _texts(custom, "tokenTarget")


def _check_cache(cache: Any) -> None:
    if not isinstance(cache, dict) or cache.get("timeUnit") not in _TIME_UNITS:
        raise _malformed("cacheDuration has a timeUnit")
    if ("duration" in cache) == ("expiryInResponse" in cache):
        raise _malformed("cacheDuration has either duration or expiryInResponse")
    duration = cache.get("duration", 1)
    # JSON has one kind of number: 5.0 is as whole as 5.
    whole = isinstance(duration, int) or (isinstance(duration, float) and duration.is_integer())
    if isinstance(duration, bool) or not whole or duration < 1:
        raise _malformed("duration is a whole positive number")
    if not str(cache.get("expiryInResponse", "json://")).startswith("json://"):
        raise _malformed("expiryInResponse starts with json://")


def _is_flat(values: Any) -> bool:
    return isinstance(values, dict) and not any(isinstance(value, (dict, list)) for value in values.values())


def _texts(source: JsonObject, *names: str) -> JsonObject:
    for name in names:
        if not isinstance(source.get(name), str) or not source[name]:
            raise _malformed(f"{name} is missing or no text")
    return {name: source[name] for name in names}


def _malformed(message: str) -> Exception:
    return refused(MALFORMED, f"authentication: {message}")

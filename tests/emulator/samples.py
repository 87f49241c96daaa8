"""Bodies that the emulator takes, to be changed by tests."""

from __future__ import annotations

from typing import Any

MASK = "********"


def capping(**changes: Any) -> dict[str, Any]:
    rating = {"maxCallsCount": 500, "periodInMs": 1000}
    return {
        "url": "https://api.example.org/data/2.5/*",
        "methods": ["GET"],
        "services": {"action": {"maxHttpConnections": 50, "rating": rating}},
        **changes,
    }


def throttling(**changes: Any) -> dict[str, Any]:
    return {
        "name": "partner",
        "urlPattern": "https://api.example.org/data/*",
        "methods": ["POST", "PUT"],
        "maxThroughput": 4000,
        **changes,
    }


def constant(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "isVariable": False, "value": value}


def variable(name: str, label: str) -> dict[str, Any]:
    return {"name": name, "isVariable": True, "label": label, "isOptional": False}


def endpoint(**changes: Any) -> dict[str, Any]:
    return {"url": "https://slack.com/api/chat.postMessage", "method": "POST", **changes}


def request_field(name: str = "channel", **changes: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "isVariable": False, "value": "C024BE91L", **changes}


def action(**changes: Any) -> dict[str, Any]:
    return {
        "name": "SlackPost",
        "actionType": "custom",
        "endpoint": endpoint(),
        "requestPayload": {"fields": [request_field()]},
        **changes,
    }


def basic(password: str = "hunter2") -> dict[str, Any]:
    return {"type": "basic", "username": "journey", "password": password}


def custom_authorization(**changes: Any) -> dict[str, Any]:
    return {
        "type": "customAuthorization",
        "endpoint": "https://login.example.com/token",
        "method": "POST",
        "headers": {"x-retailer": "header secret"},
        "body": {"bodyType": "form", "bodyParams": {"client_id": "me", "client_secret": "body secret"}},
        "tokenInResponse": "json://access_token",
        "cacheDuration": {"duration": 5, "timeUnit": "minutes"},
        "authorizationType": "bearer",
        **changes,
    }

"""A connection, answers as the platform gives them, and a platform without waiting."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from toolkit.core.redact import Secret
from toolkit.model.catalog import Resource, ResourceKey, identity_of
from toolkit.model.document import Document, comparable
from toolkit.model.kinds import parse_definition
from toolkit.model.text import SecretRef
from toolkit.platform import Connection, HttpPlatform

BASE = "https://platform.example.com/journey/orchestration"
IMS = "https://ims.example.com"
TOKEN_URL = f"{IMS}/ims/token/v3"
CLIENT_SECRET, TOKEN, PASSWORD = "canary-client-secret", "canary-access-token", "canary-password"


def connection(**changes: Any) -> Connection:
    settings: dict[str, Any] = {
        "base_url": BASE,
        "journeys_url": "https://platform.example.com/ajo",
        "ims_url": IMS,
        "organisation": "ORG@AdobeOrg",
        "sandbox": "stage",
        "client_id": "client",
        "client_secret": Secret(CLIENT_SECRET),
        "scopes": ("openid", "AdobeID"),
        "workers": 2,
    }
    return Connection(**{**settings, **changes})


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.pauses = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def resolve(reference: SecretRef) -> Secret:
    return Secret(PASSWORD)


def platform(
    transport: httpx.BaseTransport | None = None, clock: Clock | None = None, **changes: Any
) -> HttpPlatform:
    time = clock or Clock()
    return HttpPlatform(connection(**changes), resolve, transport=transport, sleep=time.sleep, clock=time)


Handler = Callable[[httpx.Request], httpx.Response]


def served(handler: Handler, clock: Clock | None = None, **changes: Any) -> HttpPlatform:
    """A platform whose every call but that for a token is answered by `handler`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            return token_answer()
        return handler(request)

    return platform(httpx.MockTransport(answer), clock, **changes)


def token_answer(token: str = TOKEN, life: int = 86400) -> httpx.Response:
    return httpx.Response(200, json={"access_token": token, "expires_in": life, "token_type": "bearer"})


def envelope(status: int, code: str, message: str, request_id: str = "req-1") -> httpx.Response:
    inner = {"code": code, "family": "f", "message": message, "service": "vyg-authoring-api"}
    body = {"status": status, "error": json.dumps(inner), "requestId": request_id}
    return httpx.Response(status, json=body, headers={"x-request-id": request_id})


def action(name: str = "Welcome", uid: str = "u1", **changes: Any) -> dict[str, Any]:
    element: dict[str, Any] = {
        "uid": uid,
        "name": name,
        "description": "",
        "actionType": "custom",
        "state": "created",
        "metadata": {"createdAt": "2026-01-01T00:00:00Z"},
        "orgId": "ORG@AdobeOrg",
        "endpoint": {
            "url": "https://api.example.com/v1",
            "method": "POST",
            "headers": [
                {"name": "Content-Type", "isVariable": False, "value": "application/json"},
                {"name": "Charset", "isVariable": False, "value": "UTF-8"},
            ],
            "queryParameters": [],
        },
        "authentication": {"type": "noAuth"},
        "requestPayload": {
            "fields": [{"name": "n", "type": "decimal", "isVariable": False, "value": "2.50"}],
            "allowNullValues": False,
        },
        "usedIn": [],
    }
    return {**element, **changes}


def capping(uid: str = "c1", **changes: Any) -> dict[str, Any]:
    body = {
        "url": "https://api.example.com/*",
        "methods": ["POST"],
        "services": {"action": {"rating": {"maxCallsCount": 10, "periodInMs": 1000}}},
        "orgId": "ORG@AdobeOrg",
    }
    element = {
        **body,
        "uid": uid,
        "state": "deployed",
        "metadata": {},
        "hasBeenDeployed": True,
        "deployedConfig": body,
    }
    element |= changes
    return {name: value for name, value in element.items() if value is not None}


def listing(*elements: dict[str, Any], size: int = 100, total: int | None = None) -> httpx.Response:
    count = len(elements) if total is None else total
    return httpx.Response(
        200, json={"results": list(elements), "pagination": {"pageSize": size, "totalCount": count}}
    )


def document(raw: dict[str, Any]) -> Document:
    """The comparable document of a definition in the file format."""
    parsed = parse_definition(raw)
    assert parsed.definition is not None, parsed.problems
    return comparable(parsed.definition)


def resource(raw: dict[str, Any]) -> Resource:
    found = document(raw)
    key = ResourceKey(raw["kind"], identity_of(raw["kind"], found))
    return Resource(key, raw["name"], found)


def custom_action(**changes: Any) -> Resource:
    raw: dict[str, Any] = {
        "$schema": "",
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": "Welcome",
        "endpoint": {"method": "POST", "url": "https://api.example.com/v1"},
        "authentication": {"type": "basic", "username": "u", "password": "${secret:p}"},
    }
    return resource({**raw, **changes})


def capping_definition(calls: int = 10) -> Resource:
    return resource(
        {
            "$schema": "",
            "formatVersion": 1,
            "kind": "EndpointConfig",
            "name": "limit",
            "url": "https://api.example.com/*",
            "methods": ["POST"],
            "services": {"action": {"rating": {"maxCallsCount": calls, "periodInMs": 1000}}},
        }
    )

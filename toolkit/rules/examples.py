"""Definitions without any finding, and small changes to them: how a rule shows wrong and right."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

REMOVED: Final = object()
"""Stands in an example's changes where a field is left out."""

_ACTION: Mapping[str, Any] = {
    "$schema": "../../schemas/v1/custom-action.schema.json",
    "formatVersion": 1,
    "kind": "CustomAction",
    "name": "LoyaltyWelcome",
    "description": "Sends the welcome message of the loyalty programme.",
    "endpoint": {"method": "POST", "url": "https://api.loyalty.example/v2/messages"},
    "request": {"template": "welcome", "member": {"$variable": "Member id"}},
}

_AUTHORIZATION: Mapping[str, Any] = {
    "type": "customAuthorization",
    "endpoint": "https://login.loyalty.example/oauth2/token",
    "method": "POST",
    "body": {
        "bodyType": "form",
        "bodyParams": {
            "grant_type": "client_credentials",
            "client_id": "journeys",
            "client_secret": "${secret:loyalty/client-secret}",
        },
    },
    "tokenInResponse": "json://access_token",
    "cacheDuration": {"duration": 50, "timeUnit": "minutes"},
    "authorizationType": "bearer",
}

_CERTIFICATE: Mapping[str, Any] = {
    "type": "customAuthorization",
    "subType": "certificateCredential",
    "aud": "https://login.example.com/tenant/oauth2/v2.0/token",
    "endpoint": "https://login.loyalty.example/oauth2/token",
    "method": "POST",
    "body": {
        "bodyType": "form",
        "bodyParams": {"grant_type": "client_credentials", "client_id": "journeys", "scope": "messages"},
    },
    "tokenInResponse": "json://access_token",
    "authorizationType": "bearer",
}

_CAMPAIGN: Mapping[str, Any] = {
    "$schema": "../../schemas/v1/campaign-action.schema.json",
    "formatVersion": 1,
    "kind": "CampaignAction",
    "name": "WelcomeEmail",
    "campaignType": "classic",
    "request": {
        "channel": "email",
        "eventType": "welcome",
        "email": {"$variable": "E-mail address"},
        "ctx": {"firstName": {"$variable": "First name"}},
    },
}

_CAPPING: Mapping[str, Any] = {
    "$schema": "../../schemas/v1/endpoint-config.schema.json",
    "formatVersion": 1,
    "kind": "EndpointConfig",
    "name": "loyalty-api",
    "url": "https://api.loyalty.example/v2/*",
    "methods": ["POST"],
    "services": {"action": {"maxHttpConnections": 50, "rating": {"maxCallsCount": 500, "periodInMs": 1000}}},
}

_THROTTLING: Mapping[str, Any] = {
    "$schema": "../../schemas/v1/throttling-config.schema.json",
    "formatVersion": 1,
    "kind": "ThrottlingConfig",
    "name": "loyalty-api",
    "urlPattern": "https://api.loyalty.example/v2/*",
    "methods": ["POST"],
    "maxThroughput": 400,
}

BASES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "action": _ACTION,
        "action with a token": {**_ACTION, "authentication": _AUTHORIZATION},
        "action with a certificate": {**_ACTION, "authentication": _CERTIFICATE},
        "campaign": _CAMPAIGN,
        "capping": _CAPPING,
        "throttling": _THROTTLING,
    }
)
"""Complete definitions by name, each without any finding."""


@dataclass(frozen=True, slots=True)
class Example:
    """A definition: one of :data:`BASES`, with `changes` by JSON pointer; objects on the way are made."""

    base: str
    changes: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the definition as its file would hold it; raises ``KeyError`` for a base there is not."""
        document: dict[str, Any] = copy.deepcopy(dict(BASES[self.base]))
        for pointer, value in self.changes.items():
            *way, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
            place: dict[str, Any] = document
            for part in way:
                place = place.setdefault(part, {})
            if value is REMOVED:
                del place[last]
            else:
                place[last] = copy.deepcopy(value)
        return document

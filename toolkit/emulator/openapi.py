"""The emulator's own OpenAPI document, put together from what stands beside each API; ``/openapi.json``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator import openapi_actions, openapi_audit, openapi_journeys, openapi_limits, openapi_parts
from toolkit.emulator.call import Call, Resource
from toolkit.emulator.openapi_parts import TOKEN_ERROR, UID, Operation, obj, response, schema, text
from toolkit.emulator.wire import JsonObject, render_json

PATH = "/openapi.json"
AUTHORING_BASE = "/journey/orchestration"
JOURNEYS_BASE = "/ajo"
AUDIT_BASE = "/data/foundation"

_NEEDED = {
    "grant_type": text(const="client_credentials"),
    "client_id": text(minLength=1),
    "client_secret": text(minLength=1),
    "scope": text(minLength=1, description="Scopes, joined by commas."),
}


def operations() -> dict[str, dict[str, Operation]]:
    """Every operation that needs a token, by path and method."""
    return {
        **openapi_limits.paths(AUTHORING_BASE),
        **openapi_actions.paths(AUTHORING_BASE),
        **openapi_journeys.paths(JOURNEYS_BASE),
        **openapi_audit.paths(AUDIT_BASE),
    }


@cache
def document() -> JsonObject:
    """The whole document; it is the same for every emulator of this version."""
    paths: JsonObject = {"/ims/token/v3": {"post": _token()}, PATH: {"get": _itself()}}
    for path, methods in operations().items():
        has_uid = "{uid}" in path
        shared = {"parameters": [UID]} if has_uid else {}
        paths[path] = {
            **shared,
            **{name: operation.described(has_uid=has_uid) for name, operation in methods.items()},
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The platform on this machine",
            "version": "1",
            "description": "What the emulator answers, as far as the platform is publicly known. The API of"
            " actions is not published; its shape is assumed. Partners and /_admin are not part of it.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": [], "key": []}],
        "tags": [
            {"name": name} for name in ("Access", "Capping", "Throttling", "Actions", "Journeys", "Audit")
        ],
        "paths": paths,
        "components": {
            "parameters": openapi_parts.PARAMETERS,
            "headers": openapi_parts.HEADERS,
            "securitySchemes": openapi_parts.SECURITY,
            "schemas": _schemas(
                openapi_parts, openapi_limits, openapi_actions, openapi_journeys, openapi_audit
            ),
        },
    }


def routes() -> list[Route]:
    """The route of the document; it needs no token."""
    return [Route(PATH, Resource({"GET": _read}))]


def _read(_: Call) -> Response:
    return Response(render_json(document()), media_type="application/json")


def _schemas(*modules: object) -> JsonObject:
    found: JsonObject = {
        "Token": obj(
            {
                "access_token": text(minLength=1),
                "token_type": text(const="bearer"),
                "expires_in": {"type": "integer", "description": "Seconds."},
            },
            ("access_token", "token_type", "expires_in"),
            additionalProperties=False,
        ),
        TOKEN_ERROR: obj(
            {
                "error": text(
                    enum=["invalid_request", "unsupported_grant_type", "invalid_client", "invalid_scope"]
                ),
                "error_description": text(),
            },
            ("error", "error_description"),
            additionalProperties=False,
        ),
    }
    for module in modules:
        schemas: Mapping[str, JsonObject] = vars(module)["SCHEMAS"]
        found.update(schemas)
    return found


def _token() -> JsonObject:
    form = obj(_NEEDED, tuple(_NEEDED))
    return {
        "operationId": "token",
        "summary": "A bearer token; the parameters may stand in the query instead of the body",
        "tags": ["Access"],
        "security": [],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {
            "200": response("A token.", schema("Token")),
            "400": response("invalid_request, unsupported_grant_type or invalid_scope.", schema(TOKEN_ERROR)),
            "401": response("invalid_client.", schema(TOKEN_ERROR)),
            "413": response("The body is too long.", schema("ServiceError")),
        },
    }


def _itself() -> JsonObject:
    return {
        "operationId": "openapi",
        "summary": "This document",
        "tags": ["Access"],
        "security": [],
        "responses": {"200": response("OpenAPI 3.1.", {"type": "object"})},
    }

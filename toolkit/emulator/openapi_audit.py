"""The audit log in the OpenAPI document; stands beside ``audit.py``."""

from __future__ import annotations

from toolkit.emulator.audit import DEFAULT_LIMIT, FIELDS, MAX_LIMIT
from toolkit.emulator.openapi_parts import JOURNEYS_ERROR, Operation, array, obj, query, schema, text
from toolkit.emulator.wire import JsonObject

_WORDS = "|".join(name for name in FIELDS if name != "timestamp")
_EQUAL = rf"({_WORDS})==[^,]*(,[^,=<>]*)*"
_TIME = (
    "timestamp[<>]20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z"
)
_CONDITION = f"({_EQUAL}|{_TIME})"
_COUNT = {"type": "integer", "minimum": 0}
_PARAMETERS = (
    query(
        "property",
        array(text(pattern=f"^{_CONDITION}(,{_CONDITION})*$")),
        "Conditions, all of which have to hold: `action==Create,Update`, `timestamp>2026-01-31T08:00:00Z`.",
    ),
    query(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "Events a page.",
    ),
    query(
        "start", {**_COUNT, "maximum": 999_999_999, "default": 0}, "The first event, from 0; newest first."
    ),
)


def paths(base: str) -> dict[str, dict[str, Operation]]:
    """Every operation by path and method."""
    return {
        f"{base}/audit/events": {
            "get": Operation(
                id="listAuditEvents",
                summary="A page of the audit log; only what was done to actions is in it",
                tag="Audit",
                answers={200: schema("AuditEvents")},
                parameters=_PARAMETERS,
                error=JOURNEYS_ERROR,
            )
        }
    }


_EVENT_TEXTS = (
    "id",
    "requestId",
    "permissionResource",
    "permissionType",
    "assetType",
    "failureCode",
    "timestamp",
    "version",
    "imsOrgId",
    "region",
    "authId",
    "assetId",
    "assetName",
    "sandboxName",
    "sandboxId",
    "userEmail",
)

SCHEMAS: JsonObject = {
    "AuditEvents": obj(
        {
            "_embedded": obj({"events": array(schema("AuditEvent"))}, ("events",)),
            "_links": {"type": "object"},
            "page": obj(
                dict.fromkeys(("size", "totalElements", "totalPages", "number"), _COUNT),
                ("size", "totalElements", "totalPages", "number"),
            ),
            "queryId": text(description="Stands for the same conditions in another request."),
        },
        ("_embedded", "_links", "page", "queryId"),
        additionalProperties=False,
    ),
    "AuditEvent": obj(
        {
            **{name: text() for name in _EVENT_TEXTS},
            "action": text(enum=["Create", "Update", "Delete"]),
            "status": text(enum=["Allow"]),
            "enhancedEvents": array({"type": "object"}),
        },
        (*_EVENT_TEXTS, "action", "status"),
        additionalProperties=False,
    ),
}

"""Journeys in the OpenAPI document; stands beside ``journeys.py``."""

from __future__ import annotations

from toolkit.emulator.journeys import MAX_PAGE_SIZE, STATUSES
from toolkit.emulator.openapi_parts import JOURNEYS_ERROR, Operation, array, obj, query, schema, text
from toolkit.emulator.wire import JsonObject

_FIELD = "[A-Za-z_][A-Za-z0-9_.]*"
_CONDITION = rf"{_FIELD}(>=|<=|=|>|<)[^&]*"
_ORDER = rf"{_FIELD}=(asc|desc)"
_COUNT = {"type": "integer", "minimum": 0}
_PARAMETERS = (
    query(
        "filter",
        text(pattern=rf"^({_CONDITION}(&{_CONDITION})*)?$"),
        "Conditions joined by `&`: `status=draft,live`, `metadata.lastModifiedAt>2024-12-25`.",
    ),
    query("page", {**_COUNT, "maximum": 999_999_999, "default": 0}, "Page, from 0."),
    query(
        "pageSize",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": MAX_PAGE_SIZE},
        "Journeys a page.",
    ),
    query("fields", text(), "What is read of each journey, joined by commas: `name,metadata.createdAt`."),
    query(
        "sort",
        text(pattern=rf"^({_ORDER}(,{_ORDER})*)?$"),
        "Order, joined by commas: `name=asc,priority=desc`.",
    ),
)


def paths(base: str) -> dict[str, dict[str, Operation]]:
    """Every operation by path and method."""
    listed = obj(
        {
            "results": array({"type": "object", "description": "A Journey, or what `fields` names of one."}),
            "page": _COUNT,
            "limit": {"type": "integer", "minimum": 1},
            "pages": {"type": "integer", "minimum": 1},
        },
        ("results", "page", "limit", "pages"),
        additionalProperties=False,
    )
    include = query("include", text(), "`campaigns`, `surfaces`, `rulesets`, joined by commas.")
    return {
        f"{base}/journey": {
            "get": Operation(
                id="listJourneys",
                summary="A page of the journeys",
                tag="Journeys",
                answers={200: listed},
                parameters=_PARAMETERS,
                error=JOURNEYS_ERROR,
            )
        },
        f"{base}/journey/{{uid}}": {
            "get": Operation(
                id="getJourney",
                summary="Read one",
                tag="Journeys",
                answers={200: schema("Journey")},
                parameters=(include,),
                error=JOURNEYS_ERROR,
            )
        },
    }


SCHEMAS: JsonObject = {
    JOURNEYS_ERROR: obj(
        {"reason": text(), "message": text()}, ("reason", "message"), additionalProperties=False
    ),
    "Journey": obj(
        {
            "id": text(minLength=1),
            "name": text(minLength=1),
            "status": text(enum=list(STATUSES)),
            "imsOrgId": text(),
            "sandboxName": text(),
            "metadata": {"type": "object"},
            "nodes": array({"type": "object"}),
        },
        ("id", "name", "status", "imsOrgId", "sandboxName", "metadata"),
        description="Further members are as they were handed in.",
    ),
}

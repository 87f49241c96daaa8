"""Capping and throttling in the OpenAPI document; stands beside ``capping.py`` and ``throttling.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.emulator.openapi_elements import element, envelope, page_of
from toolkit.emulator.openapi_parts import (
    PAGING,
    UID,
    UID_OF_ANSWER,
    Operation,
    array,
    nullable,
    obj,
    query,
    schema,
    text,
)
from toolkit.emulator.wire import JsonObject

_METHODS = array(text(enum=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]))
_FORCE = query("forceDelete", text(), "`true` deletes a deployed configuration too.")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tells capping and throttling apart."""

    kind: str
    name: str
    tag: str
    example: JsonObject
    saving: str
    creating: dict[int, str]
    deploying: dict[int, str]
    undeploying: dict[int, str]
    deleting: dict[int, str]
    updating: dict[int, str]


_CAPPING = _Kind(
    kind="endpointConfigs",
    name="EndpointConfig",
    tag="Capping",
    example={
        "url": "https://api.example.org/data/2.5/*",
        "methods": ["GET"],
        "services": {
            "action": {"maxHttpConnections": 50, "rating": {"maxCallsCount": 500, "periodInMs": 1000}}
        },
    },
    saving="ERR_ENDPOINTCONFIG_111, ERR_ENDPOINTCONFIG_112, ERR_AUTHORING_ENDPOINTCONFIG_1.",
    creating={},
    updating={},
    deploying={500: "The configuration is not valid: the code of its first error."},
    undeploying={},
    deleting={500: "1451: it is deployed."},
)
_NOT_HERE = "1463: not a production sandbox."
_THROTTLING = _Kind(
    kind="throttlingConfigs",
    name="ThrottlingConfig",
    tag="Throttling",
    example={
        "name": "partner",
        "urlPattern": "https://api.example.org/data/2.5/*",
        "methods": ["POST", "PUT"],
        "maxThroughput": 4000,
    },
    saving="ERR_THROTTLING_CONFIG_106.",
    creating={400: f"{_NOT_HERE} 1465: the organisation has one."},
    updating={400: _NOT_HERE, 500: "It is deployed and would not be valid: the code of its first error."},
    deploying={
        400: f"{_NOT_HERE} 14466: it is deployed.",
        500: "The configuration is not valid: the code of its first error.",
    },
    undeploying={400: f"{_NOT_HERE} 14468: it is not deployed."},
    deleting={400: f"{_NOT_HERE} 1456: it is deployed."},
)


def paths(base: str) -> dict[str, dict[str, Operation]]:
    """Every operation by path and method."""
    return {
        path: operations
        for kind in (_CAPPING, _THROTTLING)
        for part in (_of_all, _of_one, _of_deployment)
        for path, operations in part(base, kind).items()
    }


def _of_all(base: str, kind: _Kind) -> dict[str, dict[str, Operation]]:
    name, tag = kind.name, kind.tag
    return {
        f"{base}/list/{kind.kind}": {
            "post": Operation(
                id=f"list{name}s",
                summary=f"All {tag.lower()} configurations, or a page of them",
                tag=tag,
                answers={200: page_of(schema(name), always=False)},
                errors={500: kind.saving},
                body={"type": "object", "description": "No filter is documented."},
                body_required=False,
                parameters=PAGING,
            )
        },
        f"{base}/{kind.kind}": {
            "post": Operation(
                id=f"create{name}",
                summary="Create; nothing is in force until it is deployed",
                tag=tag,
                answers={200: envelope("createdElement", schema(f"Created{name}"), "created")},
                errors=_saving(kind, kind.creating),
                body=schema(f"{name}Input"),
                example=kind.example,
                links=_links(name),
            )
        },
    }


def _of_one(base: str, kind: _Kind) -> dict[str, dict[str, Operation]]:
    name, tag = kind.name, kind.tag
    read, links = schema(name), _links(name)
    return {
        f"{base}/{kind.kind}/{{uid}}": {
            "get": Operation(
                id=f"get{name}",
                summary="Read one",
                tag=tag,
                answers={200: envelope("result", read)},
                links=links,
            ),
            "put": Operation(
                id=f"update{name}",
                summary="Replace one",
                tag=tag,
                answers={200: envelope("updatedElement", read, "updated")},
                errors=_saving(kind, kind.updating),
                body=schema(f"{name}Input"),
                example=kind.example,
                links=links,
            ),
            "delete": Operation(
                id=f"delete{name}",
                summary="Delete one",
                tag=tag,
                answers={200: {"type": "object", "maxProperties": 0}},
                errors=kind.deleting,
                parameters=(_FORCE,),
            ),
        },
    }


def _of_deployment(base: str, kind: _Kind) -> dict[str, dict[str, Operation]]:
    one = f"{base}/{kind.kind}/{{uid}}"
    name, tag = kind.name, kind.tag
    checked = obj({"canDeploy": schema("CanDeploy")}, ("canDeploy",), additionalProperties=False)
    return {
        f"{one}/canDeploy": {
            "get": Operation(
                id=f"check{name}", summary="Can it be deployed?", tag=tag, answers={200: checked}
            ),
            "post": Operation(
                id=f"check{name}ByPost", summary="Can it be deployed?", tag=tag, answers={200: checked}
            ),
        },
        f"{one}/deploy": {
            "post": Operation(
                id=f"deploy{name}",
                summary="Put it into force",
                tag=tag,
                answers={204: None},
                errors=kind.deploying,
            )
        },
        f"{one}/undeploy": {
            "post": Operation(
                id=f"undeploy{name}",
                summary="Take it out of force",
                tag=tag,
                answers={204: None},
                errors=kind.undeploying,
            )
        },
    }


def _saving(kind: _Kind, errors: Mapping[int, str]) -> dict[int, str]:
    return {**errors, 500: " ".join((kind.saving, errors.get(500, ""))).strip()}


def _links(name: str) -> dict[str, tuple[str, str, str]]:
    verbs = ("get", "update", "check", "deploy", "undeploy", "delete")
    return {verb: (f"{verb}{name}", UID["name"], UID_OF_ANSWER) for verb in verbs}


def _service(rating: JsonObject) -> JsonObject:
    connections = {
        "anyOf": [{"type": "integer", "minimum": 1}, {"const": -1}, {"type": "null"}],
        "description": "Absent or -1: no limit.",
    }
    return obj({"maxHttpConnections": connections, "rating": rating})


_SAVED_RATING = obj(
    {
        "maxCallsCount": {"description": "At least 1; anything else can be saved, but not deployed."},
        "periodInMs": {"description": "Above 0; anything else can be saved, but not deployed."},
    },
    description="Absent or empty, it can be saved, but not deployed.",
)
_SAVED_SERVICES = obj(
    {"action": _service(_SAVED_RATING), "dataSource": _service(_SAVED_RATING)}, additionalProperties=False
)
_DEPLOYED_RATING = obj(
    {
        "maxCallsCount": {"type": "integer", "minimum": 1},
        "periodInMs": {"type": "integer", "minimum": 1},
    },
    ("maxCallsCount", "periodInMs"),
)
_DEPLOYED_SERVICES = obj(
    {"action": _service(_DEPLOYED_RATING), "dataSource": _service(_DEPLOYED_RATING)},
    additionalProperties=False,
    minProperties=1,
)
_DEPLOYED = obj(
    {
        "_id": text(),
        "uid": text(),
        "orgId": text(),
        "tenantId": text(),
        "sandboxName": text(),
        "sandboxId": text(format="uuid"),
        "url": text(minLength=1),
        "methods": _METHODS,
        "services": _DEPLOYED_SERVICES,
    },
    ("_id", "uid", "orgId", "sandboxName", "url", "methods", "services"),
    additionalProperties=False,
    description="What is in force; absent while nothing is.",
)
_CAPPING_FIELDS: JsonObject = {"url": text(), "methods": _METHODS, "services": _SAVED_SERVICES}
_THROTTLING_FIELDS: JsonObject = {
    "name": text(),
    "description": text(),
    "urlPattern": text(description="Wildcards, but not in the host."),
    "methods": _METHODS,
    "maxThroughput": {"type": "integer", "description": "200 to 5000 a second to be deployed."},
}


def _capping(*, created: bool) -> JsonObject:
    more: JsonObject = {"_id": text(), "hasBeenDeployed": {"type": "boolean"}}
    if not created:
        more["deployedConfig"] = _DEPLOYED
    return element("EndpointConfig", {**_CAPPING_FIELDS, **more}, required=("_id", "hasBeenDeployed"))


def _throttling(*, created: bool) -> JsonObject:
    more: JsonObject = {"_id": text(), "hasBeenDeployed": {"type": "boolean"}, "version": text(const="1.0")}
    if created:
        more = {}
    required = [name for name in more if name != "version"]
    return element(
        "ThrottlingConfig", {**_THROTTLING_FIELDS, **more}, required=required, without=("tenantId",)
    )


SCHEMAS: JsonObject = {
    "EndpointConfigInput": obj(
        {name: nullable(described) for name, described in _CAPPING_FIELDS.items()},
        description="Unknown and read-only members are ignored. What is missing or out of range is told by"
        " canDeploy and stops a deployment.",
    ),
    "CreatedEndpointConfig": _capping(created=True),
    "EndpointConfig": _capping(created=False),
    "ThrottlingConfigInput": obj(
        {name: nullable(described) for name, described in _THROTTLING_FIELDS.items()},
        description="Unknown and read-only members are ignored. What is missing or out of range is told by"
        " canDeploy and stops a deployment.",
    ),
    "CreatedThrottlingConfig": _throttling(created=True),
    "ThrottlingConfig": _throttling(created=False),
}

"""Elements in the OpenAPI document, as they are read, written and listed; stands beside ``records.py``."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.emulator.openapi_parts import array, obj, schema, text
from toolkit.emulator.wire import JsonObject


def element(
    kind: str, properties: JsonObject, *, required: Sequence[str], without: Sequence[str] = ()
) -> JsonObject:
    """An element as it is read: its own members and those that the platform adds (PF-WRT-5)."""
    added: JsonObject = {
        "uid": text(minLength=1),
        "state": text(enum=["created", "updated", "deployed"]),
        "metadata": schema("Metadata"),
        "orgId": text(),
        "tenantId": text(),
        "sandboxName": text(),
        "sandboxId": text(format="uuid"),
        "authoringFormatVersion": text(const="1.0"),
    }
    kept = {name: described for name, described in added.items() if name not in without}
    return obj({**properties, **kept}, [*required, *kept], title=kind, additionalProperties=False)


def envelope(key: str, element_schema: JsonObject, status: str = "") -> JsonObject:
    """``{<key>: element, uid, uri, resStatus?, canDeploy}``."""
    stated: JsonObject = {"resStatus": text(const=status)} if status else {}
    members = {
        key: element_schema,
        "uid": text(minLength=1),
        "uri": text(pattern="^/voyager/apis/"),
        **stated,
        "canDeploy": schema("CanDeploy"),
    }
    return obj(members, list(members), additionalProperties=False)


def page_of(element_schema: JsonObject, *, always: bool) -> JsonObject:
    """A list of elements; ``pagination`` is always there, or where a page was asked for."""
    pagination = obj(
        {"pageSize": {"type": "integer"}, "totalCount": {"type": "integer"}}, ("pageSize", "totalCount")
    )
    return obj(
        {"results": array(element_schema), "pagination": pagination},
        ("results", "pagination") if always else ("results",),
        additionalProperties=False,
    )

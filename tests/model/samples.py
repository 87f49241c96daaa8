"""Definitions to bend: the smallest of each kind, and one that uses everything."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from toolkit.core.canonical import parse_json
from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import Path as Pointer
from toolkit.core.pointer import lookup
from toolkit.model.kinds import Definition, parse_definition

DATA = Path(__file__).parent / "data"
SHIPPED = sorted(
    file
    for file in (Path(__file__).parents[2] / "actions").glob("*/*.json")
    if not file.name.endswith(".cases.json")
)


def head(kind: str, name: str = "Sample") -> dict[str, Any]:
    """Return the first keys of a definition."""
    return {"$schema": f"../{kind}.schema.json", "formatVersion": 1, "kind": kind, "name": name}


def action(**changes: Any) -> dict[str, Any]:
    """Return a small custom action."""
    return {**head("CustomAction"), "endpoint": {"method": "POST", "url": "https://example.com/"}, **changes}


def campaign(**changes: Any) -> dict[str, Any]:
    """Return a small Campaign action."""
    return {**head("CampaignAction"), "campaignType": "classic", "request": {"channel": "email"}, **changes}


def capping(**changes: Any) -> dict[str, Any]:
    """Return a small capping."""
    services = {"action": {"rating": {"maxCallsCount": 5, "periodInMs": 1000}}}
    url = {"url": "https://example.com/*"}
    return {**head("EndpointConfig"), **url, "methods": ["POST"], "services": services, **changes}


def throttling(**changes: Any) -> dict[str, Any]:
    """Return a small throttling."""
    limit = {"urlPattern": "https://example.com/*", "methods": ["POST"], "maxThroughput": 200}
    return {**head("ThrottlingConfig"), **limit, **changes}


def example() -> dict[str, Any]:
    """Return the example of the format's description, which uses nearly everything."""
    document = parse_json((DATA / "format-example.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


SMALLEST = {
    "CustomAction": action(),
    "CampaignAction": campaign(),
    "EndpointConfig": capping(),
    "ThrottlingConfig": throttling(),
}
BASIC = {"type": "basic", "username": "user", "password": "${secret:partner/password}"}
API_KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:partner/key}", "location": "header"}
CUSTOM = {
    "type": "customAuthorization",
    "endpoint": "https://example.com/token",
    "method": "GET",
    "tokenInResponse": "response",
    "authorizationType": "bearer",
}


def with_value(document: dict[str, Any], path: Pointer, value: Any) -> dict[str, Any]:
    """Return a copy of `document` with `value` at `path`."""
    changed = copy.deepcopy(document)
    lookup(changed, path[:-1])[path[-1]] = value
    return changed


def without(document: dict[str, Any], path: Pointer) -> dict[str, Any]:
    """Return a copy of `document` without what stands at `path`."""
    changed = copy.deepcopy(document)
    del lookup(changed, path[:-1])[path[-1]]
    return changed


def parsed(document: Any) -> Definition:
    """Return the definition; fails the test when there is none."""
    result = parse_definition(document)
    assert result.definition is not None, result.problems
    return result.definition


def problems(document: Any) -> tuple[Problem, ...]:
    """Return what is wrong with `document`."""
    return parse_definition(document).problems


def only_problem(document: Any) -> Problem:
    """Return what is wrong with `document`, which is one thing."""
    (found,) = problems(document)
    return found

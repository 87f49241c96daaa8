"""Asks the rules about several definitions at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rules.asking import definition
from toolkit.core.diagnostics import Problem
from toolkit.rules import Example, Facts, Scene, TargetFacts, Together, check_together, facts_of

NO_TARGET = TargetFacts()


def facts(base: str, changes: Mapping[str, Any], file: str = "") -> Facts:
    """Return what is known of the changed definition."""
    return facts_of(definition(base, changes), file)


def together(scene: Scene, *, is_whole: bool = True) -> Together:
    """Return the definitions of a scene, in the order of their files."""
    read = (facts(each.base, each.changes, file) for file, each in sorted(scene.definitions.items()))
    return Together(tuple(read), scene.target, is_whole)


def found(scene: Scene, *, is_whole: bool = True) -> list[tuple[str, Problem]]:
    """Return what the rules find between the definitions of a scene."""
    return list(check_together(together(scene, is_whole=is_whole)))


def codes(scene: Scene, *, is_whole: bool = True) -> list[str]:
    """Return the ids of the rules that find something in a scene, one for each finding."""
    return [problem.code for _, problem in found(scene, is_whole=is_whole)]


def places(scene: Scene) -> list[tuple[str, str]]:
    """Return what is found in a scene as rule and file."""
    return [(problem.code, file) for file, problem in found(scene)]


def action(url: str, **changes: Any) -> Example:
    """An action that calls `url`; the changes are by name of a top-level field."""
    return Example("action", {"/endpoint/url": url, **{f"/{key}": value for key, value in changes.items()}})


def capping(url: str, calls: int = 500, name: str = "", **changes: Any) -> Example:
    """A capping of `calls` a second, named after its pattern so that two of them differ."""
    rating = {"maxCallsCount": calls, "periodInMs": 1000}
    services = {"action": {"maxHttpConnections": 50, "rating": rating}}
    fields = {"name": name or url, "url": url, "services": services, **changes}
    return Example("capping", {f"/{key}": value for key, value in fields.items()})


def throttling(pattern: str, most: int = 400, **changes: Any) -> Example:
    """A throttling to `most` calls a second."""
    fields = {"name": pattern, "urlPattern": pattern, "maxThroughput": most, **changes}
    return Example("throttling", {f"/{key}": value for key, value in fields.items()})


def scene(*definitions: Example, target: TargetFacts = NO_TARGET) -> Scene:
    """Put definitions into files ``0.json``, ``1.json`` …, each under a name of its own."""
    named = {
        f"{index}.json": Example(each.base, {"/name": f"Name{index}", **each.changes})
        for index, each in enumerate(definitions)
    }
    return Scene(named, target)

"""What a change of a capping or throttling means for the journeys whose calls it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.core.pointer import Path
from toolkit.model.document import Document
from toolkit.plan.assessment import InterfaceChange
from toolkit.plan.change_kinds import ChangeKind

DEPLOYED = "deployed"


def limit_changes(old: Document, new: Document) -> Iterator[InterfaceChange]:
    """Yield every change between two comparable documents of one limit."""
    for key in ("name", "description"):
        if old.get(key, "") != new.get(key, ""):
            yield InterfaceChange(ChangeKind.LIMIT_RENAMED, (key,), old.get(key, ""), new.get(key, ""))
    for key in ("url", "urlPattern"):
        if old.get(key) != new.get(key):
            yield InterfaceChange(ChangeKind.LIMIT_PATTERN_CHANGED, (key,), old[key], new[key])
    yield from _methods(set(old["methods"]), set(new["methods"]))
    yield from _services(old.get("services", {}), new.get("services", {}))
    yield from _number(("maxThroughput",), old.get("maxThroughput"), new.get("maxThroughput"))
    if (old.get("state") == DEPLOYED) != (new.get("state") == DEPLOYED):
        kind = ChangeKind.LIMIT_ADDED if new.get("state") == DEPLOYED else ChangeKind.LIMIT_REMOVED
        yield InterfaceChange(kind, ("state",), str(old.get("state")), str(new.get("state")))


def _methods(old: set[str], new: set[str]) -> Iterator[InterfaceChange]:
    if new - old:
        yield InterfaceChange(
            ChangeKind.LIMIT_METHODS_ADDED, ("methods",), after=", ".join(sorted(new - old))
        )
    if old - new:
        yield InterfaceChange(ChangeKind.LIMIT_METHODS_REMOVED, ("methods",), ", ".join(sorted(old - new)))


def _services(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[InterfaceChange]:
    for name in dict.fromkeys((*old, *new)):
        path: Path = ("services", name)
        if name not in new:
            yield InterfaceChange(ChangeKind.LIMIT_REMOVED, path, _rate(old[name]["rating"]))
        elif name not in old:
            yield InterfaceChange(ChangeKind.LIMIT_ADDED, path, after=_rate(new[name]["rating"]))
        else:
            yield from _rating((*path, "rating"), old[name]["rating"], new[name]["rating"])
            connections = "maxHttpConnections"
            yield from _number((*path, connections), old[name].get(connections), new[name].get(connections))


def _rating(path: Path, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[InterfaceChange]:
    if old == new:
        return
    old_periods = -(-new["periodInMs"] // old["periodInMs"])
    lowered = new["maxCallsCount"] < old["maxCallsCount"] * old_periods
    kind = ChangeKind.LIMIT_LOWERED if lowered else ChangeKind.LIMIT_RAISED
    yield InterfaceChange(kind, path, _rate(old), _rate(new))


def _number(path: Path, old: int | None, new: int | None) -> Iterator[InterfaceChange]:
    """Compare one number; None is no limit, the highest of all."""
    if old != new:
        lowered = new is not None and (old is None or new < old)
        kind = ChangeKind.LIMIT_LOWERED if lowered else ChangeKind.LIMIT_RAISED
        yield InterfaceChange(kind, path, *("none" if side is None else str(side) for side in (old, new)))


def _rate(rating: Mapping[str, int]) -> str:
    return f"{rating['maxCallsCount']} calls in {rating['periodInMs']} ms"

"""Journeys and the audit log: what their answers say of the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.platform.checking.opinion import Opinion, fails, holds, judged_each, untold
from toolkit.platform.checking.sightings import Sightings
from toolkit.platform.checking.words import is_reached, said
from toolkit.platform.veil import escape_controls


def journeys_errors(seen: Sightings) -> Opinion:
    """PF-JRN-5."""
    wrong = []
    names = ("wrong page of journeys", "unknown journey")
    for name, status in zip(names, (400, 404), strict=True):
        look = seen.looks[name]
        if not is_reached(look) or look.status in {401, 403}:
            return untold(f"{name}: {said(look)}")
        if look.status != status:
            wrong.append(f"{name}: {said(look)} instead of {status}")
        elif not isinstance(look.answer, dict) or not {"reason", "message"} <= look.answer.keys():
            wrong.append(f"{name}: the answer is not {{reason, message}}")
    return judged_each(list(names), wrong, "error")


def live_journeys(seen: Sightings) -> Opinion:
    """PF-JRN-6, as far as it is assumed."""
    look = seen.looks["live journeys"]
    match look.answer:
        case {"results": list(results)}:
            statuses = {str(each.get("status")) for each in results if isinstance(each, dict)}
            others = sorted(statuses - {"Deployed", "Redeployed"})
            if others:
                return fails(f"live gives journeys that are {escape_controls(', '.join(others))[:80]}")
            return holds(f"{len(results)} journeys, all of them live") if results else _no_live(seen)
    if look.status == 400:
        return fails(f"live is refused: {said(look)}")
    return untold(f"the journeys API answers {said(look)}")


def _no_live(seen: Sightings) -> Opinion:
    deployed = [each for each in _journeys(seen) if each.get("status") in {"Deployed", "Redeployed"}]
    return fails("live gives none, but some are deployed") if deployed else untold("no journey is deployed")


def _journeys(seen: Sightings) -> list[dict[str, Any]]:
    answer = seen.looks["journeys"].answer
    results = answer.get("results") if isinstance(answer, dict) else None
    return [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []


def audit_events(seen: Sightings) -> Opinion:
    """PF-AUD-3, as far as reading shows it."""
    look = seen.looks.get("audit log")
    if look is None:
        return untold("the settings say audit-log = false")
    match look.answer:
        case {"_embedded": {"events": [*events]}}:
            uids = {str(each.get("uid")) for each in seen.actions}
            named = [each for each in events if isinstance(each, dict) and str(each.get("assetId")) in uids]
            if not named:
                return untold(f"the newest {len(events)} events name no action that is listed")
            lacking = [each for each in named if not each.get("requestId") or not each.get("timestamp")]
            if lacking:
                return fails("an event about an action has no requestId or no timestamp")
            return holds(f"{len(named)} events name actions that are listed")
    return untold(f"the audit log answers {said(look)}")


def nodes(seen: Sightings) -> Opinion:
    """PF-JRN-3, by the journeys that actions name as their users."""
    journeys = {each.get("id"): each for each in _journeys(seen)}
    found, wrong = [], []
    for action in seen.actions:
        uses = action.get("usedIn")
        for use in uses if isinstance(uses, list) else []:
            journey = journeys.get(use.get("journeyId")) if isinstance(use, dict) else None
            if journey is None or not isinstance(journey.get("nodes"), list):
                continue
            name = escape_controls(str(action.get("name")))
            found.append(name)
            marks = {node.get(key) for node in journey["nodes"] if isinstance(node, dict) for key in _MARKS}
            if not {action.get("name"), action.get("uid")} & marks:
                wrong.append(f"a journey that uses {name} names it in no node")
    return judged_each(found, wrong, "journey that uses an action")


_MARKS = ("name", "actionUid")

CHECKS: Mapping[str, Callable[[Sightings], Opinion]] = MappingProxyType(
    {
        "PF-JRN-3": nodes,
        "PF-JRN-5": journeys_errors,
        "PF-JRN-6": live_journeys,
        "PF-AUD-3": audit_events,
    }
)

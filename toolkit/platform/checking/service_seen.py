"""Access, lists, writes and limits: what their answers say of the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from toolkit.platform.checking.opinion import Opinion, fails, holds, judged_each, untold
from toolkit.platform.checking.sightings import Look, Sightings
from toolkit.platform.checking.words import is_reached, said, service_code


def gateway(seen: Sightings) -> Opinion:
    """PF-ACC-4."""
    expected = {
        "no key": (403, "403000"),
        "wrong key": (403, "403003"),
        "no token": (403, "403010"),
        "wrong token": (401, "401013"),
    }
    wrong = []
    for name, (status, code) in expected.items():
        look = seen.looks[name]
        if not is_reached(look):
            return untold(f"{name}: {look.trouble}")
        answer = look.answer if isinstance(look.answer, dict) else {}
        if look.status != status or str(answer.get("error_code")) != code:
            wrong.append(f"{name}: {said(look)} instead of {status} {code}")
    return judged_each(list(expected), wrong, "refusal")


def organisation(seen: Sightings) -> Opinion:
    """PF-ACC-5."""
    look = seen.looks["other organisation"]
    if not is_reached(look):
        return untold(look.trouble)
    words = f"another organisation is answered {said(look)}"
    return holds(words) if look.status == 403 else fails(words)


def request_ids(seen: Sightings) -> Opinion:
    """PF-ACC-7."""
    reached = {name: look for name, look in seen.looks.items() if is_reached(look)}
    wrong = [
        f"{name}: no x-request-id" for name, look in reached.items() if not look.headers.get("x-request-id")
    ]
    return judged_each(list(reached), wrong, "answer")


def retry_after(seen: Sightings) -> Opinion:
    """PF-ACC-8."""
    busy = [look for look in seen.looks.values() if look.status in {429, 503}]
    if not busy:
        return untold("no answer was 429 or 503")
    return holds(f"{sum('retry-after' in look.headers for look in busy)} of {len(busy)} carry it")


def paths(seen: Sightings) -> Opinion:
    """PF-ACC-10, as far as reading shows it."""
    unknown, accept, options = (seen.looks[name] for name in ("unknown path", "no JSON accepted", "options"))
    if not is_reached(unknown):
        return untold(unknown.trouble)
    wrong = []
    if unknown.status != 404 or service_code(unknown) is None:
        wrong.append(f"an unknown path is {said(unknown)}, not 404 in the service's envelope")
    if is_reached(accept) and accept.status != 406:
        wrong.append(f"an Accept without JSON is {said(accept)}, not 406")
    if is_reached(options) and options.status != 204:
        wrong.append(f"OPTIONS is {said(options)}, not 204")
    opinion = judged_each(["unknown path", "Accept", "OPTIONS"], wrong, "answer")
    return opinion if wrong else holds("404, 406 and 204; other methods and bodies were not tried")


def first_parameter(seen: Sightings) -> Opinion:
    """PF-ACC-12."""
    look = seen.looks["two sizes"]
    limit = look.answer.get("limit") if isinstance(look.answer, dict) else None
    if limit not in (1, 2):
        return untold(f"the journeys API does not say which page size it took ({said(look)})")
    return holds("the first of two page sizes counts") if limit == 1 else fails("the second one counts")


def pages(seen: Sightings) -> Opinion:
    """PF-LST-2."""
    if seen.is_taught:
        return untold("the target's settings say how this platform gives its list")
    first, second = seen.looks["first page"], seen.looks["second page"]
    match first.answer:
        case {"results": list() as results, "pagination": {"pageSize": int(size), "totalCount": int(total)}}:
            pass
        case _:
            return _unlike(first, "{results, pagination: {pageSize, totalCount}}")
    if size != 2 or len(results) > 2:
        return fails(f"a page of 2 was asked for; pageSize {size} with {len(results)} elements came")
    if total < 3:
        return untold(f"there are only {total} actions; a second page can't be told from the first")
    others = second.answer.get("results") if isinstance(second.answer, dict) else None
    if others == results:
        return fails("the second page is the first one once more")
    return holds(f"pages of 2, {total} elements in all")


def _unlike(look: Look, shape: str) -> Opinion:
    if not is_reached(look) or not 200 <= look.status < 300:
        return untold(f"the list is answered {said(look)}")
    return fails(f"the answer is not {shape}")


def order(seen: Sightings) -> Opinion:
    """PF-LST-3; what was created within :data:`AT_ONCE` may stand in either order."""
    told = [time for each in seen.actions if (time := _created(each)) is not None]
    if not told or max(told) - min(told) <= AT_ONCE:
        return untold("no two actions say that they were created at clearly different times")
    wrong = [
        f"{later:%F %T} after {earlier:%F %T}"
        for earlier, later in pairwise(told)
        if earlier - later > AT_ONCE
    ]
    return judged_each([str(time) for time in told], wrong, "time")


AT_ONCE = timedelta(seconds=10)


def _created(element: Mapping[str, Any]) -> datetime | None:
    metadata = element.get("metadata")
    time = metadata.get("createdAt") if isinstance(metadata, dict) else None
    try:
        found = datetime.fromisoformat(time) if isinstance(time, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None


def not_production(seen: Sightings) -> Opinion:
    """PF-THR-5, as far as it is assumed."""
    look = seen.looks["throttlings"]
    if seen.is_production:
        return untold("the target is a production one")
    match look.answer:
        case {"results": []}:
            return holds("the list is empty")
        case {"results": list(results)}:
            return fails(f"the list has {len(results)}; or the sandbox is a production one")
    if service_code(look) == "1463":
        return fails("the list is refused with 1463 instead")
    return untold(f"the list is answered {said(look)}")


def removal(seen: Sightings) -> Opinion:
    """PF-WRT-4, by the throw-away action."""
    if seen.probed is None or seen.probed.removed is None or seen.probed.after is None:
        return untold("nothing was removed; --write-probe removes a throw-away action")
    removed, after = seen.probed.removed, seen.probed.after
    wrong = []
    if removed.status != 200 or not isinstance(removed.answer, dict):
        wrong.append(f"DELETE is answered {said(removed)}, not 200 with an object")
    if after.status != 404:
        wrong.append(f"reading it afterwards is answered {said(after)}, not 404")
    return judged_each(["removal"], wrong, "removal")


def acts_at_once(seen: Sightings) -> Opinion:
    """PF-WRT-6."""
    if "one action" not in seen.looks:
        return untold("there is no action to look at")
    look = seen.looks["one action"]
    match look.answer:
        case {"canDeploy": {"validationStatus": "ok"}}:
            return holds("one action read")
        case {"canDeploy": _}:
            return fails("canDeploy is something else")
    return fails("there is no canDeploy") if look.status == 200 else untold(f"it is read with {said(look)}")


CHECKS: Mapping[str, Callable[[Sightings], Opinion]] = MappingProxyType(
    {
        "PF-ACC-4": gateway,
        "PF-ACC-5": organisation,
        "PF-ACC-7": request_ids,
        "PF-ACC-8": retry_after,
        "PF-ACC-10": paths,
        "PF-ACC-12": first_parameter,
        "PF-LST-2": pages,
        "PF-LST-3": order,
        "PF-WRT-4": removal,
        "PF-WRT-6": acts_at_once,
        "PF-THR-5": not_production,
    }
)

"""What stands where in the recorded calls for one operation, as a table of settings and its doubts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.core.pointer import format_pointer
from toolkit.platform.teaching.calls import Seen, looks_like_action, mark_at
from toolkit.platform.teaching.draft import Draft
from toolkit.platform.teaching.har import Recorded
from toolkit.platform.teaching.matching import leaves_of
from toolkit.platform.teaching.members import Pointer
from toolkit.platform.teaching.pages_seen import Pages

Found = tuple[dict[str, Any], list[str]]


def list_table(draft: Draft, seen: list[Seen], pages: Pages) -> Found:
    """Return how the list is asked for, besides its path."""
    doubts = list(pages.doubts)
    table: dict[str, Any] = {}
    query = _fixed_query(draft, seen, pages, doubts)
    at = format_pointer(seen[0].at)
    if at != "/results":
        table["elements"] = at
    if pages.total:
        table["total"] = pages.total
    if _has_only_parts(draft, seen):
        table["summaries"] = True
        doubts.append("the list has only a part of each action: each one is read by itself")
    if query:
        table["query"] = query
    if pages.table is not None:
        table["paging"] = pages.table
    elif pages.total is None:
        doubts.append("nothing tells of pages: the answer is taken for the whole list")
    if draft.story.other_lists:
        doubts.append(f"{', '.join(draft.story.other_lists)} list actions too, in another way")
    return table, doubts


def _fixed_query(draft: Draft, seen: list[Seen], pages: Pages, doubts: list[str]) -> dict[str, str]:
    """Return the parameters that every recorded call for the list had alike."""
    query = {}
    for name, part in seen[0].call.query.items():
        if name in pages.parameters or any(each.call.query.get(name) != part for each in seen):
            continue
        word = draft.recording.shown(part)
        if word:
            query[name] = word
        else:
            doubts.append(f"the parameter {name} is left out: its value is not shown")
    return query


def _has_only_parts(draft: Draft, seen: list[Seen]) -> bool:
    """Tell whether elements of the list lack what the same elements have when they are read."""
    listed = {mark_at(item, draft.story.id): item for each in seen for item in each.elements}
    for each in draft.story.reads:
        element = each.elements[0]
        item = listed.get(mark_at(element, draft.story.id))
        if item is not None and looks_like_action(element) and not looks_like_action(item):
            return True
    return False


def read_table(draft: Draft, seen: list[Seen]) -> Found:
    """Return where an answer has the element, and which statuses said that there is none."""
    table: dict[str, Any] = {}
    if seen[0].at != ("result",):
        table["element"] = format_pointer(seen[0].at)
    absences = draft.story.absences
    statuses = sorted({each.call.status for each in absences if not _is_service_error(each.call)})
    if statuses:
        table["absent-status"] = statuses
    doubts = []
    if not absences:
        doubts.append(
            "no recorded call reads an action that is gone: a 404 counts in the service's envelope only"
            " (PF-ACC-6)"
        )
    return table, doubts


def _is_service_error(call: Recorded) -> bool:
    answer = call.answer
    return (
        call.status == 404
        and isinstance(answer, dict)
        and isinstance(answer.get("status"), int)
        and "error" in answer
    )


def create_table(draft: Draft, seen: list[Seen]) -> Found:
    """Return where a body has the element, and where the answer has its id."""
    table: dict[str, Any] = {}
    doubts: list[str] = []
    if seen[0].at:
        table["within"] = format_pointer(seen[0].at)
    places = [
        [place for place in _places(each.call.answer) if mark_at(each.call.answer, place) in draft.story.ids]
        for each in seen
        if isinstance(each.call.answer, dict)
    ]
    common = [place for place in (places[0] if places else []) if all(place in other for other in places)]
    if not common:
        doubts.append("no answer names an id that a later call uses: where the new id stands is not known")
        table["id"] = format_pointer(story_id) if (story_id := draft.story.id) else "/uid"
    else:
        best = min(common, key=lambda place: (place[-1] != draft.story.id[-1], len(place), place))
        if best != ("uid",):
            table["id"] = format_pointer(best)
    return table, doubts


def _places(answer: dict[str, Any]) -> Iterator[Pointer]:
    for leaf in leaves_of([answer]).values():
        if not leaf.kinds & {"object", "list", "array"}:
            yield leaf.place


def change_table(seen: list[Seen]) -> Found:
    """Return where a body has the element."""
    table: dict[str, Any] = {"within": format_pointer(seen[0].at)} if seen[0].at else {}
    doubts = []
    if not any(looks_like_action(element) for each in seen for element in each.elements):
        doubts.append("the recorded calls send a part of the action; the whole of it will be sent")
    if seen[0].call.method == "PATCH":
        doubts.append(
            "whether PATCH removes what is left out is not known; what stays is told after the write"
        )
    return table, doubts

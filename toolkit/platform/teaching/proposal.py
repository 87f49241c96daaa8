"""From recorded calls to proposed settings: each with the calls it rests on and what remains unsure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import AjoError
from toolkit.core.pointer import format_pointer
from toolkit.platform.teaching.call_tables import Found, change_table, create_table, list_table, read_table
from toolkit.platform.teaching.calls import Seen, Story, find_story, template
from toolkit.platform.teaching.draft import Draft, Part
from toolkit.platform.teaching.field_tables import propose_fields, propose_headers
from toolkit.platform.teaching.har import Recorded, Recording
from toolkit.platform.teaching.matching import match_action, words_of
from toolkit.platform.teaching.pages_seen import Pages, find_pages

_CONVENTION: dict[str, dict[str, Any]] = {
    "list": {
        "call": "POST list/actions",
        "total": "/pagination/totalCount",
        "paging": {
            "style": "page",
            "parameter": "x-vyg-query-page",
            "sent-in": "header",
            "size-parameter": "x-vyg-query-pagesize",
        },
    },
    "read": {"call": "GET actions/{id}"},
    "create": {"call": "POST actions"},
    "change": {"call": "PUT actions/{id}"},
    "delete": {"call": "DELETE actions/{id}"},
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for each collection, in the order of its settings, and what could not be found out."""

    calls: int
    collections: dict[str, tuple[Part, ...]]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, collection: str) -> dict[str, Any]:
        """Return the settings of one collection."""
        return {part.key: part.value for part in self.collections.get(collection, ())}


def propose(recording: Recording, base_url: str, sandbox: str = "") -> Proposal:
    """Return what a recording says of a platform whose base URL and sandbox the target has at present.

    Raises :class:`AjoError` AJO831 where no call of it is about actions.
    """
    story = find_story(recording.calls)
    if not story.lists and not story.creates:
        message = f"none of the {len(recording.calls)} JSON calls of the recording lists or creates actions"
        if recording.without_content:
            message += f"; {recording.without_content} answers were recorded without their content"
        raise AjoError("AJO831", message)
    draft = Draft(recording, story, base_url)
    pages = find_pages(story.lists)
    base, is_new = _base(draft)
    if is_new:
        draft.add("base-url", base, _all(story))
    propose_headers(draft, pages, _all(story))
    match = match_action(story.elements, [story.id])
    if story.id != ("uid",):
        draft.add("id", format_pointer(story.id), [*story.lists, *story.reads])
    tables = _calls(draft, base, pages)
    is_conventional = all(_is_convention(name, table) for name, table in tables.items())
    if not is_conventional or is_new:
        for name, (table, seen, doubts) in tables.items():
            if not _is_convention(name, (table, seen, doubts)):
                draft.add(name, table, seen, doubts)
    propose_fields(draft, match)
    collections = {"actions": tuple(draft.parts)} if draft.parts else {}
    return Proposal(
        len(recording.calls),
        collections | _limits(recording.calls, base_url),
        tuple(draft.missing),
        tuple(_notes(recording.calls, story, sandbox)),
    )


_Table = tuple[dict[str, Any], list[Seen], list[str]]
_Maker = Callable[[list[Seen]], Found]


def _is_convention(name: str, found: _Table) -> bool:
    table = dict(found[0])
    if "paging" in table:
        table["paging"] = {
            key: value for key, value in table["paging"].items() if key not in {"size", "first"}
        }
    return table == _CONVENTION[name]


def _all(story: Story) -> list[Seen]:
    kinds = (story.lists, story.reads, story.creates, story.changes, story.deletes)
    return sorted((seen for kind in kinds for seen in kind), key=lambda seen: seen.call.number)


def _base(draft: Draft) -> tuple[str, bool]:
    """Return the URL that all paths are below, and whether it is another one than the target's."""
    seen = _all(draft.story)
    origin = (draft.story.lists or draft.story.creates)[0].call.origin
    paths = [
        path
        for each in seen
        if each.call.origin == origin and (path := template(each.call, draft.story.ids)) is not None
    ]
    if paths and all(f"{origin}/{'/'.join(path)}".startswith(f"{draft.base}/") for path in paths):
        return draft.base, False
    common: list[str] = []
    for parts in zip(*(path[:-1] for path in paths), strict=False):
        if len(set(parts)) > 1 or "{id}" in parts:
            break
        common.append(parts[0])
    return "/".join([origin, *common]), True


def _calls(draft: Draft, base: str, pages: Pages) -> dict[str, _Table]:
    story = draft.story
    tables: dict[str, _Table] = {}
    makers: tuple[tuple[str, list[Seen], _Maker], ...] = (
        ("list", story.lists, lambda seen: list_table(draft, seen, pages)),
        ("read", story.reads, lambda seen: read_table(draft, seen)),
        ("create", story.creates, lambda seen: create_table(draft, seen)),
        ("change", story.changes, change_table),
        ("delete", story.deletes, lambda seen: ({}, [])),
    )
    for name, seen, make in makers:
        if not seen:
            draft.missing.append(f"{name}: no recorded call does it; the convention's stays")
            continue
        route = _route(draft, seen[0].call, base)
        if route is None:
            draft.missing.append(f"{name}: a part of the path of call {seen[0].call.number} is no plain word")
            continue
        if name == "list" and not pages.is_whole:
            draft.missing += [f"list: {doubt}" for doubt in pages.doubts]
            continue
        table, doubts = make(seen)
        others = {each.call.number for each in seen if _route(draft, each.call, base) != route}
        if others:
            doubts.append(f"calls {_numbers(others)} do it in another way")
        tables[name] = ({"call": route, **table}, seen, doubts)
    return tables


def _route(draft: Draft, call: Recorded, base: str) -> str | None:
    path = template(call, draft.story.ids)
    if path is None:
        return None
    whole = f"{call.origin}/{'/'.join(path)}"
    return f"{call.method} {whole.removeprefix(base + '/')}" if whole.startswith(f"{base}/") else None


def _numbers(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _limits(calls: tuple[Recorded, ...], base_url: str) -> dict[str, tuple[Part, ...]]:
    """Propose where cappings and throttlings are, if the recording shows them somewhere else."""
    found: dict[str, tuple[Part, ...]] = {}
    for name, collection in (("cappings", "endpointConfigs"), ("throttlings", "throttlingConfigs")):
        bases: dict[str, list[int]] = {}
        for call in calls:
            words = [part.word for part in call.path]
            if call.succeeded and collection in words:
                above = words[: words.index(collection)]
                above = above[:-1] if above[-1:] == ["list"] else above
                if all(above):
                    bases.setdefault("/".join([call.origin, *above]), []).append(call.number)
        for base, numbers in list(bases.items())[:1]:
            if base != base_url:
                found[name] = (Part("base-url", base, tuple(numbers)),)
    return found


def _notes(calls: tuple[Recorded, ...], story: Story, sandbox: str) -> Iterator[str]:
    recorded = {part.word for seen in _all(story) if (part := seen.call.headers.get("x-sandbox-name"))}
    if sandbox and recorded - {sandbox, ""}:
        yield f"the recording is of sandbox {', '.join(sorted(recorded - {''}))}, the target is {sandbox}"
    for call in calls:
        words = [part.word for part in call.path]
        if call.succeeded and call.method == "GET" and words[-1:] == ["journey"] and all(words):
            base = "/".join([call.origin, *words[:-1]])
            yield f"call {call.number} lists journeys: journeys-url of the target may be {base}"
            break
    names = {words_of(place[-1]) for place in (story.id,) if place}
    if names and not {"id", "uid", "uuid", "key", "identifier", "guid"} & {
        word for name in names for word in name
    }:
        yield f"{format_pointer(story.id)} is taken for the id, because paths hold it"

"""Headers, names of fields and words in them, as proposed settings."""

from __future__ import annotations

from toolkit.core.pointer import format_pointer
from toolkit.platform.teaching.calls import Seen
from toolkit.platform.teaching.draft import Draft
from toolkit.platform.teaching.marks import is_sensitive
from toolkit.platform.teaching.matching import Match, leaves_of, lifted
from toolkit.platform.teaching.members import ACTION, NEEDED
from toolkit.platform.teaching.pages_seen import Pages
from toolkit.workspace.api_settings import RESERVED_HEADERS

_BROWSERS_OWN = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "dnt",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "origin",
        "pragma",
        "priority",
        "referer",
        "te",
        "traceparent",
        "tracestate",
        "upgrade-insecure-requests",
        "user-agent",
        "x-request-id",
        "x-correlation-id",
        "x-requested-with",
        "expect",
    }
)


def propose_headers(draft: Draft, pages: Pages, seen: list[Seen]) -> None:
    """Propose the API's own headers that every call about actions carried with one value."""
    first, found, hidden = seen[0].call, {}, []
    for name, part in first.headers.items():
        is_standard = (
            name in _BROWSERS_OWN or name in RESERVED_HEADERS or name.startswith(("sec-", ":", "x-vyg-query"))
        )
        if is_standard or name in pages.parameters or is_sensitive(name):
            continue
        if any(each.call.headers.get(name) != part for each in seen):
            continue
        word = draft.recording.shown(part)
        if word and part.mark not in draft.recording.secret:
            found[name] = word
        else:
            hidden.append(f"the header {name} is left out: its value is not shown")
    if found:
        draft.add("headers", found, seen, [*hidden, "a header may be needed or not; try without it"])
    elif hidden:
        draft.missing += hidden


def propose_fields(draft: Draft, match: Match) -> None:
    """Propose the names of fields, the words in them, and what is to be ignored."""
    story = draft.story
    seen = [*story.lists, *story.reads, *story.creates, *story.changes]
    pairs = lifted({ours: theirs for ours, theirs in match.fields.items() if ours != ("uid",)})
    if pairs:
        named = ", ".join(f"{theirs} for {ours}" for theirs, ours in sorted(match.doubts.items()))
        doubts = [f"by other names, look at each: {named}"] if named else []
        table = {format_pointer(ours): format_pointer(theirs) for ours, theirs in sorted(pairs.items())}
        draft.add("fields", table, seen, doubts)
    words = {format_pointer(ours): words for ours, words in sorted(match.words.items())}
    if words:
        doubt = "words that were not recorded are spelled as the others are, or as in the convention"
        draft.add("values", words, seen, [doubt])
    if ("actionType",) not in match.fields:
        doubt = "nothing tells types of actions apart: all count as custom"
        draft.add("fixed", {"/actionType": "custom"}, seen, [doubt])
    _propose_ignored(draft, match, seen)
    _tell_missing(draft, match)


def _propose_ignored(draft: Draft, match: Match, seen: list[Seen]) -> None:
    """Propose to ignore what only answers have; what was sent is somebody's configuration."""
    story = draft.story
    sent = set(leaves_of(element for each in (*story.creates, *story.changes) for element in each.elements))
    left = [place for place in match.left if place != ("_id",)]
    ignored = sorted(format_pointer(place) for place in left if place not in sent)
    if ignored:
        draft.add("ignored", ignored, seen, ["only answers have these; a change may drop them"])
    draft.missing += [
        f"fields: {format_pointer(place)} was sent and is not known; actions that have it stay untouched,"
        " unless you put it under ignored"
        for place in left
        if place in sent
    ]


def _tell_missing(draft: Draft, match: Match) -> None:
    missing = [format_pointer(one) for one in NEEDED if one not in match.fields]
    draft.missing += [f"fields: nothing was found that could be {one}" for one in missing]
    never = [member.place for member in ACTION if member.place not in match.fields and len(member.place) < 3]
    unseen = {format_pointer(place) for place in never if place[0] not in _SELDOM} - set(missing)
    if unseen:
        words = ", ".join(sorted(unseen))
        draft.missing.append(f"fields: never recorded, so taken to be as in the convention: {words}")


_SELDOM = (
    "authentication",
    "authoringFormatVersion",
    "metadata",
    "orgId",
    "sandboxId",
    "sandboxName",
    "state",
    "tenantId",
)
"""Fields whose absence from a recording says nothing."""

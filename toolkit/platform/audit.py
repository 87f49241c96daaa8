"""The platform's audit log: who did what to which action. Only a record: nothing is decided by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from toolkit.platform.call import Call
from toolkit.platform.client import Conversation
from toolkit.platform.port import Edit, PlatformError

PAGE_SIZE = 50
"""Events a page: the only size that is documented (PF-AUD-1)."""

MOST_EVENTS = 10_000
"""So many of the newest events can be read (PF-AUD-1)."""

_DONE = frozenset({"create", "update", "delete"})
_UNDONE = frozenset({"deny", "failure"})


def edits_since(talk: Conversation, audit_url: str, moment: datetime) -> list[Edit]:
    """Return what was done to resources after `moment`, oldest first.

    Raises :class:`PlatformError`: AJO402 without the permission to read the log, AJO504 for an answer that is
    not as PF-AUD-1 says.
    """
    after = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found: dict[str, Any] = {}
    for start in range(0, MOST_EVENTS, PAGE_SIZE):
        query = {"property": f"timestamp>{after}", "limit": str(PAGE_SIZE), "start": str(start)}
        events, total = _page(talk.send(Call("GET", "audit/events", query=query, base_url=audit_url)))
        # What comes in meanwhile stands in front and moves the others to the next page.
        found |= {str(event.get("id", (start, number))): event for number, event in enumerate(events)}
        if not events or start + PAGE_SIZE >= total:
            break
    edits = [edit for event in reversed(found.values()) for edit in _edits(event, talk)]
    return sorted(edits, key=lambda edit: edit.at)


def _page(answer: Any) -> tuple[list[dict[str, Any]], int]:
    match answer:
        case {"_embedded": {"events": [*events]}, "page": {"totalElements": int(total)}}:
            pass
        case {"_embedded": {"customerAuditLogList": [*events]}, "page": {"totalElements": int(total)}}:
            pass
        case {"page": {"totalElements": 0}}:
            return [], 0
        case _:
            raise PlatformError("AJO504", "the audit log is not as expected (PF-AUD-1)")
    return [event for event in events if isinstance(event, dict)], total


def _edits(event: dict[str, Any], talk: Conversation) -> Iterator[Edit]:
    """Yield what an event says was done; one that was not carried out, or says too little, is none."""
    parts = [event, *(part for part in _list(event, "enhancedEvents") if isinstance(part, dict))]
    if str(event.get("action")).lower() not in _DONE:
        return
    if any(str(part.get("status")).lower() in _UNDONE for part in parts):
        return
    at = _time(event.get("timestamp"))
    if at is None:
        return
    user, request_id = _text(event, "userEmail"), _text(event, "requestId")
    account = _text(event, "authId") or user
    assets = {_text(part, "assetId") for part in (*parts, *_list(event, "assets")) if isinstance(part, dict)}
    for uid in sorted(assets - {""}):
        yield Edit(uid, at, account, talk.shown(user or account), talk.shown(request_id))


def _list(event: dict[str, Any], name: str) -> list[Any]:
    found = event.get(name)
    return found if isinstance(found, list) else []


def _text(event: dict[str, Any], name: str) -> str:
    found = event.get(name)
    return found if isinstance(found, str) else ""


def _time(stated: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and not found.tzinfo else found

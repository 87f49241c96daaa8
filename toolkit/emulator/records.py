"""What every element of the authoring API has in common: its record, its view, its lists and envelopes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from toolkit.emulator.call import Call
from toolkit.emulator.elements import Element, Space
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject, reply

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Registrar:
    """Gives uids, times and authors (PF-WRT-5).

    A record is ``{definition, state, metadata}``: what the caller stated, apart from what the platform adds.

    Args:
        clock: seconds since the epoch.
        author: the technical account that every change is attributed to.
    """

    clock: Callable[[], float]
    author: str

    def now(self) -> str:
        """The time now, ISO 8601 in UTC with microseconds."""
        return (
            datetime.fromtimestamp(self.clock(), UTC)
            .isoformat(timespec="microseconds")
            .replace("+00:00", "Z")
        )

    def created(self, definition: JsonObject, name: str = "") -> Element:
        """A new element in state ``created`` with a uid of its own."""
        metadata = {**self.stamp("created"), **self.stamp("lastModified")}
        record = {"definition": definition, "state": "created", "metadata": metadata}
        return Element(str(uuid.uuid4()), name, record)

    def updated(self, element: Element, definition: JsonObject, name: str = "") -> Element:
        """The element with another definition, in state ``updated``."""
        metadata = {**element.body["metadata"], **self.stamp("lastModified")}
        record = {**element.body, "definition": definition, "state": "updated", "metadata": metadata}
        return Element(element.uid, name, record)

    def stamp(self, verb: str) -> JsonObject:
        """Who did ``verb`` when: ``<verb>By``, ``<verb>ById``, ``<verb>At``."""
        return {f"{verb}By": self.author, f"{verb}ById": self.author, f"{verb}At": self.now()}


@lru_cache(maxsize=1024)
def sandbox_id(space: Space) -> str:
    """The sandbox's id, always the same for the same organisation and name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{space.organisation}/{space.sandbox}"))


def view(space: Space, element: Element) -> JsonObject:
    """The element as it is read: the definition and the read-only fields of PF-WRT-5."""
    return {
        **element.body["definition"],
        "uid": element.uid,
        "state": element.body["state"],
        "metadata": element.body["metadata"],
        "orgId": space.organisation,
        "tenantId": space.sandbox,
        "sandboxName": space.sandbox,
        "sandboxId": sandbox_id(space),
        "authoringFormatVersion": "1.0",
    }


def envelope(kind: str, key: str, shown: JsonObject, can_deploy: JsonObject) -> JsonObject:
    """``{<key>: element, uid, uri, resStatus?, canDeploy}`` (PF-WRT-1 to PF-WRT-3).

    ``key`` is ``createdElement``, ``updatedElement`` or ``result``; the latter has no ``resStatus``.
    """
    status = {} if key == "result" else {"resStatus": key.removesuffix("Element")}
    return {
        key: shown,
        "uid": shown["uid"],
        "uri": f"/voyager/apis/{kind}/{shown['uid']}",
        **status,
        "canDeploy": can_deploy,
    }


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that a list request asks for (PF-LST-2), from 0; ``asked`` when a paging header was sent."""

    number: int
    size: int
    asked: bool

    @property
    def offset(self) -> int:
        """How many elements come before the page."""
        return self.number * self.size


def paging(call: Call) -> Paging:
    """Read the paging headers; raises a 400 :class:`Refusal` when they are no numbers or out of range."""
    number = _count(call, "x-vyg-query-page", 0)
    size = _count(call, "x-vyg-query-pagesize", DEFAULT_PAGE_SIZE)
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise Refusal(400, 400, f"x-vyg-query-pagesize has to be 1 to {MAX_PAGE_SIZE}")
    asked = "x-vyg-query-page" in call.headers or "x-vyg-query-pagesize" in call.headers
    return Paging(number, size, asked)


def check_filter(call: Call, not_json: Refusal) -> None:
    """A list's body is an object, or absent, which means ``{}`` (PF-LST-1); raises otherwise."""
    if call.body:
        call.json_object(not_json, not_json)


def listed(results: list[JsonObject], page: Paging, total: int) -> Response:
    """One page of a list."""
    return reply({"results": results, "pagination": {"pageSize": page.size, "totalCount": total}})


def is_count(value: Any) -> bool:
    """Whether a JSON value is an integer (``true`` and ``2.0`` are none)."""
    return isinstance(value, int) and not isinstance(value, bool)


def _count(call: Call, header: str, default: int) -> int:
    text = call.header(header)
    if text is None:
        return default
    if not _COUNT.fullmatch(text):
        raise Refusal(400, 400, f"{header} has to be a number")
    return int(text)

"""Lists, whole or not at all: all pages, checked against what the platform counts (PF-LST-1 to PF-LST-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.platform.answers import MalformedAnswer
from toolkit.platform.bounded import map_bounded
from toolkit.platform.client import Conversation
from toolkit.platform.dialect import Dialect
from toolkit.platform.port import PlatformError
from toolkit.platform.shapes import Element

PAGE_HEADER, SIZE_HEADER = "x-vyg-query-page", "x-vyg-query-pagesize"
READINGS = 3
"""How often a list that changes under the feet is read before giving up."""

MAX_ELEMENTS = 100_000
"""More elements than any sandbox holds: a larger total is a wrong answer, no reason for so many calls."""


@dataclass(frozen=True, slots=True)
class _Page:
    elements: list[Element]
    size: int
    total: int | None


class _Changed(Exception):
    """A list changed while it was read; the message says how that showed."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Reads a list with pages of `page_size`, at most `workers` pages at once."""

    dialect: Dialect
    page_size: int
    workers: int

    def list_all(self, talk: Conversation) -> list[Element]:
        """Return every element of the collection, oldest first, each with a text ``uid``.

        Raises :class:`PlatformError`: AJO506 when the list kept changing while it was read, AJO504 for
        another shape, and whatever a page fails with. Never gives a shorter list. What these checks can't
        see: one element removed and another created between two pages.
        """
        reason, collection = "", self.dialect.collection
        for _ in range(READINGS):
            try:
                return self._read(talk)
            except _Changed as change:
                reason = str(change)
            except MalformedAnswer as error:
                message = f"POST /list/{collection}: {error}"
                raise PlatformError("AJO504", message, request_ids=talk.request_ids) from None
        message = f"the list of {collection} changed in each of {READINGS} readings: {reason}"
        raise PlatformError("AJO506", message, request_ids=talk.request_ids)

    def _read(self, talk: Conversation) -> list[Element]:
        first = self._page(talk, 0)
        if first.total is None:
            return _whole([first], len(first.elements))
        if first.total > MAX_ELEMENTS:
            raise MalformedAnswer(f"totalCount is {first.total} (PF-LST-2)")
        numbers = range(1, -(-first.total // first.size))
        others = map_bounded(lambda number: self._page(talk, number), numbers, self.workers)
        for page in others:
            if page.total is None or page.size != first.size:
                raise MalformedAnswer("pagination differs between pages (PF-LST-2)")
            if page.total != first.total:
                raise _Changed(f"totalCount went from {first.total} to {page.total}")
        return _whole([first, *others], first.total)

    def _page(self, talk: Conversation, number: int) -> _Page:
        headers = {PAGE_HEADER: str(number), SIZE_HEADER: str(self.page_size)}
        return _read_page(talk.send(self.dialect.to_list({}, headers, {})), self.dialect)


def _whole(pages: list[_Page], total: int) -> list[Element]:
    elements = [element for page in pages for element in page.elements]
    if len(elements) != total:
        raise _Changed(f"{len(elements)} elements came where totalCount is {total}")
    uids = {element["uid"] for element in elements}
    if len(uids) != total:
        raise _Changed("an element came twice")
    return elements


def _read_page(answer: Any, dialect: Dialect) -> _Page:
    elements = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(elements, list):
        raise MalformedAnswer("the answer is not {results: [...]} (PF-LST-1)")
    elements = [dialect.ours(element) if isinstance(element, dict) else element for element in elements]
    for element in elements:
        if not isinstance(element, dict) or not usable_uid(element.get("uid")):
            raise MalformedAnswer("an element of the list has no uid (PF-WRT-5)")
    if "pagination" not in answer:
        return _Page(elements, 0, None)
    match answer["pagination"]:
        case {"pageSize": int() as size, "totalCount": int() as total} if size > 0 and total >= 0:
            return _Page(elements, size, total)
    raise MalformedAnswer("pagination is not {pageSize, totalCount} (PF-LST-2)")


def usable_uid(uid: Any) -> bool:
    """Tell whether `uid` can stand in a path."""
    return isinstance(uid, str) and uid.isascii() and uid.isprintable() and uid.strip(". ") != ""

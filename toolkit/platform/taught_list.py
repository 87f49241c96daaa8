"""Lists of a platform that pages in another way than the convention: whole, or an error.

One page after the other. Where no answer says how many there are, the list ends with the first page that is
empty, never with one that is merely short: a platform may give less than it was asked for.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from toolkit.platform.bounded import map_bounded
from toolkit.platform.client import Conversation
from toolkit.platform.dialect import MISSING, Dialect, at
from toolkit.platform.paging import MAX_ELEMENTS, READINGS, usable_uid
from toolkit.platform.port import PlatformError
from toolkit.platform.shapes import Element
from toolkit.workspace.api_settings import ListCall, Paging

MAX_PAGES = 10_000


class _Changed(Exception):
    """A list changed while it was read; the message says how that showed."""


class _Found:
    """The elements of the pages so far."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._uids: set[str] = set()

    def add(self, page: list[Element]) -> None:
        """Add a page; raises :class:`_Changed` for an element that is there already."""
        self.elements += page
        self._uids |= {str(element["uid"]) for element in page}
        if len(self._uids) != len(self.elements):
            raise _Changed("an element came twice")


class TaughtList:
    """Reads a list as the settings of a target say; at most `workers` requests at a time."""

    def __init__(self, dialect: Dialect, listing: ListCall, workers: int) -> None:
        self._dialect, self._listing, self._workers = dialect, listing, workers

    def list_all(self, talk: Conversation) -> list[Element]:
        """Return every element, each with a text ``uid``, in the words of the convention.

        Raises :class:`PlatformError`: AJO506 when the list kept changing while it was read, AJO504 where an
        answer is not as the settings say. Never gives a shorter list.
        """
        reason = ""
        for _ in range(READINGS):
            try:
                elements = self._pages(talk)
                if len(elements) > MAX_ELEMENTS:
                    raise self._wrong(talk, f"there are more than {MAX_ELEMENTS} elements")
                return self._whole(talk, elements) if self._listing.summaries else elements
            except _Changed as change:
                reason = str(change)
        message = f"the list of {self._dialect.collection} changed in each of {READINGS} readings: {reason}"
        raise PlatformError("AJO506", message, request_ids=talk.request_ids)

    def _pages(self, talk: Conversation) -> list[Element]:
        paging = self._listing.paging
        if paging is None:
            answer = talk.send(self._dialect.to_list({}, {}, {}))
            found = _Found()
            found.add(self._elements(talk, answer))
            return _complete(found.elements, self._total(talk, answer))
        return self._numbered(talk, paging) if paging.next is None else self._chained(talk, paging)

    def _numbered(self, talk: Conversation, paging: Paging) -> list[Element]:
        found = _Found()
        for number in range(MAX_PAGES):
            value = paging.first + (len(found.elements) if paging.style == "offset" else number)
            answer = self._page(talk, paging, str(value))
            page = self._elements(talk, answer)
            found.add(page)
            total = self._total(talk, answer)
            if not page or len(found.elements) == total:
                return _complete(found.elements, total)
        raise self._wrong(talk, f"there are more than {MAX_PAGES} pages")

    def _chained(self, talk: Conversation, paging: Paging) -> list[Element]:
        found, cursor, seen = _Found(), "", set[str]()
        for _ in range(MAX_PAGES):
            answer = self._page(talk, paging, cursor)
            found.add(self._elements(talk, answer))
            following = at(answer, paging.next or "")
            if following in (MISSING, None, "", False):
                return _complete(found.elements, self._total(talk, answer))
            cursor = self._cursor(talk, following, paging)
            if cursor in seen:
                raise _Changed("a page names one before it as the next")
            seen.add(cursor)
        raise self._wrong(talk, f"there are more than {MAX_PAGES} pages")

    def _cursor(self, talk: Conversation, following: Any, paging: Paging) -> str:
        """Return what asks for the next page; of a URL only the parameter counts, never where it leads."""
        if isinstance(following, int):
            return str(following)
        if isinstance(following, str) and following.isascii() and following.isprintable():
            if "?" not in following:
                return following
            values = parse_qs(urlsplit(following).query).get(paging.parameter)
            if values:
                return values[0]
        raise self._wrong(talk, f"{paging.next} names no next page")

    def _page(self, talk: Conversation, paging: Paging, value: str) -> Any:
        sent = {paging.parameter: value} if value else {}
        if paging.size_parameter:
            sent[paging.size_parameter] = str(paging.size)
        if paging.sent_in == "header":
            return talk.send(self._dialect.to_list({}, sent, {}))
        if paging.sent_in == "body":
            numbers = {name: int(text) if text.isdigit() else text for name, text in sent.items()}
            return talk.send(self._dialect.to_list({}, {}, numbers))
        return talk.send(self._dialect.to_list(sent, {}, {}))

    def _total(self, talk: Conversation, answer: Any) -> int | None:
        place = self._listing.total
        if place is None:
            return None
        match at(answer, place):
            case bool():
                pass
            case int() as total if 0 <= total <= MAX_ELEMENTS:
                return total
        raise self._wrong(talk, f"{place} is no number of elements")

    def _elements(self, talk: Conversation, answer: Any) -> list[Element]:
        elements = at(answer, self._listing.elements)
        if not isinstance(elements, list) or not all(isinstance(each, dict) for each in elements):
            raise self._wrong(talk, f"there is no list of objects at {self._listing.elements or 'its root'}")
        ours = [self._dialect.ours(each) for each in elements]
        if not all(usable_uid(each.get("uid")) for each in ours):
            raise self._wrong(talk, "an element of the list has no id where the settings say")
        return ours

    def _whole(self, talk: Conversation, summaries: list[Element]) -> list[Element]:
        """Read each element by itself, where the list gives only a part of each."""

        def read(uid: str) -> Element:
            element = self._dialect.element_in(talk.send(self._dialect.to_read(uid)))
            if not isinstance(element, dict) or element.get("uid") != uid:
                raise _Changed("a listed element could not be read")
            return element

        return map_bounded(read, [str(each["uid"]) for each in summaries], self._workers)

    def _wrong(self, talk: Conversation, reason: str) -> PlatformError:
        message = f"{self._listing.call}: {reason}; the target's settings (api) say otherwise"
        return PlatformError("AJO504", message, request_ids=talk.request_ids)


def _complete(elements: list[Element], total: int | None) -> list[Element]:
    if total is not None and len(elements) != total:
        raise _Changed(f"{len(elements)} elements came where the answer counts {total}")
    return elements

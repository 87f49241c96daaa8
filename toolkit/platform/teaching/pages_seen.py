"""How the recorded calls for a list asked for its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.pointer import format_pointer
from toolkit.platform.teaching.calls import Seen
from toolkit.platform.teaching.marks import Mark, Part, mark_of
from toolkit.platform.teaching.matching import words_of
from toolkit.platform.teaching.members import Pointer

_PAGE = {"page", "pagenumber", "pageno", "pageindex", "pagenum"}
_OFFSET = {"offset", "start", "skip", "from", "startindex"}
_SIZE = {"limit", "size", "pagesize", "perpage", "top", "maxresult", "pagelimit"}
_TOTAL = {"total", "totalcount", "totalelement", "totalitem", "totalresult", "count", "totalsize"}
_NEXT = {
    "next",
    "nextcursor",
    "cursor",
    "nextpage",
    "nextpagetoken",
    "nexttoken",
    "continuation",
    "continuationtoken",
}


@dataclass(slots=True)
class Pages:
    """The paging that was seen (a table of settings, or None), what it rests on, and what is doubtful.

    `is_whole` is false where the list goes on and nobody can tell how: it can't be read then.
    """

    table: dict[str, Any] | None = None
    total: str | None = None
    rests_on: tuple[int, ...] = ()
    doubts: list[str] = field(default_factory=list)
    is_whole: bool = True

    @property
    def parameters(self) -> set[str]:
        """The parameters that choose a page."""
        table = self.table or {}
        return {table[name] for name in ("parameter", "size-parameter") if name in table}


def find_pages(lists: list[Seen]) -> Pages:
    """Return how pages are asked for."""
    found = Pages(total=_total(lists))
    for place in ("query", "header", "body"):
        chosen = _chained(lists, place) or _numbered(lists, place, found)
        if chosen:
            found.table, found.rests_on = chosen, tuple(seen.call.number for seen in lists)
            if chosen["style"] != "cursor" and found.total is None:
                found.doubts.append("no answer counts all elements: the list ends with the first empty page")
            return found
    found.rests_on = tuple(seen.call.number for seen in lists)
    if any(_goes_on(seen) for seen in lists):
        found.is_whole = False
        found.doubts.append(
            "the list goes on, but no recorded call asks for its next page: record again, with more actions"
            " than one page shows, and go to the second"
        )
    return found


def _name(parameter: str) -> str:
    words = words_of(parameter)
    return (
        "".join(words[-2:]) if "".join(words[-2:]) in _PAGE | _SIZE | _TOTAL | _NEXT else "".join(words[-1:])
    )


def _parameters(seen: Seen, place: str) -> dict[str, Part]:
    call = seen.call
    if place == "query":
        return call.query
    if place == "header":
        return {name: part for name, part in call.headers.items() if name.startswith("x-")}
    sent = call.sent if isinstance(call.sent, dict) else {}
    return {name: part for name, value in sent.items() if (part := _as_part(value)) is not None}


def _as_part(value: Any) -> Part | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Part(mark_of(value))
    return Part(value.number) if isinstance(value, Mark) else None


def _number(part: Part) -> int | None:
    return -part.mark - 1 if part.mark < 0 else None


def _chained(lists: list[Seen], place: str) -> dict[str, Any] | None:
    """Find a parameter that takes what an answer before names as its next page."""
    for position, seen in enumerate(lists):
        for name, part in _parameters(seen, place).items():
            for before in reversed(lists[:position]):
                at = next(
                    (
                        where
                        for where, mark in _texts(before)
                        if mark.number == part.mark or (name, part.mark) in mark.query
                    ),
                    None,
                )
                if at is not None:
                    return _table("cursor", name, place, lists) | {"next": format_pointer(at)}
    return None


def _texts(seen: Seen) -> Iterator[tuple[Pointer, Mark]]:
    """Yield the texts of an answer beside its elements."""
    stack: list[tuple[Pointer, Any]] = [((), seen.call.answer)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, Mark):
            yield at, value
        elif isinstance(value, dict) and len(at) < 4:
            stack += [((*at, name), member) for name, member in value.items()]


def _numbered(lists: list[Seen], place: str, found: Pages) -> dict[str, Any] | None:
    names = {name for seen in lists for name in _parameters(seen, place)}
    for style, known in (("page", _PAGE), ("offset", _OFFSET)):
        for name in sorted(names):
            if _name(name) not in known:
                continue
            numbers = [
                number
                for seen in lists
                if (part := _parameters(seen, place).get(name)) and (number := _number(part)) is not None
            ]
            if not numbers:
                continue
            table = _table(style, name, place, lists)
            if style == "page":
                table["first"] = min(*numbers, 1)
                if min(numbers) > 1:
                    found.doubts.append(f"no recorded call asks for the first page; its {name} may be 0")
            return table
    return None


def _table(style: str, name: str, place: str, lists: list[Seen]) -> dict[str, Any]:
    table: dict[str, Any] = {"style": style, "parameter": name}
    if place != "query":
        table["sent-in"] = place
    for seen in lists:
        for other, part in _parameters(seen, place).items():
            size = _number(part)
            if _name(other) in _SIZE and size and other != name:
                return table | {"size-parameter": other, "size": min(size, 1000)}
    return table


def _total(lists: list[Seen]) -> str | None:
    """Find the number that counts all elements: never less than a page has, the same on every page."""
    found: dict[Pointer, set[int]] = {}
    for seen in lists:
        for at, number in _numbers(seen.call.answer):
            if _name(at[-1]) in _TOTAL:
                found.setdefault(at, set()).add(number)
    longest = max((len(seen.elements) for seen in lists), default=0)
    pages = {len(seen.elements) for seen in lists}
    for at, numbers in sorted(found.items(), key=lambda each: (-len(_name(each[0][-1])), each[0])):
        counts_a_page = len(lists) > 1 and len(pages) > 1 and numbers == pages
        if min(numbers) >= longest and not counts_a_page and _is_total(at, numbers, lists):
            return format_pointer(at)
    return None


def _is_total(at: Pointer, numbers: set[int], lists: list[Seen]) -> bool:
    """Tell whether a number counts more than a page: by its name, or because it was more than a page had."""
    return "total" in _name(at[-1]) or any(
        number > len(seen.elements) for number in numbers for seen in lists
    )


def _numbers(value: Any) -> Iterator[tuple[Pointer, int]]:
    stack: list[tuple[Pointer, Any]] = [((), value)]
    while stack:
        at, each = stack.pop()
        if isinstance(each, int) and not isinstance(each, bool) and at:
            yield at, each
        elif isinstance(each, dict) and len(at) < 4:
            stack += [((*at, name), member) for name, member in each.items()]


def _goes_on(seen: Seen) -> bool:
    """Tell whether an answer says that there is more than it holds."""
    if any(_name(at[-1]) in _NEXT for at, _ in _texts(seen) if at):
        return True
    totals = [number for at, number in _numbers(seen.call.answer) if "total" in _name(at[-1])]
    return any(number > len(seen.elements) for number in totals)

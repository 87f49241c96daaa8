"""Patterns of URLs: what they match, and which can match the same. ``*`` stands for any text.

How the platform matches is documented by examples only (``help/using/configuration/capping.md``); a match is
taken for possible wherever it can be, so that no rule complains about a limit that may well work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from toolkit.rules.facts import Address, Facts

Item = TypeVar("Item")


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches a text in full."""
    head, *rest = pattern.split("*")
    if not rest:
        return text == head
    if not text.startswith(head):
        return False
    position = len(head)
    *middle, tail = rest
    for piece in middle:
        position = text.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return text.endswith(tail) and len(text) - len(tail) >= position


def overlap(one: str, other: str) -> bool:
    """Tell whether some text is matched by both patterns.

    Where both have a ``*``, what stands between the first and the last one always finds room: only beginnings
    and ends decide.
    """
    if "*" not in one:
        return matches(other, one)
    if "*" not in other:
        return matches(one, other)
    return _one_begins(head(one), head(other)) and _one_begins(_tail(one), _tail(other))


def head(pattern: str) -> str:
    """Return what every text begins with that a pattern matches."""
    return pattern.partition("*")[0]


def _tail(pattern: str) -> str:
    """Return what every text ends with that a pattern matches, reversed."""
    return pattern.rpartition("*")[2][::-1]


def _one_begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def root_of(address: Address) -> str:
    """Return what the path of a call begins with once a journey adds a dynamic path (PF-RUN-2)."""
    return address.path if address.path.endswith("/") else address.path + "/"


def can_call(pattern: Address, action: Address) -> bool:
    """Tell whether an action can call what a limit's pattern stands for, with a dynamic path or without."""
    if pattern.origin != action.origin:
        return False
    if matches(pattern.path, action.path):
        return True
    root = root_of(action)
    if "*" not in pattern.path:
        return pattern.path.startswith(root)
    return _one_begins(head(pattern.path), root)


def limits_action(limit: Facts, action: Facts) -> bool:
    """Tell whether calls of an action can count against a capping or throttling: URL, method and service."""
    return (
        limit.rate is not None
        and limit.address is not None
        and action.address is not None
        and not set(limit.methods).isdisjoint(action.methods)
        and can_call(limit.address, action.address)
    )


class Beginnings(Generic[Item]):
    """Items by a text, found by what begins with it or what it begins with; quick for many thousands."""

    def __init__(self, items: Iterable[tuple[str, Item]]) -> None:
        self._items: dict[str, list[Item]] = {}
        for text, item in items:
            self._items.setdefault(text, []).append(item)
        self._texts = sorted(self._items)
        self._lengths = sorted(set(map(len, self._texts)))

    def near(self, text: str) -> Iterator[Item]:
        """Yield the items whose text begins `text`, or which `text` begins."""
        for length in self._lengths:
            if length >= len(text):
                break
            yield from self._items.get(text[:length], ())
        for index in range(bisect_left(self._texts, text), len(self._texts)):
            if not self._texts[index].startswith(text):
                return
            yield from self._items[self._texts[index]]

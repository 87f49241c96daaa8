"""A platform's own names of fields ↔ those of the convention, as a target's settings pair them.

Adapters know the convention alone (PF-ACT-4 to PF-ACT-9); what another platform calls the same is turned into
it before an adapter sees it, and back before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from toolkit.core.pointer import parse_pointer
from toolkit.platform.shapes import Element, NotUnderstood, check_fit
from toolkit.workspace.api_settings import Api

Parts = tuple[str, ...]
_ABSENT = object()

_NODES = frozenset({"requestPayload", "responsePayload", "failureResponsePayload"})
_INSIDE = (("fields",), ("items",))
"""Where a payload's field has fields again, which look as it does."""


class _Scope:
    """What is said of one object: of an element, or of every item of an array in it."""

    def __init__(self, where: Parts = ()) -> None:
        self.where = where
        self.moves: dict[Parts, Parts] = {}
        self.items: dict[Parts, _Scope] = {}
        self.words: dict[Parts, Mapping[str, str]] = {}
        self.fixed: dict[Parts, Any] = {}
        self.ignored: list[Parts] = []
        if len(where) == 3 and where[0] in _NODES and where[1:] == ("fields", "*"):
            self.items = dict.fromkeys(_INSIDE, self)

    def below(self, array: Parts) -> _Scope:
        """Return the scope of the items of an array of this object."""
        found = self.items.get(array)
        if found is None:
            found = self.items[array] = _Scope((*self.where, *array, "*"))
        return found


class Translation:
    """Both directions of what the settings of a target say about the fields of one collection."""

    def __init__(self, api: Api) -> None:
        self._root, self._id = _Scope(), parse_pointer(api.id)
        for ours, theirs in {"/uid": api.id, **api.fields}.items():
            self._pair(parse_pointer(ours), parse_pointer(theirs))
        for ours, words in api.values.items():
            scope, path = self._place(parse_pointer(ours))
            scope.words[path] = words
        for ours, value in api.fixed.items():
            scope, path = self._place(parse_pointer(ours))
            scope.fixed[path] = value
        for theirs in api.ignored:
            scope, path = self._foreign_place(parse_pointer(theirs))
            scope.ignored.append(path)

    def ours(self, element: Element) -> Element:
        """Return an element in the words of the convention; one that can't be is left as it is."""
        try:
            check_fit(element)
            found = _read(_copied(element), self._root)
        except NotUnderstood:
            found = {**element, "uid": _take(element, self._id, keep=True)}
        if isinstance(found.get("uid"), int) and not isinstance(found["uid"], bool):
            found["uid"] = str(found["uid"])
        return found

    def theirs(self, body: Element) -> Element:
        """Return a body in the platform's words."""
        return _written(_copied(body), self._root)

    def _pair(self, ours: Parts, theirs: Parts) -> None:
        scope = self._root
        *arrays, last = zip(_split(ours), _split(theirs), strict=True)
        for our_array, their_array in arrays:
            scope.moves.setdefault(our_array, their_array)
            scope = scope.below(our_array)
        scope.moves[last[0]] = last[1]

    def _place(self, ours: Parts) -> tuple[_Scope, Parts]:
        *arrays, last = _split(ours)
        scope = self._root
        for array in arrays:
            scope = scope.below(array)
        return scope, last

    def _foreign_place(self, theirs: Parts) -> tuple[_Scope, Parts]:
        *arrays, last = _split(theirs)
        scope = self._root
        for array in arrays:
            named = {to: our for our, to in scope.moves.items()}
            scope = scope.below(named.get(array, array))
        return scope, last


def _split(parts: Parts) -> list[Parts]:
    """Return the pieces of a pointer between its ``*``."""
    pieces: list[list[str]] = [[]]
    for part in parts:
        if part == "*":
            pieces.append([])
        else:
            pieces[-1].append(part)
    return [tuple(piece) for piece in pieces]


def _read(element: Element, scope: _Scope) -> Element:
    for path in scope.ignored:
        _take(element, path)
    _move(element, ((theirs, ours) for ours, theirs in scope.moves.items()))
    _each_item(element, scope, _read)
    for path, words in scope.words.items():
        _reword(element, path, {theirs: ours for ours, theirs in words.items()})
    for path, value in scope.fixed.items():
        if _take(element, path, keep=True) is _ABSENT:
            _put(element, path, value)
    return element


def _written(element: Element, scope: _Scope) -> Element:
    for path, value in scope.fixed.items():
        if _take(element, path, keep=True) == value:
            _take(element, path)
    for path, words in scope.words.items():
        _reword(element, path, words)
    _each_item(element, scope, _written)
    _move(element, scope.moves.items())
    return element


def _each_item(element: Element, scope: _Scope, turn: Callable[[Element, _Scope], Element]) -> None:
    for path, inner in scope.items.items():
        items = _take(element, path, keep=True)
        if isinstance(items, list):
            items[:] = [turn(item, inner) if isinstance(item, dict) else item for item in items]


def _move(element: Element, moves: Iterable[tuple[Parts, Parts]]) -> None:
    """Take everything from its old place, the deepest first, and put it where it belongs."""
    pairs = [(old, new) for old, new in moves if old != new]
    taken = [
        (new, found)
        for old, new in sorted(pairs, key=lambda pair: -len(pair[0]))
        if (found := _take(element, old)) is not _ABSENT
    ]
    for path, found in sorted(taken, key=lambda pair: len(pair[0])):
        _put(element, path, found)


def _take(element: Element, path: Parts, *, keep: bool = False) -> Any:
    """Return what stands at `path`, taken out unless `keep`; objects that this leaves empty go too."""
    parents: list[Element] = []
    place: Any = element
    for part in path[:-1]:
        parents.append(place)
        place = place.get(part) if isinstance(place, dict) else None
    if not isinstance(place, dict) or path[-1] not in place:
        return _ABSENT
    if keep:
        return place[path[-1]]
    found = place.pop(path[-1])
    for parent, part in zip(reversed(parents), reversed(path[:-1]), strict=True):
        if parent[part]:
            break
        del parent[part]
    return found


def _put(element: Element, path: Parts, value: Any) -> None:
    """Put `value` at `path`, beside what is there; raises :class:`NotUnderstood` where two want one place."""
    place: Any = element
    for part in path[:-1]:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise NotUnderstood(f"{part} is no object")
    there = place.get(path[-1], _ABSENT)
    if there is _ABSENT:
        place[path[-1]] = value
    elif isinstance(there, dict) and isinstance(value, dict) and not there.keys() & value.keys():
        there.update(value)
    else:
        raise NotUnderstood(f"{path[-1]} is there twice")


def _reword(element: Element, path: Parts, words: Mapping[str, str]) -> None:
    found = _take(element, path, keep=True)
    if isinstance(found, str) and found in words:
        place: Any = element
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = words[found]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value

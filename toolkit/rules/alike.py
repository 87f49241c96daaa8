"""By what an authentication is known again: the actions of one vendor share it."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from itertools import count

from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.base import Model
from toolkit.model.document import part_with_texts

MOST = 20_000
"""Authentications that are remembered."""

_LONG = 10_000
"""Characters from which on a digest is remembered and not what was said: memory stays within bounds."""

Mark = tuple[int, Hashable]
"""The same for two authentications that say the same: a number for what is written, and what is filled in."""

_numbers: dict[Hashable, int] = {}
_next = count(1)


def mark_of(authentication: Authentication | None, texts: Mapping[Path, str]) -> Mark | None:
    """Return the mark of an action's authentication once `texts` stand at their places."""
    if authentication is None:
        return None
    inside = tuple([place for place in texts.items() if place[0][0] == "authentication"])
    return _number(authentication), _digest(inside) if inside and _is_long(inside) else inside


def _is_long(places: tuple[tuple[Path, str], ...]) -> bool:
    return sum([len(text) for _, text in places]) > _LONG


def _digest(said: Hashable) -> str:
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def authentication_with(authentication: Authentication, texts: Mapping[Path, str]) -> Authentication:
    """Return the authentication of a definition with those `texts` that belong to it."""
    inside = {path[1:]: text for path, text in texts.items() if path[0] == "authentication"}
    return part_with_texts(authentication, inside)


class _Last:
    """The authentication that was asked about last and its number, replaced at once."""

    def __init__(self) -> None:
        self.pair: tuple[Authentication | None, int] = (None, 0)


_last = _Last()


def _number(authentication: Authentication) -> int:
    seen, number = _last.pair
    if seen is not authentication:
        number = _number_of(_key(authentication))
        _last.pair = (authentication, number)
    return number


def _number_of(key: Hashable) -> int:
    number = _numbers.get(key)
    if number is None and len(repr(key)) > _LONG:
        key = _digest(key)
        number = _numbers.get(key)
    if number is None:
        if len(_numbers) >= MOST:
            _numbers.clear()
        # A number is never given twice, so that what is remembered by an old one means nothing else now.
        number = _numbers[key] = next(_next)
    return number


def _key(part: Model) -> Hashable:
    members = part.__dict__.values()
    return (type(part), *[member if type(member) is str else _key_of_member(member) for member in members])


def _key_of_member(member: object) -> Hashable:
    if isinstance(member, Model):
        return _key(member)
    return tuple(member.items()) if isinstance(member, dict) else member

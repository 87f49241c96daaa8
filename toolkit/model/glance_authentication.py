"""A glance at an authentication: the actions of one vendor share it, and so it is remembered."""

from __future__ import annotations

import marshal
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.document import part_references
from toolkit.model.glance_payload import LARGE, Unsure

_MOST, _LONG = 5_000, 5_000
"""Authentications that are remembered, and bytes from which on one is too long for it."""


class Sent(NamedTuple):
    """An authentication that the model accepts, its references, and the colons that it is written with."""

    authentication: Authentication
    references: tuple[tuple[Path, str], ...]
    colons: int


_known: dict[bytes, Sent] = {}


def glance_at_authentication(raw: Any) -> Sent:
    """Return what an authentication is, the same object for the same content while it is remembered."""
    try:
        key = marshal.dumps(raw, 2)
    except ValueError:
        raise Unsure from None
    found = _known.get(key)
    if found is None:
        found = _read(raw)
        if len(key) <= _LONG:
            if len(_known) >= _MOST:
                _known.clear()
            _known[key] = found
    return found


def _read(raw: Any) -> Sent:
    try:
        authentication = _adapter().validate_python(raw)
    except ValidationError:
        raise Unsure from None
    return Sent(authentication, part_references(("authentication",), authentication), _colons(raw))


@cache
def _adapter() -> TypeAdapter[Authentication]:
    return TypeAdapter(Authentication)


def _colons(value: Any) -> int:
    if isinstance(value, str):
        return value.count(":")
    if isinstance(value, dict):
        return len(value) + sum([_colons(key) + _colons(member) for key, member in value.items()])
    if type(value) is int and not -LARGE < value < LARGE:
        raise Unsure
    return 0

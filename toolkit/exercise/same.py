"""Results that are kept for one object, however often they are asked for: definitions never change."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, TypeVar

Of = TypeVar("Of")
Result = TypeVar("Result")

_MOST_KEPT = 256


class _Same(Generic[Of]):
    """Is equal to another of the very same object, which stays alive with it."""

    __slots__ = ("it",)

    def __init__(self, it: Of) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


def kept_for_each(work: Callable[[Of], Result]) -> Callable[[Of], Result]:
    """Let a function of one frozen object do its work once for each, for the last 256 of them."""

    @lru_cache(_MOST_KEPT)
    def once(same: _Same[Of]) -> Result:
        return work(same.it)

    @wraps(work)
    def asked(it: Of) -> Result:
        return once(_Same(it))

    return asked

"""Two targets side by side, neither of them what the other should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.core.pointer import Path
from toolkit.model.document import Document
from toolkit.model.text import MASKED, SECRET_LOST
from toolkit.plan.merge import HOLE_KEY, presentable
from toolkit.plan.types import ABSENT

Name = tuple[str, str]
"""Kind and name: what one resource is called in both targets, whatever its URL there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field and what stands there on either side, :data:`ABSENT` for nothing."""

    path: Path
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Pair:
    """One resource on both sides or one; `hidden` are the fields that a mask keeps from being compared."""

    kind: str
    name: str
    in_left: bool
    in_right: bool
    differences: tuple[Difference, ...] = ()
    hidden: tuple[Path, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both sides have it, and nothing that can be compared differs."""
        return self.in_left and self.in_right and not self.differences


@dataclass(frozen=True, slots=True)
class Beside:
    """Two targets compared; `live` tells sandboxes as they are from files with values filled in."""

    left: str
    right: str
    live: bool
    pairs: tuple[Pair, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return all(pair.is_same for pair in self.pairs)


def pairs_of(left: Mapping[Name, Document], right: Mapping[Name, Document]) -> tuple[Pair, ...]:
    """Compare resources by kind and name, field by field, in order of kind and name."""
    return tuple(_pair(name, left.get(name), right.get(name)) for name in sorted({*left, *right}))


def _pair(name: Name, left: Document | None, right: Document | None) -> Pair:
    if left is None or right is None:
        return Pair(*name, left is not None, right is not None)
    found = tuple(_differences((), left, right))
    hidden = tuple(item.path for item in found if _is_hidden(item))
    return Pair(*name, True, True, tuple(item for item in found if not _is_hidden(item)), hidden)


def _differences(path: Path, left: Any, right: Any) -> Iterator[Difference]:
    """Yield what differs, and every mask: what is behind one may differ."""
    if isinstance(left, dict) and isinstance(right, dict) and (HOLE_KEY in left) == (HOLE_KEY in right):
        for key in [*left, *(key for key in right if key not in left)]:
            yield from _differences((*path, key), left.get(key, ABSENT), right.get(key, ABSENT))
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            sides = (side[index] if index < len(side) else ABSENT for side in (left, right))
            yield from _differences((*path, index), *sides)
    elif MASKED in (left, right) or not _same(left, right):
        yield Difference(path, left, right)


def _same(left: Any, right: Any) -> bool:
    return left is right or (ABSENT not in (left, right) and same_json(left, right))


def _is_hidden(item: Difference) -> bool:
    """Tell whether a mask hides what there is to compare; a lost secret or none at all shows beside one."""
    sides = (item.left, item.right)
    return MASKED in sides and ABSENT not in sides and SECRET_LOST not in sides


def without_credentials(pair: Pair) -> Pair:
    """Hide what somebody typed into a header or parameter that usually holds a credential."""
    shown = (
        Difference(item.path, presentable(item.path, item.left), presentable(item.path, item.right))
        for item in pair.differences
    )
    return replace(pair, differences=tuple(shown))

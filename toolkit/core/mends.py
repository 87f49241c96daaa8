"""Mends as data: the small change of a file's text that removes a finding, where only one is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.core.pointer import Path


@dataclass(frozen=True, slots=True)
class Put:
    """Write `value` at `path`: in place of what stands there, or as member number `at` (None: the last)."""

    path: Path
    value: Any
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Take out the member or item at `path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class DropRepeat:
    """Take out the second member under the key at `path`, which says the same as the first."""

    path: Path


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the member at `path` another key, in the same place."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Recode:
    """Write the file's text, which is in `encoding` now, as UTF-8 without a byte order mark."""

    encoding: str


@dataclass(frozen=True, slots=True)
class RootFile:
    """A value to :class:`Put`: the way from the definition to the file at `path` below the root."""

    path: str


Edit = Put | Drop | DropRepeat | Rename | Recode

Mend = tuple[Edit, ...]
"""Edits that belong together; none: there is more than one way out, so a person chooses."""

"""What an import is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.app.bring.placeholders import Placeholder
from toolkit.core.diagnostics import Finding
from toolkit.model.catalog import ResourceKey


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What to import and how: names or patterns (none for all), into which folder, values as references.

    Where a workspace has several targets, a definition is for the one it came from, unless `for_all_targets`.
    """

    patterns: tuple[str, ...] = ()
    into: str | None = None
    use_values: bool = False
    for_all_targets: bool = False
    force: bool = False
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """A definition of what is live: its file and text, what stood there, and what is to be known of it."""

    key: ResourceKey
    name: str
    file: str
    text: str = field(repr=False)
    before: str | None = field(default=None, repr=False)
    placeholders: tuple[Placeholder, ...] = ()
    values: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something live that no definition was made for, and why."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imports:
    """All that came of it; `managed` are those that a file stands for already."""

    target: str
    imported: tuple[Imported, ...]
    managed: tuple[LeftOut, ...]
    left_out: tuple[LeftOut, ...]

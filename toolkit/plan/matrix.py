"""What a sync would do to several targets, resource by resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.core.errors import AjoError
from toolkit.model.catalog import ResourceKey
from toolkit.plan.types import Plan


class Cell(StrEnum):
    """What becomes of one resource in one target; unknown where the target could not be read."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    BLOCKED = "blocked"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    NOT_FOR_IT = "not for it"
    UNKNOWN = "unknown"


Name = tuple[str, str]
"""Kind and name: what one resource is called in every target, whatever its URL there."""


@dataclass(frozen=True, slots=True)
class Column:
    """One target: its plan, or the error that stood in the way; `names` of what is meant for it, by key."""

    target: str
    plan: Plan | None
    error: AjoError | None = None
    names: Mapping[ResourceKey, str] = field(default_factory=dict)

    def cells(self) -> dict[Name, Cell]:
        """Return what becomes of each resource that the plan is about."""
        if self.plan is None:
            return {}
        found = {self._name(key): Cell.UNCHANGED for key in self.plan.unchanged}
        found |= {self._name(item.key): Cell.KEPT for item in self.plan.kept}
        for step in self.plan.steps:
            name = (step.key.kind, self.names.get(step.key, step.resource.name))
            found[name] = Cell.BLOCKED if step.blocks else Cell(step.kind.value)
        return found

    def _name(self, key: ResourceKey) -> Name:
        return key.kind, self.names.get(key, key.identity)


@dataclass(frozen=True, slots=True)
class Row:
    """One resource: kind and name, and a cell for each column."""

    kind: str
    name: str
    cells: tuple[Cell, ...]


def rows_of(columns: Iterable[Column], known: Iterable[Name] = ()) -> tuple[Row, ...]:
    """Return a row for each resource of any column and each `known` definition, in order of kind and name."""
    each = [(column.plan is not None, column.cells()) for column in columns]
    names = sorted({*known, *(name for _, cells in each for name in cells)})
    return tuple(
        Row(
            *name,
            tuple(cells.get(name, Cell.NOT_FOR_IT) if is_read else Cell.UNKNOWN for is_read, cells in each),
        )
        for name in names
    )

"""What a sync did, what it did not, and what is left: a record, never consulted for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from toolkit.core.pointer import Path
from toolkit.model.catalog import ResourceKey
from toolkit.plan.types import StepKind


class RowStatus(StrEnum):
    """How a step ended. *unknown*: nobody can say whether the write was carried out."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Row:
    """One step: how it ended and what it took.

    `code` and `message` say what went wrong (empty when done), `fix` what to do, `path` the field,
    `file` the definition; `duration_ms` is wall time, `request_ids` are the platform's.
    """

    kind: StepKind
    key: ResourceKey
    name: str
    status: RowStatus
    code: str = ""
    message: str = ""
    fix: str = ""
    path: Path = ()
    file: str = ""
    duration_ms: int = 0
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The account of one sync. Times are UTC."""

    target: str
    organisation: str
    sandbox: str
    plan_digest: str
    approved_by: str
    started_at: datetime
    finished_at: datetime
    rows: tuple[Row, ...]
    unchanged: int = 0
    interrupted: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether every step is done."""
        return all(row.status is RowStatus.DONE for row in self.rows)

    def count(self, status: RowStatus) -> int:
        """Return how many steps ended with `status`."""
        return sum(row.status is status for row in self.rows)

"""What a sync did, what it did not, and what is left: a record, never consulted for a decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from toolkit.core.pointer import Path
from toolkit.model.catalog import ResourceKey
from toolkit.model.document import Document
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
    `file` the definition, `line` where the field stands in it (0: not known); `duration_ms` is wall time,
    `request_ids` are the platform's. `before` and `after` are what was live right before the write and what
    was read back, None for nothing or not known, with masks where secrets are; `previous` the key that a
    renamed resource had.
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
    line: int = 0
    before: Document | None = field(default=None, repr=False)
    after: Document | None = field(default=None, repr=False)
    previous: ResourceKey | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The account of one sync. Times are UTC.

    `commit` is the one that was synced, `base` the one before, both empty where there is none; `is_committed`
    tells whether the files were as that commit has them. `tool` is the version of ``ajo``. `trouble` says why
    the platform's audit log does not tell of edits that were overwritten; empty where it does, and where no
    write stood over anything.
    """

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
    commit: str = ""
    base: str = ""
    is_committed: bool = False
    tool: str = ""
    trouble: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether every step is done."""
        return all(row.status is RowStatus.DONE for row in self.rows)

    def count(self, status: RowStatus) -> int:
        """Return how many steps ended with `status`."""
        return sum(row.status is status for row in self.rows)

"""What one process of a load is told to do: a line of JSON, without a secret."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from toolkit.core.canonical import dump_json, parse_json
from toolkit.exercise.load.terms import Terms

Role = Literal["solo", "master", "worker"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where master and workers meet: the master listens there for `workers` of them."""

    host: str = ""
    port: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One process: its role, the action in its workspace, and what is to be sent.

    A master sends nothing and has no rows; the terms of a worker are its master's. `csv` begins the names of
    files, `html` asks for a report.
    """

    role: Role
    root: Path
    target: str
    action: str
    terms: Terms
    rows: Sequence[Row] = ()
    meeting: Meeting = Meeting()
    trust: bool = False
    in_production: bool = False
    csv: str = ""
    html: bool = False

    def to_line(self) -> bytes:
        """Return the job as one line."""
        job = {
            "role": self.role,
            "root": str(self.root),
            "target": self.target,
            "action": self.action,
            "terms": self.terms.to_json(),
            "rows": dump_json([*self.rows], indent=None),
            "meeting": [self.meeting.host, self.meeting.port, self.meeting.workers],
            "trust": self.trust,
            "inProduction": self.in_production,
            "csv": self.csv,
            "html": self.html,
        }
        return json.dumps(job).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Job:
        """Read what :meth:`to_line` wrote."""
        job = json.loads(line)
        rows: Any = parse_json(job["rows"])
        return cls(
            role=job["role"],
            root=Path(job["root"]),
            target=job["target"],
            action=job["action"],
            terms=Terms.from_json(job["terms"]),
            rows=rows,
            meeting=Meeting(*job["meeting"]),
            trust=job["trust"],
            in_production=job["inProduction"],
            csv=job["csv"],
            html=job["html"],
        )

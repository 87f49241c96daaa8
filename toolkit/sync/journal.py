"""What a sync is about to do and what came of it, on the disk before the next thing happens.

A record for people: the next sync says from it what was under way, and decides nothing by it. It holds keys,
digests and codes; no documents and no messages, so no secret can get into it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from toolkit.model.catalog import ResourceKey
from toolkit.plan.types import Plan, Step, StepKind
from toolkit.sync.receipt import Receipt, Row
from toolkit.workspace.private import open_private, private_name

FOLDER = "journal"
MAX_BYTES = 4 * 1024 * 1024
"""A journal that is longer begins anew once the run that it tells of last is closed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A write that was begun and has no end in the journal; no fingerprint where nothing was live."""

    kind: StepKind
    key: ResourceKey
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run without an end: its id, when it began, and what was under way."""

    run: str
    since: str
    steps: tuple[Begun, ...]


@dataclass(slots=True)
class Journal:
    """The journal of one run of a target; safe in several threads.

    What can't be written is noted in `trouble` and otherwise ignored: an account must not stop the work.
    """

    root: Path
    target: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    trouble: str = ""
    _run: str = ""
    _descriptor: int = -1
    _lock: Lock = field(default_factory=Lock)

    def unfinished(self) -> Unfinished | None:
        """Return the last run if it has no end."""
        try:
            with os.fdopen(self._opened(os.O_RDONLY), "rb") as file:
                content = file.read(2 * MAX_BYTES)
        except OSError as error:
            self._failed(error)
            return None
        return last_unfinished(content)

    def begin(self, plan: Plan, before: Unfinished | None) -> None:
        """Close the run `before` this one, and begin."""
        self._run = f"{self.now():%Y%m%dT%H%M%S.%f}-{os.getpid()}"
        try:
            self._descriptor = self._opened(os.O_WRONLY | os.O_APPEND)
            if os.fstat(self._descriptor).st_size > MAX_BYTES:
                os.ftruncate(self._descriptor, 0)
        except OSError as error:
            self._failed(error)
            return
        if before:
            self._note("closed", run=before.run, by=self._run)
        self._note("begun", plan=plan.digest, pid=os.getpid(), steps=len(plan.steps))

    def writing(self, step: Step) -> None:
        """Note that a write is begun."""
        fingerprint = step.remote.fingerprint if step.remote else ""
        uid = step.remote.uid if step.remote else ""
        desired = "" if step.kind is StepKind.DELETE else step.resource.digest
        self._note("writing", **_step(step.kind, step.key), uid=uid, fingerprint=fingerprint, desired=desired)

    def wrote(self, row: Row) -> None:
        """Note how a write ended."""
        self._note("wrote", **_step(row.kind, row.key), status=row.status.value, code=row.code)

    def end(self, receipt: Receipt) -> None:
        """Note that the run has its end."""
        self._note("ended", complete=receipt.complete, interrupted=receipt.interrupted)
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _opened(self, flags: int) -> int:
        return open_private(self.root, private_name(self.target, ".jsonl"), flags, below=FOLDER)

    def _note(self, event: str, run: str = "", **more: Any) -> None:
        if self._descriptor < 0:
            return
        entry = {"at": self.now().isoformat(), "run": run or self._run, "event": event, **more}
        # The line's end comes first too: a line that a crash cut off must not swallow this one.
        line = f"\n{json.dumps(entry)}\n".encode()
        with self._lock:
            try:
                os.write(self._descriptor, line)
                os.fsync(self._descriptor)
            except OSError as error:
                self._failed(error)

    def _failed(self, error: OSError) -> None:
        self.trouble = f"no journal can be kept in {self.root / '.ajo' / FOLDER}: {error.strerror}"


def last_unfinished(content: bytes) -> Unfinished | None:
    """Return the last run of a journal if it has no end; lines that are none are skipped."""
    since: dict[str, str] = {}
    under_way: dict[str, dict[ResourceKey, Begun]] = {}
    last = ""
    for entry in _entries(content):
        run = entry["run"]
        match entry:
            case {"event": "begun", "at": str() as at}:
                last = run
                since[run], under_way[run] = at, {}
            case {"event": "writing", "fingerprint": str() as fingerprint} if run in under_way:
                if begun := _begun(entry, fingerprint):
                    under_way[run][begun.key] = begun
            case {"event": "wrote"} if run in under_way:
                if begun := _begun(entry, ""):
                    under_way[run].pop(begun.key, None)
            case {"event": "ended" | "closed"}:
                since.pop(run, None)
    return Unfinished(last, since[last], tuple(under_way[last].values())) if last in since else None


def became(begun: Begun, plan: Plan) -> str:
    """Say what became of a write that was under way, by a plan made from what is live now."""
    step = next((each for each in plan.steps if begun.key in (each.key, each.previous)), None)
    if step is None:
        if begun.kind is StepKind.DELETE or begun.key in plan.unchanged:
            return "it was carried out"
        return "no definition asks for it now"
    if (step.remote.fingerprint if step.remote else "") == begun.fingerprint:
        return "it was not carried out"
    if step.remote is None:
        return "it is gone from the platform"
    return "what is there is neither what was nor what is wanted"


def _step(kind: StepKind, key: ResourceKey) -> dict[str, str]:
    return {"step": kind.value, "kind": key.kind, "identity": key.identity}


def _begun(entry: dict[str, Any], fingerprint: str) -> Begun | None:
    match entry:
        case {"step": str() as step, "kind": str() as kind, "identity": str() as identity}:
            if step in [each.value for each in StepKind]:
                return Begun(StepKind(step), ResourceKey(kind, identity), fingerprint)
    return None


def _entries(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.splitlines():
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and isinstance(entry.get("run"), str):
            yield entry

"""Runs the steps of an approved plan in a safe order, several at once, and verifies each write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from threading import Event

from toolkit.core.codes import CODES, Exit
from toolkit.core.errors import AjoError
from toolkit.model.catalog import RemoteRef, Resource, ResourceKey
from toolkit.model.document import Document
from toolkit.model.kinds import ACTION_KINDS
from toolkit.plan.compute import phase
from toolkit.plan.merge import without_secrets
from toolkit.plan.types import ApprovedPlan, Step, StepKind
from toolkit.platform.port import Outcome, Platform, PlatformError, Written
from toolkit.sync.differing import differing, fields_between
from toolkit.sync.overwritten import Disclosure, Over, ask, told
from toolkit.sync.receipt import Receipt, Row, RowStatus

MALFORMED = 400
"""The status of a body that breaks a rule: no look is needed to tell that it was not taken."""

LEASE_LOST = "AJO626"
"""Somebody else may write from now on."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
"""How long to wait before looking again."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a sync runs: writes under way at once, the clock (UTC), who hears of each step before and after.

    For `staleness_s` seconds after a write, reads may show what was before: so long is looked again.
    """

    workers: int = 8
    staleness_s: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_row: Callable[[Row], None] = lambda row: None
    on_step: Callable[[Step], None] = lambda step: None


def run(approved: ApprovedPlan, platform: Platform, options: RunOptions | None = None) -> Receipt:
    """Carry out `approved`; a step that fails stops only those that wait for it.

    Ctrl-C lets the writes under way finish and then returns; refused credentials and a lost lease stop the
    run the same way.
    """
    options = options or RunOptions()
    started_at = options.now()
    plan = approved.plan
    runner = _Runner(platform, options)
    interrupted = runner.run(plan.steps)
    rows = [runner.rows.get(index) or _left(step) for index, step in enumerate(plan.steps)]
    disclosure = runner.audited(rows, started_at)
    for index, lost in disclosure.lost.items():
        rows[index] = told(rows[index], lost)
    return Receipt(
        target=plan.target,
        organisation=plan.organisation,
        sandbox=plan.sandbox,
        plan_digest=plan.digest,
        approved_by=approved.approved_by,
        started_at=started_at,
        finished_at=options.now(),
        rows=tuple(rows),
        unchanged=len(plan.unchanged),
        interrupted=interrupted,
        trouble=disclosure.trouble,
    )


def _left(step: Step) -> Row:
    return _row(step, RowStatus.SKIPPED, "AJO511", "the run was stopped before this step")


def _row(step: Step, status: RowStatus, code: str = "", message: str = "") -> Row:
    fix = CODES[code].fix if code else ""
    row = Row(step.kind, step.key, step.resource.name, status, code, message, fix, (), step.resource.file)
    return replace(row, previous=step.previous)


class _Runner:
    """State of one run: the rows so far by the step's index, what failed, whether to begin and to stop."""

    def __init__(self, platform: Platform, options: RunOptions) -> None:
        self.platform, self.options = platform, options
        self.rows: dict[int, Row] = {}
        self.before: dict[ResourceKey, Document] = {}
        self.seen: dict[ResourceKey, RemoteRef] = {}
        self.not_done: set[ResourceKey] = set()
        self.begin, self.stop = Event(), Event()

    def run(self, steps: tuple[Step, ...]) -> bool:
        """Run all steps; tells whether Ctrl-C stopped it."""
        with ThreadPoolExecutor(self.options.workers, thread_name_prefix="sync") as pool:
            try:
                for _, group in groupby(enumerate(steps), key=lambda item: phase(item[1])):
                    for finished in as_completed(self._handed_over(pool, group)):
                        finished.result()
            except KeyboardInterrupt:
                self.stop.set()
                return True
        return False

    def audited(self, rows: Sequence[Row], begun: datetime) -> Disclosure:
        """Ask the audit log what others did to actions between our looks and our writes (PF-AUD-2).

        Limits are not in it, and have no screens to edit them in.
        After Ctrl-C and without access it is not waited for.
        """
        overs = {
            index: Over.of(self.seen[row.key], row)
            for index, row in enumerate(rows)
            if row.key in self.seen and row.key.kind in ACTION_KINDS
            if row.status is RowStatus.DONE or row.code == "AJO509"
        }
        if not overs:
            return Disclosure({})
        pauses = () if self.stop.is_set() else self._pauses()
        try:
            return ask(overs, self.platform.edits_since, begun, pauses, self.options.sleep)
        except KeyboardInterrupt:
            return Disclosure({}, "the platform's audit log was not read: Ctrl-C came first")

    def _handed_over(self, pool: ThreadPoolExecutor, group: Iterable[tuple[int, Step]]) -> list[Future[None]]:
        """Give a group to the pool; no step begins before all are given.

        A pool that Ctrl-C interrupts while it starts a thread forgets that thread, and nobody would wait for
        the write in it.
        """
        self.begin.clear()
        try:
            return [pool.submit(self._one, *item) for item in group]
        except BaseException:
            self.stop.set()
            raise
        finally:
            self.begin.set()

    def _one(self, index: int, step: Step) -> None:
        self.begin.wait()
        if self.stop.is_set():
            return
        begun = time.monotonic()
        row = replace(
            self._outcome(step),
            duration_ms=round((time.monotonic() - begun) * 1000),
            before=self.before.get(step.key),
        )
        self.rows[index] = row
        if row.status is not RowStatus.DONE:
            self.not_done.add(step.key)
            if row.code == LEASE_LOST or (row.code and CODES[row.code].exit is Exit.AUTHENTICATION):
                self.stop.set()
        self.options.on_row(row)

    def _outcome(self, step: Step) -> Row:
        waiting = [str(key) for key in step.waits_for if key in self.not_done]
        if waiting:
            return _row(step, RowStatus.SKIPPED, "AJO512", f"it waits for {', '.join(waiting)}")
        self.options.on_step(step)
        try:
            return self._verified(step)
        except PlatformError as error:
            return _failed(step, error)
        except AjoError as error:
            return replace(_row(step, RowStatus.FAILED, error.code, error.message), fix=error.fix)
        except Exception as error:  # noqa: BLE001  # a bug in one step must not cost the account of all
            # Its words are not shown: nobody has looked through them for secrets.
            return _row(step, RowStatus.FAILED, "AJO900", f"unexpected {type(error).__name__}")

    def _verified(self, step: Step) -> Row:
        written = self._write(step)
        remote = written.resource.remote if written.resource else None
        if remote is not None:
            written = replace(written, resource=self._settled(step, written.resource, remote))
        fields = differing(step, written.resource)
        row = _row(step, RowStatus.DONE)
        if fields:
            row = _row(step, RowStatus.FAILED, "AJO509", f"read back differently: {', '.join(fields)}")
        after = without_secrets(written.resource.document, step.secret_places) if written.resource else None
        return replace(row, request_ids=written.request_ids, after=after)

    def _write(self, step: Step) -> Written:
        try:
            return self._request(step)
        except PlatformError as error:
            # What was deleted and is still read may be the past.
            is_unclear = error.outcome is Outcome.UNKNOWN or error.code == "AJO509"
            if is_unclear:
                return self._looked_up(step, error)
            if error.status not in {0, MALFORMED}:
                return self._refused(step, error)
            raise

    def _request(self, step: Step) -> Written:
        if step.kind is StepKind.CREATE or step.remote is None:
            return self.platform.create(step.resource)
        found = self.platform.fetch(step.key, step.remote)
        if found is None and step.kind is StepKind.DELETE:
            found = self.platform.find(step.key)  # one answer is not enough to count as deleted
            if found is None:
                return Written(None)
        if found is None or found.remote is None:
            raise PlatformError("AJO508", "it is gone from the platform")
        self.before[step.key] = without_secrets(found.document, step.secret_places)
        self.seen[step.key] = found.remote
        if found.remote.fingerprint != step.remote.fingerprint:
            fields = ", ".join(fields_between(step, found)) or "metadata"
            raise PlatformError("AJO508", f"it was changed on the platform since the plan was made: {fields}")
        if step.kind is StepKind.DELETE:
            return self.platform.delete(step.key, step.remote)
        return self.platform.update(step.resource, step.remote)

    def _refused(self, step: Step, refused: PlatformError) -> Written:
        """After a refusal: something on the way may have sent the write twice, or refused it too late."""
        try:
            if step.remote is None or step.kind is StepKind.CREATE:
                found = self.platform.find(step.key)
            else:
                found = self.platform.fetch(step.key, step.remote)
        except PlatformError:
            raise refused from None
        if not differing(step, found):
            return Written(found, refused.request_ids)
        if found is not None and step.kind is StepKind.CREATE:
            refused.message += "; since the plan was made it is there all the same, with other contents"
        raise refused

    def _settled(self, step: Step, found: Resource | None, remote: RemoteRef) -> Resource | None:
        """Read what was written again until it is seen, as long as the past may be read instead."""
        if not differing(step, found):
            return found
        try:
            return self._until_settled(step, lambda: self.platform.fetch(step.key, remote))
        except PlatformError:
            return found

    def _until_settled(self, step: Step, look: Callable[[], Resource | None]) -> Resource | None:
        found = look()
        for pause in self._pauses():
            if not differing(step, found):
                break
            self.options.sleep(pause)
            found = look()
        return found

    def _pauses(self) -> Iterator[float]:
        """Yield how long to wait before each further look, until reads no longer show the past."""
        waited, pause = 0.0, FIRST_PAUSE_S
        while waited < self.options.staleness_s:
            yield pause
            waited, pause = waited + pause, min(2 * pause, LONGEST_PAUSE_S)

    def _looked_up(self, step: Step, lost: PlatformError) -> Written:
        """After an answer was lost: look what is there instead of writing again."""
        try:
            found = self._until_settled(step, lambda: self.platform.find(step.key))
        except PlatformError:
            raise lost from None
        if step.kind is StepKind.DELETE:
            if found is None:
                return Written(None, lost.request_ids)
            raise lost
        if found is None or found.remote is None:
            raise lost
        if not differing(step, found):
            return Written(found, lost.request_ids)
        if step.kind is StepKind.CREATE:
            written = self.platform.update(step.resource, found.remote)
            return replace(written, request_ids=(*lost.request_ids, *written.request_ids))
        raise lost


def _failed(step: Step, error: PlatformError) -> Row:
    unknown = error.outcome is Outcome.UNKNOWN
    row = _row(step, RowStatus.UNKNOWN if unknown else RowStatus.FAILED, error.code, error.message)
    ids = error.request_ids or ((error.request_id,) if error.request_id else ())
    return replace(row, fix=error.fix, path=error.path, request_ids=ids)

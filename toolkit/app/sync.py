"""An approved plan carried out: secrets checked first, then the steps, then the account of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from toolkit.app.diff import Planned
from toolkit.app.leased import LeasedPlatform, Manner, leased
from toolkit.core.errors import AjoError
from toolkit.plan.types import ApprovedPlan, Plan, Policy, StepKind
from toolkit.platform.port import Platform, SecretResolver
from toolkit.sync.journal import Journal, Unfinished, became
from toolkit.sync.receipt import Receipt, Row
from toolkit.sync.runner import RunOptions, run
from toolkit.workspace.lease import Lease
from toolkit.workspace.load import Grounds, Source, Workspace
from toolkit.workspace.lock import claim_of, held, lock_folder
from toolkit.workspace.settings import Target


class Pace(NamedTuple):
    """Writes under way at once, and for how many seconds after a write reads may show the past."""

    workers: int = 8
    staleness_s: float = 0.0


def pace_of(target: Target) -> Pace:
    """Return the pace that a target's settings ask for."""
    return Pace(target.workers, target.staleness_seconds)


def carry_out(
    approved: ApprovedPlan,
    platform: Platform,
    resolve: SecretResolver,
    pace: Pace,
    on_row: Callable[[Row], None] = lambda row: None,
    account: Account | None = None,
) -> Receipt:
    """Run `approved`; raises :class:`AjoError` AJO307 before the first write when a secret is missing."""
    if getattr(platform, "sends_secrets", True):
        require_secrets(approved.plan, resolve)
    if account is None:
        return run(approved, platform, RunOptions(pace.workers, pace.staleness_s, on_row=on_row))
    journal = account.journal
    if account.lease:
        platform = LeasedPlatform(platform, account.lease)

    def wrote(row: Row) -> None:
        journal.wrote(row)
        on_row(row)

    journal.begin(approved.plan, account.before)
    options = RunOptions(pace.workers, pace.staleness_s, on_row=wrote, on_step=journal.writing)
    receipt = run(approved, platform, options)
    journal.end(receipt)
    return receipt


@dataclass(frozen=True, slots=True)
class Account:
    """The journal of a run, the run before it if that has no end, and the lease if there is one."""

    journal: Journal
    before: Unfinished | None
    lease: Lease | None = None

    def story(self, plan: Plan) -> Iterator[str]:
        """Say what was under way when the run before broke off and what became of it, by a new `plan`."""
        if self.before:
            yield f"The sync begun at {self.before.since} broke off."
            for begun in self.before.steps:
                yield f"    {begun.kind.value} {begun.key} was under way: {became(begun, plan)}"

    def wait(self, staleness_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait where the run before broke off while it created: a list may not show yet what it did."""
        if self.before and any(step.kind is StepKind.CREATE for step in self.before.steps):
            sleep(staleness_s)

    @property
    def trouble(self) -> str:
        """Why there is no account, if there is none."""
        return self.journal.trouble


@contextmanager
def alone(grounds: Grounds, target: str, command: str, manner: Manner) -> Iterator[Account]:
    """Be the only sync of a target, on this machine and, with a lease, among all that take it.

    Raises :class:`AjoError` AJO623 where another sync is under way, from whatever checkout, AJO624 where
    somebody has the lease, AJO625 where it can't be taken, AJO627 where the base is not known here.
    """
    with (
        held(claim_of(grounds, target, command), lock_folder(manner.environment)) as trouble,
        leased(grounds, target, command, manner) as lease,
    ):
        if trouble:
            manner.say(trouble)
        journal = Journal(grounds.root, target)
        yield Account(journal, journal.unfinished(), lease)


def policy_of(target: Target, *, allow_destroy: bool = False, allow_mass_change: bool = False) -> Policy:
    """Return what may be done to a target: what its settings allow, and what is allowed this once."""
    return Policy(
        allow_destroy or target.allow_destroy,
        allow_mass_change,
        target.max_updates_percent,
        target.max_deletes_percent,
    )


def require_secrets(plan: Plan, resolve: SecretResolver) -> None:
    """Look up every secret the plan will send; raises one :class:`AjoError` naming all that are missing."""
    missing: dict[str, None] = {}
    for step in plan.steps:
        if step.kind is not StepKind.DELETE:
            for reference in step.secrets:
                try:
                    resolve(reference)
                except AjoError as error:
                    missing[f"{error.message} (needed by {step.resource.name})"] = None
    if missing:
        raise AjoError("AJO307", "; ".join(missing))


def told(receipt: Receipt, workspace: Workspace, planned: Planned, tool: str) -> Receipt:
    """Return a receipt with what it rests on, and with the line of the field that each refusal is about."""
    sources = {item.file: item.source for item in workspace.definitions}
    stood = planned.stood
    return replace(
        receipt,
        rows=tuple(_placed(row, sources) for row in receipt.rows),
        commit=stood.commit if stood else "",
        base=(stood.before or "") if stood else "",
        is_committed=bool(stood and not stood.changed),
        tool=tool,
    )


def _placed(row: Row, sources: Mapping[str, Source]) -> Row:
    source = sources.get(row.file)
    if not row.code or source is None:
        return row
    # What a platform names may stand in the file as a default that is not written: then what it is in.
    return replace(row, line=source.map.value(row.path).line)

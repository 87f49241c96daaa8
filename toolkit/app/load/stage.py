"""One process that sends: the action, its share of the load, and what came of it so far."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from typing import Any

from toolkit.app.exercise import Subject, network_of, runtime_of, subject_of
from toolkit.app.exercise_many import check_rows
from toolkit.app.load.checks import check_load, own_hosts_of
from toolkit.app.load.job import Job, Row
from toolkit.core.canonical import digest
from toolkit.core.errors import AjoError
from toolkit.exercise import Exchange, render
from toolkit.exercise.limits import Gate
from toolkit.exercise.load.pace import Numbers, Pace
from toolkit.exercise.load.tally import Tally
from toolkit.exercise.load.terms import Share, Terms
from toolkit.exercise.load.tokens import FewTokens
from toolkit.exercise.load.user import Common, LoadUser
from toolkit.exercise.outcomes import Outcome
from toolkit.exercise.routes import host_of
from toolkit.model.document import to_document
from toolkit.workspace.load import Workspace, open_workspace
from toolkit.workspace.secrets import secret_resolver


def open_subject(job: Job) -> tuple[Workspace, Subject]:
    """Return the workspace and the action of a job; raises what :func:`subject_of` does."""
    workspace = open_workspace(job.root)
    return workspace, subject_of(workspace, job.target, job.action)


def mark_of(subject: Subject) -> str:
    """Return what all processes of one load must have in common: the definition that they exercise."""
    return digest(to_document(subject.action))


def fault(error: Exception) -> AjoError:
    """Return a fault of this tool as an error; its own words may quote anything, so they are not shown."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{where.name} ({Path(where.filename).name}:{where.lineno})"
    return AjoError("AJO900", f"{type(error).__name__} in {place}")


class Stage:
    """Users exercise one action here; `end` is called when nothing is left to do, or to go on is no use."""

    def __init__(
        self,
        job: Job,
        terms: Terms,
        share: Share,
        environment: Mapping[str, str],
        end: Callable[[], None],
    ) -> None:
        """Raises what :func:`check_load`, :func:`check_rows` and secrets do."""
        workspace, subject = open_subject(job)
        check_load(workspace, subject, terms, in_production=job.in_production)
        check_rows(subject, job.rows)
        self.subject, self._rows, self._share, self._end = subject, job.rows, share, end
        self._common = _common(job, workspace, subject, terms, share, environment)
        for reference in render(subject.action, job.rows[0]).secrets:
            self._common.resolve(reference)
        self.pace = Pace(share.rate(terms), time.monotonic)
        self._numbers = Numbers(share.requests(terms))
        self._most = share.requests(terms)
        self._terms, self._until_s = terms, inf
        self._users: list[LoadUser] = []
        self.stopped: AjoError | None = None
        self.tally, self._unreported = Tally(), Tally()
        self._began_s = self._ended_s = time.monotonic()

    @property
    def span_s(self) -> tuple[float, float] | None:
        """When the first call began and the last answer came, by this process's clock; None without any."""
        return (self._began_s, self._ended_s) if self.tally.exercises else None

    def user(self) -> LoadUser:
        """Return one more user; one more at once than the terms say ends the load."""
        self._users = [user for user in self._users if user.is_open] + [LoadUser(self._common)]
        if len(self._users) > self._terms.users:
            self._stop(AjoError("AJO752", f"more than {self._terms.users} users were to come"))
        return self._users[-1]

    def exercise(self, user: LoadUser) -> tuple[Outcome, Exchange] | None:
        """Exercise the next row as `user`; None when there is nothing more to do."""
        now = time.monotonic()
        number = None if self.stopped or now >= self._until_s else self._numbers.take()
        if number is None:
            return None
        if not number:
            self._began_s, self._until_s = now, now + self._terms.run_time_s
        try:
            exchange = user.exercise(self.subject.action, self._row(number))
        except AjoError as error:
            self._stop(error)
            return None
        except Exception as error:  # noqa: BLE001  # the engine would log it and go on
            self._stop(fault(error))
            return None
        outcome = Outcome.of(number + 1, exchange)
        self._count(outcome)
        self._look(user, exchange)
        return outcome, exchange

    def _row(self, number: int) -> Row:
        return self._rows[(self._share.index + number * self._share.of) % len(self._rows)]

    def _count(self, outcome: Outcome) -> None:
        self._ended_s = time.monotonic()
        self.pace.owe(outcome.retries)
        for tally in (self.tally, self._unreported):
            tally.add(outcome)
        if self._most is not None and self.tally.exercises >= self._most:
            self._end()

    def _look(self, user: LoadUser, exchange: Exchange) -> None:
        """End the load where it would hit others, or hits nothing."""
        if user.refused:
            failure = next(
                (call.failure for call in reversed(exchange.calls) if call.failure), exchange.trouble
            )
            self._stop(AjoError("AJO750", f"the load was led away from your hosts ({failure})"))
        elif exchange.trouble.startswith("there is no token"):
            self._stop(AjoError("AJO753", exchange.trouble, fix="Exercise it once: ajo exercise shows why."))

    def _stop(self, reason: AjoError) -> None:
        self.stopped = self.stopped or reason
        self._end()

    def report(self) -> dict[str, Any]:
        """Return what came since the last report, and forget it."""
        unreported, self._unreported = self._unreported, Tally()
        unreported.tokens = self._common.tokens.asked - self.tally.tokens
        self.tally.tokens += unreported.tokens
        return unreported.to_json()


def _common(
    job: Job,
    workspace: Workspace,
    subject: Subject,
    terms: Terms,
    share: Share,
    environment: Mapping[str, str],
) -> Common:
    host = host_of(subject.action.endpoint.url)
    return Common(
        resolve=secret_resolver(subject.target, workspace.root, environment, trust=job.trust),
        network=network_of(subject, workspace.root),
        own=own_hosts_of(workspace),
        gate=Gate(share.limits(terms, host, subject.cap), time.monotonic),
        tokens=FewTokens(time.monotonic),
        certificate=runtime_of(subject, workspace.root).certificate,
        timeout_s=terms.timeout_s,
        retries=terms.retries,
    )

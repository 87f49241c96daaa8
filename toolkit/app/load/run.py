"""Put load on an action's endpoint: from this process's helpers, or together with other machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.app.exercise import Subject
from toolkit.app.exercise_many import check_rows
from toolkit.app.load.checks import check_load
from toolkit.app.load.conduct import MASTER_PLACE, Company, Heard, conduct
from toolkit.app.load.errors import as_error
from toolkit.app.load.job import Job, Meeting, Role, Row
from toolkit.core.errors import AjoError
from toolkit.exercise import render
from toolkit.exercise.load.account import EngineCount, LoadAccount, Wanted
from toolkit.exercise.load.tally import Tally
from toolkit.exercise.load.terms import Terms
from toolkit.model.text import SecretRef
from toolkit.workspace.load import Workspace
from toolkit.workspace.secret_settings import EnvironmentSecrets
from toolkit.workspace.secrets import variable_name


@dataclass(frozen=True, slots=True)
class Order:
    """How a load is to be put on.

    A solo load has `workers` processes on this machine; a master waits at `meeting` for those of other
    machines, a worker looks for its master there.
    """

    role: Role
    terms: Terms
    rows: Sequence[Row] = ()
    meeting: Meeting = field(default_factory=Meeting)
    workers: int = 1
    wanted: Wanted = field(default_factory=Wanted)
    in_production: bool = False
    trust: bool = False
    csv: str = ""
    html: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a load, Locust's report if it was asked for, and why it ended early, if it did."""

    account: LoadAccount
    html: str
    stopped: AjoError | None


def check_order(workspace: Workspace, subject: Subject, order: Order) -> None:
    """Raise :class:`AjoError` unless the load may be put on; raises what :func:`check_load` does."""
    check_load(workspace, subject, order.terms, in_production=order.in_production)
    if order.role != "master":
        check_rows(subject, order.rows)


def load(
    workspace: Workspace,
    subject: Subject,
    order: Order,
    environment: Mapping[str, str],
    heard: Heard = lambda _: None,
) -> Loaded:
    """Put load on the subject's endpoint and return what came of it; `heard` gets what happens meanwhile.

    Raises what :func:`check_order` and :func:`~toolkit.app.load.conduct.conduct` do.
    """
    check_order(workspace, subject, order)
    job = Job(
        role=order.role,
        root=workspace.root,
        target=subject.target_name,
        action=subject.action.name,
        terms=order.terms,
        rows=order.rows,
        meeting=order.meeting,
        trust=order.trust,
        in_production=order.in_production,
        csv=order.csv,
        html=order.html,
    )
    environments = _environments(workspace, subject, order.rows, environment)
    result = conduct(_company(job, order), environments, heard, show_errors="AJO_DEBUG" in environment)
    stopped = as_error(result["stopped"]) if result["stopped"] else None
    return Loaded(_account(subject, order, result), result["html"], stopped)


def _company(job: Job, order: Order) -> Company:
    if order.role != "solo" or order.workers == 1:
        return Company(job)
    worker = replace(job, role="worker", csv="", html=False)
    leader = replace(job, role="master", rows=(), meeting=Meeting(MASTER_PLACE, 0, order.workers))
    return Company(leader, (worker,) * order.workers)


def _environments(
    workspace: Workspace, subject: Subject, rows: Sequence[Row], environment: Mapping[str, str]
) -> Callable[[Job], Mapping[str, str]]:
    """Return what says which variables a process gets: of secrets, those that its requests need.

    What configures Locust stays out: a load is what its options say.
    """
    sources = [target.secrets for target in workspace.settings.targets.values()]
    prefixes = {source.prefix for source in sources if isinstance(source, EnvironmentSecrets)}
    prefixes.add(EnvironmentSecrets().prefix)
    own = subject.target.secrets
    references: Sequence[SecretRef] = render(subject.action, rows[0]).secrets if rows else ()
    needed = (
        {variable_name(reference, own.prefix) for reference in references}
        if isinstance(own, EnvironmentSecrets)
        else set()
    )

    def environment_of(job: Job) -> Mapping[str, str]:
        sends = job.role != "master"
        return {
            name: value
            for name, value in environment.items()
            if not name.startswith("LOCUST_")
            and (not name.startswith(tuple(prefixes)) or (sends and name in needed))
        }

    return environment_of


def _account(subject: Subject, order: Order, result: Mapping[str, Any]) -> LoadAccount:
    engine = result["engine"]
    times = tuple((int(rank), float(time)) for rank, time in engine["percentiles"])
    return LoadAccount(
        action=subject.action.name,
        terms=order.terms,
        tally=Tally.from_json(result["tally"]),
        elapsed_s=result["elapsed"],
        cap=subject.cap,
        engine=EngineCount(engine["requests"], engine["failures"], engine["perSecond"], times),
        wanted=order.wanted,
        processes=result["processes"],
        lost=result["lost"],
        interrupted=result["interrupted"],
        busy=result["busy"],
    )

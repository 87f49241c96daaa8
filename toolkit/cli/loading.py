"""The options of ``ajo load``: which go together, and the order that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.giving import given_values, text_of
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.exercise import Subject
    from toolkit.app.load.run import Order
    from toolkit.exercise.load.terms import Terms
    from toolkit.workspace.load import Workspace

_TERMS = ("users", "spawn_rate", "run_time", "rate", "requests", "timeout_s", "retries", "uncapped")
_BOUNDS = ("fail_ratio", "p95", "p99", "html", "csv")
_VALUES = ("sets", "values_file", "case", "data")
_MEETING = ("expect_workers", "master_bind_host", "master_bind_port", "master_host", "master_port")
_SPELLED = {"sets": "set", "values_file": "values", "timeout_s": "timeout", "retries": "no-retries"}


def refuse_contradictions(ctx: click.Context, options: Mapping[str, Any]) -> None:
    """Refuse what only the other side of a distributed load decides, and sides that don't go together."""
    foreign: Sequence[str] = _MEETING
    side, processes = "a load without --master or --worker", options["workers"]
    if options["master"]:
        foreign, side = (*_VALUES, "worker", "workers", "master_host", "master_port", "dry_run"), "--master"
        processes = options["expect_workers"]
        if not processes:
            raise click.UsageError("--master needs --expect-workers COUNT.", ctx)
    elif options["worker"]:
        foreign = (*_TERMS, *_BOUNDS, "workers", *_MEETING[:3], "dry_run")
        side, processes = "--worker", 1
    for name in foreign:
        if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = _SPELLED.get(name, name).replace("_", "-")
            raise click.UsageError(f"--{option} means nothing to {side}.", ctx)
    if processes > options["users"]:
        raise click.UsageError(f"{processes} workers need at least as many --users.", ctx)
    if processes > (options["requests"] or processes):
        raise click.UsageError(f"{processes} workers need at least as many --requests.", ctx)


def order_of(workspace: Workspace, subject: Subject, options: Mapping[str, Any]) -> Order:
    """Return what the options ask for; raises :class:`AjoError` for values, files and a duration."""
    from toolkit.app.load.job import Meeting
    from toolkit.app.load.run import Order
    from toolkit.exercise.load.account import Wanted

    bounds = tuple((rank, options[f"p{rank}"]) for rank in (95, 99) if options[f"p{rank}"])
    order = {
        "terms": _terms(options),
        "wanted": Wanted(options["fail_ratio"], bounds),
        "in_production": options["in_production"],
        "trust": options["trust"],
        "csv": str(Path(options["csv"]).absolute()) if options["csv"] else "",
        "html": bool(options["html"]),
    }
    if options["master"]:
        meeting = Meeting(options["master_bind_host"], options["master_bind_port"], options["expect_workers"])
        return Order(role="master", meeting=meeting, **order)
    rows = _rows(workspace, subject, options)
    if options["worker"]:
        meeting = Meeting(options["master_host"], options["master_port"])
        return Order(role="worker", rows=rows, meeting=meeting, **order)
    return Order(role="solo", rows=rows, workers=options["workers"], **order)


def _terms(options: Mapping[str, Any]) -> Terms:
    from toolkit.exercise.load.terms import Terms
    from toolkit.exercise.rehearsal.quantities import parse_duration

    try:
        run_time_s = parse_duration(options["run_time"])
    except AjoError as error:
        raise AjoError("AJO901", f"--run-time: {error.message}", fix=error.fix) from None
    return Terms(
        users=options["users"],
        spawn_rate=options["spawn_rate"],
        run_time_s=run_time_s,
        rate=options["rate"],
        requests=options["requests"],
        timeout_s=options["timeout_s"],
        retries=options["retries"],
        uncapped=options["uncapped"],
    )


def _rows(workspace: Workspace, subject: Subject, options: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    from toolkit.app.exercise import values_of_case
    from toolkit.exercise.given import by_address, parse_rows

    values = by_address(subject.action, given_values(options["sets"], options["values_file"]))
    if options["case"]:
        values = {**values_of_case(workspace, subject, options["case"]), **values}
    file = options["data"]
    if file is None:
        return [values]
    return [{**values, **by_address(subject.action, row)} for row in parse_rows(text_of(file), str(file))]

"""``ajo load``: many requests of an action at a bounded rate, on a host that is one's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.console import (
    json_option,
    show_error,
    target_option,
    trust_option,
    uses_colour,
    workspace_of,
)
from toolkit.cli.loading import order_of, refuse_contradictions

if TYPE_CHECKING:
    from toolkit.app.exercise import Subject
    from toolkit.app.load.run import Loaded, Order

_FILE = click.Path(dir_okay=False, path_type=Path)
_POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command(
    "load",
    epilog="Hosts are listed in the settings: [tool.ajo.load] hosts = ['api.example.com'].\n\n"
    "Example: ajo load Welcome --set recipient.id=1 --users 20 --spawn-rate 5 --rate 100 --run-time 60s",
)
@click.argument("name", metavar="ACTION")
@target_option
@click.option("--set", "sets", multiple=True, metavar="PLACE=VALUE", help="A value; may be repeated.")
@click.option("--values", "values_file", type=_FILE, metavar="FILE", help="Values as a JSON object.")
@click.option("--case", metavar="NAME", help="The values of a case beside the definition.")
@click.option(
    "--data", type=_FILE, metavar="FILE", help="Rows of a .csv or .jsonl file, in turn, over again."
)
@click.option("-u", "--users", type=click.IntRange(1), default=1, show_default=True, help="Users at once.")
@click.option(
    "-r", "--spawn-rate", type=_POSITIVE, default=1.0, show_default=True, help="Users that come a second."
)
@click.option("--rate", type=_POSITIVE, default=10.0, show_default=True, help="Exercises a second at most.")
@click.option("--run-time", default="10s", show_default=True, help="How long at most: 60s, 10m, 1h.")
@click.option("--requests", type=click.IntRange(1), metavar="COUNT", help="End after so many exercises.")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(1, 30), default=30, show_default=True,
    metavar="SECONDS", help="For the token, the call and its retries together.",
)  # fmt: skip
@click.option("--no-retries", "retries", is_flag=True, flag_value=False, default=True, help="Call once only.")
@click.option("--uncapped", is_flag=True, help="Send what the platform would drop, above the cap, too.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that send."
)
@click.option("--master", is_flag=True, help="Lead the workers of other machines; send nothing here.")
@click.option("--expect-workers", type=click.IntRange(1, 1000), metavar="COUNT", help="How many to wait for.")
@click.option("--master-bind-host", default="127.0.0.1", show_default=True, help="Where the master listens.")
@click.option(
    "--master-bind-port", type=click.IntRange(0, 65535), default=5557, show_default=True, help="Its port."
)
@click.option("--worker", is_flag=True, help="Send what a master says, with values and secrets of here.")
@click.option("--master-host", default="127.0.0.1", show_default=True, help="The host of the master.")
@click.option(
    "--master-port", type=click.IntRange(1, 65535), default=5557, show_default=True, help="Its port."
)
@click.option("--html", type=_FILE, metavar="FILE", help="Write Locust's report.")
@click.option("--csv", metavar="PREFIX", help="Write Locust's files PREFIX_stats.csv and so on.")
@click.option(
    "--fail-ratio", type=click.FloatRange(0, 1), default=0.0, show_default=True,
    help="The share that may fail: a bound.",
)  # fmt: skip
@click.option(
    "--p95", type=_POSITIVE, metavar="MS", help="A bound of the time of 95 per cent of the answers."
)
@click.option("--p99", type=_POSITIVE, metavar="MS", help="The same of 99 per cent.")
@click.option("--in-production", is_flag=True, help="Put load on a production target too.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent and how much; send nothing.")
@json_option
@trust_option
@click.pass_context
def command(ctx: click.Context, /, name: str, **options: Any) -> int:
    """Put load on ACTION's endpoint, where the settings list it as yours, and account for what journeys see.

    Driven by Locust, without its page: pip install 'ajo-actions[load]'. Requests, tokens, retries and the cap
    are those of `ajo exercise`. Refused: hosts that [tool.ajo.load] does not list, wherever a redirect leads.

    Exit codes: 0 all bounds were kept, 2 one was broken, 5 it ended before its time, 6 it was refused.
    """
    refuse_contradictions(ctx, options)
    from toolkit.app.exercise import subject_of
    from toolkit.app.load.run import check_order, load

    workspace = workspace_of(ctx.obj)
    subject = subject_of(workspace, options["target"], name)
    order = order_of(workspace, subject, options)
    if options["dry_run"]:
        check_order(workspace, subject, order)
        _preview(subject, order, as_json=options["as_json"])
        return 0
    with _told(name, order) as heard:
        loaded = load(workspace, subject, order, os.environ, heard)
    return _show(subject, loaded, options)


def _preview(subject: Subject, order: Order, *, as_json: bool) -> None:
    from toolkit.app.load.checks import goals_of
    from toolkit.exercise import render
    from toolkit.exercise.load.own import door_of, shown
    from toolkit.report.data import to_json
    from toolkit.report.load import Preview, preview_data, preview_text

    action, token = goals_of(subject)
    preview = Preview(
        subject.target_name,
        render(subject.action, order.rows[0]),
        order.terms,
        shown(door_of(action)),
        shown(door_of(token)) if token else None,
        len(order.rows),
    )
    click.echo(to_json(preview_data(preview)) if as_json else preview_text(preview))


@contextmanager
def _told(name: str, order: Order) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give what hears the events of a load: workers that were lost are told of, a terminal shows a count."""
    from toolkit.report.shown import safe

    status, meeting = None, order.meeting if order.role == "master" else None
    if sys.stderr.isatty():
        from rich.console import Console

        status = Console(stderr=True, no_color=not uses_colour(sys.stderr)).status(f"Loading {safe(name)}")
        status.start()

    def heard(event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "lost":
                click.echo(f"worker {event['worker']} of {event['of']} was lost", err=True)
            case "progress" if status:
                done = f"{event['exercises']:,} exercises, {event['failed']:,} failed"
                status.update(f"Loading {safe(name)}: {event['users']:,} users, {done}")
            case "meeting" if meeting:
                click.echo(
                    f"Waiting for {meeting.workers} workers at {meeting.host}:{event['port']}", err=True
                )

    try:
        yield heard
    finally:
        if status:
            status.stop()


def _show(subject: Subject, loaded: Loaded, options: Mapping[str, Any]) -> int:
    from toolkit.core.codes import Exit
    from toolkit.report.data import to_json
    from toolkit.report.load import load_data, load_text
    from toolkit.workspace.write import write_text

    account = loaded.account
    if options["as_json"]:
        click.echo(to_json(load_data(subject.target_name, account, loaded.stopped)))
    else:
        click.echo(load_text(account))
    if options["html"]:
        write_text(options["html"], loaded.html)
    if loaded.stopped:
        show_error(loaded.stopped)
        return int(loaded.stopped.exit)
    if account.interrupted:
        return Exit.INTERRUPTED
    if account.lost:
        return Exit.PLATFORM
    return Exit.DONE if options["worker"] or account.kept else Exit.DIFFERENCE

"""``ajo exercise``: one request of an action, or many, as a journey would send them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.console import (
    json_option,
    progress,
    target_option,
    trust_option,
    working,
    workspace_of,
)
from toolkit.cli.giving import given_values, text_of
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.exercise import Subject
    from toolkit.exercise import Exchange, ResolveSecret
    from toolkit.workspace.load import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exercised: an action with values by address, where its secrets come from, the options."""

    workspace: Workspace
    subject: Subject
    values: Mapping[str, Any]
    resolve: ResolveSecret
    options: Mapping[str, Any]


_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "exercise",
    epilog="Places of values: recipient.id, products[0].price, header:X-Locale, query:lang, path.\n\n"
    "Example: ajo exercise SlackPostMessage --set text=Hello --values values.json",
)
@click.argument("name", metavar="ACTION")
@target_option
@click.option("--set", "sets", multiple=True, metavar="PLACE=VALUE", help="A value; may be repeated.")
@click.option("--values", "values_file", type=_FILE, metavar="FILE", help="Values as a JSON object.")
@click.option("--case", metavar="NAME", help="The values of a case beside the definition.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing, ask for no secret.")
@click.option("--curl", "as_curl", is_flag=True, help="Print curl commands instead, secrets as variables.")
@click.option(
    "--read", "reads", multiple=True, metavar="EXPRESSION", help="Read the answer as a journey does."
)
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(1, 30), default=30, show_default=True,
    metavar="SECONDS", help="For the token, the call and its retries together.",
)  # fmt: skip
@click.option("--repeat", type=click.IntRange(1, 1_000_000), metavar="COUNT", help="Exercise it so often.")
@click.option("--data", type=_FILE, metavar="FILE", help="Once for each row of a .csv or .jsonl file.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=4, show_default=True, help="Exercises under way at once."
)
@click.option(
    "--allow-address",
    "allowed",
    multiple=True,
    metavar="NETWORK",
    help="Allow a private network or host too.",
)
@click.option("--update-response", is_flag=True, help="Amend the response in the definition to the answer.")
@click.option("--record", metavar="NAME", help="Keep values and answer as a case NAME, for `ajo test`.")
@click.option("--force", is_flag=True, help="Replace the case that --record names.")
@click.option(
    "--evidence", is_flag=True, help="Leave a record that it was exercised, bound to the definition."
)
@click.option("--check", is_flag=True, help="Exit code 2 when the answer deviates from the definition.")
@json_option
@trust_option
@click.pass_context
def command(ctx: click.Context, /, name: str, **options: Any) -> int:
    """Call ACTION as a journey would; show token, request, answer, times and what the journey sees.

    Nothing is sent but to the hosts of the definition, through the routes of the target. With --repeat or
    --data: a table of outcomes, latencies, and how they compare with the platform's limits.

    Exit codes: 0 the journey goes on, 2 the answer deviates (--check) or is no evidence, 5 the journey
    takes its error branch.
    """
    from toolkit.app.exercise import subject_of, values_of_case
    from toolkit.exercise.given import by_address
    from toolkit.workspace.secrets import secret_resolver

    _refuse_contradictions(ctx, options)
    workspace = workspace_of(ctx.obj)
    subject = subject_of(workspace, options["target"], name)
    values = by_address(subject.action, given_values(options["sets"], options["values_file"]))
    if options["case"]:
        values = {**values_of_case(workspace, subject, options["case"]), **values}
    if options["dry_run"] or options["as_curl"]:
        return _shown_only(subject, values, options)
    resolve = secret_resolver(subject.target, workspace.root, os.environ, trust=options["trust"])
    asked = Asked(workspace, subject, values, resolve, options)
    return _many(asked) if options["repeat"] or options["data"] else _once(asked)


def _refuse_contradictions(ctx: click.Context, options: Mapping[str, Any]) -> None:
    for one, others in {
        "dry_run": ("as_curl", "repeat", "data", "update_response", "record", "evidence", "reads"),
        "as_curl": ("repeat", "data", "update_response", "record", "evidence", "reads", "as_json"),
        "repeat": ("data", "update_response", "record", "evidence", "reads"),
        "data": ("update_response", "record", "evidence", "reads"),
        "evidence": ("update_response", "allowed"),
    }.items():
        for other in others:
            if options[one] and options[other]:
                spelled = {"as_curl": "curl", "reads": "read", "as_json": "json", "allowed": "allow-address"}
                names = [f"--{spelled.get(each, each).replace('_', '-')}" for each in (one, other)]
                raise click.UsageError(f"{names[0]} and {names[1]} contradict each other: choose.", ctx)


def _shown_only(subject: Subject, values: Mapping[str, Any], options: Mapping[str, Any]) -> int:
    from toolkit.app.exercise import curl_of
    from toolkit.exercise import render
    from toolkit.report.data import to_json
    from toolkit.report.exchange import rendered_text
    from toolkit.report.exercise_data import rendered_data

    rendered = render(subject.action, values)
    if options["as_curl"]:
        click.echo(curl_of(subject, rendered, options["timeout_s"]), nl=False)
    elif options["as_json"]:
        click.echo(to_json(rendered_data(subject.target_name, rendered)))
    else:
        click.echo(rendered_text(rendered))
    return 0


def _once(asked: Asked) -> int:
    from toolkit.app.evidence import require_own_endpoint
    from toolkit.app.exercise import exercise_once
    from toolkit.cli.exercise_records import keep_what_was_asked
    from toolkit.core.codes import Exit
    from toolkit.report.data import to_json
    from toolkit.report.exchange import exchange_text
    from toolkit.report.exercise_data import exchange_data

    subject, options = asked.subject, asked.options
    if options["evidence"]:
        require_own_endpoint(subject)
    with working(f"Exercising {subject.action.name}"):
        exchange = exercise_once(
            subject,
            asked.workspace.root,
            asked.values,
            asked.resolve,
            timeout_s=options["timeout_s"],
            allowed=options["allowed"],
        )
    read = _read(subject, exchange, options["reads"])
    if options["as_json"]:
        click.echo(to_json(exchange_data(subject.target_name, exchange, read)))
    else:
        click.echo(exchange_text(exchange))
        _show_read(read)
    is_kept = keep_what_was_asked(asked, exchange)
    if not exchange.succeeded:
        return Exit.PLATFORM
    deviates = options["check"] and exchange.deviations
    return Exit.DIFFERENCE if deviates or not is_kept else Exit.DONE


def _read(subject: Subject, exchange: Exchange, expressions: Sequence[str]) -> dict[str, Any]:
    from toolkit.exercise.expressions import NotAnExpression, read_expression

    try:
        return {each: read_expression(subject.action, exchange.journey, each) for each in expressions}
    except NotAnExpression as reason:
        raise AjoError("AJO901", str(reason)) from None


def _show_read(read: Mapping[str, Any]) -> None:
    from toolkit.report.shown import safe, value

    for expression, content in read.items():
        click.echo(f"{safe(expression)} → {value(content)}")


def _many(asked: Asked) -> int:
    from toolkit.app.exercise_many import Course, exercise_many
    from toolkit.core.codes import Exit
    from toolkit.exercise.given import by_address, parse_rows
    from toolkit.report.data import to_json
    from toolkit.report.exercise_data import account_data
    from toolkit.report.outcomes import account_text

    subject, options = asked.subject, asked.options
    file = options["data"]
    rows: list[Mapping[str, Any]] = [asked.values] * (options["repeat"] or 0)
    if file:
        parsed = parse_rows(text_of(file), str(file))
        rows = [{**asked.values, **by_address(subject.action, row)} for row in parsed]
    course = Course(options["workers"], options["timeout_s"], tuple(options["allowed"]))
    with progress(f"Exercising {subject.action.name}", len(rows)) as advance:
        account = exercise_many(
            subject, asked.workspace.root, rows, asked.resolve, course, lambda _: advance()
        )
    if options["as_json"]:
        click.echo(to_json(account_data(subject.target_name, account)))
    else:
        click.echo(account_text(account))
    if not account.succeeded:
        return Exit.PLATFORM
    deviating = any(outcome.deviations for outcome in account.outcomes)
    return Exit.DIFFERENCE if options["check"] and deviating else Exit.DONE

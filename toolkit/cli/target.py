"""``ajo target``: whether a platform is as we believe, and how it is spoken to if it is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.carrying_out import manner_of
from toolkit.cli.console import (
    json_option,
    show_error,
    started_in,
    target_names,
    trust_option,
    uses_colour,
    working,
)
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.workspace.load import Grounds


@click.group("target")
def command() -> None:
    """Check a target's platform against what is assumed of it, or learn how it is spoken to."""


@command.command("check", epilog="Example: ajo target check dev --write-probe")
@click.argument("target", required=False, shell_complete=target_names)
@click.option(
    "--write-probe",
    is_flag=True,
    help="Also create one throw-away action, read it and remove it; asks first.",
)
@click.option("--yes", is_flag=True, help="Try the throw-away action without being asked.")
@click.option("--in-production", is_flag=True, help="Try it in a production sandbox too.")
@json_option
@trust_option
@click.pass_obj
def check(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    target: str | None,
    write_probe: bool,
    yes: bool,
    in_production: bool,
    as_json: bool,
    trust: bool,
) -> int:
    """Say of every assumed fact about the platform whether this one agrees, disagrees or couldn't be told.

    Reads only, unless --write-probe allows one throw-away action, which is removed whatever happens.

    Exit codes: 0 no disagreement, 2 a disagreement, 5 a throw-away action could not be removed.
    """
    from toolkit.app.check_target import check_target, new_probe
    from toolkit.core.codes import Exit
    from toolkit.platform.checking.verdicts import Verdict
    from toolkit.report import data
    from toolkit.report.checked import checked_data, checked_text
    from toolkit.workspace.load import open_grounds
    from toolkit.workspace.secrets import secret_resolver

    grounds = open_grounds(started_in(directory))
    name, settings = grounds.target(target)
    resolve = secret_resolver(settings, grounds.root, os.environ, trust=trust)
    probe = ""
    if write_probe:
        probe = new_probe(settings, in_production=in_production)
        _ask(f"Create, read and remove the action {probe} in sandbox {settings.sandbox}?", yes=yes)
    alone_there = _alone(grounds, name) if probe else nullcontext()
    with alone_there, working("Looking at the platform"):
        checked = check_target(name, settings, resolve, probe)
    if as_json:
        click.echo(data.to_json(checked_data(checked)))
    else:
        click.echo(checked_text(checked, colour=uses_colour(sys.stdout)), nl=False, color=True)
    if checked.leftovers:
        error = AjoError("AJO513", f"still there: {'; '.join(checked.leftovers)}")
        show_error(error)
        if probe:
            return error.exit
    return Exit.DIFFERENCE if checked.count(Verdict.DISAGREES) else Exit.DONE


@contextmanager
def _alone(grounds: Grounds, target: str) -> Iterator[None]:
    """Be the only one who writes to the target."""
    from toolkit.app.sync import alone

    manner = manner_of(grounds.target(target)[1], None, no_lease=False)
    with alone(grounds, target, f"ajo target check {target}", manner):
        yield


def _ask(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise AjoError("AJO601", "there is no terminal to ask on", fix="Pass --yes.")
    if not click.confirm(question, err=True):
        raise AjoError("AJO602", "the answer was no")


@command.command("learn", epilog="Example: ajo target learn dev --har session.har --write")
@click.argument("target", required=False, shell_complete=target_names)
@click.option(
    "--har",
    "recording",
    type=click.Path(dir_okay=False),
    required=True,
    metavar="FILE",
    help="A browser's recording of the product's action screens, saved as HAR with content.",
)
@click.option("--write", is_flag=True, help="Put the tables at the end of the settings file.")
@json_option
@click.pass_obj
def learn(directory: str, target: str | None, recording: str, write: bool, as_json: bool) -> None:
    """Propose settings from a recording: paths, headers, envelopes, paging and names of fields.

    Reads the recording on this machine, sends nothing anywhere, and shows no text of it but plain words.
    Each proposal says which recorded calls it rests on and what remains unsure.
    """
    from toolkit.app.learn import learn as learned
    from toolkit.report import data
    from toolkit.report.learned import learned_data, learned_toml
    from toolkit.workspace.load import open_grounds
    from toolkit.workspace.settings_edit import append_tables, table_prefix

    grounds = open_grounds(started_in(directory))
    name, settings = grounds.target(target)
    proposal = learned(Path(recording), settings)
    tables = learned_toml(proposal, table_prefix(grounds.loaded_settings), name)
    if as_json:
        click.echo(data.to_json(learned_data(proposal, name)))
    else:
        click.echo(tables, nl=False)
    if write and proposal.collections:
        file = append_tables(grounds.root, name, tables)
        click.echo(f"Written to the end of {file}.", err=True)

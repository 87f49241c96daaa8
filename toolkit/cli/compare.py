"""``ajo compare``: what differs between two targets."""

from __future__ import annotations

import os
import sys

import click

from toolkit.cli.console import json_option, target_names, trust_option, uses_colour, working, workspace_of


@click.command("compare", epilog="Example: ajo compare stage prod --live")
@click.argument("left", shell_complete=target_names)
@click.argument("right", shell_complete=target_names)
@click.option("--live", is_flag=True, help="Compare the two sandboxes as they are, instead of the files.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the differences.",
)
@json_option
@click.option("--exit-code", is_flag=True, help="Exit code 2 when there is a difference.")
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    left: str,
    right: str,
    live: bool,
    form: str,
    as_json: bool,
    exit_code: bool,
    trust: bool,
) -> int:
    """Say what differs between targets LEFT and RIGHT once their values are filled in, from the files alone.

    With --live: what is missing in either sandbox, and what differs field by field; what the platform masks
    is never compared.
    """
    from toolkit.app.targets import compare_files, compare_live
    from toolkit.core.codes import Exit
    from toolkit.report import beside as report
    from toolkit.report import data

    workspace = workspace_of(directory)
    if live:
        with working("Reading the platforms"):
            found = compare_live(workspace, left, right, os.environ, trust=trust)
    else:
        found = compare_files(workspace, left, right, trust=trust)
    if as_json or form == "json":
        click.echo(data.to_json(report.beside_data(found)))
    elif form == "markdown":
        click.echo(report.beside_markdown(found), nl=False)
    else:
        click.echo(report.beside_text(found, colour=uses_colour(sys.stdout)))
    return Exit.DIFFERENCE if exit_code and not found.is_same else Exit.DONE

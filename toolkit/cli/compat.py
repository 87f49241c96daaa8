"""``ajo compat``: what changes of definitions mean for the journeys that use them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from toolkit.cli.console import json_option, uses_colour, working


@click.command("compat", epilog="Example: ajo compat main --exit-code")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the changes.",
)
@json_option
@click.option("--exit-code", is_flag=True, help="Exit code 2 when something is breaking.")
@click.pass_obj
def command(directory: str, old: str, new: str | None, form: str, as_json: bool, exit_code: bool) -> int:
    """Say what the changes from OLD to NEW mean for the journeys that use the actions.

    OLD and NEW are files or folders of definitions, or git revisions: a branch, a tag, HEAD~1, or REV:path
    for one file or folder of it. What exists as a path is taken as a path; `main:` is always a revision.
    Without NEW, OLD is compared with the definitions as they are now. Files that can't be read are named
    and make the exit code 3.
    """
    from toolkit.app.compat import compare_states
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors
    from toolkit.report import compat, data, text

    with working("Comparing definitions"):
        comparison = compare_states(Path(directory), old, new, os.environ)
    if as_json or form == "json":
        click.echo(data.to_json(compat.comparison_data(comparison)))
    elif form == "markdown":
        click.echo(compat.comparison_markdown(comparison), nl=False)
    else:
        click.echo(compat.comparison_text(comparison, colour=uses_colour(sys.stdout)))
    if comparison.findings:
        shown = text.findings_text(comparison.findings, 0, colour=uses_colour(sys.stderr))
        click.echo("\n".join(shown.splitlines()[:-1]), err=True)
    if has_errors(comparison.findings):
        return Exit.INVALID
    return Exit.DIFFERENCE if exit_code and comparison.worst.word == "breaking" else Exit.DONE

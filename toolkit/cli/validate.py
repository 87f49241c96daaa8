"""``ajo validate``: everything that is wrong, in one run, offline."""

from __future__ import annotations

import sys

import click

from toolkit.cli.console import json_option, uses_colour, working, workspace_of


@click.command("validate")
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show findings.",
)
@click.pass_obj
def command(directory: str, as_json: bool, form: str) -> int:
    """Check definitions and settings for every target. Exit code 3 when there are errors."""
    from toolkit.app.validate import validate
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors
    from toolkit.report import data, markdown, text

    with working("Checking definitions"):
        workspace = workspace_of(directory)
        findings = validate(workspace)
    checked = len(workspace.definitions)
    if as_json or form == "json":
        click.echo(data.to_json(data.findings_data(findings, checked)))
    elif form == "markdown":
        click.echo(markdown.findings_markdown(findings, checked), nl=False)
    else:
        click.echo(text.findings_text(findings, checked, colour=uses_colour(sys.stdout)))
    return Exit.INVALID if has_errors(findings) else Exit.DONE

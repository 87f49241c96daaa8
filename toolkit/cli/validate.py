"""``ajo validate``: everything that is wrong, in one run, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from toolkit.cli.console import json_option, tool_version, uses_colour, working, workspace_of

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")


@click.command(
    "validate",
    epilog="Example: ajo validate --format sarif --output ajo.sarif",
)
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="How to show findings: github is for annotations, sarif for code scanning, junit for test views.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write that to FILE instead, and show the findings as text.",
)
@click.pass_obj
def command(directory: str, as_json: bool, form: str, output: str | None) -> int:
    """Check definitions and settings for every target. Exit code 3 when there are errors."""
    from toolkit.app.findings_report import FORMATS as RENDERERS
    from toolkit.app.findings_report import Checked
    from toolkit.app.validate import validate
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors
    from toolkit.report.text import findings_text
    from toolkit.workspace.write import write_text

    form = "json" if as_json else form
    with working("Checking definitions"):
        workspace = workspace_of(directory)
        checked = Checked(workspace, validate(workspace), tool_version())
    if form == "text" or output:
        click.echo(findings_text(checked.findings, checked.count, colour=uses_colour(sys.stdout)))
    if output:
        write_text(Path(output), RENDERERS[form](checked))
    elif form != "text":
        click.echo(RENDERERS[form](checked), nl=False)
    return Exit.INVALID if has_errors(checked.findings) else Exit.DONE

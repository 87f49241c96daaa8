"""``ajo show``: a saved plan, offline."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import click

from toolkit.cli.console import json_option, show_plan


@click.command("show", epilog="Example: ajo show plan.json --format markdown")
@click.argument("file", type=click.Path(dir_okay=False), metavar="PLAN")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the plan.",
)
@json_option
def command(file: str, form: str, as_json: bool) -> None:
    """Show a plan that `ajo diff --out` kept, stale or not. Needs neither a workspace nor the platform."""
    from toolkit.app.saved_plan import read_plan
    from toolkit.report.shown import safe

    saved = read_plan(Path(file))
    form = "json" if as_json else form
    show_plan(saved.plan, form)
    if form == "text":
        made = f"{saved.made_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        click.echo(f"Made by ajo {safe(saved.tool)} on {made} for {safe(saved.base_url)}.")

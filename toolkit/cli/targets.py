"""``ajo targets``: where a workspace's definitions go."""

from __future__ import annotations

from typing import Any

import click

from toolkit.cli.console import json_option, started_in


@click.command("targets", epilog="Example: ajo targets --format github-matrix")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github-matrix"]),
    default="text",
    help="How to show them: github-matrix is one line of JSON for strategy.matrix of a workflow.",
)
@json_option
@click.pass_obj
def command(directory: str, form: str, as_json: bool) -> None:
    """List the targets of the settings: organisation, sandbox, whether it is a production one."""
    from toolkit.core.canonical import dump_json
    from toolkit.report import data, listing
    from toolkit.workspace.load import open_grounds

    grounds = open_grounds(started_in(directory))
    default = grounds.default_target
    targets = [
        {
            "target": name,
            "organisation": target.organisation,
            "sandbox": target.sandbox,
            "production": target.production,
            "default": name == default,
        }
        for name, target in grounds.settings.targets.items()
    ]
    if as_json or form == "json":
        click.echo(data.to_json({"format": "ajo-targets", "version": 1, "targets": targets}))
    elif form == "github-matrix":
        click.echo(dump_json({"include": targets}, indent=None))
    else:
        click.echo(listing.table([{name: _word(value) for name, value in one.items()} for one in targets]))


def _word(value: Any) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else str(value)

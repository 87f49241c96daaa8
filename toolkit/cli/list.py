"""``ajo list``: definitions, or what is live."""

from __future__ import annotations

import os

import click

from toolkit.cli.console import json_option, target_option, trust_option, working, workspace_of


@click.command("list", epilog="Example: ajo list --live --target stage")
@click.option("--live", is_flag=True, help="List what is on the target's platform instead.")
@target_option
@json_option
@trust_option
@click.pass_obj
def command(directory: str, live: bool, target: str | None, as_json: bool, trust: bool) -> None:
    """List definitions with their files, or with --live what is on the platform and which journeys use it."""
    from toolkit.report import data, listing

    workspace = workspace_of(directory)
    if live:
        from toolkit.app.connect import connected

        name, chosen = workspace.target(target)
        root = workspace.root
        with working("Reading the platform"), connected(chosen, root, os.environ, trust=trust) as platform:
            state = platform.read()
        others = [(item.kind, item.name, item.reason) for item in state.others]
        rows = listing.live_rows(state.catalog, others)
        document = data.listing_data("live", rows, target=name)
    else:
        chosen_name = workspace.target(target)[0] if target else None
        rows = listing.definition_rows(workspace.definitions, chosen_name)
        document = data.listing_data("definitions", rows, target=chosen_name)
    click.echo(data.to_json(document) if as_json else listing.table(rows))

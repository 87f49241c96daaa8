"""``ajo duplicate``: a copy of an action under a new name."""

from __future__ import annotations

import click

from toolkit.cli.console import workspace_of


@click.command("duplicate", epilog="Example: ajo duplicate LoyaltyWelcome LoyaltyWelcome2")
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@click.pass_obj
def command(directory: str, name: str, new_name: str) -> None:
    """Write a copy of the action NAME, called NEW, beside it: ready to change while journeys use the old one.

    The old one stays until no journey uses it; then remove its file.
    """
    from toolkit.app.duplicate import duplicate
    from toolkit.app.new.place import put

    workspace = workspace_of(directory)
    made = duplicate(workspace, name, new_name)
    put(workspace, made, force=False)
    click.echo(f"{made.file} is written.")
    click.echo(
        f"Change it, sync, move the journeys from {name} to {new_name}, then remove the file of {name}."
    )

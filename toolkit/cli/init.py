"""``ajo init``: start a workspace."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init", epilog="Example: ajo init my-actions")
@click.argument("folder", required=False, type=click.Path(file_okay=False))
@click.pass_obj
def command(directory: str, folder: str | None) -> None:
    """Start a workspace in FOLDER (here if left out): settings, schemas, one example action.

    Nothing that exists is overwritten.
    """
    from toolkit.app.editors import VSCODE
    from toolkit.app.init import init_workspace

    root = Path(directory) / (folder or ".")
    written = init_workspace(root)
    for name in written:
        click.echo(f"wrote {root / name}")
    if VSCODE not in written:
        click.echo(f"{root / VSCODE} is there already; `ajo schema --catalog` adds the schemas to it.")
    click.echo("Next: ajo validate, then ajo demo.")

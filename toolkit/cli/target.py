"""``ajo target``: whether a platform is as we believe, and how it is spoken to if it is not."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.console import json_option, started_in, target_names


@click.group("target")
def command() -> None:
    """Check a target's platform against what is assumed of it, or learn how it is spoken to."""


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

"""``ajo rules``: what definitions are checked for."""

from __future__ import annotations

import click

from toolkit.cli.console import json_option
from toolkit.core.errors import AjoError


@click.command("rules", epilog="Example: ajo rules AJO23")
@click.argument("prefix", required=False, default="")
@json_option
def command(prefix: str, as_json: bool) -> None:
    """List the rules whose codes begin with PREFIX, or all: code, severity, kinds, what is right.

    `ajo explain` shows one of them with examples.
    """
    from toolkit.report import data, explained
    from toolkit.rules import all_rules

    begins = prefix.strip().upper()
    begins = begins if begins.startswith("AJO"[: len(begins)]) else f"AJO{begins}"
    found = [rule for rule in all_rules() if rule.id.startswith(begins)]
    if not found:
        raise AjoError("AJO901", f"no rule begins with {begins}", fix="`ajo rules` lists all of them.")
    click.echo(data.to_json(explained.rules_data(found)) if as_json else explained.rules_text(found))

"""``ajo schema``: JSON Schemas of the definition format."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.core.errors import AjoError


@click.command("schema", epilog="Example: ajo schema --print CustomAction")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a schema is out of date.")
@click.option(
    "--print", "kind", metavar="KIND", help="Print the schema of one kind instead of writing files."
)
@click.option(
    "--output", metavar="FOLDER", help="Where to write; the folder schemas of the workspace if left out."
)
@click.pass_obj
def command(directory: str, check: bool, kind: str | None, output: str | None) -> None:
    """Write the JSON Schemas (draft 2020-12) that editors and other tools read."""
    from toolkit.app.schemas import stale_schemas, write_schemas
    from toolkit.core.canonical import dump_json
    from toolkit.model.kinds import KINDS
    from toolkit.model.schema import schema_of
    from toolkit.workspace.settings import find_root

    if kind is not None:
        if kind not in KINDS:
            raise AjoError(
                "AJO901", f"{kind} is not a kind of definition", fix=f"Kinds are {', '.join(KINDS)}."
            )
        click.echo(dump_json(schema_of(kind)))
        return
    folder = Path(output) if output else find_root(Path(directory)) / "schemas"
    if check:
        stale = list(stale_schemas(folder))
        if stale:
            raise AjoError("AJO904", f"out of date: {', '.join(stale)}", fix="Run `ajo schema` and commit.")
        click.echo("The schemas are current.")
        return
    written = write_schemas(folder)
    for name in written:
        click.echo(f"wrote {folder / name}")
    if not written:
        click.echo("The schemas are current.")

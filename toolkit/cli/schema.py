"""``ajo schema``: JSON Schemas of the definition format."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.core.errors import AjoError


@click.command("schema", epilog="Example: ajo schema --print CustomAction")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a file is out of date.")
@click.option(
    "--print", "kind", metavar="KIND", help="Print the schema of one kind instead of writing files."
)
@click.option(
    "--output", metavar="FOLDER", help="Where to write; the folder schemas of the workspace if left out."
)
@click.option(
    "--catalog", is_flag=True, help="Also tell editors which schema is for which file, VS Code among them."
)
@click.pass_obj
def command(directory: str, check: bool, kind: str | None, output: str | None, catalog: bool) -> None:
    """Write the JSON Schemas (draft 2020-12) that editors and other tools read.

    With --catalog also schemas/catalog.json, and the schemas into .vscode/settings.json, where everything
    else stays as it is. Once these are there, they are kept current with the schemas.
    """
    from toolkit.core.canonical import dump_json
    from toolkit.model.schema import MODELS, schema_of
    from toolkit.workspace.settings import find_root

    if catalog and (kind or output):
        raise AjoError("AJO901", "--catalog is for the schemas of a workspace: no --print, no --output")
    if kind is not None:
        if kind not in MODELS:
            raise AjoError(
                "AJO901", f"{kind} is not a kind of definition", fix=f"Kinds are {', '.join(MODELS)}."
            )
        click.echo(dump_json(schema_of(kind)))
        return
    root = None if output else find_root(Path(directory))
    folder = root / "schemas" if root else Path(output or "")
    if check:
        _check(folder, root, catalog=catalog)
    else:
        _write(folder, root, catalog=catalog)


def _check(folder: Path, root: Path | None, *, catalog: bool) -> None:
    from toolkit.app.editors import editor_files
    from toolkit.app.schemas import stale_schemas

    stale = list(stale_schemas(folder))
    told = editor_files(root, wanted=catalog) if root else []
    stale_told = [item.name for item in told if not item.is_current]
    if stale or stale_told:
        wanted = "ajo schema --catalog" if stale_told else "ajo schema"
        names = ", ".join([*stale, *stale_told])
        raise AjoError("AJO904", f"out of date: {names}", fix=f"Run `{wanted}` and commit.")
    click.echo("The schemas are current.")


def _write(folder: Path, root: Path | None, *, catalog: bool) -> None:
    from toolkit.app.editors import VSCODE, editor_files, write_editor_file
    from toolkit.app.schemas import write_schemas

    written = [folder / name for name in write_schemas(folder)]
    stale = [item for item in editor_files(root, wanted=catalog) if not item.is_current] if root else []
    for item in stale:
        if root and item.after is not None:
            write_editor_file(root, item)
            written.append(root / item.name)
    for path in written:
        click.echo(f"wrote {path}")
    if root and any(item.after is None for item in stale):
        _show_block(root)
        message = f"{VSCODE} is not plain JSON, or its json.schemas is no list; it was left alone"
        raise AjoError("AJO311", message)
    if not written:
        click.echo("The schemas are current.")


def _show_block(root: Path) -> None:
    from toolkit.app.editors import SETTING, vscode_schemas
    from toolkit.core.canonical import dump_json
    from toolkit.workspace.settings import load_settings

    settings = load_settings(root).settings
    click.echo(dump_json({SETTING: vscode_schemas(settings.actions if settings else "actions")}))

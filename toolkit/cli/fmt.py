"""``ajo fmt``: canonical form."""

from __future__ import annotations

import difflib

import click

from toolkit.cli.console import json_option, workspace_of


@click.command("fmt")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a file is not canonical.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would change.")
@json_option
@click.pass_obj
def command(directory: str, check: bool, show_diff: bool, as_json: bool) -> int:
    """Bring definitions into canonical form; what is sent never changes.

    Files that can't be read are left alone and make the exit code 3; `ajo validate` says why.
    """
    from toolkit.app.format import not_canonical, rewrite
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import Severity
    from toolkit.report import data
    from toolkit.report.shown import plural, safe

    workspace = workspace_of(directory)
    found = list(not_canonical(workspace))
    writes = not (check or show_diff)
    for item in found:
        if writes:
            rewrite(workspace.root, item)
        if show_diff and not as_json:
            lines = (item.before.splitlines(keepends=True), item.after.splitlines(keepends=True))
            changes = difflib.unified_diff(*lines, item.file, item.file)
            click.echo("\n".join(safe(line.rstrip("\n")) for line in changes))
        elif not as_json:
            click.echo(f"{'formatted' if writes else 'would format'} {safe(item.file)}")
    broken = {
        finding.file
        for finding in workspace.findings
        if finding.severity is Severity.ERROR and finding.code not in ("AJO010", "AJO011")
    }
    if as_json:
        names = [item.file for item in found]
        click.echo(data.to_json(data.format_data(names, sorted(broken), written=writes)))
    else:
        click.echo(
            f"{plural(len(found), 'file')} not canonical, {len(workspace.definitions) - len(found)} are."
        )
    if broken:
        click.echo(f"left alone, see `ajo validate`: {', '.join(map(safe, sorted(broken)))}", err=True)
        return Exit.INVALID
    return Exit.DIFFERENCE if found and not writes else Exit.DONE

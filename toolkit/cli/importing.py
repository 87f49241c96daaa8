"""``ajo import``: definitions of what is live."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.console import (
    json_option,
    show_unrun_rules,
    target_option,
    trust_option,
    uses_colour,
    working,
    workspace_of,
)

if TYPE_CHECKING:
    from toolkit.app.bring.imported import Imports
    from toolkit.report.imports import ImportReport
    from toolkit.workspace.load import Workspace


@click.command("import", epilog="Example: ajo import 'Loyalty*' --target prod --into loyalty --dry-run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@target_option
@click.option("--into", metavar="PARTNER", help="Folder below that of the definitions; else the host's.")
@click.option("--use-values", is_flag=True, help="Write ${name} where a text is a value of the target.")
@click.option(
    "--for-all-targets",
    is_flag=True,
    help="Make definitions for every target of the settings, not for this one alone.",
)
@click.option("--force", is_flag=True, help="Replace a file that is in the way.")
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@click.option(
    "--diff", "as_diff", is_flag=True, help="Print what would be written as a patch; write nothing."
)
@json_option
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    names: tuple[str, ...],
    target: str | None,
    into: str | None,
    use_values: bool,
    for_all_targets: bool,
    force: bool,
    dry_run: bool,
    as_diff: bool,
    as_json: bool,
    trust: bool,
) -> int:
    """Write definitions of what is live and no file stands for: all, or those called NAME.

    A NAME is that of an action or throttling, the URL pattern of a limit, or a pattern with * and ?. The next
    `ajo diff` finds nothing to do for them. Secrets, which the platform hides, become references.
    """
    from toolkit.app.bring.imported import ImportWish
    from toolkit.app.bring.imports import import_live, write_imported
    from toolkit.app.connect import connected
    from toolkit.core.codes import Exit

    workspace = workspace_of(directory)
    target, settings = workspace.target(target)
    wish = ImportWish(names, into, use_values, for_all_targets, force, trust)
    with (
        working("Reading the platform"),
        connected(settings, workspace.root, os.environ, trust=trust) as platform,
    ):
        live = platform.read()
    imports = import_live(workspace, target, live, wish)
    show_unrun_rules(workspace, trust=trust)
    is_written = not (dry_run or as_diff)
    for item in imports.imported if is_written else ():
        write_imported(workspace, item, force=force)
    _show(_report(workspace, imports, is_written=is_written), as_json=as_json, as_diff=as_diff)
    return Exit.DONE


def _report(workspace: Workspace, imports: Imports, *, is_written: bool) -> ImportReport:
    from toolkit.report.imports import ImportReport, Needed, NewFile, Other
    from toolkit.report.patch import new_file_patch, patch_of
    from toolkit.workspace.secret_settings import EnvironmentSecrets
    from toolkit.workspace.secrets import variable_name

    source = workspace.settings.targets[imports.target].secrets
    prefix = source.prefix if isinstance(source, EnvironmentSecrets) else None
    files = tuple(
        NewFile(
            item.key.kind,
            item.name,
            item.file,
            new_file_patch(item.file, item.text)
            if item.before is None
            else patch_of(item.file, item.before, item.text, prefixed=True),
            item.values,
            item.offered,
            item.remarks,
            item.findings,
        )
        for item in imports.imported
    )
    needed = tuple(
        Needed(
            str(each.reference),
            item.file,
            each.path,
            each.reason.value,
            "" if prefix is None else variable_name(each.reference, prefix),
        )
        for item in imports.imported
        for each in item.placeholders
    )
    managed, left_out = (
        tuple(Other(each.kind, each.name, each.reason) for each in group)
        for group in (imports.managed, imports.left_out)
    )
    return ImportReport(imports.target, is_written, files, needed, managed, left_out)


def _show(report: ImportReport, *, as_json: bool, as_diff: bool) -> None:
    from toolkit.report import data
    from toolkit.report.imports import imports_data, imports_text
    from toolkit.report.patch import shown_patch

    if as_json:
        click.echo(data.to_json(imports_data(report)))
    elif as_diff:
        patch = "".join(item.diff for item in report.files)
        if patch:
            is_piped = not sys.stdout.isatty()
            colour = uses_colour(sys.stdout)
            click.echo(
                patch.removesuffix("\n") if is_piped and not colour else shown_patch(patch, colour=colour)
            )
        click.echo(imports_text(report, colour=uses_colour(sys.stderr)), err=True)
    else:
        click.echo(imports_text(report, colour=uses_colour(sys.stdout)))

"""What ``ajo validate --fix`` and ``--diff`` do before, or instead of, showing what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from toolkit.app.fix import Fixed, fixes, write
from toolkit.cli.fmt import show_change
from toolkit.core.codes import Exit
from toolkit.core.diagnostics import Finding
from toolkit.report import data
from toolkit.report.patch import patch_of
from toolkit.report.shown import plural, safe
from toolkit.rules.veil import veiled
from toolkit.workspace.load import Workspace


def fix(workspace: Workspace, findings: Iterable[Finding]) -> None:
    """Write every mend that keeps its promise; says on standard error what was done and what was not."""
    for item in fixes(workspace, findings):
        if write(workspace.root, item):
            click.echo(f"fixed {safe(item.file)}: {_codes(item)}", err=True)
        else:
            click.echo(f"left alone, changed while this ran, so run it again: {safe(item.file)}", err=True)


def show_diff(workspace: Workspace, findings: Iterable[Finding], *, as_json: bool) -> Exit:
    """Show what :func:`fix` would write, credentials in the open masked, and write nothing."""
    found = list(fixes(workspace, findings))
    if as_json:
        rows = ((item.file, item.findings, patch_of(item.file, *_both(item))) for item in found)
        click.echo(data.to_json(data.fixes_data(rows)))
    else:
        for item in found:
            before, after = _both(item)
            if before != after:
                show_change(item.file, before, after)
        _sum(found)
    return Exit.DIFFERENCE if found else Exit.DONE


def _both(item: Fixed) -> tuple[str, str]:
    return veiled(item.before_text), veiled(item.after)


def _sum(found: Sequence[Fixed]) -> None:
    count = sum(len(item.findings) for item in found)
    would = f"{plural(count, 'finding')} would be fixed in {plural(len(found), 'file')}"
    click.echo(f"{would}; nothing was written." if found else "Nothing to fix.", err=True)
    for item in found:
        click.echo(f"    {safe(item.file)}: {_codes(item)}", err=True)


def _codes(item: Fixed) -> str:
    return ", ".join(sorted({finding.code for finding in item.findings}))

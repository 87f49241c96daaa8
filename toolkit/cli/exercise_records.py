"""What stays of an exercise where that was asked for: an amended response, a case, evidence."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from toolkit.cli.console import tool_version, uses_colour

if TYPE_CHECKING:
    from toolkit.cli.exercise import Asked
    from toolkit.exercise import Exchange


def keep_what_was_asked(asked: Asked, exchange: Exchange) -> bool:
    """Write what the options ask for, and say on standard error what became of it; tell whether all was."""
    options = asked.options
    if options["update_response"]:
        _amend(asked, exchange)
    elif exchange.deviations and not options["as_json"]:
        click.echo("--update-response takes the answer's fields into the definition.", err=True)
    # First, since a case of that name may be in the way, and the request would have to be sent again.
    is_kept = not options["evidence"] or _evidence(asked, exchange)
    if options["record"]:
        _record(asked, exchange)
    return is_kept


def _amend(asked: Asked, exchange: Exchange) -> None:
    from toolkit.app.amend import amended, write_amended
    from toolkit.report.patch import patch_of, shown_patch
    from toolkit.report.shown import safe

    found = amended(asked.workspace, asked.subject.origin, asked.subject.action, exchange)
    if found.after == found.before:
        click.echo(f"{safe(found.file)} needs no change.", err=True)
        return
    write_amended(asked.workspace, found)
    change = patch_of(found.file, found.before, found.after)
    click.echo(shown_patch(change, colour=uses_colour(sys.stderr)), err=True)


def _record(asked: Asked, exchange: Exchange) -> None:
    from toolkit.app.case_updates import put_case, recorded_case, stub_of
    from toolkit.app.cases import stage_of
    from toolkit.report.shown import safe
    from toolkit.workspace.load import open_workspace

    workspace, subject, options = asked.workspace, asked.subject, asked.options
    name = subject.action.name
    if options["update_response"]:
        workspace = open_workspace(workspace.root)  # the definition has just been amended
    stage = stage_of(workspace, subject.target_name)
    recorded = recorded_case(stage, name, options["record"], asked.values, stub_of(exchange))
    file = put_case(workspace, name, recorded.case, replace=options["force"])
    click.echo(f"recorded {safe(options['record'])} in {safe(file)}", err=True)
    if recorded.unclear:
        click.echo(f"as it was typed, of another type: {', '.join(map(safe, recorded.unclear))}", err=True)


def _evidence(asked: Asked, exchange: Exchange) -> bool:
    from toolkit.app.evidence import keep_evidence
    from toolkit.exercise.evidence import NoEvidence
    from toolkit.report.shown import safe

    root, now = asked.workspace.root, datetime.now(UTC)
    try:
        file = keep_evidence(root, asked.subject, asked.values, exchange, now, tool_version())
    except NoEvidence as reason:
        click.echo(f"No evidence was written: {safe(str(reason))}.", err=True)
        return False
    click.echo(f"evidence in {safe(file)}: look at it, and commit it with the definition", err=True)
    return True

"""``ajo diff --all-targets``: what a sync would do to each target."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.carrying_out import refused
from toolkit.cli.console import show_unrun_rules, targets_of, uses_colour, working

if TYPE_CHECKING:
    from toolkit.app.diff import PlanOptions
    from toolkit.workspace.load import Workspace


def show(
    workspace: Workspace,
    target: str | None,
    form: str,
    options: PlanOptions,
    *,
    exit_code: bool,
    fail_blocked: bool,
) -> int:
    """Plan all targets and show them; exit code 5 when one could not be read."""
    from toolkit.app.targets import plan_all
    from toolkit.core.codes import Exit
    from toolkit.plan.matrix import rows_of
    from toolkit.report import data
    from toolkit.report import matrix as report

    names = targets_of(click.get_current_context(), workspace, target, all_targets=True)
    with working("Reading the platforms"):
        columns = plan_all(workspace, names, options)
    show_unrun_rules(workspace, trust=options.trust)
    known = ((item.definition.kind, item.definition.name) for item in workspace.definitions)
    rows = rows_of(columns, known)
    if form == "json":
        click.echo(data.to_json(report.matrix_data(rows, columns)))
    elif form == "markdown":
        click.echo(report.matrix_markdown(rows, columns), nl=False)
    else:
        click.echo(report.matrix_text(rows, columns, colour=uses_colour(sys.stdout)))
    if any(column.error for column in columns):
        return Exit.PLATFORM
    blocked = [column.plan for column in columns if column.plan and column.plan.blocked]
    if fail_blocked and blocked:
        return max(refused(plan) for plan in blocked)
    return Exit.DIFFERENCE if exit_code and any(column.plan for column in columns) else Exit.DONE

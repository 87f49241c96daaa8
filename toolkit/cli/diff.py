"""``ajo diff``: what a sync would do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.basing import base_options, note_base, resend_option
from toolkit.cli.carrying_out import refused
from toolkit.cli.console import (
    all_targets_option,
    json_option,
    show_plan,
    show_unrun_rules,
    started_in,
    target_option,
    tool_version,
    trust_option,
    working,
    workspace_of,
)
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.workspace.load import Workspace


@click.command("diff", epilog="Example: ajo diff --target stage --exit-code")
@target_option
@all_targets_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the plan.",
)
@json_option
@click.option("--exit-code", is_flag=True, help="Exit code 2 when there is a difference.")
@click.option(
    "--fail-blocked", is_flag=True, help="Exit code 6 when a step is blocked: a sync would refuse it."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also keep the plan in FILE, for `ajo show` and `ajo sync`.",
)
@base_options
@click.option(
    "--settings-from",
    metavar="REV",
    help="Take settings and waivers from the commit REV, definitions alone from the files.",
)
@resend_option
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    target: str | None,
    all_targets: bool,
    form: str,
    as_json: bool,
    exit_code: bool,
    fail_blocked: bool,
    out: str | None,
    base: str | None,
    adopt: bool,
    settings_from: str | None,
    resend: tuple[str, ...],
    trust: bool,
) -> int:
    """Show what `ajo sync` would do to the target, field by field. Never writes to it.

    With --settings-from, for a change under review: where targets are, secrets, hosts, rules and what may be
    done come from REV, and what the change says otherwise is told.

    With --all-targets: a table of what would become of each resource in each target, then each plan. A
    target that can't be read does not stop the others; the exit code is 5 then.
    """
    from toolkit.app.connect import connected
    from toolkit.app.diff import PlanOptions, plan_for
    from toolkit.core.codes import Exit

    workspace = _workspace(directory, settings_from, trust=trust)
    form = "json" if as_json else form
    if all_targets:
        if out or resend:
            what = "--out keeps the plan" if out else "--resend-secrets asks for secrets"
            raise AjoError("AJO901", f"{what} of one target; not with --all-targets")
        from toolkit.cli.all_targets import show

        options = PlanOptions(base, adopt, trust)
        return show(workspace, target, form, options, exit_code=exit_code, fail_blocked=fail_blocked)
    _, settings = workspace.target(target)
    root = workspace.root
    with working("Reading the platform"), connected(settings, root, os.environ, trust=trust) as platform:
        planned = plan_for(workspace, target, platform, PlanOptions(base, adopt, trust, resend=resend))
        plan = planned.plan
    note_base(planned)
    show_unrun_rules(workspace, trust=trust)
    if out:
        from toolkit.app.saved_plan import kept, write_plan

        write_plan(Path(out), kept(workspace, plan, tool_version()))
    show_plan(plan, form)
    if fail_blocked and plan.blocked:
        return refused(plan)
    return Exit.DIFFERENCE if exit_code and plan else Exit.DONE


def _workspace(directory: str, settings_from: str | None, *, trust: bool) -> Workspace:
    if settings_from is None:
        return workspace_of(directory)
    from toolkit.app.settings_from import open_reviewed

    return open_reviewed(started_in(directory), settings_from, os.environ, trust=trust)

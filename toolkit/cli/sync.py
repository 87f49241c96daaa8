"""``ajo sync``: make a target what the files say."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.basing import base_options, note_base, resend_option, settle
from toolkit.cli.carrying_out import (
    Errand,
    carried_out,
    exit_code,
    keep,
    lease_options,
    leave_options,
    manner_of,
    show,
)
from toolkit.cli.console import (
    json_option,
    target_option,
    tool_version,
    trust_option,
    uses_colour,
    working,
    workspace_of,
)
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.plan.saved import SavedPlan


@click.command("sync", epilog="Example: ajo sync --target stage --receipt receipt.json")
@click.argument("plan_file", type=click.Path(dir_okay=False), metavar="[PLAN]", required=False)
@target_option
@click.option("--yes", is_flag=True, help="Approve the plan without being asked.")
@leave_options
@lease_options
@base_options
@resend_option
@click.option(
    "--push-ref", is_flag=True, help="After a complete sync push the target's reference to the remote origin."
)
@click.option(
    "--receipt", "receipt_file", type=click.Path(dir_okay=False), help="Write the receipt as JSON to FILE."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the receipt.",
)
@json_option
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    plan_file: str | None,
    target: str | None,
    yes: bool,
    allow_destroy: bool,
    allow_mass_change: bool,
    lease: str | None,
    no_lease: bool,
    base: str | None,
    adopt: bool,
    resend: tuple[str, ...],
    push_ref: bool,
    receipt_file: str | None,
    form: str,
    as_json: bool,
    trust: bool,
) -> int:
    """Show the plan, ask, and carry it out. Safe to run again: it finishes what is left.

    With a PLAN that `ajo diff --out` kept, do exactly its steps, or nothing if what they rest on has moved.

    Exit codes: 0 done, 5 not complete, 6 refused, 130 interrupted.
    """
    from toolkit.app.connect import connected
    from toolkit.app.diff import PlanOptions, plan_for
    from toolkit.app.own_rules import require_own_rules
    from toolkit.app.saved_plan import read_plan, taken_up
    from toolkit.app.sync import alone, policy_of, told
    from toolkit.report import text
    from toolkit.report.shown import safe
    from toolkit.workspace.secrets import asked_once, secret_resolver

    form = "json" if as_json else form
    saved = read_plan(Path(plan_file)) if plan_file else None
    workspace = workspace_of(directory)
    target, settings = workspace.target(_target_of(saved, target))
    require_own_rules(workspace, trust=trust)
    # Asked once: what is sent and what a fingerprint is made of are the same.
    resolve = asked_once(secret_resolver(settings, workspace.root, os.environ, trust=trust))
    policy = policy_of(settings, allow_destroy=allow_destroy, allow_mass_change=allow_mass_change)
    options = PlanOptions(base, adopt, trust, resend=(*resend, *_asked_in(saved)), resolve=resolve)
    manner = manner_of(settings, lease, no_lease=no_lease)
    with (
        alone(workspace, target, f"ajo sync --target {target}", manner) as account,
        connected(settings, workspace.root, os.environ, resolve=resolve) as platform,
    ):
        with working("Reading the platform"):
            account.wait(settings.staleness_seconds)
            planned = plan_for(workspace, target, platform, options)
        for line in account.story(planned.plan):
            click.echo(safe(line), err=True)
        plan = taken_up(saved, workspace, planned.plan, tool_version()) if saved else planned.plan
        note_base(planned)
        click.echo(text.plan_text(plan, colour=uses_colour(sys.stderr)), err=True)
        if len(plan.steps) < len(planned.plan.steps):
            click.echo("Other differences have come up since; `ajo diff` shows them.", err=True)
        receipt = carried_out(plan, Errand(settings, resolve, policy, yes, "Syncing"), platform, account)
        receipt = told(receipt, workspace, planned, tool_version())
        kept = keep(receipt, receipt_file)
        show(receipt, form)
        # Before somebody else may begin: the next sync's base is what this one moves the reference to.
        settled = settle(planned, receipt, push_reference=push_ref)
    return exit_code(receipt) or kept or settled


def _target_of(saved: SavedPlan | None, target: str | None) -> str | None:
    """Return the target that is meant; a saved plan names its own."""
    if saved is None:
        return target
    if target not in (None, saved.plan.target):
        raise AjoError("AJO901", f"the plan is for target {saved.plan.target}, not for {target}")
    return saved.plan.target


def _asked_in(saved: SavedPlan | None) -> Iterator[str]:
    """Yield the names whose secrets a saved plan was asked to send again."""
    from toolkit.plan.types import ResendReason

    for step in saved.plan.steps if saved else ():
        if any(each.reason is ResendReason.ASKED for each in step.resends):
            yield step.resource.name

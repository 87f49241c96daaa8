"""``ajo rollback``: make a target what an earlier commit says."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from toolkit.cli.basing import note_base
from toolkit.cli.carrying_out import (
    Errand,
    carried_out,
    exit_code,
    keep,
    lease_options,
    leave_options,
    manner_of,
)
from toolkit.cli.console import (
    json_option,
    show_unrun_rules,
    target_option,
    tool_version,
    trust_option,
    uses_colour,
    working,
    workspace_of,
)

if TYPE_CHECKING:
    from toolkit.app.diff import PlanOptions
    from toolkit.app.leased import Manner
    from toolkit.app.rollback import Earlier, Rollback
    from toolkit.app.undo import Undo
    from toolkit.plan.types import Policy
    from toolkit.platform.port import Platform, SecretResolver
    from toolkit.report.rollback import Head
    from toolkit.sync.receipt import Receipt
    from toolkit.sync.receipt_file import PastSync
    from toolkit.workspace.load import Workspace


@click.command("rollback", epilog="Example: ajo rollback v1.4 --target prod --apply")
@click.argument("revision", metavar="[REV]", required=False)
@click.option(
    "--receipt",
    "receipt_in",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Instead of REV: undo the sync whose receipt this is.",
)
@target_option
@click.option("--apply", "is_applied", is_flag=True, help="Carry the plan out, after asking.")
@click.option("--yes", is_flag=True, help="With --apply: approve the plan without being asked.")
@leave_options
@lease_options
@click.option("--with-values", is_flag=True, help="Take the target's values as they were at REV, too.")
@click.option(
    "--base", metavar="REV", help="The commit that was synced last; refs/ajo/synced/TARGET if left out."
)
@click.option(
    "--receipt-out",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the receipt as JSON to FILE.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show plan and receipt.",
)
@json_option
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    revision: str | None,
    receipt_in: str | None,
    target: str | None,
    is_applied: bool,
    yes: bool,
    allow_destroy: bool,
    allow_mass_change: bool,
    lease: str | None,
    no_lease: bool,
    with_values: bool,
    base: str | None,
    receipt_out: str | None,
    form: str,
    as_json: bool,
    trust: bool,
) -> int:
    """Show what would make the target what the definitions at the commit REV say; --apply does it.

    With --receipt: what would undo one sync, step by step, and nothing else. What has moved since is refused
    by name.

    Where the target is, its secrets and what may be done stay as they are now. The files are not touched:
    the answer ends with the git command that brings them back as well.

    Exit codes: 0 done, 5 not complete, 6 refused, 130 interrupted.
    """
    from toolkit.app.diff import PlanOptions
    from toolkit.app.rollback import read_earlier
    from toolkit.app.sync import policy_of
    from toolkit.app.undo import read_past
    from toolkit.core.codes import Exit
    from toolkit.workspace.secrets import secret_resolver

    if (revision is None) == (receipt_in is None) or (receipt_in and (base or with_values)):
        raise click.UsageError("Name either REV or --receipt; --base and --with-values belong to REV.")
    form = "json" if as_json else form
    workspace = workspace_of(directory)
    past = read_past(Path(receipt_in)) if receipt_in else None
    target, settings = workspace.target(target or (past.target if past else None))
    earlier: Earlier | PastSync = past or read_earlier(
        workspace, target, revision or "", os.environ, with_values=with_values
    )
    resolve = secret_resolver(settings, workspace.root, os.environ, trust=trust)
    wish = _Wish(workspace, target, earlier, PlanOptions(base, trust=trust), resolve)
    if not is_applied:
        _show(_planned(wish), None, form)
        return Exit.DONE
    policy = policy_of(settings, allow_destroy=allow_destroy, allow_mass_change=allow_mass_change)
    manner = manner_of(settings, lease, no_lease=no_lease)
    back, receipt = _applied(wish, policy, manner, yes=yes)
    kept = keep(receipt, receipt_out)
    _show(back, receipt, form)
    return exit_code(receipt) or kept


class _Wish(NamedTuple):
    """Where to go back, to what."""

    workspace: Workspace
    target: str
    earlier: Earlier | PastSync
    options: PlanOptions
    resolve: SecretResolver


def _way_back(wish: _Wish, platform: Platform) -> Rollback | Undo:
    from toolkit.app.rollback import Earlier, plan_rollback
    from toolkit.app.undo import plan_undo

    workspace, target, earlier, options, _ = wish
    if isinstance(earlier, Earlier):
        return plan_rollback(workspace, target, earlier, platform, options)
    return plan_undo(workspace, target, earlier, platform, os.environ)


def _planned(wish: _Wish) -> Rollback | Undo:
    from toolkit.app.connect import connected

    workspace, target, _, options, resolve = wish
    settings = workspace.settings.targets[target]
    with (
        working("Reading the platform"),
        connected(settings, workspace.root, os.environ, resolve=resolve) as platform,
    ):
        back = _way_back(wish, platform)
    note_base(back.planned)
    show_unrun_rules(workspace, trust=options.trust)
    return back


def _applied(wish: _Wish, policy: Policy, manner: Manner, *, yes: bool) -> tuple[Rollback | Undo, Receipt]:
    from toolkit.app.connect import connected
    from toolkit.app.own_rules import require_own_rules
    from toolkit.app.sync import alone, told
    from toolkit.report.shown import safe
    from toolkit.report.text import plan_text

    workspace, target, _, options, resolve = wish
    settings = workspace.settings.targets[target]
    require_own_rules(workspace, trust=options.trust)
    with (
        alone(workspace, target, f"ajo rollback --target {target}", manner) as account,
        connected(settings, workspace.root, os.environ, resolve=resolve) as platform,
    ):
        with working("Reading the platform"):
            account.wait(settings.staleness_seconds)
            back = _way_back(wish, platform)
        plan = back.planned.plan
        for line in account.story(plan):
            click.echo(safe(line), err=True)
        note_base(back.planned)
        click.echo(plan_text(plan, colour=uses_colour(sys.stderr)), err=True)
        receipt = carried_out(plan, Errand(settings, resolve, policy, yes, "Going back"), platform, account)
    return back, told(receipt, workspace, back.planned, tool_version())


def _show(back: Rollback | Undo, receipt: Receipt | None, form: str) -> None:
    """Print the plan, or the receipt once there is one, and what the files still say otherwise."""
    from toolkit.report import data
    from toolkit.report import rollback as report

    head = _head(back)
    plan = back.planned.plan
    if form == "json":
        click.echo(data.to_json(report.rollback_data(head, plan, receipt)))
    elif form == "markdown":
        click.echo(report.rollback_markdown(head, plan, receipt), nl=False)
    else:
        click.echo(report.rollback_text(head, plan, receipt, colour=uses_colour(sys.stdout)))


def _head(back: Rollback | Undo) -> Head:
    from toolkit.app.rollback import Rollback
    from toolkit.report.rollback import Head

    if isinstance(back, Rollback):
        earlier = back.earlier
        return Head(earlier.shown, earlier.commit, back.differing, earlier.values, back.command)
    shown = f"before the sync of {back.past.started_at}"
    return Head(shown, back.past.base, back.differing, (), back.command, back.unknown)

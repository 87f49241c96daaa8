"""What ``diff`` and ``sync`` say about the base: options, why there is none, and where it moved."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from toolkit.cli.console import show_error
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.diff import Planned
    from toolkit.sync.receipt import Receipt
    from toolkit.workspace.synced import Standing

Command = TypeVar("Command", bound=Callable[..., Any])


def base_options(command: Command) -> Command:
    """Add ``--base`` and ``--adopt``."""
    adopt = click.option(
        "--adopt", is_flag=True, help="Take over what is live under the same identity and never was ours."
    )
    base = click.option(
        "--base",
        metavar="REV",
        help="The commit that was synced last; refs/ajo/synced/TARGET if left out.",
    )
    return base(adopt(command))


def resend_option(command: Command) -> Command:
    """Add ``--resend-secrets``."""
    words = (
        "Send secrets again that the platform hides: all of them, or those of the definitions or paths NAME, "
        "which may hold *. Each is a step to be looked at."
    )
    return click.option(
        "--resend-secrets",
        "resend",
        multiple=True,
        is_flag=False,
        flag_value="*",
        metavar="[NAME]",
        help=words,
    )(command)


def note_base(planned: Planned) -> None:
    """Say on standard error why a plan has no base."""
    from toolkit.report.shown import safe

    if planned.stood and planned.why_no_base and planned.plan:
        words = "same name or URL pattern means update, and nothing is deleted"
        click.echo(f"No base: {safe(planned.why_no_base)}; {words}.", err=True)


def settle(planned: Planned, receipt: Receipt, *, push_reference: bool) -> int:
    """Move the target's reference after a complete sync of a committed state, and say what became of it."""
    from toolkit.workspace.synced import move, push

    stood = planned.stood
    if stood is None:
        return Exit.DONE
    why_not = _why_not(planned, receipt, stood)
    if why_not:
        click.echo(f"{stood.name} stays where it was: {why_not}.", err=True)
        return Exit.DONE
    try:
        beside = planned.moves_beside()
        if stood.before != stood.commit or beside:
            move(stood, *beside)
        if stood.before != stood.commit:
            click.echo(f"{stood.name} is at {stood.commit[:12]} now.", err=True)
        if push_reference:
            push(stood, os.environ, *(beside or planned.kept_beside()))
    except AjoError as error:
        show_error(error)
        return error.exit
    return Exit.DONE


def _why_not(planned: Planned, receipt: Receipt, stood: Standing) -> str:
    from toolkit.plan.types import Verdict
    from toolkit.report.shown import plural, safe

    if not receipt.complete or receipt.interrupted:
        return "the sync is not complete"
    if len(receipt.rows) < len(planned.plan.steps):
        return "other differences are left"
    if stood.changed:
        return f"{plural(len(stood.changed), 'file')} not committed, such as {safe(stood.changed[0])}"
    if any(kept.verdict is Verdict.CONFLICT for kept in planned.plan.kept):
        return "a conflict was left as it is on the platform"
    return ""

"""What commands that carry out a plan share: asking before, and the account after."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from toolkit.cli.console import progress, show_error, uses_colour
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.leased import Manner
    from toolkit.app.sync import Account
    from toolkit.plan.types import Plan, Policy
    from toolkit.platform.port import Platform, SecretResolver
    from toolkit.sync.receipt import Receipt
    from toolkit.workspace.settings import Target


Command = TypeVar("Command", bound=Callable[..., Any])


def leave_options(command: Command) -> Command:
    """Add ``--allow-destroy`` and ``--allow-mass-change``."""
    destroy = click.option(
        "--allow-destroy",
        is_flag=True,
        help="Allow the plan to delete, to break journeys, to move credentials.",
    )
    mass_change = click.option(
        "--allow-mass-change", is_flag=True, help="Allow the plan to change a large share of what exists."
    )
    return destroy(mass_change(command))


def lease_options(command: Command) -> Command:
    """Add ``--lease`` and ``--no-lease``."""
    lease = click.option(
        "--lease",
        metavar="REMOTE",
        help="Hold the target's lease on this git remote meanwhile; its setting `lease` if left out.",
    )
    no_lease = click.option("--no-lease", is_flag=True, help="Take no lease, whatever the settings say.")
    return lease(no_lease(command))


def manner_of(settings: Target, lease: str | None, *, no_lease: bool) -> Manner:
    """Return how a target is held; raises :class:`AjoError` AJO901 for what is no remote."""
    from toolkit.app.leased import Manner
    from toolkit.workspace.target_settings import REMOTE_NAME

    if lease is not None and (no_lease or not REMOTE_NAME.fullmatch(lease)):
        wrong = f"{lease!r} can't be the name of a git remote"
        raise AjoError("AJO901", "--lease and --no-lease: choose" if no_lease else wrong)
    return Manner(os.environ, warn, None if no_lease else lease or settings.lease)


def warn(trouble: str) -> None:
    """Say why there is no lock or no journal; a sync goes on without."""
    from toolkit.report.shown import safe

    if trouble:
        click.echo(f"warning: {safe(trouble)}", err=True)


def who() -> str:
    """Return who runs this: the pipeline's actor, or the user of this machine."""
    try:
        return os.environ.get("GITHUB_ACTOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def ask(plan: Plan, *, yes: bool) -> None:
    """Ask on the terminal whether to go on; raises :class:`AjoError` AJO601 without one, AJO602 for a no."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise AjoError("AJO601", "there is no terminal to ask on")
    if not click.confirm(f"Carry out these {len(plan.steps)} steps on target {plan.target}?", err=True):
        raise AjoError("AJO602", "the answer was no")


def refused(plan: Plan) -> int:
    """Say why a plan that was shown would be refused, and return the exit code of that; else 0."""
    from toolkit.core.codes import Exit
    from toolkit.plan.guard import refuse_blocked

    try:
        refuse_blocked(plan)
    except AjoError as error:
        show_error(error)
        return error.exit
    return Exit.DONE


class Errand(NamedTuple):
    """How a plan is carried out: where, with which secrets, what it may do, whether somebody is asked."""

    settings: Target
    resolve: SecretResolver
    policy: Policy
    yes: bool
    label: str


def carried_out(plan: Plan, errand: Errand, platform: Platform, account: Account) -> Receipt:
    """Let a plan that was shown be approved, and carry it out.

    Raises :class:`AjoError` AJO601 to AJO608 before anything is written.
    """
    from toolkit.app.sync import carry_out, pace_of
    from toolkit.plan.guard import approve

    approved = approve(plan, errand.policy, who())
    if plan:
        ask(plan, yes=errand.yes)
    pace = pace_of(errand.settings)
    with progress(errand.label, len(plan.steps)) as advance:
        receipt = carry_out(approved, platform, errand.resolve, pace, lambda _: advance(), account)
    warn(account.trouble)
    return receipt


def keep(receipt: Receipt, file: str | None) -> int:
    """Write the receipt to `file`; where that fails, the error is shown and must not hide what was done."""
    from toolkit.core.codes import Exit
    from toolkit.report import data
    from toolkit.workspace.write import write_text

    try:
        if file:
            write_text(Path(file), data.to_json(data.receipt_data(receipt)) + "\n")
    except AjoError as error:
        show_error(error)
        return error.exit
    return Exit.DONE


def show(receipt: Receipt, form: str) -> None:
    """Print a receipt as ``text``, ``json`` or ``markdown``."""
    from toolkit.report import data, markdown, text

    if form == "json":
        click.echo(data.to_json(data.receipt_data(receipt)))
    elif form == "markdown":
        click.echo(markdown.receipt_markdown(receipt), nl=False)
    else:
        click.echo(text.receipt_text(receipt, colour=uses_colour(sys.stdout)))


def exit_code(receipt: Receipt) -> int:
    """Return what a receipt means for a script."""
    from toolkit.core.codes import CODES, Exit

    if receipt.interrupted:
        return Exit.INTERRUPTED
    if receipt.complete:
        return Exit.DONE
    refused = any(row.code and CODES[row.code].exit is Exit.AUTHENTICATION for row in receipt.rows)
    return Exit.AUTHENTICATION if refused else Exit.PLATFORM

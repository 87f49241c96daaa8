"""``ajo demo``: the main job on an emulated platform."""

from __future__ import annotations

import sys

import click

from toolkit.cli.console import target_option, uses_colour, workspace_of
from toolkit.core.errors import AjoError


@click.command("demo")
@target_option
@click.pass_obj
def command(directory: str, target: str | None) -> int:
    """Sync this workspace's definitions to a platform that starts and ends with the demonstration.

    Values come from the target. Nothing outside this machine is called and no file of yours is changed.
    """
    try:
        from toolkit.app.demo import Narrator, run_demo
    except ModuleNotFoundError as error:
        fix = "pip install 'ajo-actions[emulator]'"
        raise AjoError("AJO902", f"the demonstration needs {error.name}", fix=fix) from None
    from toolkit.core.codes import Exit
    from toolkit.report import text

    colour = uses_colour(sys.stdout)

    def heading(words: str) -> None:
        click.echo("\n" + text.paint(f"# {words}", "bold", colour=colour))

    narrator = Narrator(
        heading=heading,
        plan=lambda plan: click.echo(text.plan_text(plan, colour=colour)),
        row=lambda row: click.echo(text.row_text(row, colour=colour)),
        receipt=lambda receipt: click.echo(text.receipt_text(receipt, colour=colour)),
    )
    went_well = run_demo(workspace_of(directory), target, narrator)
    click.echo()
    if not went_well:
        click.echo("The demonstration did not end as it should.", err=True)
        return Exit.PLATFORM
    click.echo(
        "Done: definitions reached the platform, a second run found nothing to do, an edit was one field."
    )
    return Exit.DONE

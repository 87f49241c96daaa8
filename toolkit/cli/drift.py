"""``ajo drift``: what was changed on the platform."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.console import (
    all_targets_option,
    json_option,
    show_unrun_rules,
    target_option,
    targets_of,
    trust_option,
    uses_colour,
    working,
    workspace_of,
)
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.app.bring.back import BroughtBack
    from toolkit.app.diff import PlanOptions
    from toolkit.plan.drift import Drift
    from toolkit.report.drift import PatchNote
    from toolkit.workspace.load import Workspace


@click.command("drift", epilog="Example: ajo drift --target prod --patch drift.patch")
@target_option
@all_targets_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to show the drift.",
)
@json_option
@click.option(
    "--patch",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also write a patch into FILE (- for standard output) that brings the changes into the files.",
)
@click.option(
    "--base",
    metavar="REV",
    help="The commit that was synced last; refs/ajo/synced/TARGET if left out.",
)
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    target: str | None,
    all_targets: bool,
    form: str,
    as_json: bool,
    patch: str | None,
    base: str | None,
    trust: bool,
) -> int:
    """Say what somebody changed or removed on the platform since the last sync. Never writes to it.

    The patch is for `git apply`, in the folder of the settings; conflicts and what is waived are not in it.

    Exit codes: 0 no drift, 2 drift, 5 a target could not be read.
    """
    from toolkit.app.diff import PlanOptions
    from toolkit.core.codes import Exit

    form = "json" if as_json else form
    workspace = workspace_of(directory)
    options = PlanOptions(base, trust=trust)
    show_unrun_rules(workspace, trust=trust)
    if all_targets:
        if patch:
            raise AjoError("AJO901", "--patch is for one target; not with --all-targets")
        names = targets_of(click.get_current_context(), workspace, target, all_targets=True)
        return _show_all(workspace, names, options, form)
    drift, note, text = _found(workspace, workspace.target(target)[0], options, with_patch=bool(patch))
    if patch == "-":
        click.echo(text, nl=False)
    elif patch and text:
        from toolkit.workspace.write import write_text

        write_text(Path(patch), text)
    _show(drift, note, form, err=patch == "-")
    return Exit.DIFFERENCE if drift else Exit.DONE


def _found(
    workspace: Workspace, target: str, options: PlanOptions, *, with_patch: bool
) -> tuple[Drift, PatchNote | None, str]:
    from toolkit.app.connect import connected
    from toolkit.app.drift import find_drift
    from toolkit.report.shown import safe

    settings = workspace.settings.targets[target]
    with (
        working("Reading the platform"),
        connected(settings, workspace.root, os.environ, trust=options.trust) as platform,
    ):
        found = find_drift(workspace, target, platform, options)
    if found.why_no_base:
        words = "whatever is not as the files say counts as drift"
        click.echo(f"No base: {safe(found.why_no_base)}; {words}.", err=True)
    if not with_patch:
        return found.drift, None, ""
    from toolkit.app.bring.back import bring_back

    sides = (found.desired, found.live)
    brought = bring_back(workspace, target, found.drift, sides, trust=options.trust)
    return found.drift, _note(brought), _patch(brought)


def _note(brought: BroughtBack) -> PatchNote:
    from toolkit.report.drift import PatchNote

    return PatchNote(
        tuple(each.file for each in brought.files),
        tuple((each.name, each.reason) for each in brought.left_out),
        brought.also,
        tuple(dict.fromkeys(secret for each in brought.files for secret in each.secrets)),
    )


def _patch(brought: BroughtBack) -> str:
    from toolkit.report.patch import patch_of, removal_patch

    return "".join(
        removal_patch(each.file, each.before)
        if each.after is None
        else patch_of(each.file, each.before, each.after, prefixed=True)
        for each in brought.files
    )


def _show(drift: Drift, note: PatchNote | None, form: str, *, err: bool) -> None:
    from toolkit.report import data
    from toolkit.report import drift as report

    if form == "json":
        click.echo(data.to_json(report.drift_data(drift, note)), err=err)
    elif form == "markdown":
        click.echo(report.drift_markdown(drift, note), nl=False, err=err)
    else:
        colour = uses_colour(sys.stderr if err else sys.stdout)
        click.echo(report.drift_text(drift, note, colour=colour), err=err)


def _show_all(workspace: Workspace, names: list[str], options: PlanOptions, form: str) -> int:
    from toolkit.app.drift import find_all_drift
    from toolkit.core.codes import Exit
    from toolkit.report import data
    from toolkit.report import drift as report

    with working("Reading the platforms"):
        targets = find_all_drift(workspace, names, options)
    if form == "json":
        click.echo(data.to_json(report.drifts_data(targets)))
    elif form == "markdown":
        click.echo(report.drifts_markdown(targets), nl=False)
    else:
        click.echo(report.drifts_text(targets, colour=uses_colour(sys.stdout)))
    if any(each.error for each in targets):
        return Exit.PLATFORM
    return Exit.DIFFERENCE if any(each.drift for each in targets) else Exit.DONE

"""``ajo test``: whether actions do what their cases say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from toolkit.cli.console import json_option, target_option, uses_colour, working, workspace_of


@click.command("test", epilog="Example: ajo test 'Loyalty*' --junit cases.xml")
@click.argument("chosen", nargs=-1, metavar="[ACTION|FILE]...")
@click.option(
    "--jobs",
    type=click.IntRange(1, 8),
    metavar="COUNT",
    help="Processes that check; as it is worth it, if left out.",
)
@click.option("--update", is_flag=True, help="Write what actions do now into the cases that do not hold.")
@click.option(
    "--junit", type=click.Path(dir_okay=False), metavar="FILE", help="Also write a JUnit report to FILE."
)
@target_option
@json_option
@click.pass_obj
def command(directory: str, /, chosen: tuple[str, ...], **options: Any) -> int:
    """Check the cases beside definitions: what would be sent, and what a journey would see of an answer.

    Nothing is sent: a case brings its values and the answer. The cases of all actions, or of those that are
    named: ACTION may hold *, FILE is a file or folder of cases. Values of definitions are those of --target.
    From 4,000 cases on, or with --jobs, other processes help; what is said is the same.
    Exit code 2 when a case does not hold, 3 when one can't be read.
    """
    from toolkit.app.cases import check_cases
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors
    from toolkit.report import cases, data, text
    from toolkit.workspace.write import write_text

    workspace, jobs = workspace_of(directory), options["jobs"]
    if options["update"]:
        _update(directory, options["target"], chosen)
    with working("Checking cases"):
        checked = check_cases(workspace, options["target"], chosen, None if jobs is None else jobs - 1)
    if checked.findings:
        shown = text.findings_text(checked.findings, 0, colour=uses_colour(sys.stderr))
        click.echo("\n".join(shown.splitlines()[:-1]), err=True)
    if options["junit"]:
        write_text(Path(options["junit"]), cases.results_junit(checked.results))
    if options["as_json"]:
        click.echo(data.to_json(cases.results_data(checked.target, checked.results)))
    else:
        click.echo(cases.results_text(checked.results, checked.unread, colour=uses_colour(sys.stdout)))
    if has_errors(checked.findings) or any(result.error for result in checked.results):
        return Exit.INVALID
    return Exit.DONE if checked.holds else Exit.DIFFERENCE


def _update(directory: str, target: str | None, chosen: tuple[str, ...]) -> None:
    from toolkit.app.case_updates import updated
    from toolkit.app.cases import chosen_files, stage_of
    from toolkit.workspace.write import write_text

    workspace = workspace_of(directory)
    files, _ = chosen_files(workspace, chosen)
    stage = stage_of(workspace, target)
    for item in files:
        after = updated(item, stage)
        if after is not None:
            write_text(workspace.root / item.file, after, instead_of=item.source.text)
            click.echo(f"updated {item.file}", err=True)

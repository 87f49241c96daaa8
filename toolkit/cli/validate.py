"""``ajo validate``: everything that is wrong, in one run, offline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from toolkit.cli.console import (
    json_option,
    show_error,
    started_in,
    tool_version,
    trust_option,
    uses_colour,
    working,
    workspace_of,
)

if TYPE_CHECKING:
    from toolkit.app.findings_report import Checked
    from toolkit.app.watch import Run

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")


@click.command(
    "validate",
    epilog="Example: ajo validate --format sarif --output ajo.sarif",
)
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="How to show findings: github is for annotations, sarif for code scanning, junit for test views.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write that to FILE instead, and show the findings as text.",
)
@click.option("--fix", is_flag=True, help="First mend what can be mended in one way only.")
@click.option(
    "--diff", "show_diff", is_flag=True, help="Show what --fix would write; exit code 2 if anything."
)
@click.option("--watch", is_flag=True, help="Check again after each change, until Ctrl-C (exit code 130).")
@click.option("--no-cache", is_flag=True, help="Look at every file, and keep nothing in .ajo/cache.")
@trust_option
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917  # one argument per option
    directory: str,
    as_json: bool,
    form: str,
    output: str | None,
    fix: bool,
    show_diff: bool,
    watch: bool,
    no_cache: bool,
    trust: bool,
) -> int:
    """Check definitions and settings for every target. Exit code 3 when there are errors.

    With --watch and --json, each check is one line of JSON.
    """
    from toolkit.app.findings_report import FORMATS as RENDERERS
    from toolkit.core.codes import Exit
    from toolkit.core.diagnostics import has_errors
    from toolkit.report.text import findings_text, fixable_text
    from toolkit.workspace.write import write_text

    form = "json" if as_json else form
    if watch:
        if form not in ("text", "json") or output or fix or show_diff:
            raise click.UsageError("--watch shows text or JSON on standard output, and mends nothing.")
        _watch(started_in(directory), as_json=form == "json", trust=trust)
    if show_diff or fix:
        from toolkit.app.validate import validate
        from toolkit.cli import fixing

        with working("Checking definitions"):
            workspace = workspace_of(directory)
            findings = validate(workspace, trust=trust)
        if show_diff:
            return fixing.show_diff(workspace, findings, as_json=form == "json")
        fixing.fix(workspace, findings)
    checked = _checked(directory, trust=trust, keep=not no_cache)
    if form == "text" or output:
        click.echo(findings_text(checked.findings, checked.count, colour=uses_colour(sys.stdout)))
        click.echo(fixable_text(checked.findings), nl=False)
    if output:
        write_text(Path(output), RENDERERS[form](checked))
    elif form != "text":
        click.echo(RENDERERS[form](checked), nl=False)
    return Exit.INVALID if has_errors(checked.findings) else Exit.DONE


def _checked(directory: str, *, trust: bool, keep: bool) -> Checked:
    from toolkit.app.case_findings import with_cases
    from toolkit.app.check import check
    from toolkit.app.findings_report import Checked

    with working("Checking definitions"):
        found = check(started_in(directory), trust=trust, keep=keep)
        findings = with_cases(found.grounds, found.findings)
    return Checked(found.grounds.root, findings, found.files, tool_version())


def _watch(folder: Path, *, as_json: bool, trust: bool) -> NoReturn:
    """Show one check after the other."""
    import time
    from datetime import UTC, datetime

    from toolkit.app.case_findings import with_cases
    from toolkit.app.validate import validate
    from toolkit.app.watch import Clock, watch

    show = _show_line if as_json else _show_text
    clock = Clock(time.sleep, time.perf_counter, lambda: datetime.now(UTC).astimezone())
    watch(folder, show, clock, lambda workspace: with_cases(workspace, validate(workspace, trust=trust)))


def _show_line(run: Run) -> None:
    from toolkit.core.canonical import dump_json
    from toolkit.report import data

    document = data.error_data(run.error) if run.error else data.findings_data(run.findings, run.checked)
    click.echo(dump_json({**document, "at": run.at.isoformat(timespec="seconds")}, indent=None))


def _show_text(run: Run) -> None:
    from toolkit.report import text

    colour = uses_colour(sys.stdout)
    click.echo(text.paint(f"{run.at:%H:%M:%S}", "bold", colour=colour))
    if run.error:
        show_error(run.error)
    else:
        click.echo(text.findings_text(run.findings, run.checked, colour=colour))
    click.echo()

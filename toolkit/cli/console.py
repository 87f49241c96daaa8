"""What all commands share: options, colours, opening the workspace, showing errors, waiting visibly."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from toolkit.core.errors import AjoError, InvalidDefinitions

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from toolkit.plan.types import Plan
    from toolkit.workspace.load import Grounds, Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

PATIENCE_S = 1.0
"""Seconds of work after which a terminal shows that something goes on."""


def uses_colour(stream: IO[str]) -> bool:
    """Tell whether `stream` wants colours: NO_COLOR and FORCE_COLOR decide, then whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def tool_version() -> str:
    """Return the version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ajo-actions")
    except PackageNotFoundError:
        return "unknown"


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(command)


def target_option(command: Command) -> Command:
    """Add ``--target``."""
    return click.option(
        "-t",
        "--target",
        metavar="NAME",
        envvar="AJO_TARGET",
        show_envvar=True,
        shell_complete=target_names,
        help="The target; the default one if left out.",
    )(command)


def trust_option(command: Command) -> Command:
    """Add ``--trust``; no environment variable switches it on, since what runs is somebody's code."""
    words = "Run what the settings name, own rules and a command for secrets: it is code of this workspace."
    return click.option("--trust", is_flag=True, help=words)(command)


def all_targets_option(command: Command) -> Command:
    """Add ``--all-targets``."""
    words = "All targets of the settings, in their order."
    return click.option("--all-targets", is_flag=True, help=words)(command)


def targets_of(ctx: click.Context, grounds: Grounds, target: str | None, *, all_targets: bool) -> list[str]:
    """Return the names that --target or --all-targets mean; a target of the environment gives way to all."""
    if not all_targets:
        return [grounds.target(target)[0]]
    if target and ctx.get_parameter_source("target") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--target names one, --all-targets means all: choose.", ctx)
    if not grounds.settings.targets:
        raise AjoError("AJO303", "the settings have no targets")
    return list(grounds.settings.targets)


def target_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a target."""
    from click.shell_completion import CompletionItem

    from toolkit.workspace.settings import find_root, load_settings

    try:
        folder = ctx.find_root().params.get("directory") or "."
        settings = load_settings(find_root(Path(folder))).settings
    except AjoError:
        return []
    names = settings.targets if settings else ()
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def workspace_of(directory: str) -> Workspace:
    """Open the workspace at or above `directory`; raises :class:`AjoError` AJO301."""
    from toolkit.workspace.load import open_workspace

    return open_workspace(started_in(directory))


def started_in(directory: str) -> Path:
    """Return the folder that a command works from; raises :class:`AjoError` AJO301 where it is gone."""
    try:
        return Path(directory).resolve()
    except OSError as error:
        raise AjoError("AJO301", f"the folder this was started in is gone: {error.strerror}") from None


def show_error(error: AjoError, *, as_json: bool = False) -> None:
    """Show an error with what to do, findings in full; as JSON on standard output too."""
    from toolkit.report import data, text
    from toolkit.report.shown import safe

    if isinstance(error, InvalidDefinitions):
        shown = text.findings_text(error.findings, 0, colour=uses_colour(sys.stderr))
        click.echo("\n".join(shown.splitlines()[:-1]), err=True, color=True)
    place = f"{safe(error.place)}: " if error.place else ""
    head = text.paint(f"error {error.code}", "red", colour=uses_colour(sys.stderr))
    click.echo(f"{place}{head}: {safe(error.message)}\n    → {safe(error.fix)}", err=True, color=True)
    if as_json:
        click.echo(data.to_json(data.error_data(error)))


def show_plan(plan: Plan, form: str) -> None:
    """Print a plan as ``text``, ``json`` or ``markdown``."""
    from toolkit.report import data, markdown, text

    if form == "json":
        click.echo(data.to_json(data.plan_data(plan)))
    elif form == "markdown":
        click.echo(markdown.plan_markdown(plan), nl=False)
    else:
        click.echo(text.plan_text(plan, colour=uses_colour(sys.stdout)))


def show_unrun_rules(workspace: Workspace, *, trust: bool) -> None:
    """Warn where a file of own rules was not run; what reads only goes on without them."""
    from toolkit.app.own_rules import unrun_rules
    from toolkit.report import text

    for found in () if trust else unrun_rules(workspace):
        shown = text.findings_text([found], 0, colour=uses_colour(sys.stderr))
        click.echo("\n".join(shown.splitlines()[:-1]), err=True, color=True)


@contextmanager
def working(label: str) -> Iterator[None]:
    """Show `label` and a spinner on a terminal while a block takes longer than :data:`PATIENCE_S`."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    status = Console(stderr=True, no_color=not uses_colour(sys.stderr)).status(label)
    timer = threading.Timer(PATIENCE_S, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Give a function to call per finished item; a terminal shows a bar once work takes over a second."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True, no_color=not uses_colour(sys.stderr)), transient=True)
    task = bar.add_task(label, total=total)
    timer = threading.Timer(PATIENCE_S, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: bar.advance(task)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()

"""The command ``ajo``: finds the subcommand, and turns whatever goes wrong into one clear error."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import click

from toolkit.cli.console import show_error, tool_version
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError

COMMANDS = MappingProxyType(
    {
        "init": "Start a workspace in a folder.",
        "new": "Write a definition from an example, a curl command or OpenAPI.",
        "duplicate": "Copy an action, to change what journeys use.",
        "validate": "Check definitions and settings, offline.",
        "fmt": "Bring definitions into canonical form.",
        "list": "List definitions, or what is live.",
        "compat": "Say what changes mean for journeys that use the actions.",
        "diff": "Show what a sync would do; never writes.",
        "compare": "Say what differs between two targets.",
        "show": "Show a plan that was kept in a file.",
        "sync": "Make a target what the files say.",
        "import": "Write definitions of what is live.",
        "drift": "Say what was changed on the platform; for a schedule.",
        "rollback": "Make a target what an earlier commit says.",
        "exercise": "Call an action as a journey would.",
        "test": "Check cases of actions, offline.",
        "rehearse": "Say what would become of many calls.",
        "load": "Put load on an endpoint of your own.",
        "target": "Check a platform against what is assumed, or learn from it.",
        "targets": "List the targets of the settings.",
        "secrets": "Say which secrets targets need, and what is missing.",
        "rules": "List what definitions are checked for.",
        "explain": "Explain a code of a finding or an error.",
        "schema": "Write the JSON Schemas of the definition format.",
        "emulator": "Run the platform on this machine.",
        "demo": "See the main job on an emulated platform.",
        "completion": "Print the shell completion script.",
    }
)

_MODULES = MappingProxyType({"import": "importing"})
"""Commands whose name can't be that of a module."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that the rest starts fast."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"toolkit.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which known one is nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(error.format_message() + hint, ctx) from None


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"ajo {tool_version()}")
    ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False),
    default=".",
    metavar="FOLDER",
    help="Run as if started in FOLDER.",
)
@click.pass_context
def cli(ctx: click.Context, directory: str) -> None:
    """Adobe Journey Optimizer actions as code: validate, diff and sync definitions."""
    ctx.obj = directory
    ctx.color = True  # uses_colour alone decides about colours: click is not to take them out again


def main() -> None:
    """Run the command line and exit with a code of :class:`~toolkit.core.codes.Exit`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line with `arguments`; returns the exit code, whatever happens."""
    try:
        result = cli.main(arguments, prog_name="ajo", standalone_mode=False)
    except (AjoError, click.ClickException) as error:
        return _failed(error, as_json=_wants_json(arguments))
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        return Exit.INTERRUPTED
    except SystemExit as end:
        # click's own: words were completed, or who read the output went away (then 1, and silence).
        return end.code if isinstance(end.code, int) else Exit.DONE
    except Exception as error:  # noqa: BLE001  # no traceback ever reaches a user
        return _fault(error, as_json=_wants_json(arguments))
    return int(result) if isinstance(result, int) else Exit.DONE


def _wants_json(arguments: list[str]) -> bool:
    """Tell whether the answer was to be JSON: asked before the arguments are understood, if they ever are."""
    asked = bool({"--json", "--format=json"} & set(arguments))
    return asked or ("--format", "json") in pairwise(arguments)


def _failed(error: AjoError | click.ClickException, *, as_json: bool) -> int:
    if isinstance(error, click.ClickException):
        usage = error.ctx.get_usage() + "\n" if isinstance(error, click.UsageError) and error.ctx else ""
        click.echo(usage, nl=False, err=True)
        error = AjoError("AJO901", error.format_message(), fix="See --help of the command.")
    show_error(error, as_json=as_json)
    return int(error.exit)


def _fault(error: Exception, *, as_json: bool) -> int:
    if os.environ.get("AJO_DEBUG"):
        traceback.print_exc()
    where = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__} in {where.name} ({Path(where.filename).name}:{where.lineno})"
    show_error(AjoError("AJO900", f"{message}; set AJO_DEBUG=1 for all of it"), as_json=as_json)
    return int(Exit.FAULT)

"""``ajo emulator``: the platform on this machine."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.console import json_option
from toolkit.cli.emulator_calls import DEFAULT_PORT, call, not_installed, port_option
from toolkit.cli.emulator_log import log
from toolkit.cli.emulator_state import reset, restore, seed, snapshot
from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.emulator import RunningEmulator


@click.group("emulator")
def command() -> None:
    """Run the platform on this machine."""


@command.command("start", epilog="Example: ajo emulator start --port 0 --database platform.db")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False),
    help="Keep the state in FILE; forgotten at the end if left out.",
)
@click.option(
    "--fixture",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Begin with the documents of DIR: <sandbox>/<kind>/*.json.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--expose", is_flag=True, help="Allow a HOST that other machines can reach.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A further name that callers may use for it; repeatable.",
)
def start(**stated: Any) -> None:
    """Start it in the foreground, on the loopback address unless told otherwise; Ctrl-C stops it."""
    try:
        from toolkit.emulator import EmulatorConfig, EmulatorStartError, serve
        from toolkit.emulator.remote import published
    except ModuleNotFoundError as error:
        raise not_installed(error) from None
    try:
        config = EmulatorConfig(
            **{**stated, **{key: Path(stated[key]) for key in ("database", "fixture") if stated[key]}}
        )
    except ValueError as error:
        raise AjoError("AJO903", str(error), fix="Say --expose if that is what you want.") from None

    with ExitStack() as stack:

        def ready(running: RunningEmulator) -> None:
            try:
                stack.enter_context(published(running, os.environ))
            except OSError as error:
                click.echo(f"`ajo emulator faults` will not find it: {error}", err=True)
            _ready(running)

        try:
            serve(config, ready)
        except EmulatorStartError as error:
            raise AjoError("AJO903", str(error)) from None
    click.echo("Stopped.")


def _ready(running: RunningEmulator) -> None:
    if running.exposed_at:
        click.echo(_exposed(running.exposed_at), err=True)
    click.echo("The platform is running on this machine. Ctrl-C stops it. A target for it:")
    click.echo(f'  base-url = "{running.base_url}"')
    click.echo(f'  journeys-url = "{running.journeys_url}"')
    click.echo(f'  ims-url = "{running.ims_url}"')
    click.echo(f'  organisation = "{running.organisation}"')
    click.echo('  sandbox = "dev"')
    click.echo(f'  client-id = "{running.client_id}"')
    click.echo('  client-secret = "${secret:local/client-secret}"')
    click.echo('  secrets = { from = "made-up" }')
    click.echo(f"What is in it and what it is asked: {running.page_url}")


def _exposed(address: str) -> str:
    return (
        f"WARNING: it listens at {address}, for everybody who reaches this machine.\n"
        "WARNING: nothing is encrypted, and the client's secret is the same in every emulator.\n"
        "WARNING: put nothing real into it."
    )


@command.group(
    "faults",
    invoke_without_command=True,
    epilog="Example: ajo emulator faults",
)
@port_option
@json_option
@click.pass_context
def faults(ctx: click.Context, port: int, as_json: bool) -> None:
    """Show which faults are in force; with a command, change that."""
    ctx.obj = port
    if ctx.invoked_subcommand is not None:
        return
    found = call(port, "GET", "faults")
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    for rule in found["faults"] if not as_json else ():
        click.echo(_shown(rule))
    if not as_json and not found["faults"]:
        click.echo("No faults are in force.")


@faults.command(
    "add",
    epilog="Example: ajo emulator faults add reset moment=after method=POST path='*/actions' nth=2",
)
@click.argument("kind")
@click.argument("stated", nargs=-1, metavar="[NAME=VALUE]...")
@click.pass_obj
def add(port: int, kind: str, stated: tuple[str, ...]) -> None:
    """Let requests meet a fault of KIND, such as status, reset, latency or stale.

    NAME is a condition (method, path, sandbox, nth, times, probability, seed) or a detail of the fault; VALUE
    is JSON, or else a text. docs/emulator.md has all of them.
    """
    rule: dict[str, Any] = {"fault": kind, **dict(map(_pair, stated))}
    for added in call(port, "POST", "faults", rule)["faults"]:
        click.echo(f"in force: {_shown(added)}")


@faults.command("clear", epilog="Example: ajo emulator faults clear")
@click.argument("fault_id", metavar="[ID]", type=int, required=False)
@click.pass_obj
def clear(port: int, fault_id: int | None) -> None:
    """End the fault with this ID, or all."""
    removed = call(port, "DELETE", "faults" if fault_id is None else f"faults/{fault_id}")["removed"]
    click.echo(f"{removed} ended.")


def _pair(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise AjoError("AJO901", f"{text} is not NAME=VALUE", fix="Write for example nth=1.")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def _shown(rule: dict[str, Any]) -> str:
    from toolkit.report.shown import safe

    details = [
        f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in rule.items()
        if name not in ("id", "fault", "seen", "struck")
    ]
    counts = f"seen {rule['seen']}, struck {rule['struck']}"
    return safe(f"{rule['id']}  {rule['fault']}  {' '.join(details)}  ({counts})")


for each in (log, snapshot, restore, reset, seed):
    command.add_command(each)

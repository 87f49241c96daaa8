"""``ajo emulator``: the platform on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.emulator import RunningEmulator


@click.group("emulator")
def command() -> None:
    """Run the platform on this machine."""


@command.command("start", epilog="Example: ajo emulator start --port 0 --database platform.db")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one."
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False),
    help="Keep the state in FILE; forgotten at the end if left out.",
)
def start(port: int, database: str | None) -> None:
    """Start it in the foreground, on the loopback address only; Ctrl-C stops it."""
    try:
        from toolkit.emulator import EmulatorConfig, EmulatorStartError, serve
    except ModuleNotFoundError as error:
        fix = "pip install 'ajo-actions[emulator]'"
        raise AjoError("AJO902", f"the emulator needs {error.name}", fix=fix) from None
    try:
        serve(EmulatorConfig(port=port, database=Path(database) if database else None), _ready)
    except EmulatorStartError as error:
        raise AjoError("AJO903", str(error)) from None
    click.echo("Stopped.")


def _ready(running: RunningEmulator) -> None:
    click.echo("The platform is running on this machine. Ctrl-C stops it. A target for it:")
    click.echo(f'  base-url = "{running.base_url}"')
    click.echo(f'  journeys-url = "{running.journeys_url}"')
    click.echo(f'  ims-url = "{running.ims_url}"')
    click.echo(f'  organisation = "{running.organisation}"')
    click.echo('  sandbox = "dev"')
    click.echo(f'  client-id = "{running.client_id}"')
    click.echo('  client-secret = "${secret:local/client-secret}"')
    click.echo('  secrets = { from = "made-up" }')

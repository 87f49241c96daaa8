"""``ajo emulator snapshot``, ``restore``, ``reset`` and ``seed``: the state of a running emulator."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import click

from toolkit.cli.emulator_calls import call, port_option
from toolkit.core.errors import AjoError

MAX_SNAPSHOT_BYTES = 128 << 20


@click.command("snapshot", epilog="Example: ajo emulator snapshot before.db")
@port_option
@click.option("--force", is_flag=True, help="Replace FILE if there is one.")
@click.option(
    "--as-fixture",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write JSON documents into the new folder DIR instead, without secrets.",
)
@click.argument("file", type=click.Path(dir_okay=False), required=False)
def snapshot(port: int, force: bool, as_fixture: str | None, file: str | None) -> None:
    """Keep the state in FILE, for yourself alone: it holds the secrets of actions."""
    if (file is None) == (as_fixture is None):
        raise AjoError("AJO901", "a snapshot goes either into FILE or into --as-fixture DIR")
    if file is not None:
        _keep(port, file, force=force)
    if as_fixture is not None:
        _write_documents(port, as_fixture)


def _keep(port: int, file: str, *, force: bool) -> None:
    from toolkit.workspace.write import write_private

    path = Path(file)
    taken = AjoError("AJO814", f"{file} is there already", fix="Name another file, or pass --force.")
    if os.path.lexists(path) and not force:
        raise taken
    image = base64.b64decode(call(port, "GET", "snapshot")["snapshot"])
    try:
        write_private(path, image, replace=force)
    except FileExistsError:  # it came meanwhile
        raise taken from None
    click.echo(f"kept {len(image):,} bytes in {file}")


def _write_documents(port: int, folder: str) -> None:
    found = call(port, "GET", "fixture")["sandboxes"]
    from toolkit.emulator.fixture import FixtureError, write_fixture

    try:
        written = write_fixture(Path(folder), found)
    except FixtureError as error:
        raise AjoError("AJO309", str(error)) from None
    click.echo(f"{written} documents in {folder}, with a placeholder for each secret")


@click.command("restore", epilog="Example: ajo emulator restore before.db")
@port_option
@click.argument("file", type=click.Path(dir_okay=False))
def restore(port: int, file: str) -> None:
    """Go back to the state that FILE holds; what is no whole snapshot changes nothing."""
    from toolkit.workspace.read import read_named

    image = read_named(Path(file), MAX_SNAPSHOT_BYTES)
    content = {"snapshot": base64.b64encode(image).decode()}
    answer = call(port, "PUT", "snapshot", content, about=file)
    click.echo(f"{answer['restored']} elements are as they were")


@click.command("reset", epilog="Example: ajo emulator reset --sandbox dev")
@port_option
@click.option("--sandbox", metavar="NAME", help="This sandbox alone.")
def reset(port: int, sandbox: str | None) -> None:
    """Leave only what ships with the platform."""
    call(port, "POST", "reset", {"sandbox": sandbox} if sandbox else {})
    click.echo(f"{sandbox or 'everything'} is as new")


@click.command("seed", epilog="Example: ajo emulator seed dev --actions 200 --journeys 20")
@port_option
@click.argument("sandbox")
@click.option(
    "--actions", type=click.IntRange(0, 10_000), default=10, show_default=True, help="Custom actions."
)
@click.option("--cappings", type=click.IntRange(0, 10_000), default=10, show_default=True, help="Cappings.")
@click.option("--journeys", type=click.IntRange(0, 10_000), default=10, show_default=True, help="Journeys.")
@click.option(
    "--seed", type=click.IntRange(0, 10_000), default=1, show_default=True, help="Same seed, same state."
)
def seed(port: int, sandbox: str, actions: int, cappings: int, journeys: int, seed: int) -> None:
    """Add made-up actions, cappings and journeys to SANDBOX."""
    amounts = {"actions": actions, "cappings": cappings, "journeys": journeys, "seed": seed}
    added = call(port, "POST", "seed", {"sandbox": sandbox, **amounts})["added"]
    click.echo(f"{added} elements added to {sandbox}")

"""What the commands for a running emulator share: where it listens, and how it is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from toolkit.core.errors import AjoError

if TYPE_CHECKING:
    from toolkit.emulator.remote import Remote

DEFAULT_PORT = 8765

port_option = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where the emulator listens.",
)


@contextmanager
def remote(port: int, about: str = "") -> Iterator[Remote]:
    """Give the emulator of another process; an AJO905 for what it refuses names what it is `about`."""
    try:
        from toolkit.emulator.remote import NoEmulatorError, RefusedError, find
    except ModuleNotFoundError as error:
        raise not_installed(error) from None
    try:
        yield find(port, os.environ)
    except RefusedError as error:
        reason = f"{about}: {error}" if about else str(error)
        raise AjoError("AJO905", reason, fix="The emulator is there; mend what it refused.") from None
    except NoEmulatorError as error:
        raise AjoError("AJO905", str(error)) from None


def call(port: int, method: str, path: str, body: Any = None, *, about: str = "") -> Any:
    """Ask the emulator of another process; raises :class:`AjoError` AJO905."""
    with remote(port, about) as emulator:
        return emulator.call(method, path, body)


def not_installed(error: ModuleNotFoundError) -> AjoError:
    """Say how the emulator is installed."""
    return AjoError("AJO902", f"the emulator needs {error.name}", fix="pip install 'ajo-actions[emulator]'")

"""One sync of a target at a time on one machine: a lock that goes when its holder does."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.workspace.private import open_private, private_name

_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: process, since when (UTC), and what it does."""

    pid: int
    since: str
    command: str


@contextmanager
def held(root: Path, target: str, command: str) -> Iterator[str]:
    """Hold the lock of a target while the block runs; gives why there is none, empty where there is one.

    Raises :class:`AjoError` AJO623 where another process holds it. The system lets go of the lock when the
    process ends, however it ends; what the file says of its holder is for people alone.
    """
    try:
        descriptor = open_private(root, private_name(target, ".lock"), os.O_RDWR)
    except OSError as error:
        yield f"no lock can be kept in {root / '.ajo'}: {error.strerror}"
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AjoError("AJO623", _who(target, descriptor)) from None
        except OSError as error:
            yield f"no lock can be kept in {root / '.ajo'}: {error.strerror}"
            return
        _sign(descriptor, Holder(os.getpid(), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", command))
        yield ""
    finally:
        os.close(descriptor)


def _sign(descriptor: int, holder: Holder) -> None:
    with suppress(OSError):  # a full disk: the lock holds without a name
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)


def _who(target: str, descriptor: int) -> str:
    try:
        match json.loads(os.pread(descriptor, _MAX_BYTES, 0)):
            case {"pid": int() as pid, "since": str() as since, "command": str() as command}:
                return f"target {target} is held by process {pid} since {since} (`{command[:200]}`)"
    except (ValueError, RecursionError):
        pass
    return f"target {target} is held by another process"

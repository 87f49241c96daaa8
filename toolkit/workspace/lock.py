"""One sync of a target at a time on one machine: locks that go when their holder does.

Two are held at once: the checkout's own, by the target's name, which the journal beside it needs, and the
user's, by what the target leads to, which every checkout of the user on this machine meets.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.workspace.holder import Holder, holder_text, read_holder, this_process
from toolkit.workspace.load import Grounds
from toolkit.workspace.private import FLAGS, FOLDER, open_private, private_name, regular
from toolkit.workspace.target_settings import identity_of

_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be held: a target by its name in the checkout at `root`, and by what it leads to."""

    root: Path
    target: str
    identity: str
    command: str


def claim_of(grounds: Grounds, target: str, command: str) -> Claim:
    """Return the claim on a target of the settings, for what is shown as `command`."""
    identity = identity_of(grounds.settings.targets[target], grounds.root)
    return Claim(grounds.root, target, identity, command)


def lock_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where this user's locks are, None where there is no home folder."""
    for name, inside in (("XDG_STATE_HOME", ""), ("HOME", ".local/state")):
        if Path(environment.get(name, "")).is_absolute():
            return Path(environment[name], inside, "ajo", "locks")
    return None


@contextmanager
def held(claim: Claim, folder: Path | None) -> Iterator[str]:
    """Hold a target while the block runs, on this machine by a file in `folder`; gives what is to be said.

    That is empty unless a lock can't be kept: without the one in `folder` syncs from other checkouts go on.
    Raises :class:`AjoError` AJO623 where another process holds the target. The system lets go of a lock when
    the process ends, however it ends; what the file says of its holder is for people alone.
    """
    here = claim.root / FOLDER
    holder = this_process(str(claim.root), claim.command, datetime.now(UTC))
    with ExitStack() as stack:
        within = _locked(stack, claim, holder, None)
        beyond = _locked(stack, claim, holder, folder) if folder else "there is no home folder"
        if not beyond:
            yield ""
        elif not within:
            yield f"{beyond}; a sync from another checkout on this machine would not be noticed"
        else:
            yield f"no lock can be kept in {here}: {within}; {beyond}"


def _locked(stack: ExitStack, claim: Claim, holder: Holder, folder: Path | None) -> str:
    """Lock until the `stack` is closed: the checkout's file, or the one in `folder`; tells why not."""
    try:
        descriptor = _opened(claim, folder)
    except OSError as error:
        return _why_not(error, folder)
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        found = read_holder(os.pread(descriptor, _MAX_BYTES, 0)) or "another process"
        raise AjoError("AJO623", f"target {claim.target} is held by {found}") from None
    except OSError as error:
        return _why_not(error, folder)
    stack.callback(_sign, descriptor, "")  # before it is closed: nobody is named who holds nothing any more
    _sign(descriptor, holder_text(holder))
    return ""


def _opened(claim: Claim, folder: Path | None) -> int:
    if folder is None:
        return open_private(claim.root, private_name(claim.target, ".lock"), os.O_RDWR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return regular(os.open(folder / f"{claim.identity}.lock", os.O_RDWR | FLAGS, 0o600))


def _why_not(error: OSError, folder: Path | None) -> str:
    return f"no lock can be kept in {folder}: {error.strerror}" if folder else str(error.strerror)


def _sign(descriptor: int, text: str) -> None:
    with suppress(OSError):  # a full disk: the lock holds without a name
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)

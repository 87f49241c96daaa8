"""Files in the workspace's own folder ``.ajo``, which no link may lead anywhere else."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

FOLDER = ".ajo"
FLAGS = os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""How a file is opened that may be a trap: no link is followed, no pipe is waited for."""


def private_name(target: str, ending: str) -> str:
    """Return a file name for a target, whatever characters are in its name."""
    return quote(target, safe="") + ending


def open_private(root: Path, name: str, flags: int, *, below: str = "") -> int:
    """Open or create a file in ``.ajo`` of the workspace at `root`; returns its descriptor.

    Raises ``OSError``, also where a folder or the file is a link, or something else: a repository can bring
    such things along.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in (FOLDER, *filter(None, (below,))):
            inner = _folder_in(folder, part)
            os.close(folder)
            folder = inner
        file = os.open(name, flags | FLAGS, 0o600, dir_fd=folder)
    finally:
        os.close(folder)
    return regular(file)


def regular(descriptor: int) -> int:
    """Return the descriptor of a file; one of anything else is closed, and ``OSError`` raised."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "something else than a file stands there")
    return descriptor


def _folder_in(parent: int, name: str) -> int:
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)  # relative to a folder that is open
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)

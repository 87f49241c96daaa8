"""The one way in which files of people are read: regular ones, within a limit, waiting for nobody."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from toolkit.core.errors import AjoError

MAX_FILE_BYTES = 1024 * 1024
"""Bytes of one definition, example or settings file."""

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_bytes(path: str | Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return a file's content; raises :class:`AjoError` AJO009 for what is no file or unreadable, AJO004.

    What it is asked about is what is open, so nothing can take its place meanwhile; a pipe is not waited for.
    """
    try:
        opened = os.open(path, _FLAGS)
        try:
            content = _read(opened, limit)
        finally:
            os.close(opened)
    except IsADirectoryError:
        raise AjoError("AJO009", "not a file") from None
    except OSError as error:
        is_socket = error.errno == errno.ENXIO
        reason = "not a file" if is_socket else f"can't be read: {error.strerror}"
        raise AjoError("AJO009", reason) from None
    except ValueError:
        raise AjoError("AJO009", "can't be read: no file has such a name") from None
    if len(content) > limit:
        raise AjoError("AJO004", f"more than {limit} bytes")
    return content


def _read(opened: int, limit: int) -> bytes:
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        raise AjoError("AJO009", "not a file")
    if status.st_size > limit:
        raise AjoError("AJO004", f"{status.st_size} bytes; at most {limit} are read")
    content = os.read(opened, status.st_size + 1)
    while len(content) != status.st_size and (more := os.read(opened, limit + 1 - len(content))):
        content += more  # it grows, or is one of those that tell no size
    return content


def read_named(file: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return the content of a file that a person named; the errors of :func:`read_bytes` name it here."""
    try:
        return read_bytes(file, limit)
    except AjoError as error:
        raise naming(file, error) from None


def naming(file: Path, error: AjoError) -> AjoError:
    """Return what is wrong with a file's content as an error that names the file."""
    return AjoError(error.code, error.message, fix=error.fix, place=str(file))

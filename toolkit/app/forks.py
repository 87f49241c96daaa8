"""Work shared with copies of this process, which know all that it knows already.

A copy is made only of a process that has one thread: nothing else runs there that would be cut off.
Each piece of work is a ticket in a pipe, and whoever is free draws the next one.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

MOST_PIECES = 1_000
"""Pieces whose tickets any pipe holds before the first is drawn."""

_TICKET = 4


def can_fork() -> bool:
    """Tell whether this process has one thread; known on Linux alone, and so nowhere else."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  # no file of the workspace
    except OSError:
        return False


class _Copy(NamedTuple):
    """A copy of this process: who it is, and where what it did is read."""

    process: int
    results: int


def share_with_forks(
    pieces: Sequence[Any], work: Callable[[Any], Any], helpers: int, pack: Callable[[Any], Any]
) -> list[Any]:
    """Return what `work` makes of each piece, in order; None for what a copy took and did not finish.

    A copy hands on what `pack` makes of that.
    """
    results: list[Any] = [None] * len(pieces)
    tickets = _tickets(len(pieces))
    copies: list[_Copy] = []
    try:
        for _ in range(helpers):
            with suppress(OSError):
                copies.append(_copy(tickets, pieces, lambda piece: pack(work(piece))))
        for number, result in _drawn(tickets, pieces, work):
            results[number] = result
        for copy in copies:
            for number, result in _reported(copy):
                results[number] = result
    finally:
        os.close(tickets)
        for copy in copies:
            _end(copy)
    return results


def _tickets(count: int) -> int:
    """Return where one ticket for each piece is read."""
    drawn, written = os.pipe()
    os.write(written, b"".join(number.to_bytes(_TICKET) for number in range(count)))
    os.close(written)
    return drawn


def _drawn(tickets: int, pieces: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
    while ticket := os.read(tickets, _TICKET):
        number = int.from_bytes(ticket)
        yield number, work(pieces[number])


def _copy(tickets: int, pieces: Sequence[Any], work: Callable[[Any], Any]) -> _Copy:
    read, written = os.pipe()
    process = os.fork()
    if process:
        os.close(written)
        return _Copy(process, read)
    # From here on this is the copy, which must never return to what its original was about to do.
    try:
        os.close(read)
        done = [marshal.dumps(each) for each in _drawn(tickets, pieces, work)]
        with os.fdopen(written, "wb") as file:
            file.write(marshal.dumps(done))
    finally:
        os._exit(0)


def _reported(copy: _Copy) -> list[tuple[int, Any]]:
    """Return what a copy did; nothing for one that died, which reports at its end."""
    with os.fdopen(copy.results, "rb", closefd=False) as file:
        content = file.read()
    try:
        return [marshal.loads(each) for each in marshal.loads(content)]  # noqa: S302  # written by ourselves
    except (EOFError, ValueError, TypeError):
        return []


def _end(copy: _Copy) -> None:
    os.close(copy.results)
    with suppress(OSError):
        os.kill(copy.process, signal.SIGKILL)
        os.waitpid(copy.process, 0)

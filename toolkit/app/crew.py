"""Work shared among processes, in order; whatever becomes of a helper, the work is done.

Where this process has one thread, helpers are copies of it. Elsewhere they are started by the name of a
module, not by ``multiprocessing``: no thread, no notebook and no script without a ``__main__`` guard can get
in their way. There one line of JSON is one piece of work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from toolkit.app.forks import MOST_PIECES, can_fork, share_with_forks

Work = Callable[[Any], Any]
"""Does one piece of work; its result can be packed as JSON, and nothing else counts."""

_MOST_HELPERS = 7


def cores() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class _Pile:
    """Pieces of work by their number, each taken once; one that was dropped can be taken again."""

    def __init__(self, pieces: Sequence[Any]) -> None:
        self.pieces = pieces
        self.results: list[Any] = [None] * len(pieces)
        self._waiting = list(range(len(pieces)))[::-1]
        self._lock = threading.Lock()

    def take(self) -> int | None:
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def put_back(self, number: int) -> None:
        with self._lock:
            self._waiting.append(number)


@dataclass(frozen=True, slots=True)
class Crew:
    """Helpers to be: how many processes run `main` of which module, and what it is told first, as JSON.

    `pack` makes what helpers hand on of what the work makes.
    """

    helpers: int
    module: str
    setup: Any
    pack: Callable[[Any], Any] = lambda result: result


def share(pieces: Sequence[Any], work: Work, crew: Crew) -> list[Any]:
    """Return what `work` makes of each piece, in order; a crew does the same at the same time, and packs it.

    What a helper leaves undone, because it died or its answer is none, is done here.
    """
    helpers = min(crew.helpers, _MOST_HELPERS)
    if helpers and len(pieces) <= MOST_PIECES and can_fork():
        results = share_with_forks(pieces, work, helpers, crew.pack)
        return [
            work(piece) if result is None else result for piece, result in zip(pieces, results, strict=True)
        ]
    pile = _Pile(pieces)
    threads = [threading.Thread(target=_lead, args=(pile, crew), daemon=True) for _ in range(helpers)]
    for thread in threads:
        thread.start()
    _do(pile, work)
    for thread in threads:
        thread.join()
    _do(pile, work)
    return pile.results


def _do(pile: _Pile, work: Work) -> None:
    while (number := pile.take()) is not None:
        pile.results[number] = work(pile.pieces[number])


def _lead(pile: _Pile, crew: Crew) -> None:
    """Hand pieces to one helper until none is left or it fails."""
    start = f"import sys; sys.path[:] = {sys.path!r}; import {crew.module} as helper; helper.main()"
    try:
        helper = subprocess.Popen(
            [sys.executable, "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return
    with helper, suppress(OSError):
        try:
            _tell(helper, crew.setup)
            while (number := pile.take()) is not None:
                try:
                    pile.results[number] = _asked(helper, pile.pieces[number])
                except (OSError, ValueError):
                    pile.put_back(number)
                    break
        finally:
            helper.kill()


def _asked(helper: subprocess.Popen[bytes], piece: Any) -> Any:
    _tell(helper, piece)
    return json.loads(helper.stdout.readline() if helper.stdout else b"")


def _tell(helper: subprocess.Popen[bytes], piece: Any) -> None:
    if helper.stdin:
        helper.stdin.write(json.dumps(piece).encode() + b"\n")
        helper.stdin.flush()


def serve(prepared: Callable[[Any], Work]) -> None:
    """Be a helper: the first line of standard input prepares the work, each other one is a piece of it."""
    work = prepared(json.loads(sys.stdin.buffer.readline()))
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(work(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()

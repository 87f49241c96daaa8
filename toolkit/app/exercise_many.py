"""One action for many profiles: rows of values, a few callers at once, one account of all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from toolkit.app.exercise import Subject, network_of, runtime_of
from toolkit.core.errors import AjoError
from toolkit.exercise import Exchange, ResolveSecret, ValuesError, fill
from toolkit.exercise.caller import Caller
from toolkit.exercise.outcomes import Account, Outcome

_MOST_TOLD = 20

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """How many at once, how long each may take, and which addresses are allowed beside the public ones."""

    workers: int = 4
    timeout_s: float = 30.0
    allowed: tuple[str, ...] = ()


def check_rows(subject: Subject, rows: Sequence[Row]) -> None:
    """Raise :class:`AjoError` AJO701 naming the rows whose values don't fit: then nothing is sent at all."""
    told: list[str] = []
    wrong = 0
    before: Row | None = None
    for number, row in enumerate(rows, start=1):
        if row is before:
            continue  # one profile many times
        before = row
        try:
            fill(subject.action, row)
        except ValuesError as error:
            wrong += 1
            if len(told) < _MOST_TOLD:
                told.append(f"row {number}: {error.message}")
    if wrong:
        more = f"; and {wrong - len(told)} more rows" if wrong > len(told) else ""
        raise AjoError("AJO701", "; ".join(told) + more)


def exercise_many(
    subject: Subject,
    root: Path,
    rows: Sequence[Row],
    resolve: ResolveSecret,
    course: Course,
    done: Callable[[Exchange], None] = lambda _: None,
) -> Account:
    """Exercise the action once for each row; `done` hears each exchange, one at a time.

    All share the limits and tokens of one sandbox and journey. Raises what :func:`check_rows` and
    :meth:`Caller.call` do.
    """
    check_rows(subject, rows)
    network, runtime = network_of(subject, root, course.allowed), runtime_of(subject, root)
    hearing = threading.Lock()
    began = time.monotonic()

    def work(numbered: Iterator[tuple[int, Row]]) -> list[Outcome]:
        outcomes = []
        with Caller(resolve, network, runtime) as caller:
            for number, row in numbered:
                exchange = caller.call(subject.action, row, timeout_s=course.timeout_s)
                outcomes.append(Outcome.of(number, exchange))
                with hearing:
                    done(exchange)
        return outcomes

    outcomes = _in_threads(work, rows, min(course.workers, len(rows)))
    elapsed_s = time.monotonic() - began
    return Account(subject.action.name, outcomes, elapsed_s, course.timeout_s, subject.cap)


class _Shared:
    """Rows with their numbers, each given to one of several threads, until they end or are stopped."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = enumerate(rows, start=1)
        self._lock = threading.Lock()
        self.stop = threading.Event()

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        while not self.stop.is_set():
            with self._lock:
                numbered = next(self._rows, None)
            if numbered is None:
                return
            yield numbered


def _in_threads(
    work: Callable[[Iterator[tuple[int, Row]]], list[Outcome]], rows: Sequence[Row], workers: int
) -> tuple[Outcome, ...]:
    """Return the outcome of every row in order; the first error, or an interruption, stops the rest."""
    shared = _Shared(rows)
    with ThreadPoolExecutor(workers, thread_name_prefix="exercise") as pool:
        futures = [pool.submit(work, iter(shared)) for _ in range(workers)]
        try:
            for future in as_completed(futures):
                future.result()
        finally:
            shared.stop.set()
    outcomes = (outcome for future in futures for outcome in future.result())
    return tuple(sorted(outcomes, key=attrgetter("row")))

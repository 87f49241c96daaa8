"""One action for many profiles: rows of values, a few callers at once, one account of all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
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
    for number, row in enumerate(rows, start=1):
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
    lock = threading.Lock()
    own = threading.local()
    began = time.monotonic()
    with ExitStack() as stack:

        def one(numbered: tuple[int, Row]) -> Outcome:
            if not hasattr(own, "caller"):
                own.caller = Caller(resolve, network, runtime)
                with lock:
                    stack.callback(own.caller.close)
            exchange = own.caller.call(subject.action, numbered[1], timeout_s=course.timeout_s)
            with lock:
                done(exchange)
            return Outcome.of(numbered[0], exchange)

        outcomes = tuple(_in_threads(one, rows, course.workers))
    elapsed_s = time.monotonic() - began
    return Account(subject.action.name, outcomes, elapsed_s, course.timeout_s, subject.cap)


def _in_threads(
    work: Callable[[tuple[int, Row]], Outcome], rows: Sequence[Row], workers: int
) -> Iterator[Outcome]:
    """Yield the outcome of every row in order; the first error stops the rest."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="exercise")
    try:
        yield from pool.map(work, enumerate(rows, start=1))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

"""The same work for several things at once, in bounded threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def map_bounded(work: Callable[[Thing], Result], things: Sequence[Thing], workers: int) -> list[Result]:
    """Return ``work(thing)`` for all `things`, in their order, with at most `workers` at once.

    The first exception, also an interruption by the user, ends the waiting; what has not begun never does.
    """
    if len(things) < 2 or workers < 2:
        return [work(thing) for thing in things]
    executor = ThreadPoolExecutor(min(workers, len(things)), thread_name_prefix="ajo-platform")
    try:
        results = list(executor.map(work, things))
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()
    return results

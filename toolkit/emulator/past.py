"""Reads that lag behind: for a while after a write, a sandbox is shown as it was before it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from toolkit.emulator.elements import Space
from toolkit.emulator.store import Past, Store


@dataclass
class _Window:
    """Until when, and for how many more reads, a sandbox is shown as in `past`."""

    past: Past
    ends: float
    reads: int | None

    def is_open(self, now: float) -> bool:
        return now < self.ends and (self.reads is None or self.reads > 0)


class StaleReads:
    """Which sandboxes are shown as they were; `clock` is in seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._windows: dict[Space, _Window] = {}
        self._lock = threading.Lock()

    def remember(self) -> Past:
        """Keep the state as it is now."""
        return self._store.past()

    def show(self, space: Space, past: Past, seconds: float, reads: int | None) -> None:
        """Show `past` to readers of the sandbox from now on, for `seconds` or, if stated, so many `reads`."""
        ends = float("inf") if reads is not None else self._clock() + seconds
        with self._lock:
            before = self._windows.pop(space, None)
            self._windows[space] = _Window(past, ends, reads)
        if before is not None:
            before.past.close()

    @contextmanager
    def view(self, method: str, path: str, space: Space) -> Iterator[None]:
        """Let a request that reads see what it may; every other one sees the state as it is."""
        past = self._past_of(space) if self._windows and _reads(method, path) else None
        if past is None:
            yield
        else:
            with self._store.seen_as(past):
                yield

    def clear(self) -> None:
        """Show everything as it is."""
        with self._lock:
            windows = list(self._windows.values())
            self._windows.clear()
        for window in windows:
            window.past.close()

    def _past_of(self, space: Space) -> Past | None:
        with self._lock:
            window = self._windows.get(space)
            if window is None:
                return None
            if not window.is_open(self._clock()):
                del self._windows[space]
                window.past.close()
                return None
            if window.reads is not None:
                window.reads -= 1
            return window.past


def _reads(method: str, path: str) -> bool:
    return method in ("GET", "HEAD") or (method == "POST" and "/list/" in path)

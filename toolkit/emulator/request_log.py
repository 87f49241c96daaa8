"""What was asked and answered, oldest first: for tests, notebooks, the page and whoever wonders."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.emulator.wire import JsonObject

KEPT_REQUESTS = 10_000
KEPT_BODY_CHARACTERS = 16 << 20
"""Of all bodies together; beyond it those of the oldest requests are let go."""

_LET_GO = "(no longer kept)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to read: numbered above `after`, of `sandbox`, at most `limit`, with bodies or without.

    Without `after` the newest ones count, with it the oldest of those that come after it.
    """

    after: int | None = None
    sandbox: str = ""
    limit: int = KEPT_REQUESTS
    bodies: bool = False


class RequestLog:
    """The last requests, each with a number that only grows; what may be in one, `redaction` decides."""

    def __init__(self) -> None:
        self._entries: deque[JsonObject] = deque()
        self._bodies: deque[JsonObject] = deque()
        self._characters = 0
        self._last = 0
        self._closed = False
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 when there is none."""
        return self._last

    def add(self, entry: JsonObject) -> None:
        """Note one request and number it; `entry` is the log's from now on."""
        with self._lock:
            self._last += 1
            self._entries.append({"seq": self._last, **entry})
            self._bodies.append(self._entries[-1])
            self._characters += _size(self._entries[-1])
            if len(self._entries) > KEPT_REQUESTS:
                gone = self._entries.popleft()
                if self._bodies[0] is gone:
                    self._forget_bodies()
            while self._characters > KEPT_BODY_CHARACTERS:
                self._forget_bodies()
        self._wake()

    def read(self, wanted: Wanted) -> JsonObject:
        """Return ``{requests, next, missed}``: go on after `next`; `missed` ones were let go unread."""
        with self._lock:
            entries, last = list(self._entries), self._last
        after = 0 if wanted.after is None else wanted.after
        first = entries[0]["seq"] if entries else last + 1
        found = [
            entry
            for entry in entries
            if entry["seq"] > after and wanted.sandbox in ("", entry.get("sandbox"))
        ]
        newest = wanted.after is None
        chosen = found[max(0, len(found) - wanted.limit) :] if newest else found[: wanted.limit]
        complete = newest or len(chosen) == len(found)
        return {
            "requests": [_shown(entry, bodies=wanted.bodies) for entry in chosen],
            "next": last if complete or not chosen else chosen[-1]["seq"],
            "missed": 0 if newest else max(0, first - 1 - after),
        }

    async def news(self, after: int, seconds: float) -> None:
        """Wait until there is an entry numbered above `after`, but no longer than `seconds`."""
        event = asyncio.Event()
        waiter = (asyncio.get_running_loop(), event)
        with self._lock:
            self._waiting.add(waiter)
            if self._last > after or self._closed:
                event.set()
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(waiter)

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def _forget_bodies(self) -> None:
        """Let the oldest bodies that are kept go."""
        oldest = self._bodies.popleft()
        self._characters -= _size(oldest)
        for side, _ in _bodies(oldest):
            side["body"] = _LET_GO


def _size(entry: JsonObject) -> int:
    return sum(len(text) for _, text in _bodies(entry))


def _bodies(entry: JsonObject) -> Iterator[tuple[JsonObject, str]]:
    for key in ("request", "answer"):
        side = entry.get(key)
        if isinstance(side, dict) and isinstance(side.get("body"), str):
            yield side, side["body"]


def _shown(entry: JsonObject, *, bodies: bool) -> JsonObject:
    if not bodies:
        return {key: value for key, value in entry.items() if key not in ("request", "answer")}
    shown = dict(entry)
    for key in ("request", "answer"):
        if key in entry:
            shown[key] = {**entry[key], "body": _read(entry[key].get("body"))}
    return shown


def _read(body: str | None) -> object:
    """A body as JSON, where the masks have left it that."""
    try:
        return None if body is None else json.loads(body)
    except ValueError:
        return body

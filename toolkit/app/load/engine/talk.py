"""What a process of a load says, one line of JSON for each event, and the one word that it listens for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import gevent

from toolkit.app.load.errors import as_json
from toolkit.core.errors import AjoError


class Talk:
    """Standard input and output as they were; what others print goes to standard error from here on."""

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)

    def job(self) -> bytes:
        """Return the line that says what to do."""
        return sys.stdin.buffer.readline()

    def say(self, event: str, **fields: Any) -> None:
        """Tell something; whoever does not listen any more need not."""
        line = json.dumps({"event": event, **fields}).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._out, line) :]
        except OSError:
            return

    def error(self, error: AjoError) -> None:
        """Tell an error that this process ends with."""
        self.say("error", error=as_json(error))

    def when_told_to_stop(self, stop: Callable[[], None]) -> None:
        """Call `stop` when a line comes, or nobody is there any more."""
        pool = gevent.get_hub().threadpool

        def listen() -> None:
            pool.apply(sys.stdin.buffer.readline)
            stop()

        gevent.spawn(listen)

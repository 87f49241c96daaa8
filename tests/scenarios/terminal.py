"""A command on a terminal: what a person sees and types."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.desk import Desk

PATIENCE_S = 30
PRESS_AGAIN_S = 3


@dataclass(slots=True)
class Terminal:
    """A process whose input, output and errors are one terminal; `shown` is all it wrote so far."""

    process: subprocess.Popen[str]
    master: int
    shown: str = ""
    deadline: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    def wait_for(self, words: str) -> None:
        """Read on until the terminal shows `words`; fails when it never does."""
        if not self._shows(words, self.deadline):
            raise AssertionError(f"the terminal never showed {words!r}, but: {self.shown}")

    def interrupt(self, answer: str) -> None:
        """Press Ctrl-C, and again where `answer` does not come.

        Python heeds a signal that comes just before it begins to wait for input only after that input.
        """
        self.process.send_signal(signal.SIGINT)
        while not self._shows(answer, time.monotonic() + PRESS_AGAIN_S):
            assert time.monotonic() < self.deadline, f"Ctrl-C had no effect: {self.shown}"
            self.process.send_signal(signal.SIGINT)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Read to the end and return the exit code."""
        while self._read(self.deadline):
            pass
        return self.process.wait(PATIENCE_S)

    def _shows(self, words: str, until: float) -> bool:
        while words not in self.shown and self._read(until):
            pass
        return words in self.shown

    def _read(self, until: float) -> bool:
        left = until - time.monotonic()
        if left <= 0 or not select.select([self.master], [], [], left)[0]:
            return False
        try:
            chunk = os.read(self.master, 65536)
        except OSError:  # Linux says EIO when the last process has closed the terminal.
            return False
        self.shown += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextmanager
def terminal(desk: Desk, *arguments: str, **variables: str) -> Iterator[Terminal]:
    """Run `ajo` on a terminal of its own."""
    master, slave = pty.openpty()
    ends: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    environment = desk.environment(TERM="xterm", COLUMNS="200", **variables)
    process = desk.start(*arguments, env=environment, start_new_session=True, **ends)
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)
        os.close(master)

"""Runs ``ajo`` and lets the process die while it writes to the disk, as by kill -9.

``python -m tests.faults.dies WHEN COUNT_FILE ROOT ARGUMENTS...``. WHEN is

- ``before:N``: right before the nth write; files below ROOT count, and starting git, which writes references.
  With 0 nothing is killed, and how many there were is left in COUNT_FILE.
- ``within:N``: in the middle of a write, once a file is N bytes long: the system ends the process then, and
  no handler of it runs.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link")


def main() -> int:
    """Run the command with its end prepared."""
    when, count_file, root, *arguments = sys.argv[1:]
    where, _, number = when.partition(":")
    sys.dont_write_bytecode = (
        True  # what the first run after an installation writes is no write of the command
    )
    from toolkit.cli.main import run

    if where == "within":
        # Python ignores this signal, and would get an error instead.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(number), resource.RLIM_INFINITY))
        return run(arguments)
    counted = _Counter(root, int(number))
    sys.addaudithook(counted)
    ended = run(arguments)
    total = counted.seen
    with open(count_file, "w") as file:  # noqa: PTH123  # beside the root, so that it is not counted
        file.write(str(total))
    return ended


class _Counter:
    """Counts what writes below a folder, and kills the process right before one of them."""

    def __init__(self, root: str, fatal: int) -> None:
        self.root, self.fatal, self.seen = root, fatal, 0

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self._is_write(event, args):
            self.seen += 1
            if self.seen == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_write(self, event: str, args: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = args
            relative = isinstance(path, str) and not path.startswith("/")
            return bool(flags & WRITING) and (relative or str(path).startswith(self.root))
        if event == "subprocess.Popen":
            return True
        return event in EVENTS and any(self.root in str(each) or "/" not in str(each) for each in args)


if __name__ == "__main__":
    sys.exit(main())

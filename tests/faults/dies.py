"""Runs ``ajo`` and kills the process, as kill -9 does, right before its nth write to the disk.

``python -m tests.faults.dies NUMBER COUNT_FILE ROOT ARGUMENTS...``: files below ROOT count, and starting git,
which writes references. With number 0 nothing is killed, and how many there were is left in COUNT_FILE.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link")


def main() -> int:
    """Run the command with the hook in place."""
    number, count_file, root, *arguments = sys.argv[1:]
    seen = 0

    def is_write(event: str, args: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = args
            relative = isinstance(path, str) and not path.startswith("/")
            return bool(flags & WRITING) and (relative or str(path).startswith(root))
        if event == "subprocess.Popen":
            return True
        return event in EVENTS and any(root in str(each) or "/" not in str(each) for each in args)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal seen
        if is_write(event, args):
            seen += 1
            if seen == int(number):
                os.kill(os.getpid(), signal.SIGKILL)

    from toolkit.cli.main import run

    sys.addaudithook(hook)
    ended = run(arguments)
    total = seen
    with open(count_file, "w") as file:  # noqa: PTH123  # beside the root, so that it is not counted
        file.write(str(total))
    return ended


if __name__ == "__main__":
    sys.exit(main())

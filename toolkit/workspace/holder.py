"""Who holds something that only one may hold: what locks and leases say of their holder, for people alone."""

from __future__ import annotations

import json
import os
import pwd
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

MOST_SHOWN = 200
"""Characters of one word about a holder that are shown."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process: its user and host, where it works (a checkout, a pipeline's run), at what, since when."""

    pid: int
    user: str
    host: str
    place: str
    command: str
    since: str

    def __str__(self) -> str:
        of = f"process {self.pid} of {_cut(self.user)} on {_cut(self.host)} in {_cut(self.place)}"
        return f"{of} since {_cut(self.since)} (`{_cut(self.command)}`)"


def this_process(place: str, command: str, now: datetime) -> Holder:
    """Describe the process that runs this."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container that nobody told of its user
        user = f"user {os.getuid()}"
    return Holder(os.getpid(), user, socket.gethostname(), place, command, shown_time(now))


def holder_text(holder: Holder) -> str:
    """Write a holder as JSON."""
    return json.dumps(asdict(holder))


def read_holder(content: bytes) -> Holder | None:
    """Read what :func:`holder_text` wrote; None for anything else."""
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return holder_in(found)


def holder_in(found: Any) -> Holder | None:
    """Return the holder that a JSON object tells of; None where it does not."""
    match found:
        case {
            "pid": int() as pid,
            "user": str() as user,
            "host": str() as host,
            "place": str() as place,
            "command": str() as command,
            "since": str() as since,
        }:
            return Holder(pid, user, host, place, command, since)
    return None


def shown_time(at: datetime) -> str:
    """Write a time as people read it, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _cut(word: str) -> str:
    return word if len(word) <= MOST_SHOWN else word[: MOST_SHOWN - 1] + "…"

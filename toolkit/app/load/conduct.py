"""Processes of a load, from outside: started, listened to, told to end, and never left behind."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from toolkit.app.load.errors import as_error
from toolkit.app.load.job import Job, Meeting
from toolkit.core.errors import AjoError

MASTER_PLACE = "127.0.0.1"
"""Where a master that nobody else is to reach meets its workers."""

Event = Mapping[str, Any]
Heard = Callable[[Event], None]

_START = (
    "import sys; sys.path[:] = {path!r}; import locust; from toolkit.app.load.engine.main import main; main()"
)
_END_S = 20


def check_engine() -> None:
    """Raise :class:`AjoError` AJO902 unless Locust is installed; it is looked for, not imported."""
    if find_spec("locust") is None:
        message = "load is driven by Locust, which is not installed"
        raise AjoError("AJO902", message, fix="Run pip install 'ajo-actions[load]'.")


@dataclass(frozen=True, slots=True)
class Company:
    """A job that leads, and the workers that it needs on this machine, each with the job it gets."""

    leader: Job
    workers: Sequence[Job] = ()


def conduct(
    company: Company,
    environments: Callable[[Job], Mapping[str, str]],
    heard: Heard,
    *,
    show_errors: bool = False,
) -> Event:
    """Run a load to its end and return its result; `heard` gets every other event.

    Interrupted once, it asks the processes to end and still gives the result; twice, it raises
    ``KeyboardInterrupt``. Raises :class:`AjoError` with what the leader says, or a worker that did not begin.
    """
    check_engine()
    with _Processes(environments, show_errors=show_errors) as processes:
        processes.start(company.leader)
        for event in processes.events():
            match event["event"]:
                case "result":
                    return event
                case "error":
                    raise as_error(event["error"])
                case "meeting":
                    heard(event)
                    _start_workers(processes, company.workers, event["port"])
                case _:
                    heard(event)
    raise AjoError(
        "AJO753", "the process that leads ended without a result", fix="Set AJO_DEBUG=1 to see why."
    )


def _start_workers(processes: _Processes, workers: Sequence[Job], port: int) -> None:
    for job in workers:
        processes.start(replace(job, meeting=Meeting(MASTER_PLACE, port)))


class _Processes:
    """The first that is started leads: its events are given, of the others what keeps it from beginning."""

    def __init__(self, environments: Callable[[Job], Mapping[str, str]], *, show_errors: bool) -> None:
        self._environments = environments
        self._errors = None if show_errors else subprocess.DEVNULL
        self._running: list[subprocess.Popen[bytes]] = []
        self._listening: list[threading.Thread] = []
        self._heard: queue.SimpleQueue[tuple[int, Event | None]] = queue.SimpleQueue()

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End whatever is still there; closed input alone tells it to, a second Ctrl-C ends it at once."""
        if kind is KeyboardInterrupt:
            for process in self._running:
                process.kill()
        for process in self._running:
            with suppress(OSError):
                process.stdin and process.stdin.close()
        for process in self._running:
            try:
                process.wait(_END_S)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                process.kill()
                process.wait()
        for listening in self._listening:
            listening.join()

    def start(self, job: Job) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**self._environments(job)},
            # Ctrl-C is for this process, which asks the others to end.
            start_new_session=True,
        )
        self._running.append(process)
        number = len(self._running) - 1
        with suppress(OSError):
            assert process.stdin is not None
            process.stdin.write(job.to_line())
            process.stdin.flush()
        listening = threading.Thread(target=self._listen, args=(number, process), daemon=True)
        self._listening.append(listening)
        listening.start()

    def _listen(self, number: int, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as said:
            for line in said:
                with suppress(ValueError):
                    self._heard.put((number, json.loads(line)))
        self._heard.put((number, None))

    def events(self) -> Iterator[Event]:
        """Yield what the leader says until it ends."""
        asked, begun = False, False
        while True:
            try:
                number, event = self._heard.get()
            except KeyboardInterrupt:
                if asked:
                    raise
                asked = True
                self._ask_to_end()
                continue
            if number:
                if event is not None and event["event"] == "error":
                    yield event
                elif event is None and not begun:
                    raise AjoError("AJO753", "a worker ended before it began")
            elif event is None:
                return
            else:
                begun = begun or event["event"] == "begun"
                yield event

    def _ask_to_end(self) -> None:
        leader = self._running[0]
        with suppress(OSError):
            assert leader.stdin is not None
            leader.stdin.write(b"end\n")
            leader.stdin.flush()

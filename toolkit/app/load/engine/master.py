"""The process that several others send for: it shares the terms out and sums up what they tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.event import Event
from locust.exception import RPCError
from locust.runners import STATE_MISSING, MasterRunner

from toolkit.app.load.engine.files import Records, engine_count
from toolkit.app.load.engine.profile import environment_of
from toolkit.app.load.engine.solo import TOLD_EVERY_S, length_of
from toolkit.app.load.engine.talk import Talk
from toolkit.app.load.engine.words import END, ENDED, HELLO, MEETING_S, READY, TALLY, TERMS
from toolkit.app.load.errors import as_error
from toolkit.app.load.job import Job
from toolkit.app.load.stage import mark_of, open_subject
from toolkit.core.errors import AjoError
from toolkit.exercise.load.tally import Tally

_LOOK_EVERY_S = 0.2
_GRACE_S = 10.0


def run_master(job: Job, talk: Talk) -> None:
    """Lead the load of `job`; raises :class:`AjoError` where it can't begin."""
    _Master(job, talk).run()


@dataclass(slots=True)
class _Worker:
    """What is known of one worker."""

    ready: bool = False
    ended: bool = False
    lost: bool = False
    refusal: Any = None
    span: Any = None
    stopped: Any = None


class _Master:
    def __init__(self, job: Job, talk: Talk) -> None:
        self._job, self._talk = job, talk
        self._workers: dict[str, _Worker] = {}
        self._told = Event()
        self._tally = Tally()
        self._environment = environment_of(lambda: None, job.terms.timeout_s)
        self._records = Records(self._environment, job.csv)

    def run(self) -> None:
        _, subject = open_subject(self._job)
        runner = self._listening()
        self._talk.when_told_to_stop(self._told.set)
        try:
            self._gather(runner)
            self._share_out(runner, mark_of(subject))
            self._lead(runner)
            self._talk.say("result", busy=runner.worker_cpu_warning_emitted, **self._result())
        finally:
            runner.quit()

    def _listening(self) -> MasterRunner:
        meeting = self._job.meeting
        place = f"{meeting.host}:{meeting.port}"
        try:
            runner = self._environment.create_master_runner(meeting.host, meeting.port)
        except (RPCError, OSError, SystemExit):  # what Locust does about a port that is taken
            raise AjoError("AJO753", f"no worker can be met at {place}", fix="Choose a free port.") from None
        runner.register_message(HELLO, self._hear_hello)
        runner.register_message(READY, self._hear_ready)
        runner.register_message(ENDED, self._hear_ended)
        self._environment.events.worker_report.add_listener(self._hear_report)
        self._talk.say("meeting", port=runner.server.port)
        return runner

    # Locust calls what listens with names of its own.

    def _hear_hello(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        if len(self._workers) < self._job.meeting.workers:
            self._workers.setdefault(msg.node_id, _Worker())

    def _hear_ready(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        if worker := self._workers.get(msg.node_id):
            worker.ready, worker.refusal = True, msg.data["error"]

    def _hear_ended(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        if worker := self._workers.get(msg.node_id):
            worker.ended, worker.stopped = True, msg.data["stopped"]
            worker.span = msg.data["span"]

    def _hear_report(self, client_id: str, data: dict[str, Any]) -> None:
        if client_id in self._workers and TALLY in data:
            self._tally.merge(Tally.from_json(data[TALLY]))

    def _until(self, runner: MasterRunner, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so, at most for some time; whoever went missing is told of."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() >= end:
                return False
            gevent.sleep(_LOOK_EVERY_S)
            self._notice_lost(runner)
        return True

    def _notice_lost(self, runner: MasterRunner) -> None:
        for name, worker in self._workers.items():
            if worker.ended or worker.lost:
                continue
            known = runner.clients.get(name)
            if known is None or known.state == STATE_MISSING:
                worker.lost = True
                self._talk.say("lost", worker=[*self._workers].index(name) + 1, of=len(self._workers))

    def _gather(self, runner: MasterRunner) -> None:
        wanted = self._job.meeting.workers
        came = self._until(runner, lambda: len(self._workers) == wanted or self._told.is_set(), MEETING_S)
        if self._told.is_set():
            raise AjoError("AJO753", "it was told to end before all workers were there")
        if not came:
            raise AjoError("AJO753", f"{len(self._workers)} of {wanted} workers came within {MEETING_S:g} s")

    def _share_out(self, runner: MasterRunner, mark: str) -> None:
        for index, name in enumerate(self._workers):
            share = [index, len(self._workers)]
            told = {"terms": self._job.terms.to_json(), "share": share, "mark": mark}
            runner.send_message(TERMS, told, client_id=name)
        workers = self._workers.values()
        self._until(runner, lambda: all(each.ready or each.lost for each in workers), MEETING_S)
        for worker in workers:
            if worker.refusal:
                raise as_error(worker.refusal)
            if not worker.ready:
                raise AjoError("AJO753", "a worker was lost before it began")

    def _lead(self, runner: MasterRunner) -> None:
        terms, workers = self._job.terms, self._workers.values()
        self._records.begin()
        self._talk.say("begun")
        starting = gevent.spawn(runner.start, terms.users, terms.spawn_rate)
        telling = gevent.spawn(self._tell, runner)
        self._until(
            runner,
            lambda: (
                self._told.is_set()
                or any(each.stopped for each in workers)
                or all(each.ended or each.lost for each in workers)
            ),
            terms.run_time_s,
        )
        starting.kill()
        runner.send_message(END)
        self._until(
            runner, lambda: all(each.ended or each.lost for each in workers), terms.timeout_s + _GRACE_S
        )
        telling.kill()
        self._records.end()

    def _tell(self, runner: MasterRunner) -> None:
        while True:
            gevent.sleep(TOLD_EVERY_S)
            self._talk.say(
                "progress",
                users=runner.user_count,
                exercises=self._tally.exercises,
                failed=self._tally.failed,
            )

    def _result(self) -> dict[str, Any]:
        workers = self._workers.values()
        return {
            "tally": self._tally.to_json(),
            "elapsed": length_of(worker.span for worker in workers),
            "engine": engine_count(self._environment),
            "processes": len(workers),
            "lost": sum(worker.lost for worker in workers),
            "interrupted": self._told.is_set(),
            "stopped": next((each.stopped for each in workers if each.stopped), None),
            "html": self._records.html() if self._job.html else "",
        }

"""One process of several: it takes terms from a master, and decides by its own settings whether it sends."""

from __future__ import annotations

import os
from time import monotonic
from typing import Any

import gevent
from gevent.event import Event
from locust.runners import WorkerRunner

from toolkit.app.load.engine.files import engine_count
from toolkit.app.load.engine.profile import environment_of
from toolkit.app.load.engine.solo import length_of
from toolkit.app.load.engine.talk import Talk
from toolkit.app.load.engine.words import END, ENDED, HELLO, MEETING_S, READY, TALLY, TERMS
from toolkit.app.load.errors import as_json
from toolkit.app.load.job import Job
from toolkit.app.load.stage import Stage, fault, mark_of, open_subject
from toolkit.core.errors import AjoError
from toolkit.exercise.load.terms import Share, Terms

_GRACE_S = 10.0
_SAYING_S = 0.5
"""Until what was said last is on its way."""


def run_worker(job: Job, talk: Talk) -> None:
    """Send what a master says; raises :class:`AjoError` AJO753 where there is none."""
    _Worker(job, talk).run()


class _Worker:
    def __init__(self, job: Job, talk: Talk) -> None:
        self._job, self._talk = job, talk
        self._stage: Stage | None = None
        self._over = Event()
        self._came_s = 0.0
        self._told = False
        self._environment = environment_of(lambda: self._stage, job.terms.timeout_s, is_worker=True)

    def run(self) -> None:
        self._talk.when_told_to_stop(self._stop)
        runner = self._met()
        runner.register_message(TERMS, self._take_terms)
        runner.register_message(END, lambda environment, msg: self._over.set())
        self._environment.events.report_to_master.add_listener(self._report)
        runner.send_message(HELLO, None)
        gevent.spawn(lambda: (runner.greenlet.join(), self._over.set()))
        self._over.wait()
        self._end(runner)

    def _stop(self) -> None:
        self._told = True
        self._over.set()

    def _met(self) -> WorkerRunner:
        meeting = self._job.meeting
        place = f"{meeting.host}:{meeting.port}"
        nobody = AjoError(
            "AJO753", f"no master answered at {place} within {MEETING_S:g} s", fix="Start it first."
        )
        try:
            with gevent.Timeout(MEETING_S, nobody):
                return self._environment.create_worker_runner(meeting.host, meeting.port)
        except (OSError, ConnectionError):
            raise nobody from None

    def _take_terms(self, environment: Any, msg: Any) -> None:
        self._came_s = monotonic()
        refusal: AjoError | None = None
        try:
            self._begin(msg.data)
        except AjoError as error:
            refusal = error
        except Exception as error:  # noqa: BLE001  # Locust would log it and leave the master waiting
            refusal = fault(error)
        environment.runner.send_message(READY, {"error": as_json(refusal) if refusal else None})
        if refusal:
            self._talk.error(refusal)

    def _begin(self, told: Any) -> None:
        try:
            terms, share = Terms.from_json(told["terms"]), Share(*map(int, told["share"]))
        except (TypeError, KeyError, ValueError):
            raise AjoError("AJO753", "the master says nothing that can be understood") from None
        if self._stage is not None or not 0 <= share.index < share.of:
            raise AjoError("AJO753", "the master says again how much to send, or a share that is none")
        _, subject = open_subject(self._job)
        if told["mark"] != mark_of(subject):
            fix = "Check out the same commit, with the same values, on all machines."
            raise AjoError("AJO753", f"{self._job.action} is not what it is at the master", fix=fix)
        self._stage = Stage(self._job, terms, share, os.environ, self._over.set)
        # Whatever becomes of the master, the time is bounded.
        gevent.spawn_later(terms.run_time_s + terms.timeout_s + _GRACE_S, self._over.set)

    def _report(self, client_id: str, data: dict[str, Any]) -> None:  # noqa: ARG002
        if self._stage:
            data[TALLY] = self._stage.report()

    def _since_terms(self, span: tuple[float, float] | None) -> list[float] | None:
        """Return a span by a clock that all workers share well enough: it began when the terms came."""
        return span and [time - self._came_s for time in span]

    def _end(self, runner: WorkerRunner) -> None:
        runner.stop()
        stage = self._stage
        if stage is None:
            gevent.sleep(_SAYING_S)
            return
        last: dict[str, Any] = {}
        self._environment.events.report_to_master.fire(client_id=runner.client_id, data=last)
        runner.send_message("stats", last)
        stopped = as_json(stage.stopped) if stage.stopped else None
        runner.send_message(ENDED, {"span": self._since_terms(stage.span_s), "stopped": stopped})
        if self._told:
            self._environment.events.quitting.fire(environment=self._environment)
            gevent.sleep(_SAYING_S)
        else:
            runner.greenlet.join(timeout=_GRACE_S)
        self._talk.say(
            "result",
            tally=stage.tally.to_json(),
            elapsed=length_of([stage.span_s]),
            engine=engine_count(self._environment),
            processes=1,
            lost=0,
            busy=runner.cpu_warning_emitted,
            interrupted=self._told,
            stopped=stopped,
            html="",
        )

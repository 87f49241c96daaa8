"""A load from one process."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import gevent
from gevent.event import Event

from toolkit.app.load.engine.files import Records, engine_count
from toolkit.app.load.engine.profile import environment_of
from toolkit.app.load.engine.talk import Talk
from toolkit.app.load.errors import as_json
from toolkit.app.load.job import Job
from toolkit.app.load.stage import Stage
from toolkit.exercise.load.terms import Share

TOLD_EVERY_S = 0.5


def run_solo(job: Job, talk: Talk) -> None:
    """Put the load of `job` on its endpoint; raises what :class:`Stage` does."""
    ended, told = Event(), Event()
    stage = Stage(job, job.terms, Share(), os.environ, ended.set)
    environment = environment_of(lambda: stage, job.terms.timeout_s)
    records = Records(environment, job.csv)
    runner = environment.create_local_runner()

    def stop() -> None:
        told.set()
        ended.set()

    talk.when_told_to_stop(stop)
    records.begin()
    talk.say("begun")
    runner.start(job.terms.users, job.terms.spawn_rate)
    telling = gevent.spawn(_tell, talk, runner, stage)
    ended.wait(job.terms.run_time_s)
    runner.stop()
    telling.kill()
    records.end()
    stage.report()
    talk.say(
        "result",
        tally=stage.tally.to_json(),
        elapsed=length_of([stage.span_s]),
        engine=engine_count(environment),
        processes=1,
        lost=0,
        busy=runner.cpu_warning_emitted,
        interrupted=told.is_set(),
        stopped=as_json(stage.stopped) if stage.stopped else None,
        html=records.html() if job.html else "",
    )


def length_of(spans: Iterable[tuple[float, float] | None]) -> float:
    """Return the seconds from the first beginning to the last end."""
    known = [span for span in spans if span]
    return max(end for _, end in known) - min(begin for begin, _ in known) if known else 0.0


def _tell(talk: Talk, runner: Any, stage: Stage) -> None:
    while True:
        gevent.sleep(TOLD_EVERY_S)
        talk.say(
            "progress",
            users=runner.user_count,
            exercises=stage.tally.exercises,
            failed=stage.tally.failed,
        )

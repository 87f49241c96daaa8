"""The user that Locust drives, and the environment it is driven in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from locust import User, task
from locust.env import Environment
from locust.exception import StopUser

from toolkit.app.load.stage import Stage
from toolkit.exercise import Exchange
from toolkit.exercise.load.user import LoadUser

StageOf = Callable[[], Stage | None]
"""Gives what the users of this process share; None before there are terms, and nothing is sent."""

_GRACE_S = 5.0

_OPTIONS = Namespace(web_base_path="", headless=True, tags=None, exclude_tags=None)
"""Given so that nobody reads any: Locust's own reader looks into files and the environment."""


def environment_of(stage_of: StageOf, timeout_s: float, *, is_worker: bool = False) -> Environment:
    """Return an environment whose users wait for answers that are under way when they are to end."""
    return Environment(
        user_classes=[_user_class(stage_of)],
        stop_timeout=timeout_s + _GRACE_S,
        parsed_options=_OPTIONS if is_worker else None,
    )


def _user_class(stage_of: StageOf) -> type[User]:
    class Profile(User):
        """Exercises the action again and again, each time when its turn comes."""

        def wait_time(self) -> float:
            stage = stage_of()
            return stage.pace.wait_s() if stage else 0.0

        def on_start(self) -> None:
            stage = stage_of()
            self._user: LoadUser | None = stage.user() if stage else None
            self.wait()  # type: ignore[no-untyped-call]

        @task
        def exercise(self) -> None:
            stage = stage_of()
            done = stage.exercise(self._user) if stage and self._user else None
            if stage is None or done is None:
                raise StopUser
            exchange = done[1]
            self.environment.events.request.fire(
                request_type=stage.subject.action.endpoint.method,
                name=exchange.action,
                response_time=exchange.total_ms if exchange.action_calls else None,
                response_length=_length(exchange),
                exception=None if exchange.succeeded else exchange.jo_status_code,
                context={},
            )

        def on_stop(self) -> None:
            if self._user:
                self._user.close()

    return Profile


def _length(exchange: Exchange) -> int:
    return len(exchange.answer.body) if exchange.answer else 0

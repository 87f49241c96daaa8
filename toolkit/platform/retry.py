"""Trying again: when, how often, and how long to wait in between."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_when_event_set,
    wait_exponential_jitter,
)

from toolkit.platform.faults import Trouble

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
LONGEST_ASKED_PAUSE_S = 60.0
"""How much of a ``Retry-After`` is waited, in seconds."""

Result = TypeVar("Result")

_backoff = wait_exponential_jitter(multiplier=FIRST_PAUSE_S, max=LONGEST_PAUSE_S, jitter=FIRST_PAUSE_S)


def pause_s(state: RetryCallState) -> float:
    """Return the seconds to wait: exponential with jitter, at least what the answer asked for, in bounds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_s if isinstance(error, Trouble) else None
    return max(_backoff(state), min(asked or 0.0, LONGEST_ASKED_PAUSE_S))


class Patience:
    """Repeats an attempt that failed with :class:`~toolkit.platform.faults.Trouble`; `attempts` in all.

    `closed` ends every wait and every further attempt; `sleep` takes seconds.
    """

    def __init__(self, attempts: int, closed: Event, sleep: Callable[[float], None] | None = None) -> None:
        self._attempts, self._closed = attempts, closed
        self._sleep = sleep or sleep_using_event(closed)

    def run(self, attempt: Callable[[], Result], *, once: bool = False) -> Result:
        """Return what `attempt` returns; raises the last trouble, unclear if any attempt was.

        With `once`, an attempt that may have been carried out is not repeated.
        """
        unclear = False

        def tried() -> Result:
            nonlocal unclear
            try:
                return attempt()
            except Trouble as trouble:
                unclear = trouble.unclear = trouble.unclear or unclear
                raise

        retrying = Retrying(
            retry=retry_if_exception(lambda error: _worth_repeating(error, once=once)),
            stop=stop_any(stop_after_attempt(self._attempts), stop_when_event_set(self._closed)),
            wait=pause_s,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(tried)


def _worth_repeating(error: BaseException, *, once: bool) -> bool:
    return isinstance(error, Trouble) and error.again and not (once and error.unclear)

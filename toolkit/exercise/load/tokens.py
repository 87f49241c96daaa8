"""Tokens under load: whoever gives them is asked once in their time, and not again after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise.caller import TokenCache
from toolkit.exercise.load.own import asking_for_a_token

LEAST_LIFE_S = 1.0
"""A token is kept for a second at least, however short a definition says that it lives."""


class FewTokens(TokenCache):
    """The cache of the platform, but never in the way of a token endpoint; `asked` counts the requests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.asked = 0
        self._lost = False

    @contextmanager
    def fetching(self, key: object) -> Iterator[Secret | None]:
        """Give the token of `key`, or None to the one caller that is to fetch it.

        Raises ``AjoError`` AJO753 once nobody could.
        """
        with super().fetching(key) as kept:
            if kept is not None:
                yield kept
                return
            if self._lost:
                raise AjoError("AJO753", "there is no token, and it is not asked for again")
            self.asked += 1
            self._lost = True
            with asking_for_a_token():
                yield None

    def keep(self, key: object, token: Secret, life_s: float) -> None:
        """Keep a token for `life_s` seconds, or :data:`LEAST_LIFE_S`."""
        self._lost = False
        super().keep(key, token, max(life_s, LEAST_LIFE_S))

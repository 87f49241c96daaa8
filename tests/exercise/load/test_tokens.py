"""Tokens under load: one request in their time, and none after a failure."""

from __future__ import annotations

import pytest

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise.load.tokens import LEAST_LIFE_S, FewTokens


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fetched(tokens: FewTokens, life_s: float) -> bool:
    """Fetch a token where none is at hand; returns whether that was so."""
    with tokens.fetching("key") as kept:
        if kept is None:
            tokens.keep("key", Secret("token"), life_s)
        return kept is None


def test_a_token_is_asked_for_once_in_its_time() -> None:
    clock = Clock()
    tokens = FewTokens(clock)
    assert [fetched(tokens, 60) for _ in range(5)] == [True, False, False, False, False]
    clock.now = 61
    assert fetched(tokens, 60)
    assert tokens.asked == 2


@pytest.mark.parametrize("life_s", [0.001, 0.0, -5.0])
def test_a_token_is_asked_for_once_a_second_at_most_however_short_it_lives(life_s: float) -> None:
    clock = Clock()
    tokens = FewTokens(clock)
    asked = []
    for tenth in range(30):
        clock.now = tenth / 10 * LEAST_LIFE_S
        asked.append(fetched(tokens, life_s))
    assert sum(asked) == 3


def test_nobody_asks_again_after_a_token_was_not_to_be_had() -> None:
    tokens = FewTokens(Clock())
    with tokens.fetching("key") as kept:
        assert kept is None
    with pytest.raises(AjoError) as caught, tokens.fetching("key"):
        raise AssertionError("nobody is to come here")
    assert (caught.value.code, tokens.asked) == ("AJO753", 1)

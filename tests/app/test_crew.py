"""Shared work is done once, in order, whatever becomes of a helper."""

from __future__ import annotations

import pytest

from toolkit.app.crew import Crew, share


def doubled(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize(
    "module", ["tests.app.helper_that_doubles", "tests.app.helper_that_dies", "no.such.module", "sys"]
)
def test_every_piece_is_done_in_order(module: str) -> None:
    assert share(range(2_000), doubled, Crew(2, module, 2)) == [2 * number for number in range(2_000)]


def test_no_helper_is_needed() -> None:
    assert share(range(3), doubled, Crew(0, "", None)) == [0, 2, 4]


def test_what_fails_here_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        share([0], lambda number: 1 // number, Crew(0, "", None))

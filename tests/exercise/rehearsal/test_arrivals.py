from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import AjoError
from toolkit.exercise.rehearsal.arrivals import (
    Arrivals,
    Phase,
    edges,
    parse_arrivals,
    recorded_arrivals,
)
from toolkit.exercise.rehearsal.quantities import parse_count, parse_duration, parse_rate, parse_share


def times(arrivals: Arrivals, cuts: list[float] | None = None) -> np.ndarray:
    return np.concatenate(list(arrivals.blocks(np.random.default_rng(1), cuts or edges([arrivals]))))


def test_a_steady_rate_at_equal_distances_gives_each_second_its_calls() -> None:
    got = times(parse_arrivals("50/s for 4s", even=True))
    assert np.bincount(got.astype(int)).tolist() == [50, 50, 50, 50]
    assert np.diff(got) == pytest.approx(np.full(199, 0.02))


def test_a_ramp_from_nothing_gives_the_area_of_a_triangle() -> None:
    got = times(parse_arrivals("0/s to 100/s over 10s", even=True))
    assert got.size == 500
    assert np.count_nonzero(got < 5) == 125


def test_phases_come_one_after_the_other() -> None:
    got = times(parse_arrivals("10/s for 2s, 0/s for 3s, 20/s for 1s", even=True))
    assert np.bincount(got.astype(int)).tolist() == [10, 10, 0, 0, 0, 20]


def test_a_burst_comes_as_fast_as_journeys_process() -> None:
    got = times(parse_arrivals("20000 at once", even=True))
    assert (got.size, got[-1] < 4.0) == (20_000, True)


def test_by_chance_as_many_come_as_expected_give_or_take_chance() -> None:
    got = times(parse_arrivals("1000/s for 100s"))
    assert abs(got.size - 100_000) < 5 * 100_000**0.5
    counts = np.bincount(got.astype(int))
    # Counts in equal spans of a Poisson process vary as much as they are large.
    assert 0.6 < counts.var() / counts.mean() < 1.5


def test_when_all_profiles_have_come_nobody_comes_any_more() -> None:
    assert times(parse_arrivals("100/s for 1h", most=1234)).size == 1234


def test_recorded_calls_count_from_the_first_one_in_any_order() -> None:
    arrivals = recorded_arrivals([105.0, 100.0, 100.5])
    assert times(arrivals).tolist() == [0.0, 0.5, 5.0]
    assert (arrivals.peak, arrivals.length_s) == (2.0, 5.0)


phases = st.builds(Phase, st.floats(0.1, 50), st.floats(0, 200), st.floats(0, 200))


@given(st.lists(phases, min_size=1, max_size=4), st.lists(st.floats(0.01, 0.99), max_size=4))
def test_how_the_time_is_cut_changes_nothing(parts: list[Phase], shares: list[float]) -> None:
    arrivals = Arrivals(tuple(parts), even=True)
    length = arrivals.length_s
    cuts = sorted({0.0, *(share * length for share in shares), float(np.nextafter(length, np.inf))})
    whole = times(arrivals, [0.0, float(np.nextafter(length, np.inf))])
    cut = times(arrivals, cuts)
    assert abs(whole.size - cut.size) <= len(cuts)  # a call on a cut may be counted on either side
    assert abs(cut.size - arrivals.expected) <= len(parts) + len(cuts)
    assert np.all(np.diff(cut) >= -1e-9)
    assert cut.size == 0 or (cut[0] >= 0 and cut[-1] <= length * (1 + 1e-9))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "500",
        "500/s",
        "500/s for ever",
        "fast for 1h",
        "0 at once",
        "1/s to 2/s",
        "9/s for 0s",
        "5/s for 8d",
    ],
)
def test_what_does_not_say_when_calls_come_is_refused(text: str) -> None:
    with pytest.raises(AjoError) as caught:
        parse_arrivals(text)
    assert caught.value.code == "AJO720"


def test_more_calls_than_can_be_rehearsed_are_refused() -> None:
    with pytest.raises(AjoError, match="at most 200,000,000"):
        parse_arrivals("999999/s for 7d")


def test_quantities_are_read_as_people_write_them() -> None:
    assert [parse_duration(text) for text in ("250ms", "1.5s", "10m", "2min", "1h")] == [
        0.25,
        1.5,
        600,
        120,
        3600,
    ]
    assert [parse_rate(text) for text in ("500/s", "30000/m", "3600/h")] == [500, 500, 1]
    assert (parse_share("2.5%"), parse_count("1,000_000")) == (0.025, 1_000_000)


@given(st.text(max_size=12))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_rate, parse_share, parse_count):
        with suppress(AjoError):
            assert parse(text) >= 0

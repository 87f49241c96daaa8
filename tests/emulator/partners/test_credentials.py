"""Which credentials count, and how calls are counted."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.partners.conftest import Clock
from toolkit.core.redact import MASK
from toolkit.emulator import Rate
from toolkit.emulator.partners.credentials import basic, basic_client, bearer, is_credible
from toolkit.emulator.rates import PartnerLimits, Window
from toolkit.model.text import SECRET_LOST, SecretRef
from toolkit.workspace.secrets import made_up_secret

PATHS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}(/[a-z0-9][a-z0-9-]{0,20}){0,3}", fullmatch=True)


@given(PATHS)
def test_every_secret_that_a_target_makes_up_is_credible(path: str) -> None:
    assert is_credible(made_up_secret(SecretRef(path)).reveal())


@pytest.mark.parametrize("text", ["xoxb-1", "k", "pässword", "1-a.apps.googleusercontent.com", "a=b+c/d"])
def test_what_could_be_a_credential_is_credible(text: str) -> None:
    assert is_credible(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", MASK, "***", "••••", "xxxx", "----", SECRET_LOST, "insert-secret-here", "INSERT_SECRET_HERE",
     "${secret:a/b}", "${name}", "<token>", "{{token}}", "EncodeBase64(a:b)", "two words", "a\nb", "a\x00"],
)  # fmt: skip
def test_what_obviously_is_none_is_not_credible(text: str) -> None:
    assert not is_credible(text)


def header(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_headers_are_read_by_their_scheme_in_any_case() -> None:
    assert bearer("bEaReR token") == "token"
    assert bearer("Basic token") == bearer("token") == bearer("") == ""
    assert basic(header("user:pass:word")) == ("user", "pass:word")
    assert basic_client(header("a%3Ab:c%20d")) == ("a:b", "c d")


@given(st.text())
def test_any_header_is_a_pair_or_is_not(authorization: str) -> None:
    pair = basic(authorization)
    assert pair is None or len(pair) == 2
    assert isinstance(bearer("Bearer " + authorization), str)


def test_a_window_begins_with_the_first_call_and_keys_do_not_share_it() -> None:
    clock = Clock(1000.5)
    window = Window(Rate(2, 10), clock)
    assert [window.wait("a"), window.wait("a"), window.wait("a"), window.wait("b")] == [0, 0, 10, 0]
    clock.now += 9.5
    assert window.wait("a") == 1
    clock.now += 0.5
    assert [window.wait("a"), window.wait("a"), window.wait("a")] == [0, 0, 10]
    window.reset()
    assert window.wait("a") == 0


def test_a_clock_that_goes_back_begins_anew() -> None:
    clock = Clock(1000)
    window = Window(Rate(1, 10), clock)
    assert window.wait("a") == 0
    clock.now = 900
    assert window.wait("a") == 0


@given(st.integers(1, 5), st.lists(st.floats(0, 4), max_size=40))
def test_no_window_lets_more_through_than_its_rate(calls: int, pauses: list[float]) -> None:
    clock = Clock(0)
    window = Window(Rate(calls, 3), clock)
    passed: list[float] = []
    for pause in pauses:
        clock.now += pause
        if window.wait("a") == 0:
            passed.append(clock.now)
    # Two windows can meet in a period, never three.
    for start in passed:
        assert sum(start <= time < start + 3 for time in passed) <= 2 * calls


def test_many_keys_do_not_fill_the_memory() -> None:
    window = Window(Rate(1, 10), Clock())
    for number in range(10_100):
        window.wait(str(number))
    assert len(window._counts) == 10_000


@pytest.mark.parametrize(("calls", "period_s"), [(0, 1), (1, 0), (1, -1), (1, float("nan"))])
def test_a_rate_that_lets_nobody_through_is_refused(calls: int, period_s: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        Rate(calls, period_s)


def test_the_vendors_numbers_are_what_an_emulator_starts_with() -> None:
    limits = PartnerLimits()
    assert limits.fcm == Rate(600_000, 60)
    assert limits.io_events == Rate(3_000, 5)
    assert limits.slack == Rate(5, 5)
    assert limits.campaign == Rate(4_000, 300)

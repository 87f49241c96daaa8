from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from tests.fake_platform import FakePlatform
from tests.plan.samples import action, capping
from tests.sync.samples import sync
from toolkit.model.catalog import ResourceKey
from toolkit.sync.receipt import Row, RowStatus

WELCOME, LIMIT, OTHER = action(), capping(), capping("https://other.example.com/*")
TIMEOUT_S = 10
YIELD_S = 0.02
"""How long a write takes while another thread has something to do; not how long a test waits for it."""


def press_ctrl_c(row: Row) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def real_ctrl_c() -> Iterator[None]:
    """Make sure that the signal means what it means in a terminal, wherever the tests run."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_gives_a_receipt_of_what_is_done_and_what_is_left() -> None:
    platform = FakePlatform()
    receipt = sync(platform, [WELCOME, LIMIT], on_row=press_ctrl_c)
    assert receipt.interrupted
    assert [(row.status, row.code) for row in receipt.rows] == [
        (RowStatus.DONE, ""),
        (RowStatus.SKIPPED, "AJO511"),
    ]
    assert platform.keys == [LIMIT.key]


def test_a_signal_while_a_write_is_under_way_lets_it_finish(real_ctrl_c: None) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def interrupt(operation: str, key: ResourceKey) -> None:
        signal.pthread_kill(main, signal.SIGINT)

    platform = FakePlatform(on_call=interrupt)
    receipt = sync(platform, [WELCOME, LIMIT])
    assert receipt.interrupted
    assert [row.status for row in receipt.rows] == [RowStatus.DONE, RowStatus.SKIPPED]
    assert platform.keys == [LIMIT.key]


def test_after_a_signal_no_step_begins(real_ctrl_c: None) -> None:
    main, pressed = threading.main_thread().ident, threading.Event()
    assert main is not None

    def interrupt(operation: str, key: ResourceKey) -> None:
        if not pressed.is_set():
            pressed.set()
            signal.pthread_kill(main, signal.SIGINT)
        threading.Event().wait(YIELD_S)

    platform = FakePlatform(on_call=interrupt)
    receipt = sync(platform, [action(f"Action{index}") for index in range(20)], workers=1)
    assert receipt.count(RowStatus.SKIPPED) > 10
    assert receipt.count(RowStatus.DONE) == len(platform.keys) > 0


def test_other_writes_under_way_finish_too() -> None:
    both, one_is_done = threading.Barrier(2, timeout=TIMEOUT_S), threading.Event()

    def wait(operation: str, key: ResourceKey) -> None:
        both.wait()
        if key == OTHER.key:
            assert one_is_done.wait(TIMEOUT_S)

    def press_after_one(row: Row) -> None:
        if row.key == LIMIT.key:
            one_is_done.set()
            raise KeyboardInterrupt

    platform = FakePlatform(on_call=wait)
    receipt = sync(platform, [LIMIT, OTHER], workers=2, on_row=press_after_one)
    assert receipt.interrupted
    assert receipt.complete
    assert platform.keys == sorted([LIMIT.key, OTHER.key])


@pytest.mark.parametrize("workers", [1, 2])
def test_the_receipt_of_an_interrupted_run_is_true_and_the_next_run_finishes(workers: int) -> None:
    desired = [action(f"Action{index}") for index in range(9)]
    platform = FakePlatform()
    heard: list[Row] = []

    def press_at_the_third(row: Row) -> None:
        heard.append(row)
        if len(heard) == 3:
            raise KeyboardInterrupt

    receipt = sync(platform, desired, workers=workers, on_row=press_at_the_third)
    assert sorted(row.key for row in receipt.rows if row.status is RowStatus.DONE) == platform.keys
    assert sync(platform, desired).complete
    assert platform.keys == sorted(resource.key for resource in desired)


def test_a_run_nobody_interrupted_says_so() -> None:
    assert not sync(FakePlatform(), [WELCOME]).interrupted

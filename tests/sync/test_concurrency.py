from __future__ import annotations

from threading import Barrier, Event, Lock

import pytest

from tests.fake_platform import FakePlatform
from tests.plan.samples import action, capping
from tests.sync.samples import sync
from toolkit.model.catalog import ResourceKey

TIMEOUT_S = 10
LOOK_S = 0.2
"""How long a write under way looks whether another one begins."""


class Meeting:
    """Lets writes go on only when `size` of them are under way, and notes the most there ever were."""

    def __init__(self, size: int) -> None:
        self.barrier, self.lock = Barrier(size, timeout=TIMEOUT_S), Lock()
        self.under_way = self.most = 0

    def __call__(self, operation: str, key: ResourceKey) -> None:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.barrier.wait()
        with self.lock:
            self.under_way -= 1


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_as_many_writes_are_under_way_as_there_are_workers_and_never_more(workers: int) -> None:
    meeting = Meeting(workers)
    actions = [action(f"Action{index}") for index in range(4 * workers)]
    receipt = sync(FakePlatform(on_call=meeting), actions, workers=workers)
    assert receipt.complete
    assert meeting.most == workers


def test_no_action_is_written_while_a_limit_is() -> None:
    limit, begun, too_early = capping(), Event(), []

    def look_around(operation: str, key: ResourceKey) -> None:
        if key == limit.key:
            too_early.append(begun.wait(LOOK_S))
        else:
            begun.set()

    assert sync(FakePlatform(on_call=look_around), [action(), limit], workers=4).complete
    assert too_early == [False]

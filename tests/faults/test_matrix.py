"""Every fault at every request of a sync of 13 steps: the account is true, and running again finishes it.

`make test` takes a sample that is the same every time, `make faults` takes all.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.faults.story import FAULTS, NEW_BY_KEY, STEPS, TOLD, Box, furnish, sync, tell
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator
from toolkit.emulator.fault_rules import AFTER, BEFORE, KINDS, STATUSES, read_rule

REQUESTS = 54
"""How many requests to the sandbox the sync takes; a test below holds it to that."""

SEED = 11
AT = range(REQUESTS + 1)
"""The requests at which a fault strikes; 0 is the one for a token."""


def cases() -> dict[str, list[int]]:
    """The requests at which each fault strikes: all, or two for each, the same in each run."""
    if os.environ.get("FAULTS") == "all":
        return {fault: list(AT) for fault in FAULTS}
    chance = random.Random(SEED)
    return {fault: sorted(chance.sample(AT, 2)) for fault in FAULTS}


SANDBOXES = {f"box-{number:04}": "development" for number in range(len(FAULTS) * len(AT) + 100)}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes=SANDBOXES)) as running:
        yield running


@pytest.fixture(scope="module")
def boxes(platform: RunningEmulator) -> Iterator[Iterator[Box]]:
    with httpx.Client(verify=False) as http:
        yield (Box(platform, name, http) for name in SANDBOXES)


def test_the_matrix_has_every_fault_of_the_emulator_at_each_moment_that_it_can_have() -> None:
    rules = [read_rule(rule)[:2] for rule in FAULTS.values()]
    assert {kind for kind, _ in rules} == {*KINDS}
    for kind in KINDS:
        moments = {rule["moment"] for found, rule in rules if found == kind and "moment" in rule}
        assert moments in (set(), {BEFORE, AFTER}), kind
    statuses = {(rule["status"], rule["moment"]) for kind, rule in rules if kind == "status"}
    assert statuses == {(status, moment) for status in STATUSES for moment in (BEFORE, AFTER)}
    assert {type(rule["retryAfter"]) for kind, rule in rules if kind == "status"} == {type(None), int, str}


def test_a_sync_without_faults_takes_so_many_steps_and_requests(boxes: Iterator[Box]) -> None:
    box = next(boxes)
    furnish(box)
    before = box.count()
    receipt = sync(box)
    assert (receipt.complete, len(receipt.rows)) == (True, STEPS)
    assert box.count() - before == REQUESTS
    assert NEW_BY_KEY.keys() < box.live().keys()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_account_is_true_and_the_next_run_finishes(
    boxes: Iterator[Box], fault: str, record_property: Callable[[str, object], None]
) -> None:
    told = {at: tell(next(boxes), fault, at) for at in cases()[fault]}
    wrong = {at: story.wrong for at, story in told.items() if story.wrong}
    ends = Counter(story.first for story in told.values())
    said = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    record_property(TOLD, f"{fault}: at {len(told)} requests; first runs: {said}; {len(wrong)} wrong")
    assert wrong == {}
    assert all(story.struck for story in told.values())

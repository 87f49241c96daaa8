"""Answers that are lost after the write, and reads that show the past for a while: both at once.

Every writing request of the sync loses its answer, and the reads after it are stale up to the stated bound.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.faults.story import NEW_BY_KEY, THEIRS, TOLD, Box, furnish, is_as, planned
from tests.faults.test_editor import requests
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator
from toolkit.plan.guard import approve
from toolkit.plan.types import Policy
from toolkit.sync.receipt import Receipt
from toolkit.sync.runner import RunOptions, run

READS = range(7)
"""Stale reads after the write; the sync looks eight times within the bound that it is told."""

BOUND_S = 12.0
SANDBOXES = {f"stale-{number:04}": "development" for number in range(400)}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes=SANDBOXES)) as running:
        yield running


@pytest.fixture(scope="module")
def boxes(platform: RunningEmulator) -> Iterator[Iterator[Box]]:
    with httpx.Client(verify=False) as http:
        yield (Box(platform, name, http) for name in SANDBOXES)


def sync(box: Box) -> Receipt:
    options = RunOptions(workers=1, staleness_s=BOUND_S, sleep=lambda _: None)
    with box.platform() as platform:
        return run(approve(planned(platform), Policy(True, True), "a test"), platform, options)


def writes(box: Box) -> list[int]:
    """At which requests, from 1, a sync without faults creates, changes or removes something."""
    furnish(box)
    begun = len(requests(box))
    assert sync(box).complete
    asked = requests(box)[begun:]
    return [
        number
        for number, item in enumerate(asked, start=1)
        if item["method"] != "GET" and "/list/" not in item["path"] and not item["path"].endswith("canDeploy")
    ]


def told(box: Box, at: int, reads: int) -> tuple[str, list[str]]:
    furnish(box)
    lost: dict[str, Any] = {"fault": "reset", "moment": "after"}
    box.misbehave(lost, at)
    if reads:
        box.misbehave({"fault": "stale", "reads": reads}, at)
    receipt = sync(box)
    assert box.behave()
    for _ in range(reads):
        box.live()
    again = sync(box)
    live = box.live()  # raises where anything is live twice
    wanted = {**NEW_BY_KEY, THEIRS.key: THEIRS}
    wrong = [
        f"request {at}, {reads} stale reads: {key}"
        for key in {**live, **wanted}
        if not is_as(live.get(key), wanted.get(key))
    ]
    wrong += [
        f"request {at}, {reads} stale reads: {row.code} {row.message}" for row in again.rows if row.code
    ]
    return ("complete" if receipt.complete else "incomplete"), wrong


@pytest.mark.timeout(900)
def test_what_was_created_and_not_seen_is_never_created_again(
    boxes: Iterator[Box], record_property: Callable[[str, object], None]
) -> None:
    places = writes(next(boxes))
    every = os.environ.get("FAULTS") == "all"
    chosen = [(at, reads) for at in places for reads in READS][:: 1 if every else 13]
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for at, reads in chosen:
        end, reasons = told(next(boxes), at, reads)
        ends[end] += 1
        wrong += reasons
    said = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    record_property(
        TOLD,
        f"answers lost and reads stale, {len(chosen)} runs at {len(places)} writes: first runs {said}; "
        f"0 duplicates, {len(wrong)} wrong",
    )
    assert wrong == []

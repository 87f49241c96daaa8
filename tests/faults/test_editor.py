"""Somebody edits an action in the product while a sync runs: whose version stands, and who hears of it.

`make test` takes a few of two hundred runs, `make faults` takes all.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import httpx
import pytest

from tests.faults.story import NEW, OLD, TOLD, Box, furnish
from tests.plan.samples import SCOPE
from toolkit.core.errors import AjoError
from toolkit.emulator import EmulatorConfig, RunningEmulator, start_emulator
from toolkit.emulator.application import SOMEBODY_ELSE
from toolkit.model.catalog import Catalog
from toolkit.plan.compute import compute
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base, Handling, Stance
from toolkit.plan.types import Policy
from toolkit.sync.receipt import Receipt, Row
from toolkit.sync.runner import RunOptions, run

RUNS = 200
REQUESTS = 53
EDITED = "edited in the product"
SEEDS = range(RUNS) if os.environ.get("FAULTS") == "all" else range(0, RUNS, 19)
SANDBOXES = {f"edit-{seed:03}": "development" for seed in range(RUNS)} | {"edit-none": "development"}
NAMES = ("Upd1", "Upd2", "Upd3")


class When(StrEnum):
    """When an edit came, by the requests that the platform got."""

    PLANNING = "before the plan"
    WAITING = "between plan and re-read"
    WINDOW = "between re-read and write"
    READING_BACK = "between write and read-back"
    LATER = "after the read-back"


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes=SANDBOXES)) as running:
        yield running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=False) as client:
        yield client


def sync(box: Box) -> Receipt | AjoError:
    """Sync as the command does where neither drift nor conflicts may be overwritten."""
    stance = Stance(Handling.REFUSE, Handling.REFUSE)
    try:
        with box.platform() as platform:
            live = platform.read().catalog
            plan = compute(SCOPE, Catalog.of(NEW), live, Base(Catalog.of(OLD)), stance=stance)
            return run(approve(plan, Policy(True, True), "a test"), platform, RunOptions(workers=1))
    except AjoError as error:
        return error


def requests(box: Box) -> list[dict[str, Any]]:
    found = [item for item in box.admin("GET", "requests")["requests"] if item["sandbox"] == box.sandbox]
    return sorted(found, key=lambda item: item["seq"])


def when(asked: list[dict[str, Any]], uid: str, at: int, moment: str) -> When:
    """Tell when the edit at request `at` (from 1) came, by the sync's own requests for the resource."""
    mine = [
        (number, item["method"])
        for number, item in enumerate(asked, start=1)
        if item["path"].endswith(f"/{uid}")
    ]
    edit = at - 0.5 if moment == "before" else at + 0.5
    write = next((number for number, method in mine if method == "PUT"), None)
    reads = [number for number, method in mine if method == "GET"]
    listed = max(number for number, item in enumerate(asked, start=1) if "/list/" in item["path"])
    if edit < listed and write is None and not reads:
        return When.PLANNING
    reread = reads[0] if reads else listed
    if edit < reread:
        return When.WAITING
    if write is None or edit < write:
        return When.WINDOW
    return When.READING_BACK if len(reads) > 1 and edit < reads[-1] else When.LATER


def row_of(receipt: Receipt, name: str) -> Row:
    return next(row for row in receipt.rows if row.name == name)


def writes(box: Box) -> dict[str, int]:
    """At which request, from 1, each action is changed when nobody edits."""
    furnish(box)
    uids = {res.remote.uid: res.name for res in box.live().values() if res.remote}
    begun = len(requests(box))
    assert isinstance(sync(box), Receipt)
    return {
        uids[item["path"].rsplit("/", 1)[-1]]: number
        for number, item in enumerate(requests(box)[begun:], start=1)
        if item["method"] == "PUT" and "/actions/" in item["path"]
    }


def one_run(box: Box, seed: int, places: Mapping[str, int]) -> tuple[When, list[str]]:
    """Let somebody edit at a request that the seed chooses; returns when that was, and what is wrong.

    Every second edit comes close to the write, where it is hardest.
    """
    chance = random.Random(seed)
    name, at, moment = chance.choice(NAMES), chance.randint(1, REQUESTS), chance.choice(("before", "after"))
    if seed % 2:
        at = places[name] + chance.choice((-1, 0, 0, 1))
    furnish(box)
    uid = next(res.remote.uid for res in box.live().values() if res.name == name and res.remote)
    begun = len(requests(box))
    box.misbehave({"fault": "edit", "moment": moment, "name": name, "changes": {"description": EDITED}}, at)
    ended = sync(box)
    asked = requests(box)[begun:]
    if not box.behave():
        return When.LATER, ["nobody edited"]
    came = when(asked, uid, at, moment)
    stands = next(res for res in box.live().values() if res.name == name).document.get("description")
    wrong = []
    if (stands == EDITED) is (came is When.WINDOW):
        wrong.append(f"seed {seed}: the edit came {came}, and {stands!r} stands")
    if isinstance(ended, AjoError):
        if came is not When.PLANNING or ended.code not in ("AJO606", "AJO607"):
            wrong.append(f"seed {seed}: {ended.code} {ended.message}")
        return came, wrong
    expected = {When.WAITING: "AJO508", When.WINDOW: "AJO515", When.READING_BACK: "AJO509"}.get(came, "")
    row = row_of(ended, name)
    if row.code != expected:
        wrong.append(f"seed {seed}: the edit came {came}, and the receipt says {row.code!r}")
    if ended.trouble:
        wrong.append(f"seed {seed}: {ended.trouble}")
    if came is When.WINDOW and not (
        SOMEBODY_ELSE in row.message
        and (row.before and row.before["description"], row.after and row.after["description"])
        == ("old", "new")
    ):
        wrong.append(f"seed {seed}: the receipt does not say who was overwritten: {row.message}")
    if came is When.READING_BACK and not (
        row.after and row.after["description"] == EDITED and '"new"' in row.message and EDITED in row.message
    ):
        wrong.append(f"seed {seed}: the receipt does not hold both versions: {row.message}")
    return came, wrong


@pytest.mark.timeout(600)
def test_an_edit_that_can_be_seen_is_never_overwritten_and_one_that_comes_after_is_told(
    platform: RunningEmulator, http: httpx.Client, record_property: Callable[[str, object], None]
) -> None:
    places = writes(Box(platform, "edit-none", http))
    assert set(places) == set(NAMES)
    told = [one_run(Box(platform, f"edit-{seed:03}", http), seed, places) for seed in SEEDS]
    wrong = [reason for _, reasons in told for reason in reasons]
    counts = Counter(came for came, _ in told)
    said = ", ".join(f"{counts[came]} {came}" for came in When if counts[came])
    record_property(TOLD, f"concurrent editor, {len(told)} runs: {said}; {len(wrong)} wrong")
    assert wrong == []

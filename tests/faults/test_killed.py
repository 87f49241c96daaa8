"""kill -9 all over a sync: the same command finishes it, nothing is lost, nothing is there twice."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action, capping
from tests.scenarios.relay import PATIENCE_S, relay
from tests.workflows.runner import git

LAST = 54
"""The last request of the sync, the one for a token among them."""

SAMPLE = (6, 15, 24, 33, 42, 51)
AT = range(1, LAST + 1) if os.environ.get("FAULTS") == "all" else SAMPLE
SYNC = ("sync", "--yes", "--allow-destroy", "--allow-mass-change")
KEPT = ("Upd1", "Upd2", "Upd3", "Same")


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A change")


def prepare(desk: Desk) -> None:
    """Sync one commit, and leave another one to sync: 13 steps."""
    git(desk.root, "init", "--quiet")
    for name in (*KEPT, "Gone1", "Gone2"):
        desk.write(action(name, description="Old."))
    for name in ("upd1", "upd2", "gone1"):
        desk.write(capping(name, f"{name}.example.com"))
    commit(desk.root)
    assert desk.ajo("sync", "--yes").exit == 0
    for gone in ("Gone1.json", "Gone2.json", "gone1.capping.json"):
        (desk.root / "actions/team" / gone).unlink()
    for name in ("Upd1", "Upd2", "Upd3", "New1", "New2", "New3"):
        desk.write(action(name))
    for name in ("upd1", "upd2", "new1", "new2"):
        desk.write(capping(name, f"{name}.example.com", calls=200))
    commit(desk.root)


class Nth:
    """Chooses one request by its number."""

    def __init__(self, number: int) -> None:
        self.number, self.seen = number, itertools.count(1)

    def __call__(self, method: str, path: str) -> bool:
        return next(self.seen) == self.number


@pytest.mark.parametrize("moment", ["hold_before", "hold_after"])
@pytest.mark.parametrize("number", AT)
def test_a_sync_that_is_killed_is_finished_by_the_same_command(
    desk: Desk, number: int, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "CI_COMMIT_BEFORE_SHA"):
        monkeypatch.delenv(name, raising=False)
    prepare(desk)
    with relay(desk.running, **{moment: Nth(number)}) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start(*SYNC, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    desk.settings()
    again = desk.ajo(*SYNC)
    assert again.exit == 0, again.err
    assert desk.ajo("diff", "--exit-code").exit == 0
    names = [
        item["name"]
        for item in desk.call("POST", "list/actions", {})["results"]
        if item["actionType"] != "builtIn"
    ]
    assert sorted(names) == sorted([*KEPT, "New1", "New2", "New3"])
    limits = desk.call("POST", "list/endpointConfigs", {})["results"]
    assert len(limits) == 4
    assert {(item["state"], item["services"]["action"]["rating"]["maxCallsCount"]) for item in limits} == {
        ("deployed", 200)
    }

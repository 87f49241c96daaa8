"""kill -9 all over a sync and a rollback: the same command finishes it, nothing is lost or there twice."""

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

LAST = 55
"""The last request of the sync, the one for a token among them."""

SAMPLE = (6, 15, 24, 33, 42, 51)
AT = range(1, LAST + 1) if os.environ.get("FAULTS") == "all" else SAMPLE
SYNC = ("sync", "--yes", "--allow-destroy", "--allow-mass-change")
BACK = ("rollback", "HEAD~1", "--apply", "--yes", "--allow-destroy", "--allow-mass-change")
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


@pytest.fixture
def prepared(desk: Desk) -> Desk:
    prepare(desk)
    return desk


def killed(desk: Desk, number: int, moment: str, *command: str) -> None:
    """Run a command until the platform gets, or has carried out, its request `number`."""
    with relay(desk.running, **{moment: Nth(number)}) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    desk.settings()


def live_names(desk: Desk) -> list[str]:
    """The names of all live actions; one that is there twice is named twice."""
    found = desk.call("POST", "list/actions", {})["results"]
    return sorted(item["name"] for item in found if item["actionType"] != "builtIn")


def live_limits(desk: Desk) -> list[tuple[str, str, int]]:
    """The host, state and calls of all live cappings."""
    found = desk.call("POST", "list/endpointConfigs", {})["results"]
    return sorted(
        (item["url"][8:-14], item["state"], item["services"]["action"]["rating"]["maxCallsCount"])
        for item in found
    )


@pytest.mark.parametrize("moment", ["hold_before", "hold_after"])
@pytest.mark.parametrize("number", AT)
def test_a_sync_that_is_killed_is_finished_by_the_same_command(
    prepared: Desk, number: int, moment: str
) -> None:
    killed(prepared, number, moment, *SYNC)
    again = prepared.ajo(*SYNC)
    assert again.exit == 0, again.err
    assert prepared.ajo("diff", "--exit-code").exit == 0
    assert live_names(prepared) == sorted([*KEPT, "New1", "New2", "New3"])
    assert live_limits(prepared) == [(name, "deployed", 200) for name in ("new1", "new2", "upd1", "upd2")]


@pytest.mark.parametrize("moment", ["hold_before", "hold_after"])
@pytest.mark.parametrize("number", AT[::4])
def test_a_rollback_that_is_killed_is_finished_by_the_same_command(
    prepared: Desk, number: int, moment: str
) -> None:
    assert prepared.ajo(*SYNC).exit == 0
    killed(prepared, number, moment, *BACK)
    again = prepared.ajo(*BACK)
    assert again.exit == 0, again.err
    assert live_names(prepared) == sorted([*KEPT, "Gone1", "Gone2"])
    assert live_limits(prepared) == [(name, "deployed", 100) for name in ("gone1", "upd1", "upd2")]

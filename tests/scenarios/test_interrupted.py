"""A sync that is cut short, by Ctrl-C or by force: the same command finishes it, nothing is there twice."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.scenarios.desk import Desk, action, capping
from tests.scenarios.relay import PATIENCE_S, Held, Relay, relay

NAMES = ["Alpha", "Beta", "Gamma", "Delta"]


def fill(desk: Desk) -> None:
    for name in NAMES:
        desk.write(action(name))
    desk.write(capping("alpha", "alpha.example.com"))


class Third:
    """Chooses the third request that creates an action."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, method: str, path: str) -> bool:
        self.seen += method == "POST" and path.endswith("/actions") and "/list/" not in path
        return self.seen == 3 and method == "POST" and path.endswith("/actions") and "/list/" not in path


def deploying(method: str, path: str) -> bool:
    return path.endswith("/deploy")


def assert_finished_and_nothing_doubled(desk: Desk) -> None:
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 0
    actions = [
        item["name"]
        for item in desk.call("POST", "list/actions", {})["results"]
        if item["actionType"] != "builtIn"
    ]
    assert sorted(actions) == sorted(NAMES)
    (limit,) = desk.call("POST", "list/endpointConfigs", {})["results"]
    assert limit["state"] == "deployed"


@pytest.mark.parametrize(
    ("moment", "chosen"),
    [
        ("hold_before", Third()),
        ("hold_after", Third()),
        ("hold_before", deploying),
        ("hold_after", deploying),
    ],
    ids=[
        "before an action is created",
        "before the answer that it is",
        "before a deployment",
        "before its answer",
    ],
)
def test_a_sync_that_is_killed_is_finished_by_the_same_command(desk: Desk, moment: str, chosen: Held) -> None:
    fill(desk)
    with relay(desk.running, **{moment: chosen}) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    desk.settings()
    assert_finished_and_nothing_doubled(desk)


def interrupt(desk: Desk, between: Relay) -> None:
    """Sync, and press Ctrl-C while a request is held."""
    process = desk.start("sync", "--yes", "--receipt", "receipt.json")
    assert between.reached.wait(PATIENCE_S)
    process.send_signal(signal.SIGINT)
    between.release.set()
    said, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in said + errors


class ReadingBack:
    """Chooses the second request that reads an action."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, method: str, path: str) -> bool:
        self.seen += method == "GET" and "/actions/" in path
        return self.seen == 2 and method == "GET" and "/actions/" in path


@pytest.mark.parametrize(
    ("moment", "choose"),
    [
        ("hold_before", Third),
        ("hold_after", Third),
        ("hold_before", ReadingBack),
        ("hold_before", lambda: deploying),
        ("hold_after", lambda: deploying),
    ],
    ids=[
        "before an action is created",
        "before the answer that it is",
        "while it is read back",
        "before a deployment",
        "before its answer",
    ],
)
def test_ctrl_c_lets_the_write_under_way_finish_and_keeps_account(
    desk: Desk, moment: str, choose: Callable[[], Held]
) -> None:
    fill(desk)
    with relay(desk.running, **{moment: choose()}) as between:
        desk.settings(**between.settings(), workers=1)
        interrupt(desk, between)
    receipt = json.loads((desk.root / "receipt.json").read_text())
    done = {row["name"] for row in receipt["rows"] if row["status"] == "done" and row["name"] in NAMES}
    assert (receipt["interrupted"], receipt["complete"]) == (True, False)
    assert done == set(desk.live())
    assert len(done) < len(NAMES)
    desk.settings()
    assert_finished_and_nothing_doubled(desk)


def test_ctrl_c_while_the_platform_is_read_writes_nothing(desk: Desk) -> None:
    fill(desk)
    with relay(desk.running, hold_before=lambda _, path: path.endswith("/list/actions")) as between:
        desk.settings(**between.settings(), workers=1)
        interrupt(desk, between)
    assert desk.writes() == []
    desk.settings()
    assert_finished_and_nothing_doubled(desk)

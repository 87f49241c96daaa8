"""A list that could not be read whole: nothing is deleted, nothing is written, and the command says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.desk import Desk, Ran, action, capping
from tests.scenarios.relay import relay
from tests.scenarios.test_base import commit, remove
from tests.workflows.runner import git

MANY = 120
"""More than one page of a list holds."""

COMMANDS = {
    "a sync": ("sync", "--yes", "--allow-destroy", "--allow-mass-change"),
    "a kept plan": ("sync", "plan.json", "--yes", "--allow-destroy", "--allow-mass-change"),
    "a rollback": ("rollback", "before", "--apply", "--yes", "--allow-destroy", "--allow-mass-change"),
    "a rollback by receipt": (
        *("rollback", "--receipt", "receipt.json", "--apply", "--yes"),
        *("--allow-destroy", "--allow-mass-change"),
    ),
}

BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "a page breaks off": ({"fault": "truncate"}, "AJO501", "the connection broke"),
    "a page is half of one": ({"fault": "malformed"}, "AJO504", "list/"),
    "a page is a page of a proxy": ({"fault": "wrong-type"}, "AJO504", "list/"),
    "a page fails": ({"fault": "status", "status": 500}, "AJO503", "HTTP 500"),
    "a page is refused": ({"fault": "status", "status": 403}, "AJO402", "HTTP 403"),
    "a page is not there": ({"fault": "status", "status": 404}, "AJO504", "HTTP 404"),
}


@pytest.fixture
def repo(desk: Desk, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Desk:
    """Two actions and a limit of ours, of which one action and the limit have lost their files since."""
    monkeypatch.chdir(desk.root)
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n/*.json\n")
    desk.write(action("Stays"))
    commit(desk)
    git(desk.root, "tag", "before")
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Goes"))
    desk.write(capping("goes", "goes.example.com"))
    commit(desk)
    assert desk.ajo("sync", "--yes", "--receipt", "receipt.json").exit == 0
    remove(desk, "Goes")
    remove(desk, "goes.capping")
    commit(desk)
    assert desk.ajo("diff", "--out", "plan.json").exit == 0
    return desk


def is_left_alone(desk: Desk, command: str, before: list[tuple[str, str]]) -> Ran:
    """Run a command that has to stop before its first write."""
    ran = desk.ajo(*COMMANDS[command])
    assert ran.exit in {4, 5}, ran
    assert desk.writes() == before
    return ran


@pytest.mark.parametrize("broken", BROKEN)
def test_a_list_that_can_not_be_read_deletes_nothing(repo: Desk, broken: str) -> None:
    rule, code, words = BROKEN[broken]
    before = repo.writes()
    repo.admin("faults", {**rule, "path": "*/list/actions", "sandbox": repo.sandbox})
    ran = is_left_alone(repo, "a sync", before)
    assert f"error {code}" in ran.err
    assert words in ran.err


@pytest.mark.parametrize("collection", ["actions", "endpointConfigs"])
@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_asks_for_deletes_stops_at_a_list_that_is_not_whole(
    repo: Desk, command: str, collection: str
) -> None:
    before = repo.writes()
    repo.admin("faults", {"fault": "malformed", "path": f"*/list/{collection}", "sandbox": repo.sandbox})
    ran = is_left_alone(repo, command, before)
    assert "error AJO504" in ran.err
    assert f"POST /list/{collection}" in ran.err


class Meddler:
    """Somebody at work between two pages: acts before the second page of each reading is asked for."""

    def __init__(self, act: Callable[[], object], readings: int) -> None:
        self.act, self.left, self.asked = act, readings, 0

    def __call__(self, method: str, path: str) -> bool:
        if path.endswith("/list/actions"):
            self.asked += 1
            if self.asked % 2 == 0 and self.left:
                self.left -= 1
                self.act()
        return False


@pytest.fixture
def crowd(repo: Desk) -> Desk:
    """The same among more actions of others than one page of a list holds."""
    repo.admin("seed", {"sandbox": repo.sandbox, "actions": MANY, "cappings": 0, "journeys": 0})
    assert len(names(repo)) == MANY + 2
    return repo


def names(desk: Desk) -> set[str]:
    """The names of all live actions, but for those that ship with the platform."""
    found = desk.ajo("list", "--live", "--json").json()["items"]
    return {item["name"] for item in found if item["kind"] == "CustomAction"}


def removing_one(desk: Desk) -> Callable[[], object]:
    """Remove actions of others, one at a time, so that each later one moves up by a place."""
    others = iter([item["uid"] for name, item in desk.live().items() if name not in {"Stays", "Goes"}])
    return lambda: desk.call("DELETE", f"actions/{next(others)}")


def test_a_list_that_changes_in_each_reading_deletes_nothing_and_is_said_to(crowd: Desk) -> None:
    meddler = Meddler(removing_one(crowd), readings=99)
    with relay(crowd.running, hold_before=meddler) as between:
        crowd.settings(**between.settings(), workers=1)
        ran = crowd.ajo(*COMMANDS["a sync"])
    crowd.settings()
    assert ran.exit == 5
    assert "error AJO506" in ran.err
    assert "the list of actions changed in each of 3 readings: totalCount went from" in ran.err
    assert {"Stays", "Goes"} <= names(crowd)
    assert len(names(crowd)) == MANY + 2 - 3


def test_a_list_that_changed_once_is_read_again_and_only_what_was_ours_goes(crowd: Desk) -> None:
    with relay(crowd.running, hold_before=Meddler(removing_one(crowd), readings=1)) as between:
        crowd.settings(**between.settings(), workers=1)
        ran = crowd.ajo(*COMMANDS["a sync"])
    crowd.settings()
    assert ran.exit == 0, ran.err
    live = names(crowd)
    assert ("Goes" in live, "Stays" in live, len(live)) == (False, True, MANY)

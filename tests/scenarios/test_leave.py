"""What a sync needs leave for, a plan that was kept needs, and a rollback: the doors are the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action
from tests.scenarios.test_base import commit, remove
from tests.workflows.runner import git

NAMES = [f"A{number:02}" for number in range(12)]
DESTROY, MASS = "--allow-destroy", "--allow-mass-change"

Way = Callable[..., list[str]]
"""Given what is allowed, the words of a command that would carry the change out."""


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """Twelve actions that are synced, the first one protected; tag ``good``."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n/*.json\n")
    for name in NAMES[1:]:
        desk.write(action(name))
    desk.write(action(NAMES[0], lifecycle={"protect": True}))
    commit(desk)
    git(desk.root, "tag", "good")
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def by_a_kept_plan(desk: Desk) -> Way:
    file = str(desk.root / "plan.json")
    assert desk.ajo("diff", "--out", file).exit == 0
    return lambda *leave: ["sync", file, "--yes", *leave]


def by_rollback(desk: Desk) -> Way:
    """Let the change be live already, and the way back be to what it would have been without it."""
    return lambda *leave: ["rollback", "good", "--apply", "--yes", *leave]


def by_receipt(desk: Desk) -> Way:
    file = str(desk.root / "receipt.json")
    return lambda *leave: ["rollback", "--receipt", file, "--apply", "--yes", *leave]


def synced(desk: Desk) -> None:
    receipt = str(desk.root / "receipt.json")
    assert desk.ajo("sync", "--yes", DESTROY, MASS, "--receipt", receipt).exit == 0


def refused(desk: Desk, words: list[str], code: str) -> str:
    """Run a command that has to be refused before anything is written; returns why."""
    before = desk.writes()
    ran = desk.ajo(*words)
    assert (ran.exit, f"error {code}" in ran.err) == (6, True), ran
    assert desk.writes() == before
    return ran.err


@pytest.mark.parametrize("way", [by_a_kept_plan, by_rollback, by_receipt])
def test_deleting_much_needs_leave_to_destroy_and_leave_for_much(
    repo: Desk, way: Callable[[Desk], Way]
) -> None:
    if way is by_a_kept_plan:
        for name in NAMES[1:6]:
            remove(repo, name)
        commit(repo)
    else:
        for number in range(8):
            repo.write(action(f"B{number}"))
        commit(repo)
        synced(repo)
    words = way(repo)
    assert "the plan deletes" in refused(repo, words(), "AJO604")
    assert "the plan deletes" in refused(repo, words(MASS), "AJO604")
    share = "5 of 12" if way is by_a_kept_plan else "8 of 20"
    assert f"the plan would delete {share} resources, more than 33 %" in refused(
        repo, words(DESTROY), "AJO608"
    )
    assert repo.ajo(*words(DESTROY, MASS)).exit == 0
    assert len(repo.live()) == (7 if way is by_a_kept_plan else 12)


@pytest.mark.parametrize("way", [by_a_kept_plan, by_rollback, by_receipt])
def test_changing_much_needs_leave_for_much(repo: Desk, way: Callable[[Desk], Way]) -> None:
    for name in NAMES[1:6]:
        repo.write(action(name, description="Another."))
    commit(repo)
    if way is not by_a_kept_plan:
        synced(repo)
    words = way(repo)
    assert "the plan would update 5 of 12 resources, more than 33 %" in refused(
        repo, words(DESTROY), "AJO608"
    )
    assert repo.ajo(*words(MASS)).exit == 0


@pytest.mark.parametrize("way", [by_a_kept_plan, by_rollback])
def test_a_target_sets_its_own_thresholds(repo: Desk, way: Callable[[Desk], Way]) -> None:
    repo.write(action(NAMES[1], description="Another."))
    commit(repo)
    if way is not by_a_kept_plan:
        synced(repo)
    repo.settings(max_updates_percent=8)
    words = way(repo)
    assert "more than 8 %" in refused(repo, words(), "AJO608")
    repo.settings(max_updates_percent=9)
    assert repo.ajo(*words()).exit == 0


def test_a_kept_plan_deletes_nothing_that_was_protected_at_the_base(repo: Desk) -> None:
    remove(repo, NAMES[0])
    commit(repo)
    assert "its definition is protected" in refused(repo, by_a_kept_plan(repo)(DESTROY, MASS), "AJO605")
    assert NAMES[0] in repo.live()


def test_protection_that_came_after_a_plan_was_kept_holds_against_it(repo: Desk) -> None:
    unprotected = action(NAMES[0])
    repo.write(unprotected)
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    remove(repo, NAMES[0])
    words = by_a_kept_plan(repo)
    repo.write(action(NAMES[0], lifecycle={"protect": True}))
    commit(repo)
    remove(repo, NAMES[0])
    ran = repo.ajo(*words(DESTROY, MASS))
    assert (ran.exit, NAMES[0] in repo.live()) == (6, True)


def test_a_plan_whose_leave_was_edited_into_it_gains_nothing(repo: Desk) -> None:
    remove(repo, NAMES[0])
    file = Path(by_a_kept_plan(repo)()[1])
    document = json.loads(file.read_text())
    for step in document["plan"]["steps"]:
        step["blocks"] = []
    file.write_text(json.dumps(document))
    assert "AJO622" in refused(repo, ["sync", str(file), "--yes", DESTROY, MASS], "AJO622")


@pytest.mark.parametrize("way", [by_rollback, by_receipt])
def test_going_back_deletes_nothing_that_is_protected(repo: Desk, way: Callable[[Desk], Way]) -> None:
    repo.write(action("Kept", lifecycle={"protect": True}))
    commit(repo)
    synced(repo)
    assert "Kept: its definition is protected" in refused(repo, way(repo)(DESTROY, MASS), "AJO605")
    assert "Kept" in repo.live()


@pytest.mark.parametrize("way", [by_a_kept_plan, by_rollback, by_receipt])
def test_what_a_journey_uses_is_blocked_and_named(repo: Desk, way: Callable[[Desk], Way]) -> None:
    repo.write(action(NAMES[1], request={"template": "another"}))
    commit(repo)
    if way is not by_a_kept_plan:
        synced(repo)
    repo.add_journey(NAMES[1])
    why = refused(repo, way(repo)(DESTROY, MASS), "AJO603")
    assert 'journey "Welcome series" (Deployed) uses it' in why
    assert f"`ajo duplicate {NAMES[1]} NEW`" in why

"""Nobody syncs a target beside somebody else, and after a crash the next sync says what was under way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, Ran, action
from tests.scenarios.relay import PATIENCE_S, Held, Relay, relay
from tests.workflows.runner import git
from toolkit.core.errors import AjoError
from toolkit.notebook import Session
from toolkit.workspace.load import open_grounds
from toolkit.workspace.lock import claim_of, held, lock_folder


def creating(method: str, path: str) -> bool:
    return method == "POST" and path.endswith("/actions") and "/list/" not in path


def nothing(method: str, path: str) -> bool:
    return False


def broken_off(desk: Desk, before: Held = nothing, after: Held = nothing) -> Ran:
    """Kill a sync at a request, and sync again."""
    desk.write(action("Alpha"))
    with relay(desk.running, hold_before=before, hold_after=after) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        desk.settings()
        return desk.ajo("sync", "--yes")


def test_a_second_sync_of_a_target_is_refused_and_told_who_is_at_it(desk: Desk) -> None:
    desk.write(action("Alpha"))
    with relay(desk.running, hold_before=creating) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        second = desk.ajo("sync", "--yes")
        between.release.set()
        assert process.wait(PATIENCE_S) == 0
    assert (second.exit, "error AJO623" in second.err) == (6, True)
    assert f"held by process {process.pid} of " in second.err
    assert "`ajo sync --target here`" in second.err
    assert [path for _, path in desk.writes()].count("actions") == 1


@pytest.mark.parametrize(
    ("moment", "words"),
    [("before", "it was not carried out"), ("after", "it was carried out")],
)
def test_after_a_crash_the_next_sync_says_what_became_of_the_write(
    desk: Desk, moment: str, words: str
) -> None:
    ran = broken_off(desk, **{moment: creating})
    assert ran.exit == 0
    assert re.search(r"The sync begun at \S+ broke off\.\n", ran.err)
    assert f"create CustomAction Alpha was under way: {words}\n" in ran.err
    assert "broke off" not in desk.ajo("sync", "--yes").err
    assert set(desk.live()) == {"Alpha"}


@dataclass(frozen=True, slots=True)
class Clones:
    """Two clones of one repository; `process` syncs the first, and is held when it creates an action."""

    one: Desk
    two: Desk
    process: subprocess.Popen[str]
    between: Relay

    def killed(self) -> None:
        self.process.kill()
        assert self.process.wait(PATIENCE_S) == -signal.SIGKILL


@pytest.fixture
def clones(desk: Desk, tmp_path: Path) -> Iterator[Clones]:
    desk.write(action("Alpha"))
    git(desk.root, "init", "--quiet")
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "An action")
    one, two = (replace(desk, root=tmp_path / name) for name in ("one", "two"))
    for clone in (one, two):
        git(tmp_path, "clone", "--quiet", str(desk.root), str(clone.root))
    with relay(desk.running, hold_before=creating) as between:
        one.settings(**between.settings(), workers=1)
        lines = two.target_lines(**between.settings(), workers=1)
        (two.root / "ajo.toml").write_text(f"[targets.there]\n{lines}")
        process = one.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert between.reached.wait(PATIENCE_S)
            yield Clones(one, two, process, between)
        finally:
            between.release.set()
            process.wait(PATIENCE_S)


def test_whatever_writes_from_another_clone_is_refused_and_told_who_is_at_it(clones: Clones) -> None:
    commands = ("sync", "rollback HEAD --apply", "target check --write-probe")
    for ran in [clones.two.process(*command.split(), "--yes") for command in commands]:
        assert (ran.exit, ran.out) == (6, "")
        assert "error AJO623: target there is held by process" in ran.err
        assert f"process {clones.process.pid} of " in ran.err
        assert f" in {clones.one.root} since " in ran.err
    assert not any(path == "actions" for _, path in clones.two.writes())


def test_a_notebook_in_another_clone_is_refused_too(clones: Clones) -> None:
    session = Session.open(clones.two.root)
    with pytest.raises(AjoError, match="held by process") as caught:
        session.sync(session.diff())
    assert caught.value.code == "AJO623"


def test_when_a_sync_was_killed_another_clone_goes_on(clones: Clones) -> None:
    clones.killed()
    clones.between.release.set()
    assert clones.two.process("sync", "--yes").exit == 0
    assert set(clones.two.live()) == {"Alpha"}


def test_another_clone_of_another_sandbox_waits_for_nobody(clones: Clones) -> None:
    clones.between.release.set()
    assert clones.process.wait(PATIENCE_S) == 0
    with held(claim_of(open_grounds(clones.one.root), "here", "a test"), lock_folder(os.environ)):
        assert clones.two.process("sync", "--yes").exit == 6
        lines = 'kind = "directory"\npath = "export"\nsecrets = { from = "made-up" }\n'
        (clones.two.root / "ajo.toml").write_text(f"[targets.there]\n{lines}")
        assert clones.two.process("sync", "--yes").exit == 0


def test_where_the_users_folder_can_not_be_written_a_clone_alone_is_locked_and_a_warning_says_so(
    clones: Clones,
) -> None:
    environment = clones.two.environment(XDG_STATE_HOME="/dev/null")
    with held(claim_of(open_grounds(clones.two.root), "there", "a test"), None):
        assert clones.two.process("sync", "--yes", env=environment).exit == 6
    clones.killed()
    clones.between.release.set()
    ran = clones.two.process("sync", "--yes", env=environment)
    assert ran.exit == 0
    assert "warning: no lock can be kept in /dev/null/ajo/locks: " in ran.err
    assert "a sync from another checkout on this machine would not be noticed" in ran.err


def test_a_diff_waits_for_nobody(desk: Desk) -> None:
    desk.write(action("Alpha"))
    with relay(desk.running, hold_before=creating) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        assert desk.ajo("diff").exit == 0
        between.release.set()
        assert process.wait(PATIENCE_S) == 0


def test_a_folder_that_can_not_be_used_is_a_warning(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.root / ".ajo").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    desk.write(action("Alpha"))
    ran = desk.ajo("sync", "--yes")
    assert ran.exit == 0
    assert "warning: no lock can be kept" in ran.err
    assert "warning: no journal can be kept" in ran.err


def test_the_journal_holds_no_secret(desk: Desk) -> None:
    endpoint = {"method": "POST", "url": "https://a.example.com", "headers": {"X-Key": "${secret:acme/key}"}}
    desk.write(action("Alpha", endpoint=endpoint))
    assert desk.ajo("sync", "--yes").exit == 0
    assert "made-up-acme-key" in str(desk.live())
    kept = "".join(path.read_text() for path in (desk.root / ".ajo").rglob("*") if path.is_file())
    assert "CustomAction" in kept
    assert "made-up" not in kept

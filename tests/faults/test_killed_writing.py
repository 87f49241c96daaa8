"""kill -9 before each write to the disk, and in the middle of one, by every command that writes.

What stands in a file afterwards is what stood there or what was to stand there, never half of it; and the
same command, run again, ends as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.story import TOLD
from tests.faults.test_killed import BACK, KEPT, SYNC, live_names, prepare
from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.workflows.runner import git
from toolkit.app.saved_plan import read_plan

EVERY = os.environ.get("FAULTS") == "all"
SAMPLE = 5
"""How many deaths of each command `make test` tries."""

SIZES = (1, 45, 100, 150, 300, 600, 1200, 2500, 5000, 10_000, 20_000)
"""Lengths at which a file is cut off: lock, journal, receipt, plan, definitions end between two of them."""

KILLED, CUT_OFF = -signal.SIGKILL, -signal.SIGXFSZ
LEAVE = ("--yes", "--allow-destroy", "--allow-mass-change")
OLD_FILE = '{"an": "older file"}\n'


@dataclass(frozen=True, slots=True)
class Doomed:
    """A command that dies while it writes to the disk."""

    desk: Desk
    count: Path
    arguments: tuple[str, ...]

    def dies(self, when: str) -> int:
        """Run it until then; returns how the process ended."""
        command = [sys.executable, "-m", "tests.faults.dies", when, str(self.count), str(self.desk.root)]
        process = subprocess.run(
            [*command, "-C", str(self.desk.root), *self.arguments],
            cwd=REPOSITORY,
            env=self.desk.environment(),
            capture_output=True,
            check=False,
        )
        return process.returncode

    def writes(self) -> int:
        """Run it to its end; returns how many writes that took."""
        assert self.dies("before:0") == 0
        return int(self.count.read_text())

    def deaths(self, total: int, part: int = 0, parts: int = 1) -> Iterator[str]:
        """Let it die before each of its writes, and at each size of a file; gives when, each time."""
        chosen = [f"before:{number}" for number in range(1 + part, total + 1, parts)]
        chosen += [f"within:{size}" for size in SIZES[part::parts]]
        for when in chosen if EVERY else chosen[part :: max(1, len(chosen) * parts // SAMPLE)]:
            ended = self.dies(when)
            # What is shorter than that ends well; git, which a command starts, may be what is cut off.
            assert ended == KILLED or (when.startswith("within") and ended in {CUT_OFF, 0, 3}), (when, ended)
            yield when


@pytest.fixture
def doomed(desk: Desk, tmp_path: Path) -> Callable[..., Doomed]:
    (desk.root / ".gitignore").write_text(".ajo/\n/*.json\n")
    return lambda *arguments: Doomed(desk, tmp_path / "count", arguments)


def is_whole(receipt: Path) -> bool:
    """Tell whether a receipt is the old file or a whole new one."""
    text = receipt.read_text()
    return text == OLD_FILE or json.loads(text)["format"] == "ajo-receipt"


def reference(desk: Desk) -> str:
    return git(desk.root, "for-each-ref", "--format=%(objectname)", "refs/ajo/synced")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(4))
def test_a_sync_that_dies_while_it_writes_to_the_disk_is_finished_by_the_same_command(
    desk: Desk, doomed: Callable[..., Doomed], part: int, record_property: Callable[[str, object], None]
) -> None:
    prepare(desk)
    receipt = desk.root / "receipt.json"
    sync = doomed(*SYNC, "--receipt", str(receipt))
    new, old = (git(desk.root, "rev-parse", name) for name in ("HEAD", "HEAD~1"))
    total = sync.writes()
    assert total > 8

    def go_back() -> None:
        # By the tool itself; then the same change again, which dies on the way.
        git(desk.root, "checkout", "--quiet", old)
        assert desk.ajo(*SYNC).exit == 0
        git(desk.root, "checkout", "--quiet", new)
        receipt.write_text(OLD_FILE)

    go_back()
    told = 0
    for when in sync.deaths(total, part, 4):
        assert is_whole(receipt), when
        assert reference(desk) in {old, new}, when
        again = desk.ajo(*SYNC)
        assert again.exit == 0, (when, again.err)
        assert desk.ajo("diff", "--exit-code").exit == 0, when
        assert reference(desk) == new
        assert live_names(desk) == sorted([*KEPT, "New1", "New2", "New3"]), when
        told += 1
        go_back()
    record_property(TOLD, f"kill -9 of a sync, {told} of {total} writes and {len(SIZES)} lengths: 0 wrong")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("way", ["REV", "receipt"])
def test_a_rollback_that_dies_while_it_writes_to_the_disk_is_finished_by_the_same_command(
    desk: Desk, doomed: Callable[..., Doomed], way: str, record_property: Callable[[str, object], None]
) -> None:
    prepare(desk)
    new, old = (git(desk.root, "rev-parse", name) for name in ("HEAD", "HEAD~1"))
    past, receipt = desk.root / "past.json", desk.root / "receipt.json"
    assert desk.ajo(*SYNC, "--receipt", str(past)).exit == 0
    arguments = BACK if way == "REV" else ("rollback", "--receipt", str(past), "--apply", *LEAVE)
    back = doomed(*arguments, "--receipt-out", str(receipt))
    total = back.writes()
    told = 0

    def go_forward() -> None:
        assert desk.ajo(*SYNC, "--receipt", str(past)).exit == 0
        receipt.write_text(OLD_FILE)

    go_forward()
    for when in back.deaths(total):
        assert is_whole(receipt), when
        assert reference(desk) == new, when
        again = desk.ajo(*arguments)
        assert again.exit == 0, (when, again.err)
        assert live_names(desk) == sorted([*KEPT, "Gone1", "Gone2"]), when
        git(desk.root, "checkout", "--quiet", old)
        assert desk.ajo("diff", "--exit-code").exit == 0, when
        git(desk.root, "checkout", "--quiet", new)
        told += 1
        go_forward()
    record_property(TOLD, f"kill -9 of a rollback by {way}, {told} of {total} writes and lengths: 0 wrong")


@pytest.mark.timeout(600)
def test_a_plan_that_is_kept_is_the_old_one_or_the_new_one_whenever_the_command_dies(
    desk: Desk, doomed: Callable[..., Doomed], record_property: Callable[[str, object], None]
) -> None:
    prepare(desk)
    plan = desk.root / "plan.json"
    diff = doomed("diff", "--out", str(plan))
    total = diff.writes()
    digest = read_plan(plan).plan_digest
    plan.write_text(OLD_FILE)
    told = 0
    for when in diff.deaths(total):
        assert plan.read_text() == OLD_FILE or read_plan(plan).plan_digest == digest, when
        assert desk.ajo("diff", "--out", str(plan)).exit == 0, when
        assert read_plan(plan).plan_digest == digest, when
        plan.write_text(OLD_FILE)
        told += 1
    assert desk.ajo("diff", "--out", str(plan)).exit == 0
    assert desk.ajo("sync", str(plan), *LEAVE).exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 0
    record_property(TOLD, f"kill -9 of a diff that keeps its plan, {told} times, {total} writes: 0 wrong")


@pytest.mark.timeout(600)
def test_definitions_are_old_or_new_whenever_an_import_dies_and_the_next_one_finishes(
    desk: Desk, doomed: Callable[..., Doomed], record_property: Callable[[str, object], None]
) -> None:
    prepare(desk)
    assert desk.ajo(*SYNC).exit == 0
    folder = desk.root / "actions"
    git(desk.root, "rm", "-r", "--quiet", "--cached", "actions")
    shutil.rmtree(folder)
    folder.mkdir()
    bring = doomed("import", "--force")
    total = bring.writes()
    new = {file: file.read_text() for file in folder.rglob("*.json")}
    assert len(new) == 11
    in_the_way, other = next(file for file in new if file.name == "Upd1.json"), json.dumps(action("Other"))

    def clear() -> None:
        shutil.rmtree(folder)
        in_the_way.parent.mkdir(parents=True)
        in_the_way.write_text(other)

    clear()
    told = 0
    for when in bring.deaths(total):
        found = {file: file.read_text() for file in folder.rglob("*.json")}
        assert found.pop(in_the_way) in {other, new[in_the_way]}, when
        assert found.items() <= new.items(), when
        again = desk.ajo("import", "--force")
        assert again.exit == 0, (when, again.err)
        assert {file: file.read_text() for file in folder.rglob("*.json")} == new, when
        assert desk.ajo("diff", "--exit-code").exit == 0, when
        told += 1
        clear()
    record_property(TOLD, f"kill -9 of an import, {told} times, {total} writes: 0 wrong")

"""kill -9 before each write to the disk: lock, journal, receipt, the reference of the last sync."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.story import TOLD
from tests.faults.test_killed import KEPT, SYNC, prepare
from tests.scenarios.desk import REPOSITORY, Desk
from tests.workflows.runner import git

EVERY = os.environ.get("FAULTS") == "all"


def killed(desk: Desk, number: int, count: Path) -> int:
    """Sync until the write `number`; returns how the process ended."""
    receipt = str(desk.root / "receipt.json")
    command = [sys.executable, "-m", "tests.faults.dies", str(number), str(count), str(desk.root)]
    process = subprocess.run(
        [*command, "-C", str(desk.root), *SYNC, "--receipt", receipt],
        cwd=REPOSITORY,
        env=desk.environment(),
        capture_output=True,
        check=False,
    )
    return process.returncode


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(4))
def test_a_sync_that_is_killed_while_it_writes_to_the_disk_is_finished_by_the_same_command(
    desk: Desk,
    part: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    for name in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "CI_COMMIT_BEFORE_SHA"):
        monkeypatch.delenv(name, raising=False)
    count = tmp_path / "count"
    (desk.root / ".gitignore").write_text(".ajo/\nreceipt.json\n")
    prepare(desk)
    new, old = (git(desk.root, "rev-parse", name) for name in ("HEAD", "HEAD~1"))
    assert killed(desk, 0, count) == 0
    total = int(count.read_text())
    assert total > 8
    numbers = range(1 + part, total + 1, 4 if EVERY else 4 * 5)
    for number in numbers:
        # Back to what it was before, by the tool itself; then the same change again, killed on the way.
        git(desk.root, "checkout", "--quiet", old)
        assert desk.ajo(*SYNC).exit == 0
        git(desk.root, "checkout", "--quiet", new)
        (desk.root / "receipt.json").unlink(missing_ok=True)
        assert killed(desk, number, count) == -signal.SIGKILL
        again = desk.ajo(*SYNC)
        assert again.exit == 0, (number, again.err)
        assert desk.ajo("diff", "--exit-code").exit == 0, number
        assert git(desk.root, "for-each-ref", "--format=%(objectname)", "refs/ajo/synced") == new
        names = [
            item["name"]
            for item in desk.call("POST", "list/actions", {})["results"]
            if item["actionType"] != "builtIn"
        ]
        assert sorted(names) == sorted([*KEPT, "New1", "New2", "New3"]), number
        left = [file.name for file in desk.root.iterdir() if file.name.endswith((".tmp", "~"))]
        assert left == [], number
    record_property(TOLD, f"kill -9 before {len(numbers)} of {total} writes to the disk: 0 wrong")

"""One sync of a target at a time: the lock names its holder, and goes when its holder does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.workspace.lock import held

HOLD = """
import sys, time
from pathlib import Path
from toolkit.workspace.lock import held
with held(Path(sys.argv[1]), "stage", "ajo sync --target stage"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(root: Path) -> subprocess.Popen[str]:
    """A process that holds the lock of target ``stage``."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.stdout.close()
    return process


def take(root: Path, target: str = "stage") -> str:
    with held(root, target, "a test") as trouble:
        return trouble


def test_a_lock_that_is_held_is_refused_and_names_its_holder(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(AjoError) as caught:
            take(tmp_path)
    finally:
        process.kill()
        process.wait()
    assert (caught.value.code, caught.value.exit) == ("AJO623", Exit.REFUSED)
    assert f"process {process.pid} since 20" in caught.value.message
    assert "`ajo sync --target stage`" in caught.value.message


def test_a_lock_goes_when_its_holder_is_killed(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert take(tmp_path) == ""


def test_a_lock_can_be_taken_again_and_targets_do_not_hinder_each_other(tmp_path: Path) -> None:
    with held(tmp_path, "stage", "a test"):
        assert take(tmp_path, "prod") == ""
    assert take(tmp_path) == ""


def test_whatever_stands_in_the_file_a_holder_is_a_holder(tmp_path: Path) -> None:
    with held(tmp_path, "stage", "a test"):
        for content in (b"", b"[" * 4000, b'{"pid": "x"}', b"\xff"):
            (tmp_path / ".ajo/stage.lock").write_bytes(content)
            with pytest.raises(AjoError, match="held by another process"):
                take(tmp_path)


@pytest.mark.parametrize("target", ["../up", "a/b", ".", "ümlaut"])
def test_no_name_of_a_target_leads_out_of_the_folder(tmp_path: Path, target: str) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    assert take(root, target) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]
    assert [path.name for path in root.iterdir()] == [".ajo"]


def test_a_folder_that_is_a_file_or_a_link_is_no_failure(tmp_path: Path) -> None:
    for root in (tmp_path / "file", tmp_path / "link"):
        root.mkdir()
    (tmp_path / "file/.ajo").write_text("")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link/.ajo").symlink_to(tmp_path / "elsewhere")
    assert "no lock can be kept" in take(tmp_path / "file")
    assert "no lock can be kept" in take(tmp_path / "link")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".ajo").mkdir()
    (tmp_path / "precious").write_text("precious")
    (tmp_path / ".ajo/stage.lock").symlink_to(tmp_path / "precious")
    assert "no lock can be kept" in take(tmp_path)
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_pipe_in_the_place_of_the_lock_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / ".ajo").mkdir()
    os.mkfifo(tmp_path / ".ajo/stage.lock")
    assert "something else than a file" in take(tmp_path)

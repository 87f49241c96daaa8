"""One sync of a target at a time: the lock names its holder, and goes when its holder does."""

from __future__ import annotations

import os
import pwd
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.workspace.holder import Holder, holder_text, read_holder
from toolkit.workspace.lock import Claim, held, lock_folder

ONLY_HERE = "there is no home folder; a sync from another checkout on this machine would not be noticed"

HOLD = """
import sys, time
from pathlib import Path
from toolkit.workspace.lock import Claim, held
claim = Claim(Path(sys.argv[1]), sys.argv[3], sys.argv[4], "ajo sync --target stage")
with held(claim, Path(sys.argv[2])) as trouble:
    print(trouble or "held", flush=True)
    time.sleep(60)
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder of locks, and checkouts beside it."""

    top: Path

    @property
    def folder(self) -> Path:
        return self.top / "state/ajo/locks"

    def checkout(self, name: str) -> Path:
        root = self.top / name
        root.mkdir(exist_ok=True)
        return root

    def take(self, checkout: str = "one", target: str = "stage", identity: str = "sandbox") -> str:
        with held(Claim(self.checkout(checkout), target, identity, "a test"), self.folder) as trouble:
            return trouble

    @contextmanager
    def holder(
        self, checkout: str = "one", target: str = "stage", identity: str = "sandbox"
    ) -> Iterator[subprocess.Popen[str]]:
        """A process that holds a target while the block runs, if nobody kills it before."""
        arguments = [str(self.checkout(checkout)), str(self.folder), target, identity]
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, *arguments], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.stdout.close()
            process.kill()
            process.wait()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refused(machine: Machine, *claim: str) -> AjoError:
    with pytest.raises(AjoError) as caught:
        machine.take(*claim)
    return caught.value


def test_a_lock_that_is_held_is_refused_and_names_its_holder(machine: Machine) -> None:
    with machine.holder() as process:
        error = refused(machine)
    user = pwd.getpwuid(os.getuid()).pw_name
    assert (error.code, error.exit) == ("AJO623", Exit.REFUSED)
    assert f"process {process.pid} of {user} on {socket.gethostname()}" in error.message
    assert re.search(
        rf" in {machine.top / 'one'} since 20\d\d-.* UTC \(`ajo sync --target stage`\)", str(error)
    )


def test_what_two_targets_of_two_checkouts_lead_to_is_held_by_one(machine: Machine) -> None:
    with machine.holder("one", "stage") as process:
        error = refused(machine, "two", "test")
    assert error.message.startswith(f"target test is held by process {process.pid} ")
    assert str(machine.top / "one") in error.message


def test_one_name_of_a_target_in_one_checkout_is_held_wherever_it_leads(machine: Machine) -> None:
    with machine.holder("one", "stage", "sandbox"):
        assert refused(machine, "one", "stage", "another sandbox").code == "AJO623"


def test_targets_that_lead_elsewhere_do_not_hinder_each_other(machine: Machine) -> None:
    with machine.holder("one", "stage", "sandbox"):
        assert machine.take("one", "prod", "another sandbox") == ""
        assert machine.take("two", "stage", "another sandbox") == ""


def test_a_lock_goes_when_its_holder_is_killed(machine: Machine) -> None:
    with machine.holder("one") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert machine.take("one") == ""
        assert machine.take("two") == ""


def test_a_lock_can_be_taken_again_and_its_file_names_nobody_then(machine: Machine) -> None:
    assert (machine.take(), machine.take()) == ("", "")
    assert [file.read_bytes() for file in machine.top.rglob("*.lock")] == [b"", b""]


@pytest.mark.parametrize("folder", ["/dev/null/locks", "/proc/locks", None])
def test_without_a_folder_for_the_machine_the_checkout_is_locked_and_a_warning_says_so(
    machine: Machine, folder: str | None
) -> None:
    one = Claim(machine.checkout("one"), "stage", "sandbox", "a test")
    with held(one, Path(folder) if folder else None) as trouble:
        assert trouble.startswith(
            f"no lock can be kept in {folder}: " if folder else "there is no home folder"
        )
        assert "another checkout on this machine would not be noticed" in trouble
        assert refused(machine).code == "AJO623"
        assert machine.take("two") == ""


def test_a_folder_of_the_checkout_that_can_not_be_used_is_made_up_for_by_the_machine(
    machine: Machine,
) -> None:
    (machine.checkout("one") / ".ajo").write_text("")
    assert machine.take("one") == ""
    with machine.holder("one"):
        assert refused(machine, "one").code == "AJO623"


def test_the_folder_for_the_machine_is_for_its_owner_alone(machine: Machine) -> None:
    machine.take()
    (file,) = machine.folder.iterdir()
    assert (machine.folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("trap", ["link", "pipe"])
def test_a_trap_in_the_place_of_the_machines_lock_is_not_stepped_into(machine: Machine, trap: str) -> None:
    machine.folder.mkdir(parents=True)
    (machine.top / "precious").write_text("precious")
    if trap == "link":
        (machine.folder / "sandbox.lock").symlink_to(machine.top / "precious")
    else:
        os.mkfifo(machine.folder / "sandbox.lock")
    assert "no lock can be kept" in machine.take()
    assert (machine.top / "precious").read_text() == "precious"


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/ann"}, "/state/ajo/locks"),
        ({"XDG_STATE_HOME": "", "HOME": "/home/ann"}, "/home/ann/.local/state/ajo/locks"),
        ({"XDG_STATE_HOME": "not/absolute", "HOME": "/home/ann"}, "/home/ann/.local/state/ajo/locks"),
        ({}, None),
    ],
)
def test_locks_are_in_the_users_folder_for_state(environment: dict[str, str], folder: str | None) -> None:
    assert lock_folder(environment) == (Path(folder) if folder else None)


def test_whatever_stands_in_the_file_a_holder_is_a_holder(machine: Machine) -> None:
    root = machine.checkout("one")
    with held(Claim(root, "stage", "sandbox", "a test"), machine.folder):
        for content in (b"", b"[" * 4000, b"[1]", b'{"pid": "x"}', b'{"pid": 1, "user": 2}', b"\xff"):
            (root / ".ajo/stage.lock").write_bytes(content)
            assert refused(machine).message == "target stage is held by another process"


def test_a_holder_with_endless_words_is_named_in_few() -> None:
    holder = Holder(1, "u" * 5000, "h", "c", "x", "then")
    assert len(str(holder)) < 300
    assert read_holder(holder_text(holder).encode()) == holder


def take(root: Path, target: str = "stage") -> str:
    """Take a lock where the machine has a place for it; returns what is wrong with the checkout's."""
    with held(Claim(root, target, f"in {root.name}", "a test"), root.parent / "locks") as trouble:
        assert not trouble
    with held(Claim(root, target, "sandbox", "a test"), None) as trouble:
        return trouble.removesuffix(ONLY_HERE)


@pytest.mark.parametrize("target", ["../up", "a/b", ".", "ümlaut"])
def test_no_name_of_a_target_leads_out_of_the_folder(tmp_path: Path, target: str) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    assert take(root, target) == ""
    assert {path.name for path in tmp_path.iterdir()} == {"workspace", "locks"}
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

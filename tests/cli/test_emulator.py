"""``ajo emulator``: from one terminal to the emulator that runs in another."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.scenarios.desk import REPOSITORY, Desk
from toolkit.emulator import RunningEmulator, start_emulator
from toolkit.emulator.fault_rules import KINDS, read_rule
from toolkit.emulator.remote import NoEmulatorError, find, published

COMMAND = str(Path(sys.executable).with_name("ajo"))


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal of the user whose emulator listens at `port`."""

    desk: Desk
    running: RunningEmulator
    port: str

    def faults(self, *arguments: str) -> tuple[int, str, str]:
        return self.emulator("faults", "--port", self.port, *arguments)

    def on(self, command: str, *arguments: str) -> tuple[int, str, str]:
        return self.emulator(command, "--port", self.port, *arguments)

    def emulator(self, *arguments: str) -> tuple[int, str, str]:
        ran = self.desk.ajo("emulator", *arguments)
        return ran.exit, ran.out, ran.err


@pytest.fixture
def terminal(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with start_emulator() as running, published(running, os.environ):
        yield Terminal(desk, running, running.ims_url.rsplit(":", 1)[1])


def token_status(running: RunningEmulator) -> int:
    return httpx.post(f"{running.ims_url}/ims/token/v3", data={}).status_code


def test_a_fault_from_a_terminal_strikes_and_is_listed_and_ends(terminal: Terminal) -> None:
    code, said, _ = terminal.faults("add", "status", "status=503", "path=/ims/*", "nth=[1, 3]")
    assert (code, said.startswith("in force: 1  status  status=503")) == (0, True)
    assert [token_status(terminal.running) for _ in range(3)] == [503, 400, 503]
    assert "(seen 3, struck 2)" in terminal.faults()[1]
    assert terminal.faults("clear") == (0, "1 ended.\n", "")
    assert terminal.faults() == (0, "No faults are in force.\n", "")


def test_one_fault_can_be_ended(terminal: Terminal) -> None:
    terminal.faults("add", "status", "path=/ims/*")
    terminal.faults("add", "latency", "seconds=0")
    assert terminal.faults("clear", "1")[1] == "1 ended.\n"
    assert terminal.faults()[1].startswith("2  latency")


def test_faults_are_data_too(terminal: Terminal) -> None:
    terminal.faults("add", "reset", "sandbox=dev", "moment=after")
    assert '"moment": "after"' in terminal.faults("--json")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["add", "explode"], "AJO905", "one of latency"),
        (["add", "reset", "moment=during"], "AJO905", "moment has to be before or after"),
        (["add", "reset", "nth"], "AJO901", "nth is not NAME=VALUE"),
        (["clear", "7"], "AJO905", "no fault has this id"),
    ],
)
def test_a_wrong_fault_says_what_is_wrong(
    terminal: Terminal, arguments: list[str], code: str, word: str
) -> None:
    ended, _, said = terminal.faults(*arguments)
    assert ended == 3
    assert code in said
    assert word in said


def test_without_an_emulator_the_error_says_how_to_start_one(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    ran = desk.ajo("emulator", "faults", "--port", "9")
    assert ran.exit == 3
    assert "AJO905" in ran.err
    assert "ajo emulator start" in ran.err


def test_the_note_is_private_and_goes_with_the_emulator(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with start_emulator() as running, published(running, environment):
        (note,) = (tmp_path / "ajo-actions").iterdir()
        assert note.stat().st_mode & 0o777 == 0o600
        assert note.parent.stat().st_mode & 0o777 == 0o700
    assert not note.exists()


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with start_emulator() as running, published(running, environment):
        port = int(running.ims_url.rsplit(":", 1)[1])
        assert find(port, environment).call("GET", "faults") == {"faults": []}
        (tmp_path / "ajo-actions").chmod(0o777)
        with pytest.raises(NoEmulatorError):
            find(port, environment)


def test_an_emulator_that_was_killed_does_not_answer(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with start_emulator() as running:
        kept = published(running, environment)
        kept.__enter__()
    with pytest.raises(NoEmulatorError, match="does not answer"):
        find(int(running.ims_url.rsplit(":", 1)[1]), environment).call("GET", "faults")


def test_the_page_names_every_fault_and_its_examples_are_right() -> None:
    page = (REPOSITORY / "docs/emulator.md").read_text(encoding="utf-8").partition("## Faults")[2]
    page = page.partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(KINDS)
    for kind in KINDS:
        read_rule({"fault": kind, **({"name": "x"} if kind == "edit" else {})})


def test_the_log_is_one_line_a_request_and_bodies_on_demand(terminal: Terminal) -> None:
    form = {"grant_type": "client_credentials", "client_secret": "hunter22", "n\x1b[2J": "x"}
    httpx.post(f"{terminal.running.ims_url}/ims/token/v3?code=hunter22", data=form)
    _, said, _ = terminal.emulator("log", "--port", terminal.port)
    assert re.fullmatch(r"[0-9:.]{12}  400  POST /ims/token/v3\?code=\*{8}  -  [0-9.]+ ms\n", said)
    _, said, _ = terminal.emulator("log", "--port", terminal.port, "--bodies")
    assert '"grant_type": "client_credentials"' in said
    assert "hunter22" not in said
    assert "\x1b" not in said


def test_the_log_is_data_too_and_can_be_cut(terminal: Terminal) -> None:
    for _ in range(3):
        token_status(terminal.running)
    _, said, _ = terminal.emulator("log", "--port", terminal.port, "--json", "-n", "2")
    assert [json.loads(line)["seq"] for line in said.splitlines()] == [2, 3]


def test_following_the_log_shows_what_comes(terminal: Terminal) -> None:
    command = [COMMAND, "emulator", "log", "--port", terminal.port, "-f"]
    token_status(terminal.running)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        assert "/ims/token/v3" in process.stdout.readline()
        httpx.get(f"{terminal.running.ims_url}/later")
        assert "/later" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_the_state_is_kept_and_brought_back_from_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    def state(*arguments: str) -> tuple[int, str]:
        ran = terminal.desk.ajo("emulator", arguments[0], "--port", terminal.port, *arguments[1:])
        return ran.exit, ran.out + ran.err

    file = str(tmp_path / "kept.db")
    assert state("seed", "dev", "--actions", "3", "--cappings", "1", "--journeys", "2")[1].startswith(
        "6 elements"
    )
    assert state("snapshot", file)[0] == 0
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert state("reset")[1] == "everything is as new\n"
    before = find(int(terminal.port), os.environ).call("GET", "snapshot")
    assert state("restore", file)[0] == 0
    assert find(int(terminal.port), os.environ).call("GET", "snapshot") != before

    refused = state("snapshot", file)
    assert refused[0] == 3
    assert "--force" in refused[1]
    assert state("snapshot", "--force", file)[0] == 0
    Path(file).write_bytes(b"something else")
    assert "no SQLite database" in state("restore", file)[1]
    assert "AJO009" in state("restore", str(tmp_path / "nowhere.db"))[1]
    assert "nowhere" in state("seed", "nowhere")[1] or "sandbox" in state("seed", "nowhere")[1]


def test_a_snapshot_is_private_and_never_over_another_file_unless_forced(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "before.db"
    file.write_text("mine")
    code, _, said = terminal.on("snapshot", str(file))
    assert (code, "is there already" in said, file.read_text()) == (3, True, "mine")
    assert terminal.on("snapshot", str(file), "--force")[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"SQLite format 3")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_snapshot_replaces_no_link_to_nowhere_unless_forced(terminal: Terminal, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "before.db", tmp_path / "elsewhere.db"
    file.symlink_to(elsewhere)
    code, _, said = terminal.on("snapshot", str(file))
    assert (code, "AJO814" in said, file.is_symlink()) == (3, True, True)
    assert terminal.on("snapshot", str(file), "--force")[0] == 0
    assert (file.is_symlink(), elsewhere.exists()) == (False, False)


def test_a_refused_restore_names_the_file_and_does_not_ask_for_an_emulator(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("something else")
    code, _, said = terminal.on("restore", str(file))
    assert (code, "AJO905" in said, "emulator start" in said) == (3, True, False)
    assert f"{file}: this is no snapshot to go back to" in said
    gone = terminal.emulator("restore", "--port", "9", str(file))[2]
    assert "ajo emulator start" in gone


def test_a_snapshot_can_be_a_folder_of_documents(terminal: Terminal, tmp_path: Path) -> None:
    terminal.on("seed", "dev", "--actions", "3", "--cappings", "2", "--journeys", "1")
    folder = tmp_path / "fixture"
    assert terminal.on("snapshot", "--as-fixture", str(folder))[0] == 0
    assert len(list((folder / "dev" / "actions").iterdir())) == 3
    code, _, said = terminal.on("snapshot", "--as-fixture", str(folder))
    assert (code, "AJO309" in said) == (3, True)
    assert "made-up" not in "".join(file.read_text() for file in folder.rglob("*.json"))


@pytest.mark.parametrize("arguments", [[], ["a.db", "--as-fixture", "b"]])
def test_a_snapshot_is_one_or_the_other(terminal: Terminal, arguments: list[str]) -> None:
    code, _, said = terminal.on("snapshot", *arguments)
    assert (code, "AJO901" in said) == (3, True)


@contextmanager
def foreground(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """``ajo emulator start`` in a process of its own, and what it said until it was ready."""
    command = [COMMAND, "emulator", "start", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        while (line := process.stdout.readline()) and "What is in it" not in line:
            lines.append(line)
        try:
            yield process, [*lines, line]
        finally:
            process.terminate()


def test_what_starts_says_where_its_page_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with foreground() as (_, lines):
        assert re.search(r"http://127\.0\.0\.1:[0-9]+/#[A-Za-z0-9_-]{32}$", lines[-1].strip())


def test_another_address_needs_a_word_and_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    command = [COMMAND, "emulator", "start", "--port", "0", "--host", "0.0.0.0"]
    refused = subprocess.run(command, check=False, capture_output=True, text=True)
    assert refused.returncode == 3
    assert "--expose" in refused.stderr
    with foreground("--host", "0.0.0.0", "--expose", "--name", "emulator.test") as (process, lines):
        root = re.search(r"(http://127\.0\.0\.1:[0-9]+)/#", lines[-1])
        assert root is not None
        hosts = {"10.0.0.1": 400, "[::1]": 400, "EMULATOR.test:80": 400, "evil.example": 421}
        for host, status in hosts.items():
            answer = httpx.post(f"{root[1]}/ims/token/v3", headers={"Host": host})
            assert (host, answer.status_code) == (host, status)
        process.terminate()
        assert process.stderr is not None
        assert process.stderr.read().count("WARNING") == 3


def test_a_wrong_fixture_names_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / "fixture" / "dev" / "actions"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.json").write_text("{}")
    command = [COMMAND, "emulator", "start", "--port", "0", "--fixture", str(tmp_path / "fixture")]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 3
    assert "dev/actions/a.json: the name has to be" in ran.stderr
    assert "dev/actions/b.json: the name has to be" in ran.stderr

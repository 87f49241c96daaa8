"""The command line between people and machines: questions, colours, Ctrl-C, pipes that close early."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest

from tests.scenarios.desk import Desk, action
from tests.scenarios.terminal import terminal

ESCAPE = "\x1b["
QUESTION = "[y/N]: "


def test_the_question_is_asked_after_the_plan_and_yes_carries_it_out(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "sync") as person:
        person.wait_for(QUESTION)
        assert "+ create" in re.sub(r"\x1b\[\d+m", "", person.shown)
        assert desk.writes() == []
        person.type("y\n")
        assert person.end() == 0
    assert list(desk.live()) == ["Hello"]


@pytest.mark.parametrize("answer", ["n\n", "\n"], ids=["no", "just return"])
def test_any_other_answer_than_yes_changes_nothing(desk: Desk, answer: str) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "sync") as person:
        person.wait_for(QUESTION)
        person.type(answer)
        assert person.end() == 6
    assert "AJO602" in person.shown
    assert desk.writes() == []


def test_ctrl_c_at_the_question_is_130_and_changes_nothing(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "sync") as person:
        person.wait_for(QUESTION)
        person.interrupt("Interrupted.")
        assert person.end() == 130
    assert "Traceback" not in person.shown
    assert desk.writes() == []


def test_the_end_of_input_at_the_question_changes_nothing(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "sync") as person:
        person.wait_for(QUESTION)
        person.type("\x04")
        assert person.end() in (6, 130)
    assert desk.writes() == []


def test_a_terminal_gets_colours_and_a_pipe_gets_none(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "diff") as person:
        assert person.end() == 0
    assert ESCAPE in person.shown
    assert ESCAPE not in desk.process("diff").out


def test_no_color_keeps_colours_off_a_terminal(desk: Desk) -> None:
    desk.write(action("Hello"))
    with terminal(desk, "diff", NO_COLOR="1") as person:
        assert person.end() == 0
    assert ESCAPE not in person.shown


def test_force_color_gives_a_pipe_colours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(action("bad-name"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in desk.ajo("validate").out
    assert ESCAPE in desk.ajo("diff").err


def test_no_color_beats_force_color(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(action("bad-name"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in desk.ajo("validate").out
    assert ESCAPE not in desk.ajo("diff").err


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_colours_never_get_into_what_machines_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    desk.write(action("Hello"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE not in desk.ajo("diff", "--format", form).out
    assert ESCAPE not in desk.ajo("sync", "--yes", "--format", form).out


@pytest.mark.parametrize("command", [["list"], ["diff"], ["--help"], ["validate", "--json"]], ids=" ".join)
def test_a_reader_that_goes_away_early_gets_no_traceback(desk: Desk, command: list[str]) -> None:
    for number in range(20):
        desk.write(action(f"Hello{number}"))
    read, write = os.pipe()
    os.close(read)
    process = desk.start(*command, stdout=write)
    os.close(write)
    _, said = process.communicate(timeout=60)
    assert said == ""
    assert process.returncode in (0, 1)


def test_a_sync_whose_reader_went_away_has_done_its_work_and_kept_its_receipt(desk: Desk) -> None:
    desk.write(action("Hello"))
    read, write = os.pipe()
    os.close(read)
    process = desk.start("sync", "--yes", "--receipt", "receipt.json", stdout=write)
    os.close(write)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert list(desk.live()) == ["Hello"]
    assert '"complete": true' in (desk.root / "receipt.json").read_text()


def test_a_sync_whose_plan_nobody_can_see_is_not_said_to_be_done(desk: Desk) -> None:
    desk.write(action("Hello"))
    read, write = os.pipe()
    os.close(read)
    process = desk.start("sync", "--yes", stdout=write, stderr=write)
    os.close(write)
    assert process.wait(60) != 0
    assert desk.writes() == []


def test_progress_stays_out_of_a_pipe(desk: Desk) -> None:
    desk.write(action("Hello"))
    done = desk.process("sync", "--yes")
    assert "Syncing" not in done.out + done.err
    assert "Reading the platform" not in done.out + done.err


def test_the_emulator_stops_quietly_at_ctrl_c(desk: Desk) -> None:
    process = desk.start("emulator", "start", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(8)]
    assert any("base-url" in line for line in said)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors + rest

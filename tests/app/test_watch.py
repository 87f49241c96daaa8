"""Checking again after each change. Time is told by the tests: nothing here waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.app.watch import (
    LONGEST_POLL_S,
    MOST_QUIET_ROUNDS,
    POLL_S,
    QUIET_S,
    Clock,
    Run,
    watch,
)
from toolkit.core.errors import AjoError

Edit = Callable[[], object]
STARTED = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def nothing() -> None:
    """Let time pass."""


class Day:
    """What happens while the watch sleeps: `edits` one by one between looks, `hasty` in moments of quiet."""

    def __init__(self, edits: list[Edit], hasty: Iterator[Edit] | None = None, look_s: float = 0) -> None:
        self.edits, self.hasty, self.look_s = iter(edits), hasty or iter(()), look_s
        self.slept: list[float] = []
        self.ticked = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds == QUIET_S:
            next(self.hasty, nothing)()
            return
        edit = next(self.edits, None)
        if edit is None:
            raise KeyboardInterrupt
        edit()

    def ticks(self) -> float:
        self.ticked += self.look_s
        return self.ticked

    def now(self) -> datetime:
        return STARTED + timedelta(seconds=sum(self.slept))


def watched(root: Path, day: Day) -> list[Run]:
    """The checks of a day, at whose end somebody presses Ctrl-C."""
    runs: list[Run] = []
    with pytest.raises(KeyboardInterrupt):
        watch(root, runs.append, Clock(day.sleep, day.ticks, day.now))
    return runs


def codes(runs: list[Run]) -> list[list[str]]:
    return [[found.code for found in run.findings] for run in runs]


def test_it_checks_at_once_and_not_again_while_nothing_changes(desk: Desk) -> None:
    desk.write(action("Hello"))
    (run,) = watched(desk.root, Day([nothing] * 5))
    assert (run.checked, run.findings, run.error, run.at) == (1, (), None, STARTED)


def test_it_checks_again_after_each_change_and_says_when(desk: Desk) -> None:
    desk.write(action("Hello"))
    wrong = action("Hello", endpoint={"method": "POST", "url": "https://10.0.0.1/"})
    day = Day([lambda: desk.write(wrong), nothing, lambda: desk.write(action("Hello"))])
    runs = watched(desk.root, day)
    assert [bool(run.findings) for run in runs] == [False, True, False]
    assert [run.at for run in runs] == sorted({run.at for run in runs})


def test_a_new_and_a_removed_definition_are_changes(desk: Desk) -> None:
    desk.write(action("Hello"))
    day = Day([lambda: desk.write(action("Second")), (desk.root / "actions/team/Hello.json").unlink])
    assert [run.checked for run in watched(desk.root, day)] == [1, 2, 1]


def test_broken_settings_are_a_finding_and_mended_ones_are_checked_again(desk: Desk) -> None:
    desk.write(action("Hello"))
    settings = desk.root / "ajo.toml"
    good = settings.read_text()
    day = Day([lambda: settings.write_text("not toml ["), lambda: settings.write_text(good + "\n")])
    assert codes(watched(desk.root, day)) == [[], ["AJO302"], []]


def test_settings_that_are_gone_are_an_error_and_waited_for(desk: Desk) -> None:
    settings = desk.root / "ajo.toml"
    good = settings.read_text()
    (desk.root.parent / "ajo.toml").write_text("")
    first, lost, found = watched(desk.root, Day([settings.unlink, lambda: settings.write_text(good)]))
    assert (first.error, found.error) == (None, None)
    assert lost.error is not None
    assert lost.error.code == "AJO301"


def test_a_change_during_a_check_is_checked_next(desk: Desk) -> None:
    runs: list[Run] = []
    day = Day([nothing])

    def show(run: Run) -> None:
        runs.append(run)
        if len(runs) == 1:
            desk.write(action("Meanwhile"))

    with pytest.raises(KeyboardInterrupt):
        watch(desk.root, show, Clock(day.sleep, day.ticks, day.now))
    assert [run.checked for run in runs] == [0, 1]


def test_changes_that_come_together_are_checked_once_when_it_is_quiet(desk: Desk) -> None:
    names = ["A", "B", "C", "D"]
    hasty = iter([lambda name=name: desk.write(action(name)) for name in names[1:]])
    day = Day([lambda: desk.write(action("A"))], hasty)
    assert [run.checked for run in watched(desk.root, day)] == [0, 4]
    assert day.slept.count(QUIET_S) == len(names)


def test_what_never_rests_is_checked_all_the_same(desk: Desk) -> None:
    file = desk.write(action("Restless"))
    content = file.read_text()
    hasty = iter([lambda spaces=n: file.write_text(content + " " * spaces) for n in range(1, 100)])
    runs = watched(desk.root, Day([lambda: file.write_text(content + "\n")], hasty))
    assert len(runs) == 2
    assert len(list(hasty)) == 99 - MOST_QUIET_ROUNDS


@pytest.mark.parametrize(
    ("look_s", "pause"), [(0.001, POLL_S), (0.1, 1.9), (60.0, LONGEST_POLL_S)], ids=["quick", "slow", "stuck"]
)
def test_it_looks_less_often_the_longer_a_look_takes(desk: Desk, look_s: float, pause: float) -> None:
    day = Day([nothing] * 3, look_s=look_s)
    watched(desk.root, day)
    assert day.slept == pytest.approx([POLL_S, pause, pause, pause])


def test_without_a_workspace_there_is_nothing_to_watch(tmp_path: Path) -> None:
    day = Day([])
    with pytest.raises(AjoError) as error:
        watch(tmp_path, lambda run: None, Clock(day.sleep, day.ticks, day.now))
    assert error.value.code == "AJO301"

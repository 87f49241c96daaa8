"""Nobody syncs a target beside somebody else, and after a crash the next sync says what was under way."""

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from tests.scenarios.desk import Desk, Ran, action
from tests.scenarios.relay import PATIENCE_S, Held, relay


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
    assert f"process {process.pid} since" in second.err
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


def test_a_diff_waits_for_nobody(desk: Desk) -> None:
    desk.write(action("Alpha"))
    with relay(desk.running, hold_before=creating) as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        assert desk.ajo("diff").exit == 0
        between.release.set()
        assert process.wait(PATIENCE_S) == 0


def test_a_folder_that_can_not_be_used_is_a_warning(desk: Desk) -> None:
    (desk.root / ".ajo").write_text("")
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

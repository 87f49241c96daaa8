"""Somebody edits an action between the last look of a sync and its write: who hears of it, and of what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action
from tests.scenarios.test_rollback import commit
from tests.workflows.runner import git
from toolkit.emulator.application import SOMEBODY_ELSE

SYNC = ("sync", "--yes", "--allow-destroy")


@pytest.fixture
def stage(desk: Desk) -> Desk:
    """Hello and Same are synced from a repository; then Hello is changed in its file."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\nreceipt.json\n")
    for name in ("Hello", "Same"):
        desk.write(action(name))
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Hello", description="From the file."))
    commit(desk)
    return desk


def somebody_edits(desk: Desk, name: str, method: str) -> None:
    """Let somebody edit an action right before the next request of this method changes it."""
    changes = {"description": "By hand."}
    rule = {"fault": "edit", "name": name, "changes": changes, "moment": "before", "times": 1}
    desk.admin("faults", {**rule, "method": method, "path": "*/actions/*", "sandbox": desk.sandbox})


def receipt(desk: Desk) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((desk.root / "receipt.json").read_text())
    return document


def kept(desk: Desk) -> tuple[str, str]:
    return ("--receipt", str(desk.root / "receipt.json"))


def test_an_edit_that_the_write_went_over_is_told_with_who_and_when(stage: Desk) -> None:
    somebody_edits(stage, "Hello", "PUT")
    ran = stage.ajo(*SYNC, *kept(stage))
    assert ran.exit == 5
    assert "AJO515" in ran.out
    assert f"an edit by {SOMEBODY_ELSE} at 20" in ran.out
    (row,) = receipt(stage)["rows"]
    assert (row["status"], row["code"]) == ("failed", "AJO515")
    assert row["before"]["description"] == "What Hello does."
    assert row["after"]["description"] == "From the file."


def test_an_edit_is_told_under_a_lease_as_well(stage: Desk) -> None:
    remote = stage.root.with_name("remote.git")
    git(stage.root, "init", "--quiet", "--bare", str(remote))
    git(stage.root, "remote", "add", "origin", str(remote))
    somebody_edits(stage, "Hello", "PUT")
    ran = stage.ajo(*SYNC, "--lease", "origin")
    assert ran.exit == 5, ran.err
    assert "AJO515" in ran.out


def test_the_next_sync_has_nothing_left_to_do(stage: Desk) -> None:
    somebody_edits(stage, "Hello", "PUT")
    assert stage.ajo(*SYNC).exit == 5
    ran = stage.ajo(*SYNC)
    assert ran.exit == 0
    assert "2 unchanged" in ran.out


def test_an_edit_of_what_is_then_deleted_is_told_too(stage: Desk) -> None:
    (stage.root / "actions/team/Hello.json").unlink()
    commit(stage)
    somebody_edits(stage, "Hello", "DELETE")
    ran = stage.ajo(*SYNC, *kept(stage))
    assert ran.exit == 5
    (row,) = receipt(stage)["rows"]
    assert (row["step"], row["code"], row["after"]) == ("delete", "AJO515", None)
    assert SOMEBODY_ELSE in row["message"]


def test_a_sync_that_went_over_an_edit_is_undone_by_its_receipt(stage: Desk) -> None:
    somebody_edits(stage, "Hello", "PUT")
    assert stage.ajo(*SYNC, *kept(stage)).exit == 5
    undone = stage.ajo("rollback", "--receipt", str(stage.root / "receipt.json"), "--apply", "--yes")
    assert undone.exit == 0, undone.err
    shown = stage.ajo("diff", "--json").json()
    (step,) = shown["steps"]
    assert [change["live"] for change in step["changes"]] == ["What Hello does."]


def test_a_log_that_can_t_be_read_is_said_and_stops_nothing(stage: Desk) -> None:
    stage.admin("faults", {"fault": "status", "status": 403, "path": "*/audit/*", "sandbox": stage.sandbox})
    ran = stage.ajo(*SYNC, *kept(stage))
    assert ran.exit == 0
    assert "note: the platform's audit log was not read" in ran.out
    assert receipt(stage)["trouble"].startswith("the platform's audit log was not read")


def test_without_anything_to_go_over_the_log_is_not_asked(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.admin("faults", {"fault": "status", "status": 403, "path": "*/audit/*", "sandbox": desk.sandbox})
    ran = desk.ajo("sync", "--yes", *kept(desk))
    assert ran.exit == 0
    assert receipt(desk)["trouble"] is None


def test_settings_can_leave_the_log_out(stage: Desk) -> None:
    stage.settings(audit_log=False)
    somebody_edits(stage, "Hello", "PUT")
    ran = stage.ajo(*SYNC, *kept(stage))
    assert ran.exit == 0
    assert receipt(stage)["trouble"] is None


def test_the_log_may_be_at_another_address(stage: Desk) -> None:
    stage.settings(audit_url=f"{stage.running.ims_url}/elsewhere")
    assert "404" in stage.ajo(*SYNC).out
    stage.settings(audit_url=stage.running.audit_url)
    stage.write(action("Hello", description="Once more."))
    somebody_edits(stage, "Hello", "PUT")
    assert "AJO515" in stage.ajo(*SYNC).out

"""The main job: from files to a platform, in a safe order, and then nothing left to do."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.scenarios.desk import REPOSITORY, Desk, action, capping
from tests.scenarios.relay import relay
from toolkit.workspace.load import open_workspace


@pytest.fixture
def shipped(desk: Desk) -> Desk:
    """The definitions of this repository, with its own values."""
    shutil.rmtree(desk.root / "actions")
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions")
    _, target = open_workspace(REPOSITORY).target("local")
    desk.settings(target.values)
    return desk


def test_the_shipped_definitions_validate_without_a_finding(shipped: Desk) -> None:
    checked = shipped.ajo("validate")
    assert (checked.exit, checked.err) == (0, "")
    assert checked.out.endswith("all is well.\n")


def test_the_first_sync_creates_every_shipped_definition(shipped: Desk) -> None:
    planned = shipped.ajo("diff", "--json").json()
    assert planned["counts"] == {"create": len(planned["steps"]), "update": 0, "delete": 0, "unchanged": 0}
    assert planned["counts"]["create"] >= 8
    synced = shipped.ajo("sync", "--yes", "--json")
    assert synced.exit == 0
    assert {row["status"] for row in synced.json()["rows"]} == {"done"}
    names = {item["name"] for item in shipped.ajo("list", "--live", "--json").json()["items"] if item["uid"]}
    assert {row["name"] for row in synced.json()["rows"] if row["kind"].endswith("Action")} <= names


def test_after_a_sync_of_the_shipped_definitions_nothing_is_left_to_do(shipped: Desk) -> None:
    shipped.ajo("sync", "--yes")
    again = shipped.ajo("diff", "--exit-code")
    assert again.exit == 0
    assert "Nothing to do" in again.out


def test_a_second_sync_writes_nothing_and_asks_nobody(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.ajo("sync", "--yes")
    before = desk.writes()
    again = desk.ajo("sync")
    assert again.exit == 0
    assert desk.writes() == before


def test_a_difference_is_exit_code_2_only_when_asked_for(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.ajo("diff").exit == 0
    assert desk.ajo("diff", "--exit-code").exit == 2
    assert desk.ajo("diff", "--exit-code", "--json").exit == 2


def test_a_diff_never_writes(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.write(capping("hello", "hello.example.com"))
    for form in ("text", "json", "markdown"):
        desk.ajo("diff", "--format", form)
    assert desk.requests()
    assert desk.writes() == []


def test_a_capping_is_deployed_before_the_action_that_it_protects_is_created(desk: Desk) -> None:
    desk.write(action("Alpha"))
    desk.write(capping("zeta", "alpha.example.com"))
    assert desk.ajo("sync", "--yes").exit == 0
    writes = [path.rsplit("/", 1)[-1] for _, path in desk.writes()]
    assert writes.index("deploy") < writes.index("actions")
    assert desk.live("endpointConfigs")["https://alpha.example.com/*"]["state"] == "deployed"


def test_the_receipt_names_every_step_and_its_request_ids(desk: Desk) -> None:
    desk.write(action("Hello"))
    receipt = desk.root / "receipts" / "first.json"
    assert desk.ajo("sync", "--yes", "--receipt", str(receipt)).exit == 0
    (row,) = json.loads(receipt.read_text())["rows"]
    assert (row["status"], row["name"], row["file"]) == ("done", "Hello", "actions/team/Hello.json")
    known = {item["requestId"] for item in desk.admin("requests")["requests"]}
    assert row["requestIds"]
    assert set(row["requestIds"]) <= known


def test_settings_in_pyproject_lead_to_the_same_sandbox_as_ajo_toml(desk: Desk) -> None:
    desk.write(action("Hello"))
    (desk.root / "ajo.toml").unlink()
    lines = desk.target_lines()
    (desk.root / "pyproject.toml").write_text(f'[project]\nname = "x"\n[tool.ajo.targets.here]\n{lines}')
    assert desk.ajo("sync", "--yes").exit == 0
    assert list(desk.live()) == ["Hello"]


def test_the_target_that_is_named_is_the_one_that_is_synced(desk: Desk) -> None:
    desk.write(action("Hello"))
    elsewhere = desk.target_lines(sandbox="no-such-sandbox")
    (desk.root / "ajo.toml").write_text(
        f'default-target = "other"\n[targets.here]\n{desk.target_lines()}[targets.other]\n{elsewhere}'
    )
    assert desk.ajo("sync", "--yes", "--target", "here").exit == 0
    assert list(desk.live()) == ["Hello"]


def test_the_target_may_come_from_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.root / "ajo.toml").write_text(
        f"[targets.other]\n{desk.target_lines()}[targets.here]\n{desk.target_lines()}"
    )
    assert desk.ajo("diff").exit == 3
    monkeypatch.setenv("AJO_TARGET", "other")
    assert "Target other" in desk.ajo("diff").out


def test_any_base_url_works_the_same(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.write(capping("hello", "hello.example.com"))
    with relay(desk.running) as moved:
        desk.settings(**moved.settings())
        assert desk.ajo("sync", "--yes").exit == 0
        assert desk.ajo("diff", "--exit-code").exit == 0
    assert list(desk.live()) == ["Hello"]


def test_a_definition_goes_only_to_the_targets_that_it_names(desk: Desk) -> None:
    here, there = desk.target_lines(), desk.target_lines(sandbox="no-such-sandbox")
    (desk.root / "ajo.toml").write_text(
        f'default-target = "here"\n[targets.here]\n{here}[targets.there]\n{there}'
    )
    desk.write(action("Everywhere"))
    desk.write(action("Elsewhere", lifecycle={"targets": ["there"]}))
    assert desk.ajo("sync", "--yes").exit == 0
    assert list(desk.live()) == ["Everywhere"]


def test_the_whole_job_works_in_processes_of_its_own(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.process("validate").exit == 0
    assert desk.process("diff", "--exit-code").exit == 2
    synced = desk.process("sync", "--yes")
    assert (synced.exit, "1 done" in synced.out) == (0, True)
    assert desk.process("diff", "--exit-code").exit == 0

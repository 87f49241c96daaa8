"""What goes wrong says so once, clearly, with what to do; and what is independent goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.scenarios.desk import Desk, action, capping


def taken_by_campaign(desk: Desk, name: str) -> str:
    """Let somebody else have the name for an action of another type; returns its uid."""
    body = {"name": name, "actionType": "campaignClassic"}
    return str(desk.call("POST", "actions", body)["uid"])


def test_a_wrong_definition_stops_a_sync_before_anything_is_read_or_written(desk: Desk) -> None:
    desk.write(action("Good"))
    desk.write(action("Bad", endpoint={"method": "FETCH", "url": "https://bad.example.com/"}))
    refused = desk.ajo("sync", "--yes")
    assert refused.exit == 3
    assert "actions/team/Bad.json" in refused.err
    assert desk.requests() == []


def test_one_run_reports_everything_wrong_in_all_files(desk: Desk) -> None:
    desk.write(action("bad-name", endpoint={"method": "POST", "url": "https://10.0.0.1/"}))
    desk.write(action("Extra", requets={}, description=7))
    (desk.root / "actions/team/Broken.json").write_text('{"kind": "CustomAction",')
    (desk.root / "actions/team/Latin.json").write_bytes(b'{"name": "\xe9"}')
    checked = desk.ajo("validate", "--json")
    assert checked.exit == 3
    files = [found["file"].removeprefix("actions/team/") for found in checked.json()["findings"]]
    assert {file: files.count(file) for file in set(files)} == {
        "bad-name.json": 2,
        "Extra.json": 2,
        "Broken.json": 1,
        "Latin.json": 1,
    }


def test_every_finding_has_a_place_and_says_what_to_do(desk: Desk) -> None:
    desk.write(action("bad-name", requets={}))
    for found in desk.ajo("validate", "--json").json()["findings"]:
        assert found["line"] > 1
        assert found["column"] > 0
        assert found["pointer"].startswith("/")
        assert found["fix"]


def test_a_refused_action_does_not_stop_independent_ones(desk: Desk) -> None:
    desk.settings(workers=1)  # One after the other, so that the free ones come after the refused one.
    uid = taken_by_campaign(desk, "A_taken")
    desk.write(action("A_taken", endpoint={"method": "POST", "url": "https://taken.example.com/"}))
    desk.write(action("Free"))
    desk.write(capping("free", "free.example.com"))
    receipt = desk.root / "receipt.json"
    partly = desk.ajo("sync", "--yes", "--receipt", str(receipt))
    assert partly.exit == 5
    rows = {row["name"]: row for row in json.loads(receipt.read_text())["rows"]}
    assert {name: row["status"] for name, row in rows.items()} == {
        "free": "done",
        "Free": "done",
        "A_taken": "failed",
    }
    assert rows["A_taken"]["code"] == "AJO505"
    assert rows["A_taken"]["fix"]
    assert "1470" in rows["A_taken"]["message"]
    assert "Run the same command again to finish." in partly.out
    lines = (desk.root / "actions/team/A_taken.json").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if '"name"' in text)
    assert (rows["A_taken"]["pointer"], rows["A_taken"]["line"]) == ("/name", line)
    assert f"actions/team/A_taken.json:{line} name" in partly.out

    desk.call("DELETE", f"actions/{uid}")
    assert desk.ajo("sync", "--yes").exit == 0
    assert set(desk.live()) == {"Free", "A_taken"}
    assert desk.ajo("diff", "--exit-code").exit == 0


def test_an_action_is_not_created_without_the_capping_that_protects_it(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.write(capping("hello", "hello.example.com"))
    desk.call("POST", "endpointConfigs", {"url": "https://hello.example.com/*", "methods": ["POST"]})
    desk.call("POST", "endpointConfigs", {"url": "https://hello.example.com/*", "methods": ["GET"]})
    refused = desk.ajo("sync", "--yes")
    assert refused.exit == 5
    assert "AJO507" in refused.err
    assert desk.live() == {}


def test_a_wrong_client_secret_is_exit_code_4_and_says_what_to_check(desk: Desk) -> None:
    desk.settings(client_secret="${secret:wrong/secret}")
    refused = desk.ajo("diff")
    assert refused.exit == 4
    assert "AJO401" in refused.err
    assert "client secret" in refused.err


def test_a_wrong_organisation_is_exit_code_4(desk: Desk) -> None:
    desk.settings(organisation="OTHER@AdobeOrg")
    refused = desk.ajo("diff")
    assert refused.exit == 4
    assert "AJO402" in refused.err


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port of this machine where nobody listens, and nobody else will."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_a_platform_that_nobody_hears_is_exit_code_5_and_names_the_address(
    desk: Desk, deaf_port: int
) -> None:
    desk.settings(ims_url=f"http://127.0.0.1:{deaf_port}")
    refused = desk.ajo("diff")
    assert refused.exit == 5
    assert "AJO501" in refused.err
    assert f"http://127.0.0.1:{deaf_port}" in refused.err
    assert "Check the address" in refused.err


def test_a_base_url_that_leads_to_something_else_is_exit_code_5(desk: Desk) -> None:
    desk.settings(base_url=f"{desk.running.ims_url}/elsewhere")
    refused = desk.ajo("diff")
    assert refused.exit == 5
    assert "base URL" in refused.err


def test_missing_secrets_are_one_error_that_names_all_and_nothing_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AJO_SECRET_LOCAL_CLIENT_SECRET", desk.running.client_secret)
    desk.settings(secrets="environment")
    for name in ("One", "Two"):
        key = {"type": "apiKey", "name": "X-Key", "value": f"${{secret:{name}/key}}", "location": "header"}
        desk.write(action(name, authentication=key))
    desk.write(action("None"))
    refused = desk.ajo("sync", "--yes")
    assert refused.exit == 3
    assert "AJO307" in refused.err
    assert "AJO_SECRET_ONE_KEY" in refused.err
    assert "AJO_SECRET_TWO_KEY" in refused.err
    assert desk.writes() == []


def test_a_missing_client_secret_says_where_it_was_looked_for(desk: Desk) -> None:
    desk.settings(secrets="environment")
    refused = desk.ajo("diff")
    assert refused.exit == 3
    assert "AJO_SECRET_LOCAL_CLIENT_SECRET" in refused.err


def test_without_a_terminal_and_without_yes_a_sync_is_refused(desk: Desk) -> None:
    desk.write(action("Hello"))
    refused = desk.process("sync")
    assert refused.exit == 6
    assert "AJO601" in refused.err
    assert "--yes" in refused.err
    assert desk.writes() == []


def test_a_receipt_that_can_not_be_written_does_not_hide_what_was_done(desk: Desk) -> None:
    desk.write(action("Hello"))
    (desk.root / "occupied").write_text("a file, not a folder")
    done = desk.ajo("sync", "--yes", "--receipt", str(desk.root / "occupied/receipt.json"))
    assert done.exit == 3
    assert "AJO309" in done.err
    assert "1 done" in done.out


def test_an_unknown_target_names_those_that_there_are(desk: Desk) -> None:
    refused = desk.ajo("diff", "--target", "prod")
    assert refused.exit == 3
    assert "AJO303" in refused.err
    assert "here" in refused.err


def test_broken_settings_are_one_error_with_their_line(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text('[targets.here]\nsandbox = "dev"\norganisation = \n')
    refused = desk.ajo("diff")
    assert refused.exit == 3
    assert refused.err.startswith("ajo.toml:3:")

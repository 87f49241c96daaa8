"""The demonstration and scratch copies: whatever the workspace, on this machine alone."""

from __future__ import annotations

import json
import os

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.scratch import LocalTarget, copy_workspace
from toolkit.workspace.load import open_workspace

LOCAL = {
    "base-url": "http://127.0.0.1:1/journey/orchestration",
    "journeys-url": "http://127.0.0.1:1/ajo",
    "ims-url": "http://127.0.0.1:1",
    "organisation": "LOCAL@AdobeOrg",
    "sandbox": "dev",
    "client-id": "local-client",
}
DONE = "Done: definitions reached the platform"


def test_the_demonstration_tells_of_creating_of_nothing_to_do_and_of_one_field(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.write(capping("hello", "hello.example.com"))
    shown = desk.ajo("demo")
    assert shown.exit == 0
    for words in ("2 to create", "Nothing to do", 'description: "What Hello does." → "Edited by hand', DONE):
        assert words in shown.out
    assert shown.out.index("2 to create") < shown.out.index("Nothing to do") < shown.out.index("1 to update")


def test_the_demonstration_calls_nobody_but_its_own_platform(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.ajo("demo").exit == 0
    assert desk.requests() == []


def test_definitions_that_name_their_targets_take_part(desk: Desk) -> None:
    lines = desk.target_lines()
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{lines}[targets.there]\n{lines}")
    desk.write(action("Aside", lifecycle={"targets": ["there"]}))
    desk.write(action("Hello", lifecycle={"targets": ["here"]}))
    shown = desk.ajo("demo", "--target", "here")
    assert shown.exit == 0
    assert "1 to create" in shown.out
    assert "Somebody edits actions/team/Hello.json" in shown.out


def test_values_are_those_of_the_target_that_is_named(desk: Desk) -> None:
    here, there = ({"host": f"{name}.example.com"} for name in ("here", "there"))
    (desk.root / "ajo.toml").write_text(
        f'default-target = "here"\n[targets.here]\n{desk.target_lines(here)}'
        f"[targets.there]\n{desk.target_lines(there)}"
    )
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://${host}/v1"}))
    desk.write(capping("limit", "${host}"))
    assert "https://there.example.com/*" in desk.ajo("demo", "--target", "there").out
    assert "https://here.example.com/*" in desk.ajo("demo").out


def test_a_throttling_for_production_is_shown_on_a_production_sandbox(desk: Desk) -> None:
    desk.settings(production=True)
    desk.write(action("Hello"))
    throttling = {
        "$schema": "../../schemas/v1/throttling-config.schema.json",
        "formatVersion": 1,
        "kind": "ThrottlingConfig",
        "name": "hello",
        "urlPattern": "https://hello.example.com/*",
        "methods": ["POST"],
        "maxThroughput": 500,
    }
    desk.write(throttling, "team/hello.throttling.json")
    shown = desk.ajo("demo")
    assert (shown.exit, "2 to create" in shown.out) == (0, True)


def test_definitions_with_errors_end_the_demonstration_with_their_findings(desk: Desk) -> None:
    desk.write(action("bad-name"))
    shown = desk.ajo("demo")
    assert shown.exit == 3
    assert "AJO200" in shown.err


def test_a_workspace_without_definitions_has_nothing_to_show(desk: Desk) -> None:
    shown = desk.ajo("demo")
    assert shown.exit == 3
    assert "AJO308" in shown.err


def test_what_can_not_be_copied_is_an_error_and_no_fault(desk: Desk) -> None:
    desk.write(action("Hello"))
    os.mkfifo(desk.root / "actions/Pipe.json")
    shown = desk.ajo("demo")
    assert shown.exit == 3
    assert "AJO900" not in shown.err


@pytest.mark.parametrize(
    "value", ['"quoted" \\ back', "Grüße 😀", "tab\tand\x7f", "a = 'b' # c", "${{ x }}"], ids=ascii
)
def test_a_copy_keeps_every_value_exactly(desk: Desk, value: str) -> None:
    (desk.root / "ajo.toml").write_text(
        f"[targets.here]\n{desk.target_lines()}"
        "\n[targets.here.routes]\n"
        '[targets."odd name"]\n'
        + desk.target_lines().replace("values = {  }", "")
        + '[targets."odd name".values]\ntext = '
        + json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        + "\n"
    )
    workspace = open_workspace(desk.root)
    assert workspace.target("odd name")[1].values == {"text": value}
    copy = desk.root.parent / "copy"
    copy_workspace(workspace, copy, LocalTarget("odd name", LOCAL, {"slack.com": "http://127.0.0.1:1/x"}))
    copied = open_workspace(copy)
    assert copied.target(None)[0] == "odd name"
    assert copied.target(None)[1].values == {"text": value}
    assert copied.target(None)[1].routes == {"slack.com": "http://127.0.0.1:1/x"}


def test_no_target_of_a_copy_leads_away_from_this_machine(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text(
        f'default-target = "here"\n[targets.here]\n{desk.target_lines()}'
        '[targets.real]\norganisation = "REAL@AdobeOrg"\nsandbox = "prod"\n'
        'client-id = "${secret:platform/client-id}"\nclient-secret = "${secret:platform/client-secret}"\n'
    )
    copy = desk.root.parent / "copy"
    copy_workspace(open_workspace(desk.root), copy, LocalTarget("here", LOCAL, {}))
    targets = open_workspace(copy).settings.targets
    assert set(targets) == {"here", "real"}
    for target in targets.values():
        assert {target.base_url, target.journeys_url, target.ims_url} == {
            LOCAL["base-url"],
            LOCAL["journeys-url"],
            LOCAL["ims-url"],
        }
        assert target.organisation == "LOCAL@AdobeOrg"

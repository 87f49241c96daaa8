"""Rules about several definitions, asked for each target with its values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import open_workspace

HERE, THERE = {"host": "api.example.com"}, {"host": "api.stage.example.com"}


def findings(desk: Desk) -> list[Finding]:
    return list(validate(open_workspace(desk.root)))


def two_targets(desk: Desk, here: dict[str, str], there: dict[str, str], **changes: Any) -> None:
    (desk.root / "ajo.toml").write_text(
        f"[targets.here]\n{desk.target_lines(here, **changes)}[targets.there]\n"
        f"{desk.target_lines(there, sandbox='other', **changes)}"
    )


def calls(name: str, url: str, **changes: Any) -> dict[str, Any]:
    return action(name, endpoint={"method": "POST", "url": url}, **changes)


def throttling(**lifecycle: Any) -> dict[str, Any]:
    definition = {
        "$schema": "../../schemas/v1/throttling-config.schema.json",
        "formatVersion": 1,
        "kind": "ThrottlingConfig",
        "name": "hello",
        "urlPattern": "https://hello.example.com/*",
        "methods": ["POST"],
        "maxThroughput": 500,
    }
    return {**definition, "lifecycle": lifecycle} if lifecycle else definition


def write_throttling(desk: Desk, **lifecycle: Any) -> None:
    desk.write(action("Hello"))
    desk.write(throttling(**lifecycle), "team/hello.throttling.json")


def test_what_holds_for_all_targets_is_said_once_at_its_line(desk: Desk) -> None:
    two_targets(desk, HERE, THERE)
    desk.write(calls("Hello", "https://${host}/v1"))
    file = desk.write(capping("idle", "idle.example.com"))
    (found,) = findings(desk)
    assert (found.code, found.file, found.pointer) == ("AJO282", "actions/team/idle.capping.json", "/url")
    assert '"url"' in file.read_text().splitlines()[found.line - 1]
    assert "target" not in found.message


def test_what_holds_with_the_values_of_one_target_says_for_which(desk: Desk) -> None:
    two_targets(desk, HERE, THERE)
    desk.write(calls("Hello", "https://${host}/v1"))
    desk.write(capping("loyalty", "api.example.com"))
    (found,) = findings(desk)
    assert (found.code, found.message.endswith("(for target there)")) == ("AJO282", True)


def test_definitions_of_different_targets_do_not_clash(desk: Desk) -> None:
    two_targets(desk, {}, {})
    basic = {"type": "basic", "username": "ajo", "password": "${secret:team/ajo}"}
    desk.write(calls("One", "https://api.example.com/v1", lifecycle={"targets": ["here"]}))
    desk.write(
        calls("Two", "https://api.example.com/v1", authentication=basic, lifecycle={"targets": ["there"]})
    )
    assert findings(desk) == []


def test_a_workspace_without_targets_is_looked_at_as_its_files_have_it(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text("")
    desk.write(action("Hello"))
    desk.write(capping("idle", "idle.example.com"))
    assert [found.code for found in findings(desk)] == ["AJO282"]


def test_nothing_is_called_missing_beside_a_definition_that_can_not_be_read(desk: Desk) -> None:
    two_targets(desk, {}, {})
    desk.write(capping("perhaps", "broken.example.com"))
    (desk.root / "actions" / "team" / "Broken.json").write_text("{")
    assert [found.code for found in findings(desk)] == ["AJO002"]


def test_nothing_is_called_missing_beside_a_definition_that_lacks_a_value(desk: Desk) -> None:
    two_targets(desk, HERE, {})
    desk.write(calls("Hello", "https://${host}/v1"))
    desk.write(capping("loyalty", "api.example.com"))
    assert [found.code for found in findings(desk)] == ["AJO304"]


def test_a_throttling_is_refused_for_the_target_that_is_no_production_sandbox(desk: Desk) -> None:
    two_targets(desk, {}, {})
    text = (desk.root / "ajo.toml").read_text()
    (desk.root / "ajo.toml").write_text(text.replace("[targets.here]", "[targets.here]\nproduction = true"))
    write_throttling(desk)
    (found,) = findings(desk)
    assert (found.code, found.severity.value) == ("AJO287", "error")
    assert found.message.endswith("(for target there)")


def test_throttlings_in_two_sandboxes_of_one_organisation_are_said_once(desk: Desk) -> None:
    two_targets(desk, {}, {}, production=True)
    write_throttling(desk)
    (found,) = findings(desk)
    assert (found.code, '"here", "there"' in found.message) == ("AJO288", True)


def test_a_throttling_for_one_production_target_is_fine(desk: Desk) -> None:
    two_targets(desk, {}, {}, production=True)
    write_throttling(desk, targets=["there"])
    assert findings(desk) == []


@pytest.mark.parametrize("changes", [{"organisation": "OTHER@AdobeOrg", "sandbox": "other"}, {}])
def test_another_organisation_or_the_same_sandbox_by_another_name_is_no_second_throttling(
    desk: Desk, changes: dict[str, Any]
) -> None:
    here, there = desk.target_lines(production=True), desk.target_lines(production=True, **changes)
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{here}[targets.there]\n{there}")
    write_throttling(desk)
    assert findings(desk) == []


def test_an_error_between_definitions_stands_in_the_way_of_a_sync(desk: Desk) -> None:
    write_throttling(desk)
    ran = desk.ajo("sync", "--yes")
    assert (ran.exit, "AJO287" in ran.err, desk.writes()) == (3, True, [])

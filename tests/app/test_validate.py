"""Everything wrong with a workspace, for every target, each thing once."""

from __future__ import annotations

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.sync import require_secrets
from toolkit.app.validate import checked_for_target, validate
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.model.catalog import Catalog
from toolkit.model.text import SecretRef
from toolkit.plan.compute import Scope, compute
from toolkit.workspace.load import open_workspace


def findings(desk: Desk) -> list[Finding]:
    return list(validate(open_workspace(desk.root)))


def two_targets(desk: Desk, here: dict[str, str], there: dict[str, str]) -> None:
    (desk.root / "ajo.toml").write_text(
        f"[targets.here]\n{desk.target_lines(here)}[targets.there]\n{desk.target_lines(there)}"
    )


def test_what_is_wrong_in_a_file_is_said_once_however_many_targets_there_are(desk: Desk) -> None:
    two_targets(desk, {}, {})
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://10.0.0.1/"}))
    assert len(findings(desk)) == 1


def test_a_value_that_one_target_lacks_is_said_with_the_name_of_the_target(desk: Desk) -> None:
    two_targets(desk, {"host": "here.example.com"}, {})
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://${host}/v1"}))
    (found,) = findings(desk)
    assert (found.code, '"there"' in found.message) == ("AJO304", True)


def test_what_only_a_targets_values_make_wrong_is_said_with_whose_they_are(desk: Desk) -> None:
    two_targets(desk, {"host": "here.example.com"}, {"host": "10.0.0.1"})
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://${host}/v1"}))
    (found,) = findings(desk)
    assert "with the values of target there" in found.message


def test_a_value_that_nothing_uses_is_a_warning_with_its_line(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text(
        f"[targets.here]\n{desk.target_lines().replace('values = {  }', '')}\n"
        "[targets.here.values]\nold = 'x'\n"
    )
    lines = (desk.root / "ajo.toml").read_text().splitlines()
    (found,) = findings(desk)
    assert (found.code, found.severity.value, found.file) == ("AJO305", "warning", "ajo.toml")
    assert lines[found.line - 1] == "old = 'x'"


def test_warnings_alone_do_not_stand_in_the_way(desk: Desk) -> None:
    two_targets(desk, {"old": "x"}, {})
    desk.write(action("Hello"))
    workspace = open_workspace(desk.root)
    assert [item.definition.name for item in checked_for_target(workspace, "here").filled] == ["Hello"]


def test_an_error_for_another_target_stands_in_the_way_too(desk: Desk) -> None:
    two_targets(desk, {"host": "here.example.com"}, {})
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://${host}/v1"}))
    with pytest.raises(InvalidDefinitions) as error:
        checked_for_target(open_workspace(desk.root), "here")
    assert [found.code for found in error.value.findings] == ["AJO304"]


def test_two_limits_that_become_one_with_a_targets_values_are_found(desk: Desk) -> None:
    two_targets(desk, {"host": "one.example.com"}, {"host": "two.example.com"})
    for name, host in (("Fixed", "one.example.com"), ("Filled", "${host}")):
        desk.write(action(name, endpoint={"method": "POST", "url": f"https://{host}/v1"}))
        desk.write(capping(name.lower(), host))
    (found,) = findings(desk)
    assert (found.code, 'target "here"' in found.message) == ("AJO011", True)


def test_settings_that_can_not_be_read_do_not_hide_what_is_wrong_with_definitions(desk: Desk) -> None:
    (desk.root / "ajo.toml").write_text("targets = 7\n")
    desk.write(action("bad-name"))
    assert {found.code for found in findings(desk)} == {"AJO302", "AJO200"}


def test_every_missing_secret_is_named_with_who_needs_it(desk: Desk) -> None:
    key = {"type": "apiKey", "name": "X-Key", "value": "${secret:team/key}", "location": "header"}
    desk.write(action("One", authentication=key))
    desk.write(action("Two", authentication=key))
    desired = checked_for_target(open_workspace(desk.root), "here").catalog()
    plan = compute(Scope("here", "org", "dev"), desired, Catalog.of([]))

    def nothing(reference: SecretRef) -> object:
        raise AjoError("AJO307", f"the secret {reference.path} is not available")

    with pytest.raises(AjoError) as error:
        require_secrets(plan, nothing)  # type: ignore[arg-type]
    assert error.value.message == (
        "the secret team/key is not available (needed by One); "
        "the secret team/key is not available (needed by Two)"
    )

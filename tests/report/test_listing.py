from __future__ import annotations

from tests.plan.samples import action, journey, live
from toolkit.model.catalog import Catalog, Resource
from toolkit.model.kinds import parse_definition
from toolkit.report.listing import definition_rows, live_rows, table
from toolkit.workspace.load import DefinitionFile, Source


def definition(name: str, **lifecycle: object) -> DefinitionFile:
    raw = {
        "$schema": "",
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": name,
        "endpoint": {"method": "GET", "url": "https://api.example.com/"},
        **({"lifecycle": lifecycle} if lifecycle else {}),
    }
    parsed = parse_definition(raw)  # type: ignore[arg-type]  # lifecycles are JSON in every test
    assert parsed.definition is not None
    return DefinitionFile(Source(f"actions/{name}.json", ""), parsed.definition)


def test_a_definition_is_listed_with_owner_and_targets() -> None:
    (row,) = definition_rows([definition("Welcome", owner="crm", targets=["stage", "prod"])])
    assert row == {
        "kind": "CustomAction",
        "name": "Welcome",
        "file": "actions/Welcome.json",
        "targets": "stage, prod",
        "owner": "crm",
    }


def test_a_definition_that_does_not_say_is_for_all_targets() -> None:
    rows = definition_rows([definition("Welcome"), definition("Owned", owner="crm")])
    assert [(row["targets"], row["owner"]) for row in rows] == [("all", ""), ("all", "crm")]


def test_a_list_for_a_target_leaves_out_what_is_meant_for_others() -> None:
    rows = definition_rows([definition("All"), definition("Other", targets=["prod"])], "stage")
    assert [row["name"] for row in rows] == ["All"]


def test_what_is_live_is_listed_with_its_users() -> None:
    (row,) = live_rows(Catalog.of([live(action(), journey(), journey("Draft", "Next"))]), [])
    assert row["used in"] == "Onboarding (Deployed), Next (Draft)"
    assert (row["state"], row["uid"]) == ("created", "uid-Welcome")


def test_what_was_never_read_from_a_platform_has_no_state() -> None:
    unread: Resource = action()
    (row,) = live_rows(Catalog.of([unread]), [])
    assert (row["state"], row["uid"], row["used in"]) == ("", "", "")


def test_what_no_definition_stands_for_is_listed_with_the_reason() -> None:
    (row,) = live_rows(Catalog(), [("builtIn", "Push", "built in")])
    assert (row["kind"], row["name"], row["state"]) == ("builtIn", "Push", "built in")


def test_a_table_has_columns_as_wide_as_their_longest_value() -> None:
    assert table([{"kind": "CustomAction", "name": "A"}, {"kind": "x", "name": "B"}]).splitlines() == [
        "KIND           NAME",
        "custom action  A",
        "x              B",
    ]


def test_only_kinds_are_translated() -> None:
    assert (
        table([{"kind": "CustomAction", "name": "EndpointConfig"}]).splitlines()[1].endswith("EndpointConfig")
    )


def test_an_empty_table_says_so() -> None:
    assert table([]) == "Nothing to list."

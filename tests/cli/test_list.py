"""Definitions and what is live, as tables."""

from __future__ import annotations

from tests.scenarios.desk import Desk, action, capping


def test_definitions_are_listed_with_their_files_targets_and_owners(desk: Desk) -> None:
    desk.write(action("Hello", lifecycle={"owner": "crm", "targets": ["here"]}))
    desk.write(capping("hello", "hello.example.com"))
    head, first, second = (line.split() for line in desk.ajo("list").out.splitlines())
    assert head == ["KIND", "NAME", "FILE", "TARGETS", "OWNER"]
    assert first == ["custom", "action", "Hello", "actions/team/Hello.json", "here", "crm"]
    assert second == ["capping", "hello", "actions/team/hello.capping.json", "all"]


def test_a_target_lists_only_what_is_meant_for_it(desk: Desk) -> None:
    lines = desk.target_lines()
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{lines}[targets.there]\n{lines}")
    desk.write(action("Everywhere"))
    desk.write(action("There", lifecycle={"targets": ["there"]}))
    listed = desk.ajo("list", "--json", "--target", "here").json()
    assert listed["target"] == "here"
    assert [item["name"] for item in listed["items"]] == ["Everywhere"]


def test_an_empty_workspace_lists_nothing_in_words(desk: Desk) -> None:
    assert desk.ajo("list").out == "Nothing to list.\n"


def test_the_columns_of_a_table_stand_below_each_other(desk: Desk) -> None:
    desk.write(action("A"))
    desk.write(action("A" * 30))
    lines = desk.ajo("list").out.splitlines()
    assert len({line.index("actions/") for line in lines[1:]} | {lines[0].index("FILE")}) == 1


def test_what_ships_with_the_platform_is_listed_as_live_and_built_in(desk: Desk) -> None:
    items = desk.ajo("list", "--live", "--json").json()["items"]
    assert {item["state"].partition(":")[0] for item in items} == {"built in"}

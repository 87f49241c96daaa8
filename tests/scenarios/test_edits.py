"""Edits, live ones that nobody manages, and those that the platform would refuse."""

from __future__ import annotations

from tests.scenarios.desk import Desk, action, capping


def synced(desk: Desk, *definitions: dict[str, object]) -> None:
    for definition in definitions:
        desk.write(definition)
    assert desk.ajo("sync", "--yes").exit == 0


def test_an_edit_is_one_field_in_the_plan_and_one_write_on_the_platform(desk: Desk) -> None:
    synced(desk, action("Hello"))
    before = desk.writes()
    desk.write(action("Hello", description="A better sentence."))
    (step,) = desk.ajo("diff", "--json").json()["steps"]
    (change,) = step["changes"]
    assert step["step"] == "update"
    assert (change["pointer"], change["live"], change["desired"]) == (
        "/description",
        "What Hello does.",
        "A better sentence.",
    )
    assert desk.ajo("sync", "--yes").exit == 0
    assert [method for method, _ in desk.writes()[len(before) :]] == ["PUT"]
    assert desk.ajo("diff", "--exit-code").exit == 0


def test_an_edit_deep_in_the_request_is_named_by_its_place(desk: Desk) -> None:
    synced(desk, action("Hello"))
    desk.write(action("Hello", request={"template": "goodbye", "recipient": {"id": {"$variable": "Id"}}}))
    shown = desk.ajo("diff").out
    assert 'request.template: "welcome" → "goodbye"' in shown
    assert 'request.recipient.id.$variable: "Member id" → "Id"' in shown


def test_a_changed_capping_goes_through_undeploy_update_and_deploy(desk: Desk) -> None:
    synced(desk, capping("limit", "limited.example.com", calls=100))
    before = desk.writes()
    desk.write(capping("limit", "limited.example.com", calls=200))
    assert desk.ajo("sync", "--yes").exit == 0
    steps = [
        path.rsplit("/", 1)[-1] if method == "POST" else method
        for method, path in desk.writes()[len(before) :]
    ]
    assert steps == ["undeploy", "PUT", "deploy"]
    live = desk.live("endpointConfigs")["https://limited.example.com/*"]
    assert live["deployedConfig"]["services"]["action"]["rating"]["maxCallsCount"] == 200


def test_an_action_that_nobody_manages_is_named_and_left_alone(desk: Desk) -> None:
    synced(desk, action("Theirs"))
    theirs = desk.live()["Theirs"]
    (desk.root / "actions/team/Theirs.json").unlink()
    desk.write(action("Ours"))
    shown = desk.ajo("diff").out
    assert "no definition stands for it: Theirs" in shown
    assert desk.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert desk.live()["Theirs"] == theirs


def test_a_change_that_a_journey_forbids_is_blocked_by_its_name_and_nothing_is_written(desk: Desk) -> None:
    synced(desk, action("Used"))
    desk.add_journey("Used")
    before = desk.writes()
    desk.write(action("Used", request={"template": "other"}))
    desk.write(action("Innocent"))
    refused = desk.ajo("sync", "--yes")
    assert refused.exit == 6
    assert "AJO603" in refused.err
    assert 'journey "Welcome series" (Deployed)' in refused.err
    assert desk.writes() == before


def test_a_diff_of_a_blocked_change_says_so_in_every_format(desk: Desk) -> None:
    synced(desk, action("Used"))
    desk.add_journey("Used")
    desk.write(action("Used", request={"template": "other"}))
    assert 'blocked AJO603: journey "Welcome series"' in desk.ajo("diff").out
    assert "**Blocked** (AJO603)" in desk.ajo("diff", "--format", "markdown").out
    (step,) = desk.ajo("diff", "--json").json()["steps"]
    assert [block["code"] for block in step["blocks"]] == ["AJO603"]
    assert [use["name"] for use in step["usedIn"]] == ["Welcome series"]


def test_what_a_journey_leaves_free_can_change_while_it_uses_the_action(desk: Desk) -> None:
    synced(desk, action("Used"))
    desk.add_journey("Used")
    desk.write(action("Used", description="Only words."))
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.live()["Used"]["description"] == "Only words."


def test_a_stopped_journey_no_longer_stands_in_the_way(desk: Desk) -> None:
    synced(desk, action("Used"))
    desk.add_journey("Used", status="Stopped")
    desk.write(action("Used", request={"template": "other"}))
    assert desk.ajo("sync", "--yes").exit == 0


def test_live_actions_are_listed_with_the_journeys_that_use_them(desk: Desk) -> None:
    synced(desk, action("Used"))
    desk.add_journey("Used")
    items = {item["name"]: item for item in desk.ajo("list", "--live", "--json").json()["items"]}
    assert items["Used"]["used_in"] == "Welcome series (Deployed)"
    assert "Welcome series" in desk.ajo("list", "--live").out


def test_a_hand_edit_on_the_platform_is_shown_and_brought_back(desk: Desk) -> None:
    synced(desk, action("Hello"))
    live = desk.live()["Hello"]
    desk.call("PUT", f"actions/{live['uid']}", {**live, "description": "Typed into the product."})
    assert '"Typed into the product." → "What Hello does."' in desk.ajo("diff").out
    assert desk.ajo("sync", "--yes").exit == 0
    assert desk.live()["Hello"]["description"] == "What Hello does."

"""What a journey that uses an action forbids."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.emulator.conftest import Caller, ok, refusal
from tests.emulator.samples import action, basic, constant, endpoint, request_field
from toolkit.emulator.elements import Space, Transaction
from toolkit.emulator.store import create_tables

LOCKING = ["Draft", "Testing", "In Review", "Deployed", "Redeployed", "Dry Run", "Paused", "Unknown"]
BASE = endpoint(headers=[constant("x-team", "crm")], queryParameters=[constant("team", "crm")])


def used(caller: Caller, status: str, **changes: Any) -> str:
    uid = caller.create("actions", action(endpoint=BASE, **changes))
    caller.add_journey(status=status, nodes=[{"id": "n", "type": "action", "name": "SlackPost"}])
    return uid


def extended(**changes: Any) -> dict[str, Any]:
    return endpoint(**{**BASE, **changes})


@pytest.mark.shows("PF-JRN-3", "PF-ACT-13")
@pytest.mark.parametrize("node", [{"name": "SlackPost"}, {"name": "renamed", "actionUid": "the uid"}])
def test_a_node_uses_an_action_by_name_or_by_uid(caller: Caller, node: dict[str, str]) -> None:
    uid = caller.create("actions", action())
    node = {**node, "actionUid": uid} if "actionUid" in node else node
    caller.add_journey(nodes=[{"id": "n", "type": "action", **node}])
    expected = [{"journeyId": "journey-1", "name": "Welcome", "status": "Draft"}]
    assert caller.read("actions", uid)["usedIn"] == expected
    assert {one["name"]: one["usedIn"] for one in caller.results("actions")}["SlackPost"] == expected


@pytest.mark.shows("PF-ACT-13")
def test_used_in_follows_the_journeys(caller: Caller) -> None:
    uid = used(caller, "Deployed")
    caller.add_journey(id="journey-2", status="Stopped", nodes=[{"actionUid": uid}, {"name": "SlackPost"}])
    assert [use["status"] for use in caller.read("actions", uid)["usedIn"]] == ["Deployed", "Stopped"]
    caller.add_journey(status="Finished", nodes=[{"name": "SlackPost"}])
    assert [use["status"] for use in caller.read("actions", uid)["usedIn"]] == ["Finished", "Stopped"]
    caller.add_journey(nodes=[])
    assert [use["journeyId"] for use in caller.read("actions", uid)["usedIn"]] == ["journey-2"]


@pytest.mark.shows("deleteAction 409", "1474", "PF-JRN-4")
@pytest.mark.parametrize("status", LOCKING)
def test_a_locking_journey_forbids_to_delete(caller: Caller, status: str) -> None:
    uid = used(caller, status)
    assert refusal(caller.delete(f"actions/{uid}")) == (409, 1474)
    assert caller.read("actions", uid)["name"] == "SlackPost"


@pytest.mark.shows("PF-JRN-4")
@pytest.mark.parametrize("status", ["Finished", "Stopped"])
def test_an_ended_journey_locks_nothing(caller: Caller, status: str) -> None:
    uid = used(caller, status)
    ok(caller.put(f"actions/{uid}", action(endpoint=endpoint(method="PUT"))))
    ok(caller.delete(f"actions/{uid}"))


FORBIDDEN: list[dict[str, Any]] = [
    {"endpoint": extended(method="PUT")},
    {"endpoint": extended(headers=[])},
    {"endpoint": extended(headers=[constant("x-team", "other")])},
    {"endpoint": extended(queryParameters=[])},
    {"requestPayload": None},
    {"requestPayload": {"fields": [request_field(value="other")]}},
    {"requestPayload": {"fields": [request_field()], "allowNullValues": True}},
    {"responsePayload": {"fields": []}},
    {"failureResponsePayload": {"fields": []}},
    {"channel": "sms"},
    {"requiredMarketingAction": "m"},
    {"actionType": "campaignClassic", "endpoint": None},
]


@pytest.mark.shows("updateAction 409", "1473", "PF-ACT-13")
@pytest.mark.parametrize("status", ["Draft", "Deployed"])
@pytest.mark.parametrize("changes", FORBIDDEN, ids=range(len(FORBIDDEN)))
def test_a_change_of_anything_else_is_1473(caller: Caller, changes: dict[str, Any], status: str) -> None:
    uid = used(caller, status)
    before = caller.read("actions", uid)
    assert refusal(caller.put(f"actions/{uid}", action(**{"endpoint": BASE, **changes}))) == (409, 1473)
    assert caller.read("actions", uid) == before


@pytest.mark.shows("PF-ACT-13")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Renamed"},
        {"description": "new"},
        {"authentication": basic()},
        {"endpoint": extended(url="https://other.example.com/")},
        {"endpoint": extended(headers=[*BASE["headers"], constant("Charset", "UTF-8")])},
    ],
)
def test_name_description_url_and_authentication_stay_free(caller: Caller, changes: dict[str, Any]) -> None:
    uid = used(caller, "Deployed")
    ok(caller.put(f"actions/{uid}", action(**{"endpoint": BASE, **changes})))


@pytest.mark.shows("PF-ACT-13")
@pytest.mark.parametrize("key", ["headers", "queryParameters"])
def test_entries_may_be_added_while_all_locking_journeys_are_drafts(caller: Caller, key: str) -> None:
    uid = used(caller, "Draft")
    caller.add_journey(id="ended", status="Stopped", nodes=[{"name": "SlackPost"}])
    added = {key: [constant("first", "1"), *BASE[key]]}
    ok(caller.put(f"actions/{uid}", action(endpoint=extended(**added))))
    caller.add_journey(id="live", status="Paused", nodes=[{"actionUid": uid}])
    more = {key: [*added[key], constant("second", "2")]}
    assert refusal(caller.put(f"actions/{uid}", action(endpoint=extended(**more)))) == (409, 1473)


def test_who_uses_an_action_is_found_without_reading_all_journeys() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection)
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        Transaction(connection).uses(Space("o", "s"), ["uid", "name"])
        connection.set_trace_callback(None)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}").fetchall()
    assert "mark=?" in plan[0][3]

"""The audit log: what was done to actions, by whom, as the Audit Query API gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Caller, ok, plain_refusal
from tests.emulator.samples import action
from toolkit.emulator.application import SOMEBODY_ELSE, TECHNICAL_ACCOUNT


def log(caller: Caller, **query: Any) -> dict[str, Any]:
    return ok(asked(caller, **query))


def asked(caller: Caller, **query: Any) -> httpx.Response:
    return caller.get(f"{caller.running.audit_url}/audit/events", params=query)


def events(caller: Caller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(caller, **query)["_embedded"]["events"]
    return found


@pytest.fixture
def busy(caller: Caller) -> Caller:
    """Somebody created Kept and Gone, changed Kept, and removed Gone."""
    kept, gone = (caller.create("actions", action(name=name)) for name in ("Kept", "Gone"))
    ok(caller.put(f"actions/{kept}", action(name="Kept", description="changed")))
    ok(caller.delete(f"actions/{gone}"))
    return caller


@pytest.mark.shows("listAuditEvents 200", "PF-AUD-1", "PF-AUD-2")
def test_what_was_done_to_actions_comes_newest_first(busy: Caller) -> None:
    found = events(busy)
    assert [(each["action"], each["assetName"]) for each in found] == [
        ("Delete", "Gone"),
        ("Update", "Kept"),
        ("Create", "Gone"),
        ("Create", "Kept"),
    ]
    assert {each["assetType"] for each in found} == {"Journey custom action"}
    assert {(each["imsOrgId"], each["sandboxName"]) for each in found} == {
        (busy.running.organisation, busy.sandbox)
    }


@pytest.mark.shows("PF-AUD-3")
def test_an_event_names_the_action_the_request_and_the_account(caller: Caller) -> None:
    answer = caller.post("actions", action(name="Kept"))
    (event,) = events(caller)
    made = ok(answer)["createdElement"]
    assert (event["assetId"], event["requestId"]) == (made["uid"], answer.headers["x-request-id"])
    assert (event["authId"], event["userEmail"]) == (TECHNICAL_ACCOUNT, TECHNICAL_ACCOUNT)
    assert event["timestamp"][:19] == made["metadata"]["lastModifiedAt"][:19]


def test_what_is_refused_and_what_is_only_read_is_no_event(busy: Caller) -> None:
    before = len(events(busy))
    assert busy.post("actions", action(name="Kept")).status_code == 409
    assert busy.put("actions/unknown", action(name="Other")).status_code == 404
    assert busy.results("actions")
    assert len(events(busy)) == before


def test_an_edit_by_somebody_else_bears_their_name(busy: Caller) -> None:
    changes = {"description": "edited"}
    ok(busy.admin("faults", {"fault": "edit", "name": "Kept", "changes": changes, "sandbox": busy.sandbox}))
    busy.results("actions")
    busy.admin_delete("faults")
    newest = events(busy)[0]
    assert (newest["action"], newest["assetName"], newest["userEmail"]) == ("Update", "Kept", SOMEBODY_ELSE)


def test_sandboxes_have_logs_of_their_own(busy: Caller, new_caller: Callable[[], Caller]) -> None:
    assert events(new_caller()) == []


@pytest.mark.shows("PF-AUD-1")
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], ["Delete", "Update", "Create", "Create"]),
        (["action==create"], ["Create", "Create"]),
        (["action==Create,Delete"], ["Delete", "Create", "Create"]),
        (["action==create,update,assetType==Journey custom action"], ["Update", "Create", "Create"]),
        (["assetType==Sandbox"], []),
        (["status==Allow", "action==delete"], ["Delete"]),
        ([f"user=={TECHNICAL_ACCOUNT}", "action==delete"], ["Delete"]),
        (["user==somebody@example.com"], []),
        (["timestamp>2020-01-01T00:00:00Z"], ["Delete", "Update", "Create", "Create"]),
        (["timestamp>2020-01-01T00:00:00"], ["Delete", "Update", "Create", "Create"]),
        (["timestamp>2020-01-01T00:00:00Z", "timestamp<2020-02-08T02:46:48.610862Z"], []),
        (["timestamp>2999-01-01T00:00:00Z"], []),
    ],
)
def test_all_conditions_have_to_hold(busy: Caller, conditions: list[str], expected: list[str]) -> None:
    assert [each["action"] for each in events(busy, property=conditions)] == expected


@pytest.mark.shows("PF-AUD-1")
def test_a_log_is_read_in_pages(busy: Caller) -> None:
    whole = events(busy)
    first, second = log(busy, limit=3), log(busy, limit=3, start=3)
    assert first["_embedded"]["events"] + second["_embedded"]["events"] == whole
    assert first["page"] == {"size": 3, "totalElements": 4, "totalPages": 2, "number": 0}
    assert second["page"] == {"size": 1, "totalElements": 4, "totalPages": 2, "number": 1}
    assert log(busy, start=10)["_embedded"]["events"] == []


@pytest.mark.shows("PF-AUD-1")
def test_a_query_id_stands_for_its_conditions(busy: Caller) -> None:
    answer = log(busy, property=["action==create"], limit=1)
    again = log(busy, queryId=answer["queryId"])
    assert [each["action"] for each in again["_embedded"]["events"]] == ["Create", "Create"]
    assert again["queryId"] == answer["queryId"]
    following = answer["_links"]["page"]["href"].replace("{&start}", "&start=1")
    page = ok(busy.get(f"{busy.running.ims_url}{following}"))
    assert page["_embedded"]["events"] == again["_embedded"]["events"][1:]


@pytest.mark.shows("400", "PF-AUD-4")
@pytest.mark.parametrize(
    "query",
    [
        {"property": "action"},
        {"property": ""},
        {"property": "unknown==x"},
        {"property": "action>create"},
        {"property": "timestamp>yesterday"},
        {"property": "timestamp>2020-01-01T00:00:00Z,2021-01-01T00:00:00Z"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "x"},
        {"start": "-1"},
        {"queryId": "?"},
        {"queryId": "_w=="},
    ],
)
def test_a_malformed_query_of_the_log_is_400(caller: Caller, query: dict[str, str]) -> None:
    assert plain_refusal(asked(caller, **query)) == (400, "Bad Request")

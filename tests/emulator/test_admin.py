"""What only the owner of the emulator may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Caller, ok, refusal
from tests.emulator.samples import action, basic


@pytest.mark.parametrize(
    "path",
    [
        *("requests", "journeys", "sandbox-copy", "expire-tokens", "unknown", "", "faults"),
        *("snapshot", "reset", "fixture", "seed", "overview", "contents"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"x-emulator-admin-token": "wrong"}])
def test_the_admin_token_is_needed_everywhere(caller: Caller, path: str, headers: dict[str, str]) -> None:
    assert refusal(caller.get(f"{caller.running.admin_url}/{path}", headers=headers)) == (401, 401)


def test_unknown_paths_and_methods_are_told_to_the_owner_only(caller: Caller) -> None:
    assert refusal(caller.admin("unknown")) == (404, 404)
    assert refusal(caller.admin("requests", {})) == (405, 405)


@pytest.mark.shows("PF-JRN-2")
@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": 5},
        {"name": None},
        {"status": "draft"},
        {"status": []},
        {"nodes": {}},
        {"nodes": [1]},
    ],
)
def test_a_malformed_journey_is_refused(caller: Caller, changes: dict[str, Any]) -> None:
    journey = {"id": "j", "name": "n", "status": "Draft", **changes}
    assert refusal(caller.admin("journeys", {"sandbox": caller.sandbox, "journey": journey})) == (400, 400)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("journeys", {"sandbox": "nowhere", "journey": {}}),
        ("journeys", {"sandbox": "prod"}),
        ("sandbox-copy", {"from": "prod", "to": "nowhere"}),
        ("sandbox-copy", {"from": ["prod"], "to": "prod"}),
        ("sandbox-copy", []),
    ],
)
def test_a_malformed_request_is_400(caller: Caller, path: str, body: Any) -> None:
    assert refusal(caller.admin(path, body)) == (400, 400)


def test_expired_tokens_are_refused_and_a_new_one_helps(organisation: Callable[[str], Caller]) -> None:
    before = organisation("dev")
    assert ok(before.admin("expire-tokens", {})) == {"expired": 1}
    assert before.post("list/actions", {}).status_code == 401
    assert organisation("dev").post("list/actions", {}).status_code == 200


def test_the_log_has_what_happened_and_no_secret(caller: Caller) -> None:
    created = caller.post("actions?api_key=secret-query", action(authentication=basic("secret-password")))
    answer = caller.admin("requests")
    entry = answer.json()["requests"][-1]
    assert entry == {
        "seq": entry["seq"],
        "time": entry["time"],
        "durationMs": entry["durationMs"],
        "method": "POST",
        "path": "/journey/orchestration/actions",
        "query": {"api_key": "********"},
        "status": 200,
        "sandbox": caller.sandbox,
        "requestId": created.headers["x-request-id"],
        "fault": None,
    }
    assert "secret-" not in answer.text
    assert caller.http.headers["authorization"].removeprefix("Bearer ") not in answer.text


@pytest.mark.shows("421")
def test_refused_requests_are_logged_too(caller: Caller) -> None:
    refused = caller.post("list/actions", {}, headers={"Host": "evil.example", "x-sandbox-name": "nowhere"})
    entry = ok(caller.admin("requests"))["requests"][-1]
    assert (entry["status"], entry["sandbox"]) == (421, None)
    assert entry["requestId"] == refused.headers["x-request-id"]

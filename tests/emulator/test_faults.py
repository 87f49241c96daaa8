"""Faults on demand: each looks like the real thing to a client, and strikes exactly where it was asked to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import action, capping
from toolkit.emulator import EmulatorConfig, Organisation, RunningEmulator, start_emulator

SANDBOXES = {f"box-{number:02}": "development" for number in range(80)}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningEmulator]:
    with start_emulator(EmulatorConfig(sandboxes=SANDBOXES)) as running:
        yield running


@pytest.fixture(scope="module")
def boxes() -> Iterator[str]:
    return iter(SANDBOXES)


@pytest.fixture
def caller(platform: RunningEmulator, boxes: Iterator[str]) -> Iterator[Caller]:
    made = connect(platform, next(boxes))
    yield made
    made.admin_delete("faults")
    made.http.close()


def fault(caller: Caller, kind: str, **stated: Any) -> dict[str, Any]:
    """Add a rule for this caller's sandbox alone."""
    rule = {"fault": kind, "sandbox": caller.sandbox, **stated}
    added: dict[str, Any] = ok(caller.admin("faults", rule))["faults"][0]
    return added


def names(caller: Caller) -> set[str]:
    return {item["name"] for item in caller.results("actions") if item["actionType"] == "custom"}


def last_request(caller: Caller) -> dict[str, Any]:
    mine = [item for item in ok(caller.admin("requests"))["requests"] if item["sandbox"] == caller.sandbox]
    entry: dict[str, Any] = mine[-1]
    return entry


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 502, 503, 504])
def test_an_error_status_is_answered_and_nothing_is_done(caller: Caller, status: int) -> None:
    fault(caller, "status", status=status, method="POST", path="*/actions", nth=1)
    assert caller.post("actions", action(name="Welcome")).status_code == status
    assert names(caller) == set()
    caller.create("actions", action(name="Welcome"))


def test_an_error_after_the_commit_hides_that_it_was_done(caller: Caller) -> None:
    fault(caller, "status", status=502, moment="after", method="POST", path="*/actions", nth=1)
    assert caller.post("actions", action(name="Welcome")).status_code == 502
    assert names(caller) == {"Welcome"}


def test_errors_are_worded_as_their_author_words_them(caller: Caller) -> None:
    fault(caller, "status", status=401, nth=1)
    fault(caller, "status", status=409, nth=2)
    fault(caller, "status", status=502, nth=3)
    assert caller.get("actions/x").json()["error_code"] == "401013"
    assert refusal(caller.get("actions/x")) == (409, 409)
    assert caller.get("actions/x").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("asked", [7, "Wed, 25 Nov 2026 08:00:00 GMT"])
def test_retry_after_is_sent_as_stated_and_only_then(caller: Caller, asked: int | str) -> None:
    fault(caller, "status", status=429, retryAfter=asked, nth=1)
    fault(caller, "status", status=429, nth=2)
    assert caller.get("actions/x").headers["retry-after"] == str(asked)
    assert "retry-after" not in caller.get("actions/x").headers


def test_a_reset_before_the_commit_leaves_nothing(caller: Caller) -> None:
    fault(caller, "reset", method="POST", path="*/actions", nth=1)
    with pytest.raises(httpx.ReadError):
        caller.post("actions", action(name="Welcome"))
    assert names(caller) == set()


def test_a_reset_after_the_commit_leaves_what_was_asked_for(caller: Caller) -> None:
    fault(caller, "reset", moment="after", method="POST", path="*/actions", nth=1)
    with pytest.raises(httpx.ReadError):
        caller.post("actions", action(name="Welcome"))
    assert names(caller) == {"Welcome"}


def test_a_request_without_an_answer_is_logged_with_its_fault(caller: Caller) -> None:
    fault(caller, "reset", nth=1)
    with pytest.raises(httpx.ReadError):
        caller.get("actions/x")
    logged = last_request(caller)
    assert (logged["path"], logged["status"], logged["fault"]) == (
        "/journey/orchestration/actions/x",
        None,
        "reset",
    )


def test_a_truncated_answer_ends_in_the_middle(caller: Caller) -> None:
    fault(caller, "truncate", path="*/list/actions", nth=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.post("list/actions", {})
    assert caller.post("list/actions", {}).is_success


def test_a_malformed_answer_is_whole_and_no_json(caller: Caller) -> None:
    fault(caller, "malformed", path="*/list/actions", nth=1)
    answer = caller.post("list/actions", {})
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="char"):
        answer.json()


def test_an_answer_of_the_wrong_type_is_a_page(caller: Caller) -> None:
    fault(caller, "wrong-type", path="*/list/actions", nth=1)
    answer = caller.post("list/actions", {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>" in answer.text


def test_a_dripping_answer_comes_in_pieces_and_is_whole(caller: Caller) -> None:
    fault(caller, "drip", seconds=0.02, pieces=4, path="*/list/actions", nth=1)
    with caller.http.stream("POST", f"{caller.running.base_url}/list/actions", json={}) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert b"".join(pieces) == caller.post("list/actions", {}).content


def test_a_slow_answer_runs_into_a_timeout(caller: Caller) -> None:
    fault(caller, "latency", seconds=5, nth=1)
    with pytest.raises(httpx.ReadTimeout):
        caller.get("actions/x", timeout=0.05)


def test_a_duplicate_delivery_does_everything_twice(caller: Caller) -> None:
    fault(caller, "duplicate", method="POST", path="*/endpointConfigs", nth=1)
    caller.create("endpointConfigs", capping())
    assert len(caller.results("endpointConfigs")) == 2


def test_a_duplicate_delivery_answers_what_the_second_one_brought(caller: Caller) -> None:
    fault(caller, "duplicate", method="POST", path="*/actions", nth=1)
    assert refusal(caller.post("actions", action(name="Welcome"))) == (409, 1470)
    assert names(caller) == {"Welcome"}


def test_stale_reads_show_the_state_before_the_write_for_so_many_reads(caller: Caller) -> None:
    fault(caller, "stale", reads=2, method="POST", path="*/actions", nth=1)
    uid = caller.create("actions", action(name="Welcome"))
    assert caller.get(f"actions/{uid}").status_code == 404
    assert names(caller) == set()
    assert names(caller) == {"Welcome"}


def test_stale_reads_end_by_time_and_writes_see_the_truth(caller: Caller) -> None:
    fault(caller, "stale", seconds=0.2, method="POST", path="*/actions", nth=1)
    ends = time.monotonic() + 0.2
    caller.create("actions", action(name="Welcome"))
    assert caller.post("actions", action(name="Welcome")).status_code == 409
    while names(caller) != {"Welcome"}:
        assert time.monotonic() < ends + 10


def test_stale_reads_are_those_of_one_sandbox(
    caller: Caller, platform: RunningEmulator, boxes: Iterator[str]
) -> None:
    other = connect(platform, next(boxes))
    fault(caller, "stale", reads=9, method="POST", path="*/actions", nth=1)
    caller.create("actions", action(name="Welcome"))
    other.create("actions", action(name="Welcome"))
    assert names(other) == {"Welcome"}
    other.http.close()


def test_somebody_else_edits_between_a_read_and_the_write_after_it(caller: Caller) -> None:
    uid = caller.create("actions", action(name="Welcome"))
    fault(caller, "edit", name="Welcome", changes={"description": "theirs"}, method="GET", nth=1)
    before = caller.read("actions", uid)
    after = caller.read("actions", uid)
    assert (before["description"], after["description"]) == ("", "theirs")
    assert after["metadata"]["lastModifiedBy"] == "somebody-else@example.com"
    assert after["metadata"]["lastModifiedAt"] > before["metadata"]["lastModifiedAt"]


def test_somebody_else_edits_right_before_a_read(caller: Caller) -> None:
    uid = caller.create("actions", action(name="Welcome"))
    changes = {"endpoint": {"url": "https://theirs.example.com/"}}
    fault(caller, "edit", name="Welcome", changes=changes, moment="before", nth=1)
    endpoint = caller.read("actions", uid)["endpoint"]
    assert (endpoint["url"], endpoint["method"]) == ("https://theirs.example.com/", "POST")


def test_somebody_else_removes_a_capping(caller: Caller) -> None:
    uid = caller.create("endpointConfigs", capping())
    fault(caller, "edit", collection="endpointConfigs", name=uid, moment="before", nth=1)
    assert caller.get(f"endpointConfigs/{uid}").status_code == 404


@pytest.fixture
def two_organisations() -> Iterator[tuple[Caller, Caller]]:
    """Callers of the first organisation and of another one, in sandboxes of one name."""
    other = Organisation("OTHER@AdobeOrg", "other-client", "another-made-up-secret")
    with start_emulator(EmulatorConfig(others=(other,))) as running:
        theirs = replace(
            running, organisation=other.id, client_id=other.client_id, client_secret=other.client_secret
        )
        callers = connect(running, "dev"), connect(theirs, "dev")
        yield callers
        for one in callers:
            one.http.close()


def test_an_edit_happens_in_the_organisation_of_the_request(two_organisations: tuple[Caller, Caller]) -> None:
    first, other = two_organisations
    uids = [one.create("actions", action(name="Welcome")) for one in two_organisations]
    fault(other, "edit", name="Welcome", changes={"description": "theirs"}, moment="before", method="GET")
    assert other.read("actions", uids[1])["description"] == "theirs"
    ok(other.admin_delete("faults"))
    assert first.read("actions", uids[0])["description"] == ""


def test_stale_reads_are_those_of_one_organisation(two_organisations: tuple[Caller, Caller]) -> None:
    first, other = two_organisations
    fault(other, "stale", reads=2, method="POST", path="*/actions")
    other.create("actions", action(name="Welcome"))
    ok(other.admin_delete("faults/1"))
    first.create("actions", action(name="Hello"))
    assert names(first) == {"Hello"}
    assert names(other) == set()


def test_a_fault_strikes_the_requests_it_names_and_no_other(caller: Caller) -> None:
    fault(caller, "status", status=503, method="GET", path="*/actions/*", nth=[2, 3])
    answers = [caller.get("actions/x").status_code for _ in range(4)]
    assert answers == [404, 503, 503, 404]
    assert caller.post("list/actions", {}).is_success


def test_a_fault_ends_after_so_many_times(caller: Caller) -> None:
    fault(caller, "status", status=503, times=2)
    assert [caller.get("actions/x").status_code for _ in range(4)] == [503, 503, 404, 404]


def test_chance_is_the_same_under_the_same_seed(caller: Caller) -> None:
    def run(seed: int) -> list[int]:
        rule = fault(caller, "status", status=503, probability=0.5, seed=seed)
        answers = [caller.get("actions/x").status_code for _ in range(24)]
        ok(caller.admin_delete(f"faults/{rule['id']}"))
        return answers

    first, again, other = run(1), run(1), run(2)
    assert first == again
    assert set(first) == {404, 503}
    assert first != other


def test_the_identity_service_and_partners_misbehave_too(caller: Caller) -> None:
    ok(caller.admin("faults", {"fault": "status", "status": 503, "path": "/partners/*", "nth": 1}))
    assert caller.get(f"{caller.running.partners_url}/example.com/v1/messages").status_code == 503


def test_the_controls_never_misbehave(caller: Caller) -> None:
    fault_for_all = {"fault": "reset", "path": "/_admin/*"}
    ok(caller.admin("faults", fault_for_all))
    assert ok(caller.admin("faults"))["faults"]


def test_faults_are_listed_with_what_they_saw(caller: Caller) -> None:
    added = fault(caller, "status", status=503, nth=2)
    for _ in range(3):
        caller.get("actions/x")
    (listed,) = (rule for rule in ok(caller.admin("faults"))["faults"] if rule["id"] == added["id"])
    assert (listed["seen"], listed["struck"]) == (3, 1)


def test_a_fault_that_is_not_there_can_not_be_ended(caller: Caller) -> None:
    assert refusal(caller.admin_delete("faults/999999")) == (404, 404)


def test_ending_all_faults_ends_stale_reads_too(caller: Caller) -> None:
    fault(caller, "stale", reads=99, method="POST", path="*/actions")
    caller.create("actions", action(name="Welcome"))
    assert names(caller) == set()
    ok(caller.admin_delete("faults"))
    assert names(caller) == {"Welcome"}


def test_controls_need_the_token(platform: RunningEmulator) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert httpx.request(method, f"{platform.admin_url}/faults", json={}).status_code == 401


@pytest.mark.parametrize(
    ("stated", "word"),
    [
        ({"fault": "explode"}, "one of latency"),
        ({}, "one of latency"),
        ({"fault": "reset", "seconds": 1}, "knows no seconds"),
        ({"fault": "status", "status": 200}, "status has to be"),
        ({"fault": "latency", "seconds": -1}, "seconds has to be"),
        ({"fault": "latency", "seconds": 1e9}, "seconds has to be"),
        ({"fault": "latency", "seconds": True}, "seconds has to be"),
        ({"fault": "reset", "nth": 0}, "nth has to be"),
        ({"fault": "reset", "nth": []}, "nth has to be"),
        ({"fault": "reset", "probability": 2}, "probability has to be"),
        ({"fault": "reset", "moment": "during"}, "moment has to be"),
        ({"fault": "reset", "method": "FETCH"}, "method has to be"),
        ({"fault": "edit"}, "edit needs the name"),
        ({"fault": "edit", "name": "x", "collection": "journeys"}, "collection has to be"),
        ({"faults": {}}, "has to be a fault"),
        ({"faults": [1]}, "a fault is a JSON object"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_reason(
    caller: Caller, stated: dict[str, Any], word: str
) -> None:
    answer = caller.admin("faults", stated)
    assert answer.status_code == 400
    assert word in answer.json()["error"]


def test_of_several_faults_all_are_added_or_none(caller: Caller) -> None:
    before = len(ok(caller.admin("faults"))["faults"])
    assert caller.admin("faults", {"faults": [{"fault": "reset"}, {"fault": "?"}]}).status_code == 400
    assert len(ok(caller.admin("faults"))["faults"]) == before


def test_a_refusing_platform_drops_everybody_and_accepts_nobody_for_a_while() -> None:
    with start_emulator() as running:
        caller = connect(running, "dev")
        fault(caller, "refuse", seconds=0.2, nth=1)
        with pytest.raises(httpx.ReadError):
            caller.get("actions/x")
        with pytest.raises(httpx.ConnectError):
            caller.get("actions/x")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                assert caller.get("actions/x").status_code == 404
                break
            except httpx.ConnectError:
                continue
        else:
            pytest.fail("the platform did not come back")
        caller.http.close()

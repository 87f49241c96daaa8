"""Events for Meta."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import NOW, Stage

HASH = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
EVENTS = "graph.facebook.com/v26.0/1234567890/events"
TOKEN = {"access_token": "made-up-token"}


def event(**changes: Any) -> dict[str, Any]:
    """An event from a shop; None removes a parameter."""
    full = {
        "event_name": "Lead",
        "event_time": int(NOW) - 10,
        "action_source": "website",
        "event_source_url": "https://shop.example/",
        "user_data": {"em": [HASH], "client_user_agent": "Mozilla/5.0"},
        **changes,
    }
    return {key: value for key, value in full.items() if value is not None}


def sent(stage: Stage, *events: Any, url: str = EVENTS, **body: Any) -> httpx.Response:
    return stage.post(url, params=TOKEN, json={"data": list(events), **body})


def error(answer: httpx.Response) -> dict[str, Any]:
    """The error, after a look at Graph's shape."""
    found: dict[str, Any] = answer.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= set(found)
    return found


def test_events_are_counted(stage: Stage) -> None:
    answer = sent(stage, event(), event(), test_event_code="TEST1")
    assert answer.status_code == 200
    assert answer.json() == {"events_received": 2, "messages": [], "fbtrace_id": answer.json()["fbtrace_id"]}


@pytest.mark.parametrize(
    "options",
    [
        {"params": TOKEN, "json": {"data": [event()]}},
        {"json": {"data": [event()], **TOKEN}},
        {"headers": {"Authorization": "Bearer made-up-token"}, "json": {"data": [event()]}},
        {"data": {"data": json.dumps([event()]), **TOKEN}},
        {"params": TOKEN, "data": {"data": json.dumps([event()])}},
    ],
)
def test_the_token_is_taken_from_the_query_the_body_or_the_header(
    stage: Stage, options: dict[str, Any]
) -> None:
    assert stage.post(EVENTS, **options).json()["events_received"] == 1


@pytest.mark.parametrize("token", ["INSERT SECRET HERE", "********", "two words", "${secret:a/b}"])
def test_oauth_exception_190_is_for_a_token_that_is_none(stage: Stage, token: str) -> None:
    answer = stage.post(EVENTS, params={"access_token": token}, json={"data": [event()]})
    assert (answer.status_code, error(answer)["type"], error(answer)["code"]) == (401, "OAuthException", 190)
    assert token not in answer.text


def test_oauth_exception_190_has_the_subcode_463_for_an_expired_token(stage: Stage) -> None:
    answer = stage.post(EVENTS, params={"access_token": "expired-made-up"}, json={"data": [event()]})
    assert (error(answer)["code"], error(answer)["error_subcode"]) == (190, 463)


@pytest.mark.parametrize("params", [{}, {"access_token": ""}])
def test_oauth_exception_104_is_for_no_token(stage: Stage, params: dict[str, str]) -> None:
    answer = stage.post(EVENTS, params=params, json={"data": [event()]})
    assert (answer.status_code, error(answer)["type"], error(answer)["code"]) == (400, "OAuthException", 104)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("graph.facebook.com/1234567890/events", 2500),
        ("graph.facebook.com/26.0/1234567890/events", 2500),
        ("graph.facebook.com/latest/1234567890/events", 2500),
        ("graph.facebook.com/v26.0/my-dataset/events", 100),
    ],
)
def test_the_path_has_a_version_and_a_dataset(stage: Stage, url: str, code: int) -> None:
    answer = sent(stage, event(), url=url)
    assert (answer.status_code, error(answer)["code"]) == (400, code)


DAY = 24 * 3600
PEOPLE = {"client_user_agent": "Mozilla/5.0"}


@pytest.mark.parametrize(
    ("changes", "subcode", "names"),
    [
        ({"event_name": None}, 2804019, "$['data'][0]['event_name'] is required"),
        ({"event_name": 5}, 2804019, "event_name"),
        ({"event_time": None}, 2804019, "$['data'][0]['event_time'] is required"),
        ({"event_time": int(NOW * 1000)}, 2804019, "milliseconds"),
        ({"event_time": int(NOW) + DAY}, 2804019, "future"),
        ({"event_time": "yesterday"}, 2804019, "event_time"),
        ({"event_time": int(NOW) - 7 * DAY - 1}, 2804003, "seven days"),
        ({"action_source": None}, 2804019, "action_source"),
        ({"action_source": "web"}, 2804019, "action_source"),
        ({"user_data": None}, 2804019, "user_data"),
        ({"user_data": {}}, 2804050, "customer information"),
        ({"user_data": {"em": HASH}}, 2804019, "client_user_agent"),
        ({"event_source_url": None}, 2804019, "event_source_url"),
        ({"user_data": {**PEOPLE, "em": "ursel@example.com"}}, 2804019, "['em']"),
        ({"user_data": {**PEOPLE, "ph": [HASH, "4912345"]}}, 2804019, "['ph']"),
        ({"user_data": {**PEOPLE, "fn": HASH[:-1]}}, 2804019, "['fn']"),
        ({"user_data": {**PEOPLE, "em": {"a": 1}}}, 2804019, "['em']"),
        ({"opt_out": "no"}, 2804019, "opt_out"),
        ({"event_name": "Purchase"}, 2804019, "currency"),
        ({"event_name": "Purchase", "custom_data": {"currency": "EUR"}}, 2804019, "value"),
        ({"custom_data": {"currency": "Euro"}}, 2804019, "currency"),
        ({"custom_data": {"value": "a lot"}}, 2804019, "value"),
        ({"custom_data": []}, 2804019, "custom_data"),
    ],
)
def test_code_100_names_the_parameter_that_is_invalid(
    stage: Stage, changes: dict[str, Any], subcode: int, names: str
) -> None:
    answer = sent(stage, event(**changes))
    found = error(answer)
    assert (answer.status_code, found["code"], found["error_subcode"]) == (400, 100, subcode)
    assert names in found["error_user_msg"]
    assert found["error_user_title"]
    assert found["is_transient"] is False


def test_one_bad_event_refuses_all_and_is_named(stage: Stage) -> None:
    assert "['data'][1]" in error(sent(stage, event(), event(event_name=None)))["error_user_msg"]


def test_an_event_of_seven_days_ago_is_not_too_old(stage: Stage) -> None:
    assert sent(stage, event(event_time=int(NOW) - 7 * DAY)).status_code == 200


def test_an_event_from_elsewhere_needs_no_browser(stage: Stage) -> None:
    offline = event(action_source="phone_call", event_source_url=None, user_data={"ph": HASH})
    assert sent(stage, offline).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"data": []}, {"data": {}}, {"data": [event()] * 1001}, {"data": [event()], "test_event_code": 5}],
)
def test_code_100_is_for_a_request_without_a_list_of_at_most_1000_events(stage: Stage, body: Any) -> None:
    answer = stage.post(EVENTS, params=TOKEN, json=body)
    assert (answer.status_code, error(answer)["code"]) == (400, 100)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"'])
def test_code_100_is_for_a_body_that_is_no_object(stage: Stage, content: bytes) -> None:
    answer = stage.post(EVENTS, params=TOKEN, content=content, headers={"Content-Type": "application/json"})
    assert error(answer)["code"] == 100


def test_other_methods_are_errors_in_graphs_shape(stage: Stage) -> None:
    assert error(stage.call("GET", EVENTS, params=TOKEN))["type"] == "OAuthException"

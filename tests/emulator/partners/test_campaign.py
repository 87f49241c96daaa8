"""Events for Adobe Campaign."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.partners.conftest import LIMITS, Stage

EVENTS = "campaign.example/events"
EVENT = {
    "channel": "email",
    "eventType": "welcome",
    "email": "ursel@example.com",
    "ctx": {"firstName": "Ursel"},
}


def test_an_event_is_kept_and_processed(stage: Stage) -> None:
    numbers = [stage.post(EVENTS, json=EVENT).json()["eventId"] for _ in range(2)]
    assert numbers == ["1", "2"]
    assert stage.call("GET", f"{EVENTS}/2").json() == {"eventId": "2", "status": "processed"}


def test_an_unknown_event_type_is_accepted_and_its_routing_fails(stage: Stage) -> None:
    answer = stage.post(EVENTS, json={**EVENT, "eventType": "unknownEvent"})
    assert answer.status_code == 200
    status = stage.call("GET", f"{EVENTS}/{answer.json()['eventId']}").json()
    assert status["status"] == "routingFailed"


def test_nobody_checks_the_context_against_a_template(stage: Stage) -> None:
    assert stage.post(EVENTS, json={**EVENT, "ctx": {"anything": [1]}}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"channel": None}, "channel"),
        ({"channel": "fax"}, "channel"),
        ({"eventType": None}, "eventType"),
        ({"eventType": "two words"}, "eventType"),
        ({"email": None}, "email"),
        ({"email": "nobody"}, "email"),
        ({"channel": "sms"}, "mobilePhone"),
        ({"ctx": "x"}, "ctx"),
    ],
)
def test_an_event_that_is_none_is_400(stage: Stage, changes: dict[str, Any], names: str) -> None:
    answer = stage.post(EVENTS, json={**EVENT, **changes})
    assert answer.status_code == 400
    assert names in answer.json()["error"]["message"]


def test_400_and_415_are_for_bodies_that_are_no_json(stage: Stage) -> None:
    headers = {"Content-Type": "application/json"}
    assert stage.post(EVENTS, content=b"{", headers=headers).status_code == 400
    assert stage.post(EVENTS, content=b"[]", headers=headers).status_code == 400
    assert stage.post(EVENTS, data=EVENT).status_code == 415


def test_429_is_above_the_cap_until_five_minutes_are_over(stage: Stage) -> None:
    for _ in range(LIMITS.campaign.calls):
        assert stage.post(EVENTS, json=EVENT).status_code == 200
    answer = stage.post(EVENTS, json=EVENT)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
    stage.clock.now += 300
    assert stage.post(EVENTS, json=EVENT).status_code == 200


def test_an_event_that_nobody_sent_is_404(stage: Stage) -> None:
    assert stage.call("GET", f"{EVENTS}/7").json()["error"]["code"] == 404

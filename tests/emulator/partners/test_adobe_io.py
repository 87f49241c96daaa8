"""Events published to Adobe I/O."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import LIMITS, Stage

ASKED = {
    "grant_type": "client_credentials",
    "client_id": "io-client",
    "client_secret": "made-up",
    "scope": "openid,AdobeID",
}
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "source": "urn:uuid:7d29b29f-0000-4000-8000-000000000002",
    "type": "com.acme.step",
    "time": "2027-01-15T08:00:00Z",
    "datacontenttype": "application/json",
    "data": {"step": "first"},
}


def asked(stage: Stage, **changes: str) -> httpx.Response:
    return stage.post("ims-na1.adobelogin.com/ims/token/v3", data={**ASKED, **changes})


def published(stage: Stage, event: Any, **headers: str) -> httpx.Response:
    sent = {
        "Authorization": f"Bearer {asked(stage).json()['access_token']}",
        "x-api-key": "io-client",
        "Content-Type": "application/cloudevents+json",
        **headers,
    }
    return stage.post("eventsingress.adobe.io/", json=event, headers={k: v for k, v in sent.items() if v})


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": "INSERT SECRET HERE"}, 401, "invalid_client"),
        ({"client_id": "********"}, 401, "invalid_client"),
        ({"scope": ""}, 400, "invalid_scope"),
    ],
)
def test_ims_refuses_a_token(stage: Stage, changes: dict[str, str], status: int, error: str) -> None:
    answer = asked(stage, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_200_is_for_an_event_that_somebody_has_registered_for(stage: Stage) -> None:
    answer = published(stage, EVENT)
    assert (answer.status_code, answer.content) == (200, b"")


def test_204_is_for_an_event_that_nobody_has_registered_for(stage: Stage) -> None:
    assert published(stage, {**EVENT, "type": "unregistered.step"}).status_code == 204


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-api-key": ""}, 403, "403000"),
        ({"x-api-key": "another-client"}, 403, "403003"),
        ({"Authorization": ""}, 401, "401013"),
        ({"Authorization": "Bearer made-up"}, 401, "401013"),
        ({"Authorization": "Basic YTpi"}, 401, "401013"),
        ({"Content-Type": "application/json"}, 415, "415000"),
    ],
)
def test_the_gateway_refuses_by_status_and_code(
    stage: Stage, headers: dict[str, str], status: int, code: str
) -> None:
    answer = published(stage, EVENT, **headers)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_401_is_for_the_platforms_own_token(stage: Stage) -> None:
    form = {**ASKED, "client_id": stage.running.client_id, "client_secret": stage.running.client_secret}
    token = stage.http.post(f"{stage.running.ims_url}/ims/token/v3", data=form).json()["access_token"]
    assert published(stage, EVENT, Authorization=f"Bearer {token}").status_code == 401


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
        ({"type": 5}, "type"),
        ({"source": "my-provider"}, "source"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2027-13-01T00:00:00Z"}, "time"),
        ({"datacontenttype": "text/plain"}, "datacontenttype"),
        ({"data": None}, "data"),
        ({"customAttribute": "x"}, "lower-case"),
    ],
)
def test_400_names_the_attribute_that_cloudevents_refuses(
    stage: Stage, changes: dict[str, Any], names: str
) -> None:
    answer = published(stage, {**EVENT, **changes})
    assert answer.status_code == 400
    assert names in answer.json()["message"]


def test_429_says_when_to_come_back_and_is_for_one_key(stage: Stage) -> None:
    for _ in range(LIMITS.io_events.calls):
        assert published(stage, EVENT).status_code == 200
    answer = published(stage, EVENT)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    token = asked(stage, client_id="second").json()["access_token"]
    second = published(stage, EVENT, Authorization=f"Bearer {token}", **{"x-api-key": "second"})
    assert second.status_code == 200
    stage.clock.now += 5
    assert published(stage, EVENT).status_code == 200


def test_other_methods_and_paths_are_refused_as_the_gateway_would(stage: Stage) -> None:
    assert stage.call("GET", "eventsingress.adobe.io/").json()["error_code"] == "405000"
    assert stage.post("eventsingress.adobe.io/events").json()["error_code"] == "404000"

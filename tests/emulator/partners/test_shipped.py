"""Each action that we ship gets its vendor's success, sent as a journey would."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.emulator.partners.conftest import NOW, Stage
from tests.model.samples import SHIPPED
from tests.scenarios.desk import REPOSITORY
from toolkit.app.exercise import subject_of
from toolkit.app.init import init_workspace
from toolkit.app.scratch import stand_in_routes
from toolkit.exercise import Exchange, What
from toolkit.exercise.caller import exercise
from toolkit.model.authentication import CustomAuthorization
from toolkit.workspace.load import open_workspace
from toolkit.workspace.secrets import made_up_secret

HASH = hashlib.sha256(b"ursel@example.com").hexdigest()
VALUES: dict[str, dict[str, Any]] = {
    "FcmPushNotification": {
        "message.token": "fGx:APA91bMadeUp",
        "message.notification.title": "Hello",
        "message.notification.body": "There is news.",
        "message.data.deep_link": "app://news",
    },
    "FcmBackgroundUpdate": {"message.token": "fGx:APA91bMadeUp", "message.data.refresh": "cart"},
    "FacebookConversion": {
        "data[0].event_name": "Purchase",
        "data[0].event_time": int(NOW) - 60,
        "data[0].event_id": "order-1",
        "data[0].action_source": "website",
        "data[0].event_source_url": "https://shop.example/thanks",
        "data[0].user_data.em": HASH,
        "data[0].user_data.client_user_agent": "Mozilla/5.0",
        "data[0].custom_data.currency": "EUR",
        "data[0].custom_data.value": 12.5,
    },
    "EpsilonWelcomeMessage": {
        "recipients[0].customerKey": "4711",
        "recipients[0].emailAddress": "ursel@example.com",
        "defaultAttributes[0].attributeValue": "Ursel",
        "defaultAttributes[1].attributeValue": "L-1",
    },
    "IoEventsPublish": {
        "id": "event-1",
        "time": "2027-01-15T08:00:00.000Z",
        "data.journey": "Welcome",
        "data.step": "first",
        "data.customerId": "4711",
    },
    "SlackPostMessage": {
        "text": "A member needs a call",
        "blocks[0].text.text": "Call back",
        "blocks[1].text.text": "Member 4711 asked for a call back.",
        "thread_ts": "1700000000.000001",
    },
}
SUCCESSES = {
    "FcmPushNotification": r'^{"name":"projects/acme-app-local/messages/',
    "FcmBackgroundUpdate": r'^{"name":"projects/acme-app-local/messages/',
    "FacebookConversion": r'^{"events_received":1,"messages":\[\],"fbtrace_id":"',
    "EpsilonWelcomeMessage": r'^{"resultCode":"OK",',
    "IoEventsPublish": "^$",
    "SlackPostMessage": r'^{"ok":true,"channel":"C0123456789",',
}
ACTIONS = [
    file.stem for file in SHIPPED if json.loads(file.read_text(encoding="utf-8"))["kind"] == "CustomAction"
]


def sent(stage: Stage, name: str) -> Exchange:
    action = subject_of(open_workspace(REPOSITORY), "local", name).action
    return exercise(action, VALUES[name], resolve_secret=made_up_secret, routes=stage.running.routes)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_shipped_action_gets_its_vendors_success(stage: Stage, name: str) -> None:
    exchange = sent(stage, name)
    assert exchange.succeeded, exchange
    assert exchange.answer is not None
    assert re.search(SUCCESSES[name], exchange.answer.body), exchange.answer.body
    assert {found.what for found in exchange.deviations} <= {What.MISSING, What.EXTRA}


def test_the_shipped_campaign_action_is_processed(stage: Stage) -> None:
    event = {
        "channel": "email",
        "eventType": "orderConfirmation",
        "email": "ursel@example.com",
        "ctx": {"firstName": "Ursel", "purchaseOrderNumber": "4711"},
    }
    answer = stage.post("campaign.example/events", json=event)
    status = stage.call("GET", f"campaign.example/events/{answer.json()['eventId']}")
    assert status.json()["status"] == "processed"


def test_every_host_of_the_shipped_actions_has_a_stand_in(stage: Stage) -> None:
    workspace = open_workspace(REPOSITORY)
    hosts = set()
    for name in ACTIONS:
        action = subject_of(workspace, "local", name).action
        hosts.add(urlsplit(str(action.endpoint.url)).hostname)
        if isinstance(action.authentication, CustomAuthorization):
            hosts.add(urlsplit(str(action.authentication.endpoint)).hostname)
    assert hosts <= set(stage.running.routes)


def test_the_local_target_reaches_every_stand_in(stage: Stage) -> None:
    _, target = open_workspace(REPOSITORY).target("local")
    assert set(target.routes) == set(stage.running.routes)
    assert stand_in_routes(target.routes, stage.running.routes) == stage.running.routes


def test_a_new_workspace_reaches_every_stand_in(tmp_path: Path, stage: Stage) -> None:
    init_workspace(tmp_path)
    _, target = open_workspace(tmp_path).target("local")
    assert set(target.routes) == set(stage.running.routes)
    assert stand_in_routes(target.routes, stage.running.routes) == stage.running.routes


def test_a_vendors_other_host_is_led_to_the_same_stand_in() -> None:
    stand_ins = {"api.vendor.example": "http://127.0.0.1:1/partners/api.vendor.example"}
    routes = {
        "api.eu.vendor.example": "http://127.0.0.1:8765/partners/api.vendor.example/",
        "api.other.example": "http://127.0.0.1:9999/mine",
    }
    expected = {**stand_ins, "api.eu.vendor.example": stand_ins["api.vendor.example"]}
    assert stand_in_routes(routes, stand_ins) == expected

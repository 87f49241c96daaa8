"""A stored secret never comes out again, and a mask keeps it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import MASK, action, basic, constant, custom_authorization, endpoint
from toolkit.emulator import EmulatorConfig, start_emulator

API_KEY = {"type": "apiKey", "name": "appid", "value": "key secret", "location": "queryParam"}
AUTHENTICATIONS = [basic("password secret"), API_KEY, custom_authorization()]
MASKED = [
    basic(MASK),
    {**API_KEY, "value": MASK},
    custom_authorization(
        headers={"x-retailer": MASK},
        body={"bodyType": "form", "bodyParams": {"client_id": MASK, "client_secret": MASK}},
    ),
]
PAIRS = list(zip(AUTHENTICATIONS, MASKED, strict=True))


@pytest.mark.shows("PF-ACT-10")
@pytest.mark.parametrize(("authentication", "masked"), PAIRS)
def test_secrets_are_masked_wherever_an_action_is_read(
    caller: Caller, authentication: dict[str, Any], masked: dict[str, Any]
) -> None:
    created = caller.post("actions", action(authentication=authentication))
    uid = ok(created)["uid"]
    answers = [
        created,
        caller.get(f"actions/{uid}"),
        caller.put(f"actions/{uid}", action(authentication=authentication)),
        caller.post("list/actions", {}),
        caller.admin("requests"),
    ]
    assert all("secret" not in answer.text.replace("client_secret", "") for answer in answers)
    assert caller.read("actions", uid)["authentication"] == masked


def stored_authentication(database: Path) -> Any:
    connection = sqlite3.connect(database)
    try:
        row = connection.execute("SELECT body FROM element WHERE name = 'SlackPost'").fetchone()
    finally:
        connection.close()
    return json.loads(row[0])["definition"]["authentication"]


@pytest.mark.shows("PF-ACT-10")
@pytest.mark.parametrize(("authentication", "masked"), PAIRS)
def test_a_mask_that_is_sent_keeps_the_stored_value(
    tmp_path: Path, authentication: dict[str, Any], masked: dict[str, Any]
) -> None:
    database = tmp_path / "platform.sqlite3"
    with start_emulator(EmulatorConfig(database=database)) as running:
        caller = connect(running, "dev")
        uid = caller.create("actions", action(authentication=authentication))
        ok(caller.put(f"actions/{uid}", action(authentication=masked, description="changed")))
        caller.http.close()
    assert stored_authentication(database) == authentication


def test_a_new_secret_beside_a_mask_is_taken(tmp_path: Path) -> None:
    database = tmp_path / "platform.sqlite3"
    with start_emulator(EmulatorConfig(database=database)) as running:
        caller = connect(running, "dev")
        uid = caller.create("actions", action(authentication=custom_authorization()))
        parameters = {"client_id": MASK, "client_secret": "new"}
        changed = custom_authorization(body={"bodyType": "json", "bodyParams": parameters})
        ok(caller.put(f"actions/{uid}", action(authentication=changed)))
        caller.http.close()
    stored = stored_authentication(database)
    assert stored["body"] == {"bodyType": "json", "bodyParams": {"client_id": "me", "client_secret": "new"}}


def test_a_mask_without_a_stored_value_is_refused(caller: Caller) -> None:
    assert refusal(caller.post("actions", action(authentication=basic(MASK)))) == (400, 1479)
    uid = caller.create("actions", action(authentication=basic()))
    assert refusal(caller.put(f"actions/{uid}", action(authentication={**API_KEY, "value": MASK}))) == (
        400,
        1479,
    )


def test_the_database_is_private(tmp_path: Path) -> None:
    database = tmp_path / "platform.sqlite3"
    with start_emulator(EmulatorConfig(database=database)):
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert set(modes.values()) == {"0o600"}


MALFORMED: list[Any] = [
    "basic",
    {},
    {"type": "oauth"},
    {"type": "basic", "username": "u"},
    {"type": "basic", "username": "u", "password": ""},
    {**API_KEY, "location": "body"},
    {**API_KEY, "value": None},
    custom_authorization(endpoint=None),
    custom_authorization(method="PUT"),
    custom_authorization(headers={"a": {"b": "c"}}),
    custom_authorization(headers=["a"]),
    custom_authorization(body=None),
    custom_authorization(body={"bodyType": "xml", "bodyParams": {}}),
    custom_authorization(body={"bodyType": "form", "bodyParams": {"a": {"b": "c"}}}),
    custom_authorization(body={"bodyType": "form", "bodyParams": []}),
    custom_authorization(tokenInResponse="access_token"),
    custom_authorization(authorizationType="cookie"),
    custom_authorization(authorizationType="header"),
    custom_authorization(cacheDuration={"timeUnit": "minutes"}),
    custom_authorization(cacheDuration={"duration": 5, "timeUnit": "weeks"}),
    custom_authorization(cacheDuration={"duration": 0, "timeUnit": "hours"}),
    custom_authorization(cacheDuration={"duration": 1.5, "timeUnit": "hours"}),
    custom_authorization(cacheDuration={"duration": True, "timeUnit": "hours"}),
    custom_authorization(cacheDuration={"duration": 1, "expiryInResponse": "json://e", "timeUnit": "hours"}),
    custom_authorization(cacheDuration={"expiryInResponse": "e", "timeUnit": "hours"}),
]


@pytest.mark.shows("1479")
@pytest.mark.parametrize("authentication", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_authentication_is_1479(caller: Caller, authentication: Any) -> None:
    assert refusal(caller.post("actions", action(authentication=authentication))) == (400, 1479)


@pytest.mark.shows("PF-ACT-9")
def test_custom_authorization_is_kept_word_for_word(caller: Caller) -> None:
    sent = custom_authorization(
        method="GET",
        subType="certificateCredential",
        authorizationType="header",
        tokenTarget="x-token",
        cacheDuration={"duration": 5.0, "timeUnit": "minutes"},
        extra=[1],
    )
    for key in ("headers", "body"):
        del sent[key]
    uid = caller.create("actions", action(authentication=sent))
    assert caller.read("actions", uid)["authentication"] == sent


def copied(caller: Caller, source: str, target: str) -> dict[str, Any]:
    return ok(caller.admin("sandbox-copy", {"from": source, "to": target}))


@pytest.mark.shows("PF-ACT-15")
def test_a_sandbox_copy_loses_secrets_and_constant_values(tmp_path: Path) -> None:
    database = tmp_path / "platform.sqlite3"
    headers = [constant("Content-Type", "application/problem+json"), constant("x-team", "crm")]
    parameters = [constant("Charset", "kept out")]
    with start_emulator(
        EmulatorConfig(database=database, sandboxes={"a": "production", "b": "production"})
    ) as e:
        source, target = connect(e, "a"), connect(e, "b")
        source.create("actions", action(endpoint=endpoint(headers=headers, queryParameters=parameters)))
        uid = source.create("actions", action(name="Basic", authentication=basic()))
        target.create("actions", action(name="Basic"))
        answer = copied(source, "a", "b")
        arrived = {one["name"]: one for one in target.results("actions")}
        source.http.close()
        target.http.close()
    assert answer == {"copied": ["SlackPost"], "skipped": ["Basic"]}
    values = {entry["name"]: entry["value"] for entry in arrived["SlackPost"]["endpoint"]["headers"]}
    assert values == {
        "Charset": "UTF-8",
        "Content-Type": "application/problem+json",
        "x-team": "INSERT SECRET HERE",
    }
    assert arrived["SlackPost"]["endpoint"]["queryParameters"] == [constant("Charset", "INSERT SECRET HERE")]
    assert arrived["SlackPost"]["sandboxName"] == "b"
    assert arrived["Basic"]["uid"] != uid


@pytest.mark.parametrize("authentication", AUTHENTICATIONS)
def test_a_copied_secret_is_the_placeholder(tmp_path: Path, authentication: dict[str, Any]) -> None:
    database = tmp_path / "platform.sqlite3"
    with start_emulator(EmulatorConfig(database=database)) as running:
        caller = connect(running, "dev")
        uid = caller.create("actions", action(authentication=authentication))
        copied(caller, "dev", "stage")
        caller.delete(f"actions/{uid}")
        caller.http.close()
    stored = json.dumps(stored_authentication(database))
    assert "secret" not in stored.replace("client_secret", "")
    assert "INSERT SECRET HERE" in stored

"""Messages of Epsilon, as far as public clients tell."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import Stage

TOKEN = "api-public.epsilon.com/Epsilon/oauth2/access_token"
SEND = "api.harmony.epsilon.com/v5/messages/0a1b2c3d-0000-4000-8000-000000000001/send"
ASKED = {"grant_type": "password", "scope": "cn mail", "username": "journeys", "password": "made-up"}
MESSAGE = {
    "recipients": [{"customerKey": "1", "emailAddress": "ursel@example.com"}],
    "defaultAttributes": [{"attributeName": "A", "attributeValue": "x", "attributeType": "String"}],
}


def asked(
    stage: Stage, auth: tuple[str, str] | None = ("client", "secret"), **changes: str
) -> httpx.Response:
    return stage.post(TOKEN, data={**ASKED, **changes}, **({"auth": auth} if auth else {}))


def sent(stage: Stage, message: Any, url: str = SEND, **headers: str) -> httpx.Response:
    token = asked(stage).json()["access_token"]
    return stage.call(
        "PUT", url, json=message, headers={"Authorization": f"Bearer {token}", "X-OUID": "ouid", **headers}
    )


def test_a_password_gives_a_token_with_its_life(stage: Stage) -> None:
    assert {"access_token", "token_type", "expires_in", "scope"} == set(asked(stage).json())


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"auth": None}, 401, "invalid_client"),
        ({"auth": ("client", "")}, 401, "invalid_client"),
        ({"auth": ("client", "INSERT SECRET HERE")}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"password": ""}, 400, "invalid_request"),
        ({"password": "********"}, 400, "invalid_grant"),
    ],
)
def test_epsilon_refuses_a_token(stage: Stage, changes: dict[str, Any], status: int, error: str) -> None:
    answer = asked(stage, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_message_is_accepted(stage: Stage) -> None:
    assert sent(stage, MESSAGE).json()["resultCode"] == "OK"


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ([], "object"),
        ({}, "recipients"),
        ({"recipients": []}, "recipients"),
        ({"recipients": [{"emailAddress": "a@b"}]}, "recipients[0].customerKey"),
        ({"recipients": [{"customerKey": "1", "emailAddress": "nobody"}]}, "recipients[0].emailAddress"),
        ({**MESSAGE, "defaultAttributes": {}}, "defaultAttributes"),
        ({**MESSAGE, "defaultAttributes": [{"attributeName": "A", "attributeType": "String"}]},
         "defaultAttributes[0].attributeValue"),
    ],
)  # fmt: skip
def test_bad_request_names_every_field(stage: Stage, message: Any, names: str) -> None:
    answer = sent(stage, message)
    assert (answer.status_code, answer.json()["resultCode"]) == (400, "BAD_REQUEST")
    assert names in answer.json()["errors"][0]["resultString"]


def test_bad_request_is_for_no_organisation(stage: Stage) -> None:
    assert "X-OUID" in sent(stage, MESSAGE, **{"X-OUID": ""}).json()["resultString"]


def test_unauthorized_is_for_a_token_that_has_expired(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {asked(stage).json()['access_token']}", "X-OUID": "ouid"}
    stage.clock.now += 600
    answer = stage.call("PUT", SEND, json=MESSAGE, headers=headers)
    assert (answer.status_code, answer.json()["resultCode"]) == (401, "UNAUTHORIZED")


def test_not_found_is_for_an_id_that_is_none(stage: Stage) -> None:
    answer = sent(stage, MESSAGE, "api.harmony.epsilon.com/v5/messages/welcome/send")
    assert (answer.status_code, answer.json()["resultCode"]) == (404, "NOT_FOUND")


def test_other_methods_and_paths_are_failures_in_the_same_shape(stage: Stage) -> None:
    assert stage.post(SEND).json()["resultCode"] == "METHOD_NOT_ALLOWED"
    assert stage.post("api.harmony.epsilon.com/").json()["resultCode"] == "NOT_FOUND"

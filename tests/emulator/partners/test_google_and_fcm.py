"""A token of Google, and messages sent with it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import LIMITS, Stage

ASKED = {
    "grant_type": "refresh_token",
    "client_id": "1-a.apps.googleusercontent.com",
    "client_secret": "made-up-secret",
    "refresh_token": "made-up-refresh-token",
}
SEND = "fcm.googleapis.com/v1/projects/acme/messages:send"


def asked(stage: Stage, **changes: str | None) -> httpx.Response:
    form = {key: value for key, value in {**ASKED, **changes}.items() if value is not None}
    return stage.post("oauth2.googleapis.com/token", data=form)


def test_a_refresh_token_gives_an_access_token(stage: Stage) -> None:
    answer = asked(stage)
    assert answer.status_code == 200
    assert answer.json() == {
        "access_token": answer.json()["access_token"],
        "expires_in": 3599,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "token_type": "Bearer",
    }


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"client_secret": "INSERT SECRET HERE"}, 401, "invalid_client"),
        ({"client_secret": "********"}, 401, "invalid_client"),
        ({"refresh_token": None}, 400, "invalid_request"),
        ({"refresh_token": "INSERT SECRET HERE"}, 400, "invalid_grant"),
        ({"refresh_token": "revoked-made-up"}, 400, "invalid_grant"),
    ],
)
def test_google_refuses_a_token_by_its_name_for_what_is_wrong(
    stage: Stage, changes: dict[str, str | None], status: int, error: str
) -> None:
    answer = asked(stage, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "error_description"}


def test_google_reads_forms_alone(stage: Stage) -> None:
    answer = stage.post("oauth2.googleapis.com/token", json=ASKED)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def sent(stage: Stage, message: Any, url: str = SEND, **top: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {asked(stage).json()['access_token']}"}
    return stage.post(url, json={"message": message, **top}, headers=headers)


def error(answer: httpx.Response) -> dict[str, Any]:
    """The error, after a look at Google's shape."""
    found: dict[str, Any] = answer.json()["error"]
    assert found["code"] == answer.status_code
    assert {"code", "message", "status"} <= set(found) <= {"code", "message", "status", "details"}
    return found


def codes(answer: httpx.Response) -> list[str]:
    return [detail["errorCode"] for detail in error(answer)["details"] if "errorCode" in detail]


def violations(answer: httpx.Response) -> list[str]:
    """The fields that are invalid."""
    assert error(answer)["status"] == "INVALID_ARGUMENT"
    detail = error(answer)["details"][0]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    return [item.get("field", "") for item in detail["fieldViolations"]]


@pytest.mark.parametrize("target", [{"token": "f:APA91b"}, {"topic": "news"}, {"condition": "'a' in topics"}])
def test_fcm_names_the_message(stage: Stage, target: dict[str, str]) -> None:
    answer = sent(stage, {**target, "notification": {"title": "Hello"}})
    assert answer.status_code == 200
    assert answer.json()["name"].startswith("projects/acme/messages/0:")


def test_fcm_only_validates_when_asked_to(stage: Stage) -> None:
    answer = sent(stage, {"token": "f:APA91b"}, validate_only=True)
    assert answer.json() == {"name": "projects/acme/messages/fake_message_id"}


def test_fcm_takes_names_in_camel_case_and_null_for_nothing(stage: Stage) -> None:
    message = {
        "token": "t",
        "android": {"collapseKey": "k", "ttl": None},
        "fcmOptions": {"analyticsLabel": "l"},
    }
    assert sent(stage, message).status_code == 200


@pytest.mark.parametrize("authorization", [None, "", "Basic YTpi", "Bearer unknown", "Bearer"])
def test_unauthenticated_is_for_a_token_that_google_did_not_issue(
    stage: Stage, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = stage.post(SEND, json={"message": {"token": "t"}}, headers=headers)
    assert (answer.status_code, error(answer)["status"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_unauthenticated_is_for_a_token_that_has_expired(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {asked(stage).json()['access_token']}"}
    stage.clock.now += 3599
    answer = stage.post(SEND, json={"message": {"token": "t"}}, headers=headers)
    assert error(answer)["status"] == "UNAUTHENTICATED"


def test_permission_denied_is_for_somebody_elses_project(stage: Stage) -> None:
    answer = sent(stage, {"token": "t"}, SEND.replace("acme", "other-acme"))
    assert (answer.status_code, error(answer)["status"]) == (403, "PERMISSION_DENIED")


def test_sender_id_mismatch_is_for_another_senders_device(stage: Stage) -> None:
    answer = sent(stage, {"token": "other-sender-device"})
    assert (answer.status_code, error(answer)["status"]) == (403, "PERMISSION_DENIED")
    assert codes(answer) == ["SENDER_ID_MISMATCH"]


def test_unregistered_is_for_a_device_that_is_gone(stage: Stage) -> None:
    answer = sent(stage, {"token": "unregistered-device"})
    assert (answer.status_code, error(answer)["status"]) == (404, "NOT_FOUND")
    assert codes(answer) == ["UNREGISTERED"]


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"toen": "t"}, "message"),
        ({"token": "t", "android": {"notification": {"chanel": "x"}}}, "message.android.notification"),
        ({"token": "t", "data": {"a": "b", "count": 12}}, "message.data[1].value"),
        ({"token": "t", "data": {"a": None}}, "message.data[0].value"),
        ({"token": "t", "data": ["a"]}, "message.data"),
        ({"token": 5}, "message.token"),
        ({"token": "t", "notification": "Hello"}, "message.notification"),
        ({"token": "t", "android": {"ttl": "86400"}}, "message.android.ttl"),
        ({"token": "t", "android": {"ttl": 86400}}, "message.android.ttl"),
        ({"token": "t", "android": {"priority": "URGENT"}}, "message.android.priority"),
        ({"token": "t", "android": {"direct_boot_ok": "yes"}}, "message.android.direct_boot_ok"),
        ({"token": "t", "android": {"notification": {"body_loc_args": [1]}}},
         "message.android.notification.body_loc_args[0]"),
        ({"token": "t", "apns": {"headers": {"apns-priority": 10}}}, "message.apns.headers[0].value"),
        ({"token": "t", "apns": {"payload": "x"}}, "message.apns.payload"),
    ],
)  # fmt: skip
def test_invalid_argument_names_the_field_that_can_not_be_parsed(
    stage: Stage, message: Any, field: str
) -> None:
    answer = sent(stage, message)
    assert (answer.status_code, violations(answer)) == (400, [field])
    assert len(error(answer)["details"]) == 1


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "message"),
        ({"token": ""}, "message"),
        ({"token": "t", "topic": "news"}, "message"),
        ({"token": "<device token>"}, "message.token"),
        ({"token": "two words"}, "message.token"),
        ({"topic": "/topics/news"}, "message.topic"),
        ({"token": "t", "data": {"from": "x"}}, "message.data.from"),
        ({"token": "t", "data": {"google.x": "x"}}, "message.data.google.x"),
        ({"token": "t", "android": {"ttl": "2419201s"}}, "message.android.ttl"),
        ({"token": "t", "android": {"ttl": "-1s"}}, "message.android.ttl"),
        ({"token": "t", "fcm_options": {"analytics_label": "a b"}}, "message.fcm_options.analytics_label"),
        ({"token": "t", "data": {"a": "x" * 4096}}, "message"),
        ({"topic": "t", "data": {"a": "x" * 2048}}, "message"),
        ({"token": "t", "notification": {"body": "ä" * 2047}}, "message"),
    ],
)
def test_invalid_argument_names_the_field_that_fcm_refuses(stage: Stage, message: Any, field: str) -> None:
    answer = sent(stage, message)
    assert (answer.status_code, violations(answer)) == (400, [field])
    assert codes(answer) == ["INVALID_ARGUMENT"]


def test_a_message_of_4096_bytes_is_not_too_big(stage: Stage) -> None:
    assert sent(stage, {"token": "t", "data": {"a": "x" * 4095}}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"NaN"])
def test_invalid_argument_is_for_what_is_no_object_in_json(stage: Stage, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {asked(stage).json()['access_token']}",
        "Content-Type": "application/json",
    }
    assert violations(stage.post(SEND, content=body, headers=headers)) == [""]
    assert violations(stage.post(SEND, content=body, headers={**headers, "Content-Type": "text/plain"})) == [
        ""
    ]


def test_unknown_names_beside_the_message_are_invalid_too(stage: Stage) -> None:
    answer = sent(stage, {"token": "t"}, messages=[])
    assert violations(answer) == [""]
    assert 'Unknown name "messages"' in error(answer)["message"]


def test_resource_exhausted_until_the_minute_is_over_and_for_this_project_alone(stage: Stage) -> None:
    for _ in range(LIMITS.fcm.calls):
        assert sent(stage, {"token": "t"}).status_code == 200
    answer = sent(stage, {"token": "t"})
    assert (answer.status_code, error(answer)["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert codes(answer) == ["QUOTA_EXCEEDED"]
    assert answer.headers["retry-after"] == "60"
    assert sent(stage, {"token": "t"}, SEND.replace("acme", "second")).status_code == 200
    stage.clock.now += 60
    assert sent(stage, {"token": "t"}).status_code == 200


def test_messages_that_are_refused_count_against_the_quota(stage: Stage) -> None:
    for _ in range(LIMITS.fcm.calls):
        assert sent(stage, {}).status_code == 400
    assert sent(stage, {"token": "t"}).status_code == 429


def test_other_paths_and_methods_are_errors_in_googles_shape(stage: Stage) -> None:
    assert error(stage.post("fcm.googleapis.com/fcm/send"))["status"] == "NOT_FOUND"
    assert error(stage.call("GET", SEND))["code"] == 405
    assert stage.call("GET", "oauth2.googleapis.com/token").json()["error"] == "invalid_request"

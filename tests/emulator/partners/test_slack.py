"""Messages to Slack."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.emulator.partners.conftest import Stage

POST = "slack.com/api/chat.postMessage"
JSON = {"Content-Type": "application/json; charset=utf-8"}
BEARER = {"Authorization": "Bearer xoxb-made-up"}


def sent(stage: Stage, content: bytes, headers: dict[str, str]) -> Any:
    answer = stage.post(POST, content=content, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def said(stage: Stage, **message: Any) -> Any:
    return sent(stage, json.dumps({"channel": "C1", **message}).encode(), {**JSON, **BEARER})


def test_slack_takes_a_message(stage: Stage) -> None:
    answer = said(stage, text="hello")
    assert (answer["ok"], answer["channel"], answer["message"]["text"]) == (True, "C1", "hello")
    assert answer["message"]["ts"] == answer["ts"]
    assert "warning" not in answer


def test_slack_numbers_messages_apart(stage: Stage) -> None:
    times = [said(stage, blocks=[{"type": "divider"}])["ts"] for _ in range(3)]
    assert sorted(set(times)) == times


@pytest.mark.parametrize("channel", ["C0123456789", "G1", "D1", "U0123", "#general", "team-süd", "a_b-c"])
def test_slack_takes_ids_and_names_of_channels(stage: Stage, channel: str) -> None:
    assert said(stage, channel=channel, text="hello")["ok"]


def test_slack_makes_a_reply_of_a_message_with_a_thread(stage: Stage) -> None:
    assert (
        said(stage, text="hello", thread_ts="1700000000.000001")["message"]["thread_ts"]
        == "1700000000.000001"
    )


def test_slack_takes_a_form_too(stage: Stage) -> None:
    blocks = json.dumps([{"type": "divider"}])
    answer = stage.post(POST, data={"token": "xoxb-made-up", "channel": "C1", "blocks": blocks})
    assert answer.json()["ok"]


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b'{"channel": "C1", "text": "t"}', JSON, "not_authed"),
        (b'{"channel": "C1", "text": "t"}', {**JSON, "Authorization": "Basic abc"}, "invalid_auth"),
        (b"{}", {**JSON, "Authorization": "Bearer INSERT SECRET HERE"}, "invalid_auth"),
        (b"{}", {**JSON, "Authorization": "Bearer ********"}, "invalid_auth"),
        (b"{}", {**JSON, "Authorization": "Bearer"}, "invalid_auth"),
        (b"{}", BEARER, "missing_post_type"),
        (b"{}", {**BEARER, "Content-Type": "text/xml"}, "invalid_post_type"),
        (b"{", {**JSON, **BEARER}, "invalid_json"),
        (b"[]", {**JSON, **BEARER}, "json_not_object"),
        (b'{"text": "t"}', {**JSON, **BEARER}, "channel_not_found"),
        (b'{"channel": "", "text": "t"}', {**JSON, **BEARER}, "channel_not_found"),
        (b'{"channel": "Two Words", "text": "t"}', {**JSON, **BEARER}, "channel_not_found"),
        (b'{"channel": "#archived-2020", "text": "t"}', {**JSON, **BEARER}, "is_archived"),
        (b'{"channel": "not-in-here", "text": "t"}', {**JSON, **BEARER}, "not_in_channel"),
        (b'{"channel": "C1"}', {**JSON, **BEARER}, "no_text"),
        (b'{"channel": "C1", "text": "", "blocks": []}', {**JSON, **BEARER}, "no_text"),
        (b'{"channel": "C1", "text": "t", "thread_ts": "1"}', {**JSON, **BEARER}, "invalid_thread_ts"),
        (b'{"channel": "C1", "text": "t", "thread_ts": 1.5}', {**JSON, **BEARER}, "invalid_thread_ts"),
        (b'{"channel": "C1", "text": "t", "blocks": "x"}', {**JSON, **BEARER}, "invalid_blocks_format"),
    ],
)
def test_slack_names_what_is_wrong_with_status_200(
    stage: Stage, body: bytes, headers: dict[str, str], error: str
) -> None:
    assert sent(stage, body, headers) == {"ok": False, "error": error}


def test_msg_too_long_is_for_more_than_40000_characters(stage: Stage) -> None:
    assert said(stage, text="x" * 40_000)["ok"]
    assert said(stage, text="x" * 40_001)["error"] == "msg_too_long"


def test_msg_blocks_too_long_is_for_many_long_blocks(stage: Stage) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    assert said(stage, blocks=[block] * 4)["ok"]
    assert said(stage, blocks=[block] * 5)["error"] == "msg_blocks_too_long"


def test_too_many_attachments_is_for_more_than_100(stage: Stage) -> None:
    assert said(stage, attachments=[{"text": "x"}] * 101)["error"] == "too_many_attachments"


def text(kind: str = "mrkdwn", length: int = 1) -> dict[str, str]:
    return {"type": kind, "text": "x" * length}


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ("x", ""),
        ({}, "/type"),
        ({"type": "heading"}, "/type"),
        ({"type": "divider", "block_id": "x" * 256}, "/block_id"),
        ({"type": "header"}, "/text"),
        ({"type": "header", "text": text("mrkdwn")}, "/text/type"),
        ({"type": "header", "text": text("plain_text", 151)}, "/text/text"),
        ({"type": "section"}, "/text"),
        ({"type": "section", "text": "x"}, "/text"),
        ({"type": "section", "text": {"type": "mrkdwn"}}, "/text/text"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": 5}}, "/text/text"),
        ({"type": "section", "text": text(length=0)}, "/text/text"),
        ({"type": "section", "text": text(length=3001)}, "/text/text"),
        ({"type": "section", "fields": []}, "/fields"),
        ({"type": "section", "fields": [text()] * 11}, "/fields"),
        ({"type": "section", "fields": [text(), text(length=2001)]}, "/fields/1/text"),
        ({"type": "context", "elements": {}}, "/elements"),
        ({"type": "context", "elements": [text()] * 11}, "/elements"),
        (
            {"type": "context", "elements": [{"type": "image", "image_url": "https://x"}]},
            "/elements/0/alt_text",
        ),
        ({"type": "image", "alt_text": "x"}, "/image_url"),
        ({"type": "image", "alt_text": "x", "slack_file": {}, "title": text()}, "/title/type"),
        ({"type": "actions"}, "/elements"),
        ({"type": "markdown", "text": "x" * 12_001}, "/text"),
    ],
)
def test_invalid_blocks_points_at_what_is_wrong(stage: Stage, block: Any, pointer: str) -> None:
    answer = said(stage, blocks=[{"type": "divider"}, block])
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    assert answer["errors"][0].endswith(f"[json-pointer:/blocks/1{pointer}]")
    assert answer["response_metadata"]["messages"][0] == f"[ERROR] {answer['errors'][0]}"


def test_invalid_blocks_is_for_more_than_50(stage: Stage) -> None:
    assert said(stage, blocks=[{"type": "divider"}] * 50)["ok"]
    assert said(stage, blocks=[{"type": "divider"}] * 51)["error"] == "invalid_blocks"


@pytest.mark.parametrize(
    ("media_type", "body", "warning"),
    [
        ("application/json", b'{"channel": "C1", "text": "t"}', "missing_charset"),
        ("application/x-www-form-urlencoded;charset=utf-8", b"channel=C1&text=t", "superfluous_charset"),
    ],
)
def test_slack_warns_about_the_charset(stage: Stage, media_type: str, body: bytes, warning: str) -> None:
    answer = sent(stage, body, {**BEARER, "Content-Type": media_type})
    assert (answer["ok"], answer["warning"]) == (True, warning)
    assert answer["response_metadata"] == {"warnings": [warning]}


def post(stage: Stage, channel: str) -> httpx.Response:
    return stage.post(POST, json={"channel": channel, "text": "t"}, headers={**JSON, **BEARER})


def test_ratelimited_is_429_above_a_short_burst_to_one_channel(stage: Stage) -> None:
    assert [post(stage, "C1").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = post(stage, "C1")
    assert (answer.headers["retry-after"], answer.json()) == ("5", {"ok": False, "error": "ratelimited"})
    assert post(stage, "C2").status_code == 200
    stage.clock.now += 5
    assert post(stage, "C1").status_code == 200


def test_other_methods_are_unknown(stage: Stage) -> None:
    assert stage.post("slack.com/api/chat.postMassage").json() == {"ok": False, "error": "unknown_method"}
    assert stage.call("GET", POST).json()["ok"] is False

"""Slack, ``POST slack.com/api/chat.postMessage``.

https://docs.slack.dev/reference/methods/chat.postMessage: errors are HTTP 200 with ``ok: false`` and a name;
``response_metadata``: https://api.slack.com/changelog/2016-09-28-response-metadata-is-on-the-way. JSON
bodies, the token in the header, warnings about the charset: https://docs.slack.dev/apis/web-api. One message
a second and channel with short bursts, 429 with ``Retry-After`` above it:
https://docs.slack.dev/apis/web-api/rate-limits. Texts up to 40,000 characters. That ``msg_blocks_too_long``
comes at about 13,200 characters is observed: https://github.com/slackapi/bolt-js/issues/2509. The name
``invalid_thread_ts`` and the body of a 429 (``ratelimited``) are those that clients of Slack handle.

Made up here: a channel whose name begins with ``archived`` is, the bot is not in one that begins with
``not-in-``; any thread of the right form exists.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import FORM, JSON, NotAskedWell, form_fields
from toolkit.emulator.partners.credentials import bearer, is_credible
from toolkit.emulator.partners.slack_blocks import block_problems, text_length
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.rates import Window
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject, NotJsonError, parse_json, reply

HOST = "slack.com"
LONGEST_TEXT = 40_000
LONGEST_BLOCKS = 13_200
MOST_ATTACHMENTS = 100

_CHANNEL = re.compile(r"[CDGU][A-Z0-9]{1,20}|#?[^\s#@:,.A-Z\"'<>&]{1,80}")
_TS = re.compile(r"[0-9]{1,10}\.[0-9]{6}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_STRUCTURED = ("blocks", "attachments")
_REFUSALS = {404: "unknown_method", 405: "invalid_post_type", 413: "request_timeout"}


class _Error(Exception):
    """What Slack calls it, and what it says about the details."""

    def __init__(self, name: str, *details: str) -> None:
        super().__init__(name)
        self.name = name
        self.details = details


@dataclass(frozen=True, slots=True)
class Slack:
    """The one method.

    Args:
        clock: seconds since the epoch; a message's ``ts`` is made of it.
        limit: messages by token and channel.
    """

    clock: Callable[[], float]
    limit: Window
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> list[Route]:
        """The one route; every other path is an unknown method."""
        return below(HOST, {"/api/chat.postMessage": {"POST": self._post_message}}, _refuse)

    def reset(self) -> None:
        """Forget what counts against the limit."""
        self.limit.reset()

    def _post_message(self, call: Call) -> Response:
        warning = _charset_warning(call)
        try:
            token, message = _read(call)
            _check(message)
        except _Error as error:
            return _refused(error, warning)
        wait = self.limit.wait(f"{token} {message['channel']}")
        if wait:
            return reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)})
        return reply({"ok": True, **self._posted(message), **_with_warning(warning)})

    def _posted(self, message: JsonObject) -> JsonObject:
        ts = f"{int(self.clock())}.{next(self._numbers) % 1_000_000:06d}"
        said = {key: message[key] for key in ("text", *_STRUCTURED, "thread_ts") if message.get(key)}
        shown = {"type": "message", "subtype": "bot_message", "bot_id": "B0LOCAL", "ts": ts, **said}
        return {"channel": message["channel"], "ts": ts, "message": shown}


def _read(call: Call) -> tuple[str, JsonObject]:
    """The token and the arguments of a call."""
    token = _token(call.header("authorization") or "")
    arguments = _form(call.body) if call.media_type == FORM else {}
    token = token or arguments.pop("token", "")
    if not token:
        raise _Error("not_authed")
    if not _TOKEN.fullmatch(token) or not is_credible(token):
        raise _Error("invalid_auth")
    if call.media_type not in (FORM, JSON):
        raise _Error("invalid_post_type" if call.media_type else "missing_post_type")
    return token, arguments if call.media_type == FORM else _json(call.body)


def _json(body: bytes) -> JsonObject:
    try:
        value = parse_json(body)
    except NotJsonError:
        raise _Error("invalid_json") from None
    if not isinstance(value, dict):
        raise _Error("json_not_object")
    return value


def _token(authorization: str) -> str:
    if authorization and not bearer(authorization):
        raise _Error("invalid_auth")
    return bearer(authorization)


def _form(body: bytes) -> JsonObject:
    try:
        arguments: JsonObject = dict(form_fields(body))
    except NotAskedWell:
        raise _Error("invalid_form_data") from None
    for name in _STRUCTURED:
        if name in arguments:
            try:
                arguments[name] = parse_json(arguments[name].encode())
            except NotJsonError:
                raise _Error(f"invalid_{name}_format" if name == "blocks" else "invalid_arguments") from None
    return arguments


def _check(message: Mapping[str, Any]) -> None:
    _check_channel(message.get("channel"))
    text, blocks, attachments = (message.get(name) for name in ("text", *_STRUCTURED))
    if text is not None and not isinstance(text, str):
        raise _Error("invalid_arguments", "[ERROR] must be a string [json-pointer:/text]")
    if not any((text, blocks, attachments)):
        raise _Error("no_text")
    if len(text or "") > LONGEST_TEXT:
        raise _Error("msg_too_long")
    if attachments is not None and not isinstance(attachments, list):
        raise _Error("invalid_arguments", "[ERROR] must be an array [json-pointer:/attachments]")
    if len(attachments or []) > MOST_ATTACHMENTS:
        raise _Error("too_many_attachments")
    if blocks is not None:
        _check_blocks(blocks)
    thread = message.get("thread_ts")
    if thread is not None and thread != "" and not (isinstance(thread, str) and _TS.fullmatch(thread)):
        raise _Error("invalid_thread_ts")


def _check_channel(channel: Any) -> None:
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        raise _Error("channel_not_found")
    name = channel.removeprefix("#")
    if name.startswith("archived"):
        raise _Error("is_archived")
    if name.startswith("not-in-"):
        raise _Error("not_in_channel")


def _check_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise _Error("invalid_blocks_format")
    problems = [f"{problem} [json-pointer:{place}]" for place, problem in block_problems(blocks)]
    if problems:
        raise _Error("invalid_blocks", *(f"[ERROR] {problem}" for problem in problems))
    if text_length(blocks) > LONGEST_BLOCKS:
        raise _Error("msg_blocks_too_long")


def _charset_warning(call: Call) -> str:
    stated = "charset=" in (call.header("content-type") or "").lower()
    if call.media_type == JSON:
        return "" if stated else "missing_charset"
    return "superfluous_charset" if call.media_type == FORM and stated else ""


def _with_warning(warning: str) -> JsonObject:
    return {"warning": warning, "response_metadata": {"warnings": [warning]}} if warning else {}


def _refused(error: _Error, warning: str) -> Response:
    answer: JsonObject = {"ok": False, "error": error.name, **_with_warning(warning)}
    if error.details:
        answer["errors"] = [detail.removeprefix("[ERROR] ") for detail in error.details]
        answer["response_metadata"] = {**answer.get("response_metadata", {}), "messages": list(error.details)}
    return reply(answer)


def _refuse(refusal: Refusal) -> Response:
    answer = reply({"ok": False, "error": _REFUSALS.get(refusal.status, "fatal_error")})
    answer.headers.update(refusal.headers or {})
    return answer

"""Stand-ins for partner systems, so that an action can be exercised without leaving the machine.

Slack answers as its documentation says (``https://api.slack.com/methods/chat.postMessage``): errors are HTTP
200 with ``ok: false``. The other one, ``example.com``, takes any message and says what it got.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.wire import JsonObject, NotJsonError, parse_json, reply

PREFIX = "/partners"

_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_CREDENTIALS = frozenset(("authorization", "proxy-authorization", "x-api-key", "cookie"))


@dataclass(frozen=True, slots=True)
class Slack:
    """``POST slack.com/api/chat.postMessage``.

    Args:
        clock: seconds since the epoch; a message's ``ts`` is made of it.
    """

    clock: Callable[[], float]
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> list[Route]:
        """The one route of this partner."""
        return [Route(f"{PREFIX}/slack.com/api/chat.postMessage", Resource({"POST": self._post_message}))]

    def _post_message(self, call: Call) -> Response:
        message, error = _slack_message(call)
        if message is None:
            return reply({"ok": False, "error": error})
        ts = f"{int(self.clock())}.{next(self._numbers):06d}"
        said: JsonObject = {key: message[key] for key in ("text", "blocks", "attachments") if key in message}
        posted = {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": "B0LOCAL",
            "ts": ts,
            **said,
        }
        return reply({"ok": True, "channel": message["channel"], "ts": ts, "message": posted})


def _slack_message(call: Call) -> tuple[JsonObject | None, str]:
    """The message, or None and Slack's name for what is wrong with the call."""
    error = _slack_authentication_error(call.headers.get("authorization", "")) or _slack_type_error(call)
    if error:
        return None, error
    try:
        message = parse_json(call.body)
    except NotJsonError:
        return None, "invalid_json"
    if not isinstance(message, dict):
        return None, "json_not_object"
    if not isinstance(message.get("channel"), str) or not message["channel"].strip():
        return None, "channel_not_found"
    if not any(message.get(key) for key in ("text", "blocks", "attachments")):
        return None, "no_text"
    return message, ""


def _slack_authentication_error(authorization: str) -> str:
    if not authorization:
        return "not_authed"
    scheme, _, token = authorization.partition(" ")
    return "" if scheme.lower() == "bearer" and _BEARER.fullmatch(token.strip()) else "invalid_auth"


def _slack_type_error(call: Call) -> str:
    if not call.media_type:
        return "missing_post_type"
    return "" if call.media_type == "application/json" else "invalid_post_type"


def example_routes() -> list[Route]:
    """``example.com/v1/messages``: any method of an action, basic authentication or an API key."""
    resource = Resource({"GET": _messages, "POST": _messages, "PUT": _messages})
    return [Route(f"{PREFIX}/example.com/v1/messages", resource)]


def _messages(call: Call) -> Response:
    key = call.headers.get("x-api-key") or call.query.get("api_key")
    if not key and not _is_journey(call.headers.get("authorization", "")):
        error = {"error": "unauthorized", "message": "basic authentication or an API key is required"}
        return reply(error, 401, {"WWW-Authenticate": 'Basic realm="messages"'})
    received = {
        "method": call.method,
        "query": _several(pair for pair in call.query.multi_items() if pair[0] != "api_key"),
        "headers": _several(pair for pair in call.headers.items() if pair[0].lower() not in _CREDENTIALS),
        "body": _body(call.body),
    }
    return reply({"messageId": secrets.token_hex(8), "received": received}, 202)


def _is_journey(authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return user == "journey" and bool(password)


def _several(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Names to values; a name that is there more than once has a list."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _body(body: bytes) -> object:
    if not body:
        return None
    try:
        return parse_json(body)
    except NotJsonError:
        return body.decode("utf-8", "replace")

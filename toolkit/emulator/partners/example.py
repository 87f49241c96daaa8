"""``example.com``, who takes any message and says what it got, without credentials.

``/v1/messages`` wants basic authentication or an API key, ``/v2/messages`` a token of ``/oauth2/token``: as a
bearer, in the header ``X-Access-Token`` or as the parameter ``access_token``; refusals are those of RFC 6750,
3 (https://www.rfc-editor.org/rfc/rfc6750#section-3).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Handler, Resource
from toolkit.emulator.partners.credentials import basic, bearer
from toolkit.emulator.partners.stand_in import PREFIX
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import JsonObject, NotJsonError, parse_json, reply

HOST = "example.com"

_CREDENTIALS = frozenset(
    (
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "x-access-token",
        "cookie",
        "api_key",
        "access_token",
    )
)


@dataclass(frozen=True, slots=True)
class Example:
    """Both endpoints, with any method of an action; `tokens` are those of the token server."""

    tokens: Tokens

    def routes(self) -> list[Route]:
        """Two routes."""
        paths: dict[str, Handler] = {"/v1/messages": _with_key, "/v2/messages": self._with_token}
        return [
            Route(f"{PREFIX}/{HOST}{path}", Resource(dict.fromkeys(("GET", "POST", "PUT"), handler)))
            for path, handler in paths.items()
        ]

    def reset(self) -> None:
        """There is nothing to forget."""

    def _with_token(self, call: Call) -> Response:
        authorization = call.header("authorization") or ""
        sent = (authorization, call.header("x-access-token"), call.parameter("access_token"))
        given = [text for text in sent if text]
        if not given:
            return _refused(401, "unauthorized", "an access token is required", "Bearer")
        if len(given) > 1:
            problem = "an access token is sent in one place, not in several"
            return _refused(400, "invalid_request", problem, 'Bearer error="invalid_request"')
        if self.tokens.client_of(bearer(authorization) if authorization else given[0]) is None:
            problem = "the access token is unknown or has expired"
            return _refused(401, "invalid_token", problem, 'Bearer error="invalid_token"')
        return _received(call)


def _with_key(call: Call) -> Response:
    key = call.header("x-api-key") or call.parameter("api_key")
    user, password = basic(call.header("authorization") or "") or ("", "")
    if not key and not (user == "journey" and password):
        problem = "basic authentication or an API key is required"
        return _refused(401, "unauthorized", problem, 'Basic realm="messages"')
    return _received(call)


def _refused(status: int, error: str, message: str, challenge: str) -> Response:
    return reply({"error": error, "message": message}, status, {"WWW-Authenticate": challenge})


def _received(call: Call) -> Response:
    received = {
        "method": call.method,
        "query": _several(call.query.multi_items()),
        "headers": _several(call.headers.items()),
        "body": _body(call.body),
    }
    return reply({"messageId": secrets.token_hex(8), "received": received}, 202)


def _several(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    """Names to values without credentials; a name that is there more than once has a list."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.lower() not in _CREDENTIALS:
            found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _body(body: bytes) -> object:
    if not body:
        return None
    try:
        return parse_json(body)
    except NotJsonError:
        return body.decode("utf-8", "replace")

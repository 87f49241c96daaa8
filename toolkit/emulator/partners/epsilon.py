"""Epsilon Harmony, real-time messages: assumed, since Epsilon publishes no reference.

The token request is the example of Adobe's page on custom authentication
(https://github.com/AdobeDocs/journey-optimizer.en/blob/HEAD/help/using/datasource/external-data-sources.md):
``POST /Epsilon/oauth2/access_token``, Basic client, grant ``password``. Hosts, the path
``/v5/messages/{id}/send``, ``X-OUID`` and the fields of request and answer are those that the shipped
definition takes from public clients,
https://www.drupal.org/docs/8/modules/epsilon-harmony-connector/usage-of-the-methods-available-from-the-module
among them. Result codes, statuses, the token's life and all refusals are assumed; those of the token endpoint
follow RFC 6749, 5.2. No limit is published, so there is none.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import NotAskedWell, form
from toolkit.emulator.partners.credentials import basic_client, bearer, is_credible
from toolkit.emulator.partners.oauth_errors import oauth_error, oauth_refuse, token_answer
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import NotJsonError, parse_json, reply

HOST = "api.harmony.epsilon.com"
TOKEN_HOST = "api-public.epsilon.com"
TOKEN_LIFETIME_S = 600

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CODES = {400: "BAD_REQUEST", 401: "UNAUTHORIZED", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Epsilon:
    """Both hosts. `clock` is seconds since the epoch."""

    tokens: Tokens
    clock: Callable[[], float]

    def routes(self) -> list[Route]:
        """One route at each host."""
        token = below(TOKEN_HOST, {"/Epsilon/oauth2/access_token": {"POST": self._token}}, oauth_refuse)
        return [*token, *below(HOST, {"/v5/messages/{message}/send": {"PUT": self._send}}, _refuse)]

    def reset(self) -> None:
        """End every token."""
        self.tokens.expire_all()

    def _token(self, call: Call) -> Response:
        client = basic_client(call.header("authorization") or "")
        if client is None or not all(map(is_credible, client)):
            return oauth_error(
                "invalid_client", "the client has to identify itself with Basic", scheme="Basic"
            )
        try:
            asked = form(call)
        except NotAskedWell as error:
            return oauth_error("invalid_request", str(error))
        if asked.get("grant_type") != "password":
            return oauth_error("unsupported_grant_type", "the grant is password")
        user, password = asked.get("username", ""), asked.get("password", "")
        if not user or not password:
            return oauth_error("invalid_request", "username and password are required")
        if not is_credible(user) or not is_credible(password):
            return oauth_error("invalid_grant", "username or password is wrong")
        return token_answer(self.tokens, client[0], asked.get("scope", ""))

    def _send(self, call: Call) -> Response:
        if self.tokens.client_of(bearer(call.header("authorization") or "")) is None:
            return _failure(401, ["the access token is missing, unknown or expired"])
        if not is_credible(call.header("x-ouid") or ""):
            return _failure(400, ["the header X-OUID is missing"])
        if not _UUID.fullmatch(call.parameters["message"]):
            return _failure(404, ["there is no message of this id"])
        if call.media_type != "application/json":
            return _failure(400, ["Content-Type has to be application/json"])
        try:
            message = parse_json(call.body)
        except NotJsonError as error:
            return _failure(400, [f"the body is no JSON: {error}"])
        wrong = list(_problems(message))
        return _failure(400, wrong) if wrong else reply(self._sent(call.parameters["message"]))

    def _sent(self, message: str) -> Mapping[str, Any]:
        now_ms = int(self.clock() * 1000)
        return {
            "resultCode": "OK",
            "resultSubCode": "",
            "resultString": "the message was accepted",
            "serviceTransactionId": secrets.token_hex(16),
            "clientRequestId": secrets.token_hex(8),
            "messageId": message,
            "deploymentName": "stand-in",
            "deploymentId": secrets.token_hex(8),
            "deploymentDate": now_ms,
            "deploymentExpirationDate": now_ms + _DAY_MS,
        }


def _problems(message: Any) -> Iterator[str]:
    if not isinstance(message, dict):
        yield "the body is no JSON object"
        return
    recipients = message.get("recipients")
    if not isinstance(recipients, list) or not recipients:
        yield "recipients has to be a list with at least one recipient"
    else:
        yield from _entries("recipients", recipients, "customerKey", "emailAddress")
    attributes = message.get("defaultAttributes")
    if isinstance(attributes, list):
        yield from _entries("defaultAttributes", attributes, "attributeName", "attributeType")
        for number, item in enumerate(attributes):
            if isinstance(item, dict) and isinstance(item.get("attributeValue", {}), (dict, list)):
                yield f"defaultAttributes[{number}].attributeValue is missing or no single value"
    elif attributes is not None:
        yield "defaultAttributes has to be a list"


def _entries(name: str, items: list[Any], *texts: str) -> Iterator[str]:
    for number, item in enumerate(items):
        for text in texts:
            value = item.get(text) if isinstance(item, dict) else None
            if not isinstance(value, str) or not value.strip():
                yield f"{name}[{number}].{text} is missing or no text"
            elif text == "emailAddress" and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
                yield f"{name}[{number}].{text} is no e-mail address"


def _failure(status: int, problems: list[str]) -> Response:
    answer = {
        "resultCode": _CODES.get(status, "ERROR"),
        "resultString": problems[0],
        "serviceTransactionId": secrets.token_hex(16),
        "errors": [{"resultString": problem} for problem in problems],
    }
    return reply(answer, status, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


def _refuse(refusal: Refusal) -> Response:
    answer = _failure(refusal.status, [refusal.message])
    answer.headers.update(refusal.headers or {})
    return answer

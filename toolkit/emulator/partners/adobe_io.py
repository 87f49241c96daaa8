"""Adobe I/O Events: a token of IMS for a client of one's own, then ``POST eventsingress.adobe.io/``.

The token: https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/ims
(``/ims/token/v3``, form, ``client_credentials``), its refusals as in PF-ACC-2. It is another client than the
platform's: any credible one, and its id is the API key of the events.

Publishing: https://developer.adobe.com/events/docs/guides/api/eventsingress-api (``x-api-key``, bearer token,
``application/cloudevents+json``, 3,000 requests in 5 seconds and key, 429 with ``Retry-After``) and
https://developer.adobe.com/events/docs/guides/sdk/sdk_publish_events (200 with and 204 without a
registration, data only as ``application/json``). Attributes: CloudEvents 1.0,
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md. Bodies of refusals are not documented:
those of Adobe's gateway (PF-ACC-4) are assumed, as are 400 and 415.

Made up here: nobody has registered for an event code that begins with ``unregistered``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import NotAskedWell, form
from toolkit.emulator.partners.credentials import bearer, is_credible
from toolkit.emulator.partners.oauth_errors import oauth_error, oauth_refuse, token_answer
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.rates import Window
from toolkit.emulator.refusals import GatewayRefusal, Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import NotJsonError, parse_json

IMS_HOST = "ims-na1.adobelogin.com"
HOST = "eventsingress.adobe.io"
TOKEN_LIFETIME_S = 86_399

_SOURCE = re.compile(r"urn:uuid:[0-9A-Za-z][0-9A-Za-z-]*")
_ATTRIBUTE = re.compile(r"[a-z0-9]+|event_id")
_TIME = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
    r"(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)


@dataclass(frozen=True, slots=True)
class AdobeIo:
    """Token and events; `limit` counts requests by API key."""

    tokens: Tokens
    limit: Window

    def routes(self) -> list[Route]:
        """One route at each host."""
        ims = below(IMS_HOST, {"/ims/token/v3": {"POST": self._token}}, oauth_refuse)
        return [*ims, *below(HOST, {"": {"POST": self._publish}, "/": {"POST": self._publish}}, _refuse)]

    def reset(self) -> None:
        """End every token, and forget what counts against the limit."""
        self.tokens.expire_all()
        self.limit.reset()

    def _token(self, call: Call) -> Response:
        try:
            asked = form(call)
        except NotAskedWell as error:
            return oauth_error("invalid_request", str(error))
        if asked.get("grant_type") != "client_credentials":
            return oauth_error("unsupported_grant_type", "the grant is client_credentials")
        client, secret = asked.get("client_id", ""), asked.get("client_secret", "")
        if not is_credible(client) or not is_credible(secret):
            return oauth_error("invalid_client", "invalid client_id or client_secret")
        if not asked.get("scope", "").replace(",", " ").split():
            return oauth_error("invalid_scope", "no scope is asked for")
        return token_answer(self.tokens, client)

    def _publish(self, call: Call) -> Response:
        key = call.header("x-api-key") or ""
        if not key:
            raise GatewayRefusal(403, "403000", "Api Key is required")
        holder = self.tokens.client_of(bearer(call.header("authorization") or ""))
        if holder is None:
            raise GatewayRefusal(401, "401013", "Oauth token is not valid")
        if holder != key:
            raise GatewayRefusal(403, "403003", "Api Key is invalid")
        wait = self.limit.wait(key)
        if wait:
            answer = GatewayRefusal(429, "429050", "Too many requests").answer()
            answer.headers["Retry-After"] = str(wait)
            return answer
        if call.media_type != "application/cloudevents+json":
            raise Refusal(415, 415, "Content-Type has to be application/cloudevents+json")
        try:
            event = parse_json(call.body)
        except NotJsonError as error:
            raise Refusal(400, 400, f"the event is no JSON: {error}") from None
        wrong = "; ".join(_problems(event))
        if wrong:
            raise Refusal(400, 400, wrong)
        return Response(status_code=204 if event["type"].startswith("unregistered") else 200)


def _problems(event: Any) -> Iterator[str]:
    if not isinstance(event, dict):
        yield "the event is no JSON object"
        return
    if event.get("specversion") != "1.0":
        yield "specversion has to be 1.0"
    for name in ("id", "type"):
        if not isinstance(event.get(name), str) or not event[name]:
            yield f"{name} has to be a text that is not empty"
    if not isinstance(event.get("source"), str) or not _SOURCE.fullmatch(event["source"]):
        yield "source has to be urn:uuid: and the id of a provider"
    if event.get("datacontenttype", "application/json") != "application/json":
        yield "datacontenttype has to be application/json"
    time = event.get("time")
    if time is not None and not (isinstance(time, str) and _TIME.fullmatch(time)):
        yield "time has to be a time of RFC 3339"
    if event.get("data") is None:
        yield "data is missing"
    if not all(map(_ATTRIBUTE.fullmatch, event)):
        yield "the names of attributes are lower-case letters and digits"


def _refuse(refusal: Refusal) -> Response:
    answer = GatewayRefusal(refusal.status, f"{refusal.status}000", refusal.message).answer()
    answer.headers.update(refusal.headers or {})
    return answer

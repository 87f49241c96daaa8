"""A token server for whatever else: ``POST example.com/oauth2/token``, client credentials.

RFC 6749, 4.4 and 2.3.1 (https://www.rfc-editor.org/rfc/rfc6749): the client names itself with Basic or in the
body, a form or, as the platform can also send it, flat JSON; one way alone. RFC 7523, 2.2
(https://www.rfc-editor.org/rfc/rfc7523): or with a signed assertion. Refusals are those of RFC 6749, 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import NotAskedWell, form_or_json
from toolkit.emulator.partners.assertion import Assertions, BadAssertion
from toolkit.emulator.partners.credentials import basic_client, is_credible
from toolkit.emulator.partners.oauth_errors import oauth_error, oauth_refuse, token_answer
from toolkit.emulator.partners.stand_in import route
from toolkit.emulator.tokens import Tokens

HOST = "example.com"
PATH = "/oauth2/token"
TOKEN_LIFETIME_S = 3600
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*")


class _Refused(Exception):
    """The error's name, what is wrong, and the scheme that was tried."""

    def __init__(self, error: str, description: str, scheme: str = "") -> None:
        super().__init__(description)
        self.answer = oauth_error(error, description, scheme=scheme)


@dataclass(frozen=True, slots=True)
class TokenServer:
    """The endpoint; `tokens` are those that the protected endpoint accepts."""

    tokens: Tokens
    assertions: Assertions

    def routes(self) -> list[Route]:
        """The one route; what is beside it belongs to the other stand-in of this host."""
        return [route(HOST, PATH, {"POST": self._token}, oauth_refuse)]

    def reset(self) -> None:
        """End every token, and forget keys and assertions."""
        self.tokens.expire_all()
        self.assertions.reset()

    def _token(self, call: Call) -> Response:
        try:
            asked = form_or_json(call)
            client = self._client(call.header("authorization") or "", asked)
            return self._granted(client, asked)
        except NotAskedWell as error:
            return oauth_error("invalid_request", str(error))
        except _Refused as refused:
            return refused.answer

    def _client(self, authorization: str, asked: Mapping[str, str]) -> str:
        """The client that proved who it is."""
        ways = [bool(authorization), "client_secret" in asked, "client_assertion" in asked]
        if sum(ways) > 1:
            raise _Refused("invalid_request", "a client identifies itself in one way, not in several")
        if authorization:
            pair = basic_client(authorization)
            named = asked.get("client_id", "")
            if pair is None or not all(map(is_credible, pair)) or named not in ("", pair[0]):
                raise _Refused("invalid_client", "the client's id or secret is wrong", "Basic")
            return pair[0]
        if "client_assertion" in asked:
            return self._asserted(asked)
        client, secret = asked.get("client_id", ""), asked.get("client_secret", "")
        if not is_credible(client) or not is_credible(secret):
            raise _Refused("invalid_client", "the client's id or secret is missing or wrong")
        return client

    def _asserted(self, asked: Mapping[str, str]) -> str:
        if asked.get("client_assertion_type") != ASSERTION_TYPE:
            raise _Refused("invalid_request", f"client_assertion_type has to be {ASSERTION_TYPE}")
        try:
            client = self.assertions.client(asked["client_assertion"])
        except BadAssertion as error:
            raise _Refused("invalid_client", str(error)) from None
        if asked.get("client_id", client) != client:
            raise _Refused("invalid_client", "client_id is not the assertion's subject")
        return client

    def _granted(self, client: str, asked: Mapping[str, str]) -> Response:
        if "grant_type" not in asked:
            raise _Refused("invalid_request", "grant_type is missing")
        if asked["grant_type"] != "client_credentials":
            raise _Refused("unsupported_grant_type", "the grant is client_credentials")
        scope = asked.get("scope", "")
        if scope and not _SCOPE.fullmatch(scope):
            raise _Refused("invalid_scope", "scopes are words with a blank between them")
        return token_answer(self.tokens, client, scope)

"""Google's token endpoint, ``POST oauth2.googleapis.com/token``, for the refresh-token grant.

Documented at https://developers.google.com/identity/protocols/oauth2/web-server#offline: a form with
``client_id``, ``client_secret``, ``refresh_token``, ``grant_type``; the answer has ``access_token``,
``expires_in``, ``scope``, ``token_type``; an expired or revoked refresh token is ``invalid_grant``. A client
id ends with ``.apps.googleusercontent.com`` (same page). The error shape is RFC 6749, 5.2; statuses and
descriptions of ``invalid_client`` and ``unsupported_grant_type`` are observed by others, as in
https://www.volcengine.com/article/1168815 and
https://openillumi.com/oauth-invalid-client-401-debug-fix.

Made up here: a refresh token that begins with ``revoked`` is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import NotAskedWell, form
from toolkit.emulator.partners.credentials import is_credible
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import reply

HOST = "oauth2.googleapis.com"
TOKEN_LIFETIME_S = 3599
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"

_CLIENT_ENDING = ".apps.googleusercontent.com"


@dataclass(frozen=True, slots=True)
class GoogleTokens:
    """The endpoint; `tokens` are those that Google's services accept."""

    tokens: Tokens

    def routes(self) -> list[Route]:
        """The one route, and 404 beside it."""
        return below(HOST, {"/token": {"POST": self._token}}, _refuse)

    def reset(self) -> None:
        """End every token."""
        self.tokens.expire_all()

    def _token(self, call: Call) -> Response:
        try:
            asked = form(call)
        except NotAskedWell:
            asked = {}
        refused = _client_refusal(asked) or _token_refusal(asked.get("refresh_token", ""))
        if refused is not None:
            return refused
        answer = {
            "access_token": self.tokens.issue(asked["client_id"]),
            "expires_in": self.tokens.lifetime_s,
            "scope": SCOPE,
            "token_type": "Bearer",
        }
        return reply(answer, headers={"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate"})


def _client_refusal(asked: Mapping[str, str]) -> Response | None:
    client, secret = asked.get("client_id", ""), asked.get("client_secret", "")
    if asked.get("grant_type") != "refresh_token":
        return _error(400, "unsupported_grant_type", "Invalid grant_type")
    if not client:
        return _error(400, "invalid_request", "Could not determine client ID from request.")
    if not (is_credible(client) and client.endswith(_CLIENT_ENDING)):
        return _error(401, "invalid_client", "The OAuth client was not found.")
    if not secret:
        return _error(400, "invalid_request", "client_secret is missing.")
    return None if is_credible(secret) else _error(401, "invalid_client", "Unauthorized")


def _token_refusal(token: str) -> Response | None:
    if not token:
        return _error(400, "invalid_request", "Missing required parameter: refresh_token")
    if not is_credible(token) or token.startswith("revoked"):
        return _error(400, "invalid_grant", "Token has been expired or revoked.")
    return None


def _error(status: int, error: str, description: str) -> Response:
    return reply({"error": error, "error_description": description}, status)


def _refuse(refusal: Refusal) -> Response:
    answer = _error(refusal.status, "invalid_request", refusal.message)
    answer.headers.update(refusal.headers or {})
    return answer

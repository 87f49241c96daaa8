"""The identity service: opaque bearer tokens for the clients that the emulator knows."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.config import Organisation
from toolkit.emulator.wire import reply

_MAX_TOKENS = 10_000
FORM = "application/x-www-form-urlencoded"


class Tokens:
    """Tokens that were issued and still count. They end with the process at the latest.

    Args:
        clock: seconds since the epoch.
        lifetime_s: how long a token is good for, in seconds (``expires_in``, PF-ACC-1).
    """

    def __init__(self, clock: Callable[[], float], lifetime_s: int) -> None:
        self._clock = clock
        self.lifetime_s = lifetime_s
        self._issued: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def issue(self, client_id: str) -> str:
        """A new random token of this client."""
        token = secrets.token_urlsafe(48)
        now = self._clock()
        with self._lock:
            if len(self._issued) >= _MAX_TOKENS:
                self._issued = {known: (who, end) for known, (who, end) in self._issued.items() if end > now}
            if len(self._issued) >= _MAX_TOKENS:
                del self._issued[next(iter(self._issued))]
            self._issued[token] = (client_id, now + self.lifetime_s)
        return token

    def client_of(self, token: str) -> str | None:
        """The client that the token was issued to; None when it was not issued here or has expired."""
        client_id, end = self._issued.get(token, ("", 0.0))
        return client_id if self._clock() < end else None

    def expire_all(self) -> int:
        """End every token now; says how many were still known."""
        with self._lock:
            count = len(self._issued)
            self._issued.clear()
        return count


@dataclass(frozen=True, slots=True)
class IdentityService:
    """``POST /ims/token/v3`` (PF-ACC-1, PF-ACC-2): a token for the technical account of an organisation."""

    tokens: Tokens
    organisations: tuple[Organisation, ...]

    def routes(self) -> list[Route]:
        """The one route of the service."""
        return [Route("/ims/token/v3", Resource({"POST": self._token}))]

    def _token(self, call: Call) -> Response:
        if call.body and call.media_type != FORM:
            return _refused(400, "invalid_request", "the body has to be form-encoded")
        values = _parameters(call)
        for name in ("grant_type", "client_id", "client_secret"):
            if not values.get(name):
                return _refused(400, "invalid_request", f"{name} is missing or repeated")
        if values["grant_type"] != "client_credentials":
            return _refused(400, "unsupported_grant_type", "unsupported grant_type")
        account = self._account(values["client_id"], values["client_secret"])
        if account is None:
            return _refused(401, "invalid_client", "invalid client_id or client_secret")
        if not _allows(account, values.get("scope", "")):
            return _refused(400, "invalid_scope", "no scope, or one that this client does not have")
        answer = {
            "access_token": self.tokens.issue(account.client_id),
            "token_type": "bearer",
            "expires_in": self.tokens.lifetime_s,
        }
        return reply(answer, headers={"Cache-Control": "no-store"})

    def _account(self, client_id: str, client_secret: str) -> Organisation | None:
        found = None
        for one in self.organisations:
            same_id = hmac.compare_digest(client_id.encode(), one.client_id.encode())
            same_secret = hmac.compare_digest(client_secret.encode(), one.client_secret.encode())
            if same_id and same_secret:
                found = one
        return found


def _allows(account: Organisation, scope: str) -> bool:
    # IMS takes scopes separated by commas, RFC 6749 by spaces; both are in use.
    asked = frozenset(scope.replace(",", " ").split())
    return bool(asked) and (account.scopes is None or asked <= account.scopes)


def _parameters(call: Call) -> dict[str, str]:
    """The parameters of body and query together [I]; one that is there twice counts as missing (RFC 6749)."""
    pairs = call.query.multi_items() + parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}


def _refused(status: int, error: str, description: str) -> Response:
    return reply({"error": error, "error_description": description}, status)

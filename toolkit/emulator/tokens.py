"""The identity service: opaque bearer tokens for the one client that the emulator knows."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.wire import reply

_MAX_TOKENS = 10_000


class Tokens:
    """Tokens that were issued and still count. They end with the process at the latest.

    Args:
        clock: seconds since the epoch.
        lifetime_s: how long a token is good for, in seconds (``expires_in``, PF-ACC-1).
    """

    def __init__(self, clock: Callable[[], float], lifetime_s: int) -> None:
        self._clock = clock
        self.lifetime_s = lifetime_s
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self) -> str:
        """A new random token."""
        token = secrets.token_urlsafe(48)
        now = self._clock()
        with self._lock:
            if len(self._ends) >= _MAX_TOKENS:
                self._ends = {known: end for known, end in self._ends.items() if end > now}
            if len(self._ends) >= _MAX_TOKENS:
                del self._ends[next(iter(self._ends))]
            self._ends[token] = now + self.lifetime_s
        return token

    def is_valid(self, token: str) -> bool:
        """Whether the token was issued here and has not expired."""
        end = self._ends.get(token)
        return end is not None and self._clock() < end

    def expire_all(self) -> int:
        """End every token now; says how many were still known."""
        with self._lock:
            count = len(self._ends)
            self._ends.clear()
        return count


@dataclass(frozen=True, slots=True)
class IdentityService:
    """``POST /ims/token/v3`` (PF-ACC-1, PF-ACC-2).

    ``scopes`` are the scopes that may be asked for, in any non-empty subset; None allows any.
    """

    tokens: Tokens
    client_id: str
    client_secret: str
    scopes: frozenset[str] | None = None

    def routes(self) -> list[Route]:
        """The one route of the service."""
        return [Route("/ims/token/v3", Resource({"POST": self._token}))]

    def _token(self, call: Call) -> Response:
        if call.media_type != "application/x-www-form-urlencoded":
            return _refused(400, "invalid_request", "the body has to be form-encoded")
        form = parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        if _one(form, "grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type", "unsupported grant_type")
        if not self._knows(_one(form, "client_id"), _one(form, "client_secret")):
            return _refused(401, "invalid_client", "invalid client_id or client_secret")
        if not self._allows(_one(form, "scope")):
            return _refused(400, "invalid_scope", "no scope, or one that this client does not have")
        answer = {
            "access_token": self.tokens.issue(),
            "token_type": "bearer",
            "expires_in": self.tokens.lifetime_s,
        }
        return reply(answer, headers={"Cache-Control": "no-store"})

    def _knows(self, client_id: str, client_secret: str) -> bool:
        same_id = hmac.compare_digest(client_id.encode(), self.client_id.encode())
        same_secret = hmac.compare_digest(client_secret.encode(), self.client_secret.encode())
        return same_id and same_secret

    def _allows(self, scope: str) -> bool:
        # IMS takes scopes separated by commas, RFC 6749 by spaces; both are in use.
        asked = frozenset(scope.replace(",", " ").split())
        return bool(asked) and (self.scopes is None or asked <= self.scopes)


def _one(form: dict[str, list[str]], name: str) -> str:
    values = form.get(name, [])
    return values[0] if len(values) == 1 else ""


def _refused(status: int, error: str, description: str) -> Response:
    return reply({"error": error, "error_description": description}, status)

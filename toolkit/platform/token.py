"""The access token: fetched when needed, kept until shortly before its end, shared between threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from toolkit.core.redact import Secret
from toolkit.platform.answers import MalformedAnswer
from toolkit.platform.port import Connection, PlatformError

MARGIN_S = 60.0
"""How long before its end a token is replaced, in seconds; a tenth of its life if that is less."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and how long it lives, in seconds."""

    token: Secret
    life_s: float


def token_url(connection: Connection) -> str:
    """Return where tokens are given out (PF-ACC-1)."""
    return connection.ims_url.rstrip("/") + "/ims/token/v3"


def token_form(connection: Connection) -> Secret:
    """Return the form that asks for a token (PF-ACC-1); scopes are joined by commas."""
    form = {
        "grant_type": "client_credentials",
        "client_id": connection.client_id,
        "client_secret": connection.client_secret.reveal(),
        "scope": ",".join(connection.scopes),
    }
    return Secret(urlencode(form))


def read_grant(answer: Any) -> Grant:
    """Read the answer to :func:`token_form` (PF-ACC-1); raises :class:`MalformedAnswer` without content."""
    match answer:
        case {"access_token": str() as token, "expires_in": int() as life, "token_type": str() as kind}:
            usable = token and token.isascii() and token.isprintable() and " " not in token
            if usable and life > 0 and kind.lower() == "bearer" and not isinstance(life, bool):
                return Grant(Secret(token), float(life))
    raise MalformedAnswer("the answer is not {access_token, expires_in, token_type: bearer}")


class TokenKeeper:
    """Holds one token for all threads; `fetch` gets a new one, `clock` gives seconds that only grow."""

    def __init__(self, fetch: Callable[[], Grant], clock: Callable[[], float]) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = Lock()
        self._token: Secret | None = None
        self._good_until = 0.0
        self._refusal: PlatformError | None = None

    def current(self) -> Secret:
        """Return a token that is good for a while; raises :class:`PlatformError`."""
        with self._lock:
            if self._token is None or self._clock() >= self._good_until:
                return self._renew()
            return self._token

    def renewed(self, stale: Secret) -> Secret:
        """Return another token than `stale`, which was refused; of many who ask, one fetches it."""
        with self._lock:
            if self._token is None or self._token == stale:
                return self._renew()
            return self._token

    def _renew(self) -> Secret:
        if self._refusal is not None:
            # Credentials that were refused once stay wrong; asking per thread and page could lock them.
            known = self._refusal
            raise PlatformError(known.code, known.message, status=known.status, request_id=known.request_id)
        self._token = None
        try:
            grant = self._fetch()
        except PlatformError as error:
            if error.code == "AJO401":
                self._refusal = error
            raise
        self._token = grant.token
        self._good_until = self._clock() + grant.life_s - min(MARGIN_S, grant.life_s / 10)
        return grant.token

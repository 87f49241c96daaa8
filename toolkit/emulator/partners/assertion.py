"""Client assertions: a JWT that a client signs instead of sending a secret.

Claims: RFC 7523, 3 (https://www.rfc-editor.org/rfc/rfc7523#section-3): issuer and subject are the client,
the audience is the token endpoint, ``exp`` is ahead; ``jti`` makes it good for one use. The page that the
platform's ``certificateCredential`` comes from wants the same:
https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials.

A signature is checked for a client whose RSA key was registered (RS256: RFC 7518, 3.3 and RFC 8017, 8.2.2).
Without a key only the structure is, since nobody could have told the stand-in one; ``none`` and symmetric
algorithms are refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from typing import Any

from toolkit.emulator.partners.credentials import is_credible
from toolkit.emulator.wire import NotJsonError, parse_json

AUDIENCE = "https://example.com/oauth2/token"
LONGEST_LIFE_S = 24 * 3600
SMALLEST_KEY_BITS = 2048

_LARGEST_KEY_BITS = 8192
_SKEW_S = 60
_MOST = 10_000
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class BadAssertion(ValueError):
    """Why an assertion or a key does not count; the message never quotes it."""


class Assertions:
    """Keys of clients, and the assertions that were used. `clock` is seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._keys: dict[str, tuple[int, int]] = {}
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def register(self, client: str, jwk: Any) -> None:
        """Check signatures of `client` with an RSA public key (RFC 7517); raises :class:`BadAssertion`."""
        if not isinstance(jwk, dict) or jwk.get("kty") != "RSA":
            raise BadAssertion("the key has to be a JWK with kty RSA")
        modulus, exponent = (int.from_bytes(_decoded(jwk.get(name))) for name in ("n", "e"))
        if not SMALLEST_KEY_BITS <= modulus.bit_length() <= _LARGEST_KEY_BITS:
            raise BadAssertion(f"the key has to have at least {SMALLEST_KEY_BITS} bits")
        if not 3 <= exponent < 1 << 32 or exponent % 2 == 0 or modulus % 2 == 0:
            raise BadAssertion("the key's numbers are no RSA key")
        with self._lock:
            self._keys[client] = (modulus, exponent)

    def reset(self) -> None:
        """Forget keys and assertions."""
        with self._lock:
            self._keys.clear()
            self._used.clear()

    def client(self, assertion: str) -> str:
        """The client that signed `assertion`, which is used up then; raises :class:`BadAssertion`."""
        parts = assertion.split(".")
        if len(parts) != 3:
            raise BadAssertion("the assertion is no signed JWT")
        header, claims = (_json_object(part) for part in parts[:2])
        client = _claimed_client(claims)
        self._check_signature(client, header.get("alg"), assertion.rpartition(".")[0], _decoded(parts[2]))
        self._use(f"{client} {claims['jti']}", self._end(claims))
        return client

    def _check_signature(self, client: str, algorithm: Any, signed: str, signature: bytes) -> None:
        if algorithm not in _ALGORITHMS or not signature:
            raise BadAssertion("the assertion is not signed with a private key")
        key = self._keys.get(client)
        if key is None:
            return
        if algorithm != "RS256":
            raise BadAssertion("only RS256 is checked here")
        if not _is_signed(signed.encode(), signature, *key):
            raise BadAssertion("the signature is wrong")

    def _end(self, claims: Mapping[str, Any]) -> float:
        now, end = self._clock(), claims.get("exp")
        if isinstance(end, bool) or not isinstance(end, (int, float)):
            raise BadAssertion("exp is missing or no number")
        if end <= now - _SKEW_S:
            raise BadAssertion("the assertion has expired")
        if end > now + LONGEST_LIFE_S:
            raise BadAssertion("exp is too far ahead")
        for name in ("nbf", "iat"):
            begin = claims.get(name, now)
            if isinstance(begin, bool) or not isinstance(begin, (int, float)) or begin > now + _SKEW_S:
                raise BadAssertion(f"{name} is no number or is ahead")
        return float(end)

    def _use(self, mark: str, end: float) -> None:
        with self._lock:
            now = self._clock()
            if len(self._used) >= _MOST:
                self._used = {known: until for known, until in self._used.items() if until > now - _SKEW_S}
            if mark in self._used:
                raise BadAssertion("the assertion was used before")
            self._used[mark] = end


def _claimed_client(claims: Mapping[str, Any]) -> str:
    issuer, subject, audience = (claims.get(name) for name in ("iss", "sub", "aud"))
    if not isinstance(issuer, str) or issuer != subject or not is_credible(issuer):
        raise BadAssertion("iss and sub both have to be the client's id")
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise BadAssertion(f"aud has to be {AUDIENCE}")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise BadAssertion("jti is missing")
    return issuer


def _is_signed(signed: bytes, signature: bytes, modulus: int, exponent: int) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256, compared as RFC 8017 says: build what is expected, then compare."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature)
    if len(signature) != size or number >= modulus:
        return False
    digest = _SHA256_PREFIX + hashlib.sha256(signed).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return hmac.compare_digest(pow(number, exponent, modulus).to_bytes(size), expected)


def _json_object(part: str) -> Mapping[str, Any]:
    try:
        value = parse_json(_decoded(part))
    except NotJsonError:
        value = None
    if not isinstance(value, dict):
        raise BadAssertion("the assertion is no signed JWT")
    return value


def _decoded(part: Any) -> bytes:
    try:
        if isinstance(part, str) and "=" not in part:
            return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        pass
    raise BadAssertion("a part is no base64url")

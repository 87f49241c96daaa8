"""What tells that a secret changed, without telling the secret: a keyed digest of it and its place."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from toolkit.core.redact import Secret

SCHEME = "ajo-secret-fingerprint/1"
MIN_KEY_BYTES = 32
"""A key must not be guessed: whoever has it and a fingerprint can try out weak secrets."""


def keyed_fingerprint(key: Secret, place: Sequence[str], secret: Secret) -> str:
    """Return HMAC-SHA-256 under `key` of `place` and `secret`: equal secrets of two places differ in it."""
    message = json.dumps([SCHEME, *place, secret.reveal()], ensure_ascii=True)
    return hmac.new(key.reveal().encode(), message.encode(), hashlib.sha256).hexdigest()

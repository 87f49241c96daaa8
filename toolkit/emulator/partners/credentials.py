"""Which credentials count where nobody can know a real one, decided once for all stand-ins.

A stand-in takes any credential that could be one, such as what a target makes up. It refuses what obviously
is none: nothing, what a sandbox copy or a mask leaves behind, a reference that was not resolved, text that no
header can carry. What a stand-in itself issued has to be what it issued, and not expired.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_plus

_TEXT = re.compile(r"[\x21-\x7e\xa0-\U0010ffff]+")
_MASK = re.compile(r"[*•x.-]+", re.IGNORECASE)
_LEFT_BEHIND = ("insertsecrethere", "<", "${", "{{", "encodebase64(")


def is_credible(text: str) -> bool:
    """Whether `text` could be a secret, a token, a client id or a user name."""
    if not _TEXT.fullmatch(text) or _MASK.fullmatch(text):
        return False
    return not re.sub(r"[-_+]", "", text.lower()).startswith(_LEFT_BEHIND)


def bearer(authorization: str) -> str:
    """The token of an ``Authorization: Bearer`` header (RFC 6750, 2.1), else ``""``."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def basic(authorization: str) -> tuple[str, str] | None:
    """User and password of an ``Authorization: Basic`` header (RFC 7617), or None."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def basic_client(authorization: str) -> tuple[str, str] | None:
    """Id and secret of a client (RFC 6749, 2.3.1: form-encoded inside the header), or None."""
    pair = basic(authorization)
    return None if pair is None else (unquote_plus(pair[0]), unquote_plus(pair[1]))

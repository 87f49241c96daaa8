"""What may be shown of a foreign text: no secret, no control character, not too long."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from toolkit.core.redact import Redactor, Secret

MAX_SHOWN = 600
"""Characters of one foreign message; a page of HTML helps nobody."""


class Veil:
    """Knows every secret of a connection, also those met on the way. Safe in several threads."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._redactor = Redactor(secrets)
        self._lock = Lock()

    def learn(self, secret: Secret) -> Secret:
        """Hide `secret` from now on; returns it."""
        with self._lock:
            self._redactor.add(secret)
        return secret

    def shown(self, text: str, limit: int = MAX_SHOWN) -> str:
        """Return `text` on one line, fit for a terminal: secrets masked, controls escaped, cut to `limit`."""
        with self._lock:
            text = self._redactor.text(text)
        # Only now: a secret with line breaks, or one that a cut goes through, would not be recognised.
        text = escape_controls(" ".join(text[: limit * 8].split()))
        return text if len(text) <= limit else text[: limit - 1] + "…"


def escape_controls(text: str) -> str:
    r"""Write characters that a terminal would obey, or can't show, as ``\u`` escapes."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)

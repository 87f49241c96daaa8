"""Secrets as a type: a value that no ``str``, ``repr``, JSON or traceback shows."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

from toolkit.core.canonical import dump_json

MASK = "********"
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
"""Texts that percent-encoding and JSON write as they are."""


class Secret:
    """Text that shows itself as ``********``; only :meth:`reveal` gives it, at the edge where it is sent."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Call it only where a request is built."""
        return self._text

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled")


class Redactor:
    """Replaces known secrets in text by the mask, in every spelling they commonly travel in.

    Spellings: plain, base64 (alone, and inside a ``user:password`` pair given as a secret itself),
    percent-encoded, form-encoded, JSON-escaped.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._spellings: set[str] = set()
        self._longest_first: list[str] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Learn one more secret; texts shorter than four characters would mask half of any sentence."""
        text = secret.reveal()
        if len(text) < 4:
            return
        raw = text.encode("utf-8", "surrogatepass")
        self._longest_first = None
        self._spellings |= {
            text,
            base64.b64encode(raw).decode(),
            base64.urlsafe_b64encode(raw).decode(),
        }
        if _PLAIN.fullmatch(text):
            return
        self._spellings |= {
            quote(raw, safe=""),
            quote_plus(raw),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
            dump_json(text)[1:-1],
        }

    def text(self, text: str) -> str:
        """Return `text` with every known secret masked, longest spelling first."""
        if self._longest_first is None:
            self._longest_first = sorted(self._spellings, key=len, reverse=True)
        for spelling in self._longest_first:
            text = text.replace(spelling, MASK)
        return text

    def tree(self, value: Any) -> Any:
        """Return a JSON-like value with every string, keys included, passed through :meth:`text`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.tree(member) for key, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.tree(item) for item in value]
        return value

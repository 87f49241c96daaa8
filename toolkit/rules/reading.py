"""Text as rules read it: a reference stands for one unknown, harmless character.

Definitions come as files have them, with ``${name}`` in texts, or with a target's values filled in; read this
way, both obey the same rules, and what only a value can break is found once it is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Final, TypeVar

from toolkit.model.text import Part, ReferenceSyntaxError, SecretRef, parse_text

UNKNOWN: Final = "\x00"
"""Stands in a text that is read where the definition has a reference."""

_REMEMBERED, _SHORT = 512, 1_000
"""How many texts are remembered as read, and how long they are at most: a rule after the other asks again."""

Read = TypeVar("Read")

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_NOT_IN_A_URL = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
_URL = re.compile(
    r"(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")


def remembering(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """Keep what `read` made of the last short texts: one rule after the other asks for the same."""
    remembered = lru_cache(_REMEMBERED)(read)

    @wraps(read)
    def reading(text: str) -> Read:
        return remembered(text) if len(text) <= _SHORT else read(text)

    return reading


def parts_of(text: str) -> tuple[Part, ...]:
    """Split a text into literal texts and references; one that is malformed is all literal."""
    if "${" not in text:
        return (text,)
    return _parts_of(text)


@remembering
def _parts_of(text: str) -> tuple[Part, ...]:
    try:
        return parse_text(text)
    except ReferenceSyntaxError:
        return (text,)


def literals(text: str) -> Iterator[str]:
    """Yield what stands between the references of a text, escapes undone."""
    return (part for part in parts_of(text) if isinstance(part, str))


def has_reference(text: str) -> bool:
    """Tell whether a text refers to a target's value or a secret, so that it is not known in full."""
    return "${" in text and any(not isinstance(part, str) for part in parts_of(text))


def has_secret(text: str) -> bool:
    """Tell whether a text refers to a secret."""
    return "${" in text and any(isinstance(part, SecretRef) for part in parts_of(text))


def with_unknowns(text: str) -> str:
    """Return a text with :data:`UNKNOWN` for each reference, escapes undone."""
    if "${" not in text:
        return text
    return "".join(part if isinstance(part, str) else UNKNOWN for part in parts_of(text))


def is_token(name: str) -> bool:
    """Tell whether a name is a token of RFC 7230, as header names are."""
    return _TOKEN.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Url:
    """A URL cut at its borders (RFC 3986, appendix B) and nothing else done to it.

    What is absent is None, except for the path. The scheme is in lower case; :data:`UNKNOWN` stands for
    references.
    """

    scheme: str | None
    user_info: str | None
    host: str | None
    port: str | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def is_http(self) -> bool:
        """Whether the scheme is written out and one of http and https."""
        return self.scheme in ("http", "https")

    @property
    def is_at_address(self) -> bool:
        """Whether the host is an IP address in any form that some reader takes for one.

        A name whose last label is a number is read as an IPv4 address (WHATWG URL): ``10.1``, ``2130706433``,
        ``0x7f.1``, ``0177.0.0.1``. Brackets hold IPv6.
        """
        if self.host is None:
            return False
        last = self.host.removesuffix(".").rpartition(".")[2]
        return self.host.startswith("[") or _NUMBER.fullmatch(last) is not None

    @property
    def is_at_name(self) -> bool:
        """Whether the host is a name that DNS can hold, without a final dot."""
        if self.host is None or len(self.host) > 253:
            return False
        known = self.host.replace(UNKNOWN, "x")
        return all(_LABEL.fullmatch(label) for label in known.split("."))


@remembering
def url_fault(text: str) -> str | None:
    """Return the first piece of a URL that no URL can hold: a character, or a ``%`` that escapes nothing."""
    return next((match[0] for literal in literals(text) for match in _NOT_IN_A_URL.finditer(literal)), None)


@remembering
def read_url(text: str) -> Url | None:
    """Cut a URL at its borders; None when it holds what no URL can hold."""
    if url_fault(text) is not None:
        return None
    match = _URL.fullmatch(with_unknowns(text))
    if match is None:
        return None
    scheme, authority = match["scheme"], match["authority"]
    user_info, host, port = (None, None, None) if authority is None else _cut(authority)
    return Url(
        scheme.lower() if scheme else None,
        user_info,
        host,
        port,
        match["path"],
        match["query"],
        match["fragment"],
    )


def _cut(authority: str) -> tuple[str | None, str | None, str | None]:
    before, at, rest = authority.rpartition("@")
    end = rest.find("]") if rest.startswith("[") else 0
    colon = rest.find(":", end) if end >= 0 else -1
    host, port = (rest, None) if colon < 0 else (rest[:colon], rest[colon + 1 :])
    return before if at else None, host or None, port

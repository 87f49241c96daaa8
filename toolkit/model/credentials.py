"""Which secret of a document goes to which host, and which hosts a table binds a secret to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from toolkit.core.pointer import Path
from toolkit.model.document import Document, texts
from toolkit.model.text import SecretRef, secret_refs


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret and a host that it goes to; `is_token` for what was got with it and goes in its place."""

    reference: SecretRef
    host: str
    is_token: bool = False


def credentials_of(kind: str, document: Document) -> Iterator[Credential]:
    """Yield what an action sends where; nothing for a URL that does not tell its host.

    The secrets of a token request go to its own endpoint, the token to the action's, as all others do.
    """
    own, token_host = hosts_of_action(document)
    for path, text in texts(kind, document):
        for reference in secret_refs(text):
            is_asked_for = is_of_token_request(path, document)
            host = token_host if is_asked_for else own
            yield from [Credential(reference, host)] if host else []
            yield from [Credential(reference, own, is_token=True)] if is_asked_for and own else []


def hosts_of_action(document: Document) -> tuple[str, str]:
    """Return the hosts of an action's URL and of its token endpoint, empty where there is none."""
    endpoint, authentication = document.get("endpoint"), document.get("authentication")
    return _host(endpoint, "url"), _host(authentication, "endpoint")


def is_of_token_request(path: Path, document: Document) -> bool:
    """Tell whether what stands at `path` goes into a token request."""
    return path[:1] == ("authentication",) and "endpoint" in (document.get("authentication") or {})


def _host(holder: Any, key: str) -> str:
    url = holder.get(key) if isinstance(holder, dict) else None
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


def hosts_of(secret: str, bound: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return all hosts that the secret of a path is bound to; none when no pattern is about it."""
    found = (hosts for pattern, hosts in bound.items() if matches_path(pattern, secret))
    return tuple(dict.fromkeys(host for hosts in found for host in hosts))


def matches_path(pattern: str, secret: str) -> bool:
    """Tell whether a pattern, in which ``*`` stands for any text, is about the secret of a path."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), secret) is not None


def is_among(host: str, patterns: Sequence[str]) -> bool:
    """Tell whether a host, in small letters, is one of those named, or below a ``*.`` one."""
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and host != pattern[1:])
        for pattern in patterns
    )

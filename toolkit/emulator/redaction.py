"""What of a request and its answer may be kept: never a value that could be a secret.

Values are kept where they are known to be harmless, and masked elsewhere. What was masked in one place of a
request is masked in all of it, in every spelling it commonly travels in.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from toolkit.core.redact import MASK, Redactor, Secret
from toolkit.emulator.secret_places import (
    HARMLESS_HEADERS,
    HARMLESS_PARAMETERS,
    NAMED_VALUES,
    OWN_HEADERS,
    Sent,
    content_of,
    names_a_secret,
    read_pairs,
    secrets_of,
)
from toolkit.emulator.wire import JsonObject, render_json

KEPT_BODY_BYTES = 16 << 10
"""A body that is longer is not kept, only its size."""

KEPT_MASKED = 256
"""So many bodies are not masked again when they are sent or answered once more."""

_NAME_LENGTH = 100
_PATH_LENGTH = 500
_TYPES = ("noAuth", "basic", "apiKey", "customAuthorization")
_SECRET_TEXTS = (
    ("bearer ", r"(?<=bearer )[^\s\"\\]+"),
    ("basic ", r"(?<=basic )[^\s\"\\]+"),
    ("xox", r"\bxox[a-z]-[\w.-]{8,}"),
    ("xapp-", r"\bxapp-[\w.-]{8,}"),
    ("eyj", r"\beyJ[\w.-]{8,}"),
    ("@", r"(?<=://)[^/@\s\"\\]+(?=@)"),
    ("-----begin", r"-----BEGIN[^\"]*"),
    ("=", r"(?<=[?&])[^=&\s\"\\]*=[^&\s\"\\]+"),
)
"""What looks like a secret wherever it stands, and in small letters what it can't do without."""

_LONG_SEGMENT = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_~.=+-]{16,}")
_PARTNERS = "/partners/"


class Masked:
    """Bodies without what places and names tell to be secret; of a body itself only a digest is kept."""

    def __init__(self) -> None:
        self._texts: OrderedDict[bytes, str | None] = OrderedDict()

    def text(self, sent: Sent) -> str | None:
        """The body as JSON text; None when it is no JSON and no form, or too long."""
        if sent.body is None:
            return None
        kind = sent.headers.get("content-type", "").encode()
        key = hashlib.blake2b(sent.body, key=hashlib.blake2b(kind).digest(), digest_size=32).digest()
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        content = content_of(sent)
        text = None if content is None else _without_secret_texts(render_json(_masked(content)).decode())
        self._texts[key] = text
        if len(self._texts) > KEPT_MASKED:
            self._texts.popitem(last=False)
        return text


class Masking:
    """What was secret in one request, and how that request and its answer are kept without it.

    Args:
        request: the request.
        query: its query string as it was sent.
        public: values that are no secrets although they stand where one may.
        masked: bodies of earlier requests.
    """

    def __init__(
        self, request: Sent, query: bytes, public: Iterable[str] = (), masked: Masked | None = None
    ) -> None:
        self._masked = Masked() if masked is None else masked
        self._pairs = read_pairs(query)
        self._redactor = Redactor()
        for text in set(secrets_of(request, self._pairs)).difference(public):
            self._redactor.add(Secret(text))

    def path(self, path: str) -> str:
        """The path; below the partners, what looks like a key is masked."""
        if path.startswith(_PARTNERS):
            path = "/".join(_LONG_SEGMENT.sub(MASK, segment) for segment in path.split("/"))
        return self._redactor.text(path)[:_PATH_LENGTH]

    def query(self) -> JsonObject:
        """The names of the parameters, with the few values that can't be secret."""
        shown = {}
        for name, value in self._pairs:
            harmless = HARMLESS_PARAMETERS.get(name)
            kept = harmless is not None and harmless.fullmatch(value)
            shown[self._redactor.text(name)[:_NAME_LENGTH]] = value if kept else MASK
        return shown

    def side(self, sent: Sent) -> JsonObject:
        """Headers by name, most of them masked, and the body as JSON text; null when there was none."""
        headers = {
            self._header_name(name): value[:100] if name in HARMLESS_HEADERS else MASK
            for name, value in sent.headers.items()
        }
        return {"headers": headers, "body": self._body(sent)}

    def _header_name(self, name: str) -> str:
        return name if name in OWN_HEADERS else self._redactor.text(name)[:_NAME_LENGTH]

    def _body(self, sent: Sent) -> str | None:
        if not sent.size:
            return None
        text = self._masked.text(sent)
        return f"({sent.size} bytes, not kept)" if text is None else self._redactor.text(text)


def _without_secret_texts(text: str) -> str:
    lowered = text.lower()
    present = tuple(pattern for mark, pattern in _SECRET_TEXTS if mark in lowered)
    return _any_of(present).sub(MASK, text) if present else text


@lru_cache(maxsize=1 << len(_SECRET_TEXTS))
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _masked(value: Any) -> Any:
    """A copy with the mask for what may be secret."""
    match value:
        case list():
            return [_masked(item) for item in value]
        case dict():
            return {key: _masked_member(key, member) for key, member in value.items()}
    return value


def _masked_member(key: str, member: Any) -> Any:
    if key.lower() == "authentication":
        return _masked_authentication(member)
    if key in NAMED_VALUES:
        return _masked_values(member)
    if names_a_secret(key) and not isinstance(member, bool) and member is not None:
        return MASK
    return _masked(member)


def _masked_authentication(authentication: Any) -> Any:
    """Its type alone: every other field may hold a secret."""
    kind = authentication.get("type") if isinstance(authentication, dict) else None
    return {"type": kind, "…": MASK} if kind in _TYPES else MASK


def _masked_values(entries: Any) -> Any:
    """Headers or parameters without their values; what else the wire's list says of them stays."""
    if isinstance(entries, dict):
        return dict.fromkeys(entries, MASK)
    if not isinstance(entries, list):
        return MASK
    return [_masked_entry(entry) if isinstance(entry, dict) else MASK for entry in entries]


def _masked_entry(entry: JsonObject) -> JsonObject:
    own = str(entry.get("name")).lower() in ("content-type", "charset")
    return {key: MASK if key == "value" and not own else _masked(member) for key, member in entry.items()}

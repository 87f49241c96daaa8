"""What of a request and its answer may be seen: never a value that could be a secret.

Values are shown where they are known to be harmless, and masked elsewhere. What was masked in one place of a
request is masked in all of it, in every spelling it commonly travels in.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import Headers

from toolkit.core.redact import MASK, Redactor, Secret
from toolkit.emulator.wire import JsonObject, NotJsonError, parse_json, render_json

KEPT_BODY_BYTES = 16 << 10
"""A body that is longer is not kept, only its size."""

LET_GO = "(no longer kept)"
"""Stands for a body that was kept for a while."""

_NAME_LENGTH = 100
_PATH_LENGTH = 500
_HARMLESS_HEADERS = frozenset(
    (
        *("accept", "content-type", "content-length", "retry-after", "x-request-id"),
        *("x-vyg-query-page", "x-vyg-query-pagesize"),
    )
)
_OWN_HEADERS = frozenset(
    (
        *(
            "accept-encoding",
            "cache-control",
            "charset",
            "connection",
            "host",
            "if-match",
            "origin",
            "referer",
        ),
        *("transfer-encoding", "user-agent", "x-gw-ims-org-id", "x-sandbox-name"),
        *_HARMLESS_HEADERS,
    )
)
"""Headers whose values are no secrets, so that they need not be looked for elsewhere."""

_HARMLESS_PARAMETERS = {
    "page": re.compile("[0-9]{1,9}"),
    "pageSize": re.compile("[0-9]{1,9}"),
    "forceDelete": re.compile("true|false"),
}
_OWN_PARAMETERS = frozenset(("fields", "filter", "sort", *_HARMLESS_PARAMETERS))
_HARMLESS_FORM = {"grant_type": re.compile("[a-z_:.-]{1,60}")}
_NAMED_VALUES = ("headers", "queryParameters", "query", "bodyParams")
_TYPES = ("noAuth", "basic", "apiKey", "customAuthorization")
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase|code)|^pwd|secret|token|credential|authori[sz]ation|api-?_?key|assertion|signature"
    r"|cookie|session|private|bearer|jwt",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"(?:(?<=bearer )|(?<=basic ))[^\s\"\\]+"
    r"|\b(?:xox[a-z]-|xapp-|eyJ)[\w.-]{8,}"
    r"|(?<=://)[^/@\s\"\\]+(?=@)"
    r"|-----BEGIN[^\"]*"
    r"|(?<=[?&])[^=&\s\"\\]*=[^&\s\"\\]+",
    re.IGNORECASE,
)
_LONG_SEGMENT = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_~.=+-]{16,}")
_PARTNERS = "/partners/"


@dataclass(frozen=True, slots=True)
class Sent:
    """One side of an exchange as it travelled: a request's headers and body, or an answer's."""

    headers: Headers
    body: bytes | None
    size: int
    """Bytes of the whole body; `body` is None when they are too many to keep."""


class Masking:
    """What was secret in one request, and how that request and its answer are shown without it.

    Args:
        request: the request.
        query: its query string as it was sent.
        public: values that are no secrets although they stand where one may.
    """

    def __init__(self, request: Sent, query: bytes, public: Iterable[str] = ()) -> None:
        self._pairs = list(_pairs(query))
        self._redactor = Redactor()
        found = (*_header_secrets(request.headers), *self._query_secrets(), *_body_secrets(request))
        for text in set(found).difference(public):
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
            harmless = _HARMLESS_PARAMETERS.get(name)
            kept = harmless is not None and harmless.fullmatch(value)
            shown[self._redactor.text(name)[:_NAME_LENGTH]] = value if kept else MASK
        return shown

    def side(self, sent: Sent) -> JsonObject:
        """Headers by name, most of them masked, and the body as JSON text; null when there was none."""
        headers = {
            self._redactor.text(name)[:_NAME_LENGTH]: value[:100] if name in _HARMLESS_HEADERS else MASK
            for name, value in sent.headers.items()
        }
        return {"headers": headers, "body": self._body(sent)}

    def _body(self, sent: Sent) -> str | None:
        if not sent.size:
            return None
        content = _content(sent)
        if content is None:
            return f"({sent.size} bytes, not kept)"
        text = render_json(_masked(content)).decode()
        return self._redactor.text(_SECRET_TEXT.sub(MASK, text))

    def _query_secrets(self) -> Iterator[str]:
        return (value for name, value in self._pairs if name not in _OWN_PARAMETERS)


class Side:
    """One side of an exchange in the log: masked once somebody reads it, for most are never read."""

    def __init__(self, masking: Masking, sent: Sent) -> None:
        self._masking = masking
        self._sent = sent
        self._let_go = False

    @property
    def kept(self) -> int:
        """Bytes of the body that are kept."""
        return len(self._sent.body or b"")

    def let_go(self) -> None:
        """Keep no body any longer."""
        self._let_go = bool(self.kept)
        self._sent = Sent(self._sent.headers, None, self._sent.size)

    def shown(self) -> JsonObject:
        """Headers, and the body as a JSON value or a text; null when there was none."""
        side = self._masking.side(self._sent)
        return {**side, "body": LET_GO if self._let_go else _as_json(side["body"])}


def _as_json(body: str | None) -> object:
    """A body as JSON, where the masks have left it that."""
    try:
        return None if body is None else json.loads(body)
    except ValueError:
        return body


def _pairs(query: bytes) -> Iterator[tuple[str, str]]:
    """Names and values; a part without ``=`` could be a secret by itself, so it is a value without a name."""
    for part in query.decode("latin-1").split("&") if query else ():
        name, sign, value = part.partition("=")
        yield (unquote_plus(name), unquote_plus(value)) if sign else ("(no name)", unquote_plus(part))


def _header_secrets(headers: Headers) -> Iterator[str]:
    for name, value in headers.items():
        if name not in _OWN_HEADERS:
            yield value
            yield from value.split()[1:]
        if name in ("authorization", "proxy-authorization"):
            yield from _of_basic(value)
        if name == "cookie":
            yield from (part.partition("=")[2].strip() for part in value.split(";"))


def _of_basic(value: str) -> tuple[str, ...]:
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ()
    return pair, pair.partition(":")[2]


def _content(sent: Sent) -> Any:
    """The body as a JSON value, a form as an object; None when it is neither, or too long."""
    if sent.body is None:
        return None
    kind = sent.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        pairs = parse_qsl(sent.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: _form_value(name, value) for name, value in pairs}
    if kind != "application/json" and not kind.endswith("+json"):
        return None
    try:
        return parse_json(sent.body)
    except NotJsonError:
        return None


def _form_value(name: str, value: str) -> str:
    harmless = _HARMLESS_FORM.get(name)
    return value if harmless is not None and harmless.fullmatch(value) else MASK


def _body_secrets(sent: Sent) -> Iterator[str]:
    if sent.body and sent.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(sent.body.decode("utf-8", "replace"))
        yield from (value for name, value in pairs if name not in ("scope", *_HARMLESS_FORM))
    content = _content(sent)
    yield from _secrets_in(content, known=False)


def _secrets_in(value: Any, *, known: bool) -> Iterator[str]:
    """Every text that stands where a secret stands."""
    match value:
        case str() if known:
            yield value
        case list():
            for item in value:
                yield from _secrets_in(item, known=known)
        case dict():
            if value.get("type") == "basic":
                yield f"{value.get('username')}:{value.get('password')}"
            for key, member in value.items():
                if key in _NAMED_VALUES:
                    yield from _constants(member)
                else:
                    # An API key's value has its name beside it.
                    secret = bool(_SECRET_KEY.search(key)) or (key == "value" and "location" in value)
                    yield from _secrets_in(member, known=secret)


def _constants(entries: Any) -> Iterator[str]:
    """The values of headers or parameters, as an object or as the wire's list, but those of fixed headers."""
    if isinstance(entries, list):
        named = [(one.get("name"), one.get("value")) for one in entries if isinstance(one, dict)]
    else:
        named = list(entries.items()) if isinstance(entries, dict) else []
    for name, value in named:
        if isinstance(value, str) and str(name).lower() not in _OWN_HEADERS:
            yield value
            yield from value.split()[1:]


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
    if key in _NAMED_VALUES:
        return _masked_values(member)
    if _SECRET_KEY.search(key) and not isinstance(member, bool) and member is not None:
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

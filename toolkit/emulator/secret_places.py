"""Where a request and its answer hold what could be a secret: places that are known, and names that tell."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import Headers

from toolkit.core.redact import MASK
from toolkit.emulator.wire import NotJsonError, parse_json

HARMLESS_HEADERS = frozenset(
    (
        *("accept", "content-type", "content-length", "retry-after", "x-request-id"),
        *("x-vyg-query-page", "x-vyg-query-pagesize"),
    )
)
"""Headers whose values may be seen."""

OWN_HEADERS = frozenset(
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
        *HARMLESS_HEADERS,
    )
)
"""Headers that are known, and whose values are no secrets that would have to be looked for elsewhere."""

HARMLESS_PARAMETERS = {
    "page": re.compile("[0-9]{1,9}"),
    "pageSize": re.compile("[0-9]{1,9}"),
    "forceDelete": re.compile("true|false"),
}
"""Parameters of a query whose values may be seen where they are what they should be."""

_OWN_PARAMETERS = frozenset(("fields", "filter", "sort", *HARMLESS_PARAMETERS))
_NAMELESS = "(no name)"
_FORM_NAME = re.compile(r"[\w.\[\]-]{1,60}", re.ASCII)
_HARMLESS_FORM = {"grant_type": re.compile("[a-z_:.-]{1,60}")}
NAMED_VALUES = ("headers", "queryParameters", "query", "bodyParams")
"""Members that hold headers or parameters: each value of theirs may be a secret."""

_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase|code)|^pwd|secret|token|credential|authori[sz]ation|api-?_?key|assertion|signature"
    r"|cookie|session|private|bearer|jwt",
    re.IGNORECASE,
)
_REMEMBERED_KEY_LENGTH = 40

Pairs = tuple[tuple[str, str], ...]
"""Names and values of a query."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One side of an exchange as it travelled: a request's headers and body, or an answer's."""

    headers: Headers
    body: bytes | None
    size: int
    """Bytes of the whole body; `body` is None when they are too many to keep."""


def secrets_of(request: Sent, pairs: Pairs) -> Iterator[str]:
    """Every text of a request that stands where a secret may stand."""
    yield from _header_secrets(request.headers)
    yield from (value for name, value in pairs if name not in _OWN_PARAMETERS)
    if request.body:
        yield from _body_secrets(request)


def read_pairs(query: bytes) -> Pairs:
    """Names and values; a part without ``=`` could be a secret by itself, so it is a value without a name."""
    return tuple(map(_pair, query.decode("latin-1").split("&"))) if query else ()


def content_of(sent: Sent) -> Any:
    """The body as a JSON value, a form as an object; None when it is neither, or too long."""
    if sent.body is None:
        return None
    kind = sent.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        pairs = parse_qsl(sent.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {_form_name(name, value): _form_value(name, value) for name, value in pairs}
    if kind != "application/json" and not kind.endswith("+json"):
        return None
    try:
        return parse_json(sent.body)
    except NotJsonError:
        return None


def names_a_secret(key: str) -> bool:
    """Whether a member of this name may hold a secret."""
    # The same few names come again and again; a long one could be anything and is not remembered.
    return _is_telling(key) if len(key) <= _REMEMBERED_KEY_LENGTH else bool(_SECRET_KEY.search(key))


@lru_cache(maxsize=1024)
def _is_telling(key: str) -> bool:
    return bool(_SECRET_KEY.search(key))


def _pair(part: str) -> tuple[str, str]:
    name, sign, value = part.partition("=")
    return (unquote_plus(name), unquote_plus(value)) if sign else (_NAMELESS, unquote_plus(part))


def _header_secrets(headers: Headers) -> Iterator[str]:
    for name, value in headers.items():
        if name not in OWN_HEADERS:
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


def _form_name(name: str, value: str) -> str:
    # JSON that is sent as a form is one long name, a secret that is sent alone a name without a value.
    return name if value and _FORM_NAME.fullmatch(name) else _NAMELESS


def _form_value(name: str, value: str) -> str:
    harmless = _HARMLESS_FORM.get(name)
    return value if harmless is not None and harmless.fullmatch(value) else MASK


def _body_secrets(sent: Sent) -> Iterator[str]:
    if sent.body and sent.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(sent.body.decode("utf-8", "replace"), keep_blank_values=True)
        yield from (value or name for name, value in pairs if name not in ("scope", *_HARMLESS_FORM))
    yield from _secrets_in(content_of(sent), known=False)


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
                if key in NAMED_VALUES:
                    yield from _constants(member)
                else:
                    # An API key's value has its name beside it.
                    secret = names_a_secret(key) or (key == "value" and "location" in value)
                    yield from _secrets_in(member, known=secret)


def _constants(entries: Any) -> Iterator[str]:
    """The values of headers or parameters, as an object or as the wire's list, but those of fixed headers."""
    if isinstance(entries, list):
        named = [(one.get("name"), one.get("value")) for one in entries if isinstance(one, dict)]
    else:
        named = list(entries.items()) if isinstance(entries, dict) else []
    for name, value in named:
        if isinstance(value, str) and str(name).lower() not in OWN_HEADERS:
            yield value
            yield from value.split()[1:]

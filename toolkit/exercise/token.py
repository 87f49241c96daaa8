"""The token of a custom authorization: how it is asked for, found in the answer, and how long it is kept.

*External data sources*, custom authentication (``help/using/datasource/external-data-sources.md``); signed
assertions after *Certificate-based custom authentication* there and RFC 7523.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from toolkit.core.canonical import DecimalLiteral, Json, JsonError, JsonLimitError, parse_json
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise.coerce import is_text_for_a_line
from toolkit.exercise.pieces import Generated, is_open, own_secret, text_of, with_function
from toolkit.exercise.request import ALWAYS_CREDENTIALS, Fields, Line, RenderedRequest
from toolkit.model.authentication import AnsweredCacheDuration, CustomAuthorization, FixedCacheDuration

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE_S = 300

SECONDS: Mapping[str, float] = {
    "milliseconds": 0.001,
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
    "months": 30 * 86_400,
    "years": 365 * 86_400,
}
"""Seconds of a time unit; how many days a month or a year has is assumed (PF-RUN-10)."""

_DEFAULT_LIFE_S = 3_600
_SELECTOR = "json://"
_MEDIA = {
    "form": "application/x-www-form-urlencoded; charset=UTF-8",
    "json": "application/json; charset=UTF-8",
}
_SECRETIVE = re.compile(r"secret|password|passwd|token|assertion|credential|api_?key", re.IGNORECASE)

Sign = Callable[[bytes], bytes]


class NoToken(ValueError):
    """An answer holds no token that can be used; the message never quotes it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A token, and the seconds it is kept."""

    token: Secret
    life_s: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """A key of yours in place of Adobe's: `sign` makes RS256 signatures, the digests name its certificate.

    `sha1` and `sha256` are the raw digests of the certificate's DER encoding.
    """

    sign: Sign
    sha1: bytes
    sha256: bytes


def render_token_request(authorization: CustomAuthorization) -> RenderedRequest:
    """Return the request for a token; ``EncodeBase64`` is understood in headers and body (PF-RUN-6).

    A certificate credential adds ``client_assertion_type`` and ``client_assertion``. Raises what
    :func:`~toolkit.exercise.pieces.text_of` does.
    """
    headers = [_line(name, text) for name, text in authorization.headers.items()]
    body = None
    if authorization.body is not None and authorization.method == "POST":
        lines = [_line(name, text) for name, text in authorization.body.body_params.items()]
        if authorization.sub_type == "certificateCredential":
            lines.append(Line("client_assertion_type", (ASSERTION_TYPE,)))
            lines.append(Line("client_assertion", (Generated.ASSERTION,), credential=True))
        body = Fields(authorization.body.body_type, tuple(lines))
        if not any(line.name.lower() == "content-type" for line in headers):
            headers.insert(0, Line("Content-Type", (_MEDIA[body.form],)))
    url, _, query = "".join(map(str, text_of(authorization.endpoint))).partition("?")
    return RenderedRequest(authorization.method, url, _query(query), tuple(headers), body)


def _line(name: str, text: str) -> Line:
    """Return a header or field; without a reference, one whose name says secret is a secret as a whole."""
    pieces = with_function(text_of(text))
    credential = is_open(pieces) or name.lower() in ALWAYS_CREDENTIALS or bool(_SECRETIVE.search(name))
    return Line(name, own_secret(pieces) if credential else pieces, credential)


def _query(query: str) -> tuple[Line, ...]:
    """Return the parameters that a token endpoint's address may have, decoded."""
    return tuple(Line(name, (value,)) for name, value in parse_qsl(query, keep_blank_values=True))


def find_token(authorization: CustomAuthorization, body: str) -> Found:
    """Return the token that an answer's `body` holds and how long it lives; raises :class:`NoToken`."""
    selector = authorization.token_in_response
    found = body.strip() if selector == "response" else _selected(body, selector, "token")
    token = found if isinstance(found, str) else str(found)
    if isinstance(found, (bool, dict, list)) or found is None or not token:
        raise NoToken(f"the answer has no text at {selector}")
    if not is_text_for_a_line(token):
        raise NoToken("what stands there has more than one line, so it can't be sent")
    return Found(Secret(token), _life(authorization, body))


def _life(authorization: CustomAuthorization, body: str) -> float:
    match authorization.cache_duration:
        case FixedCacheDuration(duration=duration, time_unit=unit):
            return duration * SECONDS[unit]
        case AnsweredCacheDuration(expiry_in_response=selector, time_unit=unit):
            number = _number(_selected(body, selector, "life time"))
            if number is None or number <= 0:
                raise NoToken(f"the answer has no number above 0 at {selector}")
            return number * SECONDS[unit]
        case _:
            return _DEFAULT_LIFE_S


def _number(value: Json) -> float | None:
    """Return a JSON number, or a text that is one, as services write it too."""
    if isinstance(value, bool) or not isinstance(value, (int, DecimalLiteral, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number < float("inf") else None


def _selected(body: str, selector: str, what: str) -> Json:
    """Return what ``json://path.to.it`` selects; None where there is nothing."""
    if not selector.startswith(_SELECTOR):
        raise NoToken(f"{selector} selects no {what}")
    try:
        value = parse_json(body.removeprefix("\ufeff"))
    except (JsonError, JsonLimitError):
        raise NoToken("the answer is not JSON") from None
    for part in selector.removeprefix(_SELECTOR).split("."):
        if isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def secrets_in(body: str) -> tuple[Secret, ...]:
    """Return what may not be shown of a token endpoint's answer: texts whose names say so, or all of it."""
    try:
        value = parse_json(body.removeprefix("\ufeff"))
    except (JsonError, JsonLimitError):
        return (Secret(body.strip()),) if body.strip() else ()
    return tuple(Secret(text) for text in _secretive(value))


def _secretive(value: Json, name: str = "") -> Iterable[str]:
    match value:
        case dict():
            for key, member in value.items():
                # What encloses a secret says so for all of it; "token_type": "Bearer" is no secret.
                yield from _secretive(member, f"{name} {'' if key == 'token_type' else key}")
        case list():
            for item in value:
                yield from _secretive(item, name)
        case str() if name == "" or _SECRETIVE.search(name):
            yield value
        case _:
            return


def make_assertion(
    authorization: CustomAuthorization,
    certificate: Certificate | None,
    *,
    client: str,
    now_s: float,
    jti: str,
) -> Secret:
    """Return the signed JWT that stands in for a client's secret (RFC 7523, 3).

    `now_s` is seconds since the epoch. Algorithm and header are assumed: RS256, both thumbprints (PF-RUN-9).
    Raises ``AjoError`` AJO703 without a certificate.
    """
    if certificate is None:
        raise AjoError("AJO703", "the certificate credential needs a certificate and a key of yours")
    header = {
        "alg": "RS256",
        "typ": "JWT",
        "x5t": _encoded(certificate.sha1),
        "x5t#S256": _encoded(certificate.sha256),
    }
    claims: dict[str, Any] = {
        "aud": "".join(map(str, text_of(authorization.aud or authorization.endpoint))),
        "iss": client,
        "sub": client,
        "jti": jti,
        "nbf": int(now_s),
        "iat": int(now_s),
        "exp": int(now_s) + ASSERTION_LIFE_S,
    }
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    return Secret(f"{signed}.{_encoded(certificate.sign(signed.encode()))}")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

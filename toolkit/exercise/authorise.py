"""A prepared request becomes one that can go out: secrets in place, the action's identity attached.

Revealed texts live in :class:`~toolkit.core.redact.Secret` from here on; beside each stands how it is shown.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote

from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Redactor, Secret
from toolkit.exercise.coerce import is_text_for_a_line
from toolkit.exercise.request import PreparedRequest
from toolkit.model.authentication import (
    ApiKeyAuthentication,
    Authentication,
    BasicAuthentication,
    CustomAuthorization,
)
from toolkit.model.text import SecretRef, reveal_text, secret_refs

ResolveSecret = Callable[[SecretRef], Secret]
"""Gives the secret behind a reference; raises ``AjoError`` AJO307 when there is none."""

_ALWAYS_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_LONGEST_ESCAPE = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One header or query parameter: what is sent, how it is shown, and whether it proves who we are."""

    name: str
    value: Secret
    shown: str
    credential: bool


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request with its secrets in place. `url` is without the query; `redactor` knows every secret in it.

    `longest_secret` is in characters of its longest spelling: what a cut text may hold the beginning of.
    """

    method: str
    url: str = field(repr=False)
    query: tuple[Line, ...]
    headers: tuple[Line, ...]
    body: str | None = field(repr=False)
    redactor: Redactor = field(repr=False)
    longest_secret: int = field(repr=False)

    @property
    def has_credentials(self) -> bool:
        """Whether anything in it must not be read on the way."""
        return any(line.credential for line in (*self.query, *self.headers))


def authorise(
    request: PreparedRequest, authentication: Authentication | None, resolve_secret: ResolveSecret
) -> OutgoingRequest:
    """Resolve every secret of `request` once and attach `authentication`; it wins over a header of its name.

    Raises:
        AjoError: AJO703 for a custom authorization; AJO306 for a header that holds a control character; what
            `resolve_secret` raises.
    """
    if isinstance(authentication, CustomAuthorization):
        raise AjoError("AJO703", "a custom authorization, which fetches a token first, is not exercised yet")
    revealing = _Revealing({reference: resolve_secret(reference) for reference in request.secrets})
    query = [revealing.line(name, text) for name, text in request.query]
    headers = [revealing.line(name, text) for name, text in request.headers]
    match authentication:
        case None:
            pass
        case BasicAuthentication():
            headers = _replaced(headers, revealing.basic(authentication))
        case ApiKeyAuthentication():
            key = revealing.line(authentication.name, authentication.value, credential=True)
            if authentication.location == "header":
                headers = _replaced(headers, key)
            else:
                query = [*(line for line in query if line.name != key.name), key]
        case _:
            assert_never(authentication)
    known = revealing.known
    return OutgoingRequest(
        method=request.method,
        url=request.url,
        query=tuple(query),
        headers=tuple(map(_header, headers)),
        body=request.body,
        redactor=Redactor(known),
        longest_secret=max((len(secret.reveal()) for secret in known), default=0) * _LONGEST_ESCAPE,
    )


@dataclass(frozen=True, slots=True)
class _Revealing:
    secrets: dict[SecretRef, Secret]
    learnt: list[Secret] = field(default_factory=list)

    @property
    def known(self) -> list[Secret]:
        """Every secret, in the spellings that answers and addresses add to those a redactor knows."""
        return list(_spelled((*self.secrets.values(), *self.learnt)))

    def line(self, name: str, text: str, *, credential: bool = False) -> Line:
        """Return a header or parameter; a credential without a secret reference is a secret as a whole."""
        revealed = reveal_text(text, self.secrets.__getitem__)
        has_reference = next(secret_refs(text), None) is not None
        credential = credential or has_reference or name.lower() in _ALWAYS_CREDENTIALS
        if credential and not has_reference:
            self.learnt.extend((Secret(revealed), Secret(revealed.partition(" ")[2])))
            return Line(name, Secret(revealed), MASK, credential)
        return Line(name, Secret(revealed), reveal_text(text, lambda _: Secret(MASK)), credential)

    def basic(self, authentication: BasicAuthentication) -> Line:
        """Return the header of *basic* (RFC 7617): UTF-8, base64."""
        user = reveal_text(authentication.username, self.secrets.__getitem__)
        password = self.line("password", authentication.password, credential=True).value.reveal()
        pair = Secret(f"{user}:{password}")
        encoded = base64.b64encode(pair.reveal().encode()).decode()
        self.learnt.extend((pair, Secret(encoded)))
        return Line("Authorization", Secret(f"Basic {encoded}"), f"Basic {MASK}", credential=True)


def _spelled(secrets: Iterable[Secret]) -> Iterable[Secret]:
    for secret in secrets:
        text = secret.reveal()
        percent = quote(text, safe="")
        yield from map(
            Secret,
            {
                text,
                text.strip(),
                text.replace("/", "\\/"),
                _ESCAPE.sub(lambda match: match[0].lower(), percent),
            },
        )


def _replaced(headers: list[Line], line: Line) -> list[Line]:
    return [*(header for header in headers if header.name.lower() != line.name.lower()), line]


def _header(line: Line) -> Line:
    """Return a header without the blanks around its value, which are no part of it (RFC 7230, 3.2.4)."""
    text = line.value.reveal()
    if not is_text_for_a_line(text):
        raise AjoError(
            "AJO306", f"the value of the header {line.name} holds a control character or line break"
        )
    return Line(line.name, Secret(text.strip(" \t")), line.shown, line.credential)

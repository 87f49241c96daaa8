"""A rendered request becomes one that can go out: its secrets in place, beside each how it is shown.

Revealed texts live in :class:`~toolkit.core.redact.Secret` from here on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from toolkit.core.canonical import dump_json
from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK, Redactor, Secret
from toolkit.exercise.coerce import is_text_for_a_line, is_unicode
from toolkit.exercise.pieces import Encoded, Generated, Piece, Text, reveal
from toolkit.exercise.request import Fields, Line, Rendered, RenderedRequest
from toolkit.model.text import SecretRef

ResolveSecret = Callable[[SecretRef], Secret]
"""Gives the secret behind a reference; raises ``AjoError`` AJO307 when there is none."""

_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_LONGEST_ESCAPE = 12
_MOST_SECRETS = 100


@dataclass(frozen=True, slots=True)
class SentLine:
    """One header or query parameter: what is sent, how it is shown, and whether it proves who we are."""

    name: str
    value: Secret
    shown: str
    credential: bool


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request with its secrets in place; `url` is without the query, `body` and `shown_body` are texts."""

    method: str
    url: str = field(repr=False)
    query: tuple[SentLine, ...]
    headers: tuple[SentLine, ...]
    body: Secret | None
    shown_body: str | None = field(repr=False)

    @property
    def has_credentials(self) -> bool:
        """Whether anything in it must not be read on the way."""
        in_body = self.body is not None and self.body.reveal() != self.shown_body
        return in_body or any(line.credential for line in (*self.query, *self.headers))


class Vault:
    """The secrets that were met so far, and what knows them again in any text. Not for several threads."""

    def __init__(self, resolve: ResolveSecret) -> None:
        self._resolve = resolve
        self._known: dict[SecretRef | Generated, Secret] = {}
        self._met: set[Secret] = set()
        self.redactor = Redactor()
        self.longest = 0

    def open(self, rendered: Rendered) -> None:
        """Resolve every secret of `rendered`, each once; raises what the resolver raises."""
        if len(self._met) > _MOST_SECRETS:
            self._met, self.redactor, self.longest = set(), Redactor(), 0
            self.learn(*self._known.values())
        for reference in rendered.secrets:
            if reference not in self._known:
                self._known[reference] = _sendable(reference, self._resolve(reference))
                self.learn(self._known[reference])

    def put(self, what: Generated, secret: Secret) -> None:
        """Know what was fetched or made for the requests that follow."""
        self._known[what] = secret
        self.learn(secret)

    def learn(self, *secrets: Secret) -> None:
        """Know these again, in the spellings that answers and addresses add to those a redactor knows."""
        for secret in secrets:
            if secret not in self._met:
                self._met.add(secret)
                self.longest = max(self.longest, len(secret.reveal()) * _LONGEST_ESCAPE)
                for spelled in _spelled(secret):
                    self.redactor.add(spelled)

    def revealed(self, request: RenderedRequest) -> OutgoingRequest:
        """Put the secrets into a request.

        Raises ``AjoError`` AJO306 for a header that holds a control character.
        """
        body, shown = self._body(request.body)
        return OutgoingRequest(
            method=request.method,
            url=request.url,
            query=tuple(map(self._line, request.query)),
            headers=tuple([_header(self._line(line)) for line in request.headers]),
            body=body,
            shown_body=shown,
        )

    def value(self, text: Text) -> str:
        """Return a text with its secrets in place."""
        return reveal(text, self._known)

    def _line(self, line: Line) -> SentLine:
        value = reveal(line.text, self._known)
        if not line.credential:
            return SentLine(line.name, Secret(value), value, credential=False)
        self.learn(*self._made_of(line.text))
        return SentLine(line.name, Secret(value), masked(line.text), credential=True)

    def _made_of(self, text: Text) -> Iterator[Secret]:
        """Yield what a text makes of secrets: base64 and what is in it, a credential without its scheme."""
        for piece in text:
            if isinstance(piece, Encoded):
                inner = reveal(piece.text, self._known)
                yield from (Secret(inner), Secret(reveal((piece,), self._known)))
                yield from self._made_of(piece.text)
            elif isinstance(piece, Secret):
                yield from (piece, Secret(piece.reveal().partition(" ")[2]))

    def _body(self, body: str | Fields | None) -> tuple[Secret | None, str | None]:
        if body is None or isinstance(body, str):
            return (None if body is None else Secret(body)), body
        sent = {line.name: self._line(line) for line in body.lines}
        return (
            Secret(_written(body.form, {name: line.value.reveal() for name, line in sent.items()})),
            _written(body.form, {name: line.shown for name, line in sent.items()}),
        )


def _sendable(reference: SecretRef, secret: Secret) -> Secret:
    """Return a secret that is text; raises ``AjoError`` AJO340 for bytes that are none."""
    if not is_unicode(secret.reveal()):
        raise AjoError("AJO340", f"the secret {reference.path} is no text: some of it is not UTF-8")
    return secret


def masked(text: Iterable[Piece]) -> str:
    """Return a text as it is shown: whatever is a secret is a mask."""
    return "".join(piece if isinstance(piece, str) else MASK for piece in text)


def _written(form: str, fields: dict[str, str]) -> str:
    return urlencode(fields, safe="*") if form == "form" else dump_json(fields, indent=None)


def _spelled(secret: Secret) -> Iterator[Secret]:
    text = secret.reveal()
    percent = quote(text, safe="")
    yield from map(
        Secret,
        {text, text.strip(), text.replace("/", "\\/"), _ESCAPE.sub(lambda found: found[0].lower(), percent)},
    )


def _header(line: SentLine) -> SentLine:
    text = line.value.reveal()
    if not is_text_for_a_line(text):
        raise AjoError(
            "AJO306", f"the value of the header {line.name} holds a control character or line break"
        )
    stripped = text.strip(" \t")
    return line if stripped == text else replace(line, value=Secret(stripped))

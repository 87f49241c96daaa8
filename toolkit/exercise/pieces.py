"""Texts of a request before its secrets are known: literal pieces, and holes for what nobody may see.

A request is rendered, shown, compared and turned into a command in this form; only the caller reveals it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.model.text import MASKED, SecretRef, ValueRef, parse_text

_ENCODE = re.compile(r"(?<![A-Za-z0-9_])EncodeBase64\(")


class Generated(Enum):
    """What is made while calling: the token that was fetched, the assertion that was signed for it."""

    TOKEN = "token"  # a name, not a credential
    ASSERTION = "client-assertion"


@dataclass(frozen=True, slots=True)
class Encoded:
    """``EncodeBase64(<text>)``: the base64 of the text's UTF-8."""

    text: Text


Piece = str | SecretRef | Secret | Encoded | Generated
"""A literal, a reference to a secret, a secret that the definition writes itself, or what is made later."""

Text = tuple[Piece, ...]

Known = Mapping[SecretRef | Generated, Secret]
"""Everything that a request's texts leave open, once it is known."""


def text_of(written: str) -> Text:
    """Return a definition's text as pieces.

    Raises ``AjoError`` AJO304 where a target's value was not filled in, AJO307 for a mask.
    """
    if "${" not in written:
        return (written,) if written else ()
    if written == MASKED:
        raise AjoError("AJO307", "a secret is only known as a mask")
    pieces: list[Piece] = []
    for part in parse_text(written):
        if isinstance(part, ValueRef):
            raise AjoError("AJO304", f"the value {part.name} was not filled in")
        pieces.append(part)
    return tuple(pieces)


def with_function(text: Text) -> Text:
    """Return `text` with ``EncodeBase64(…)`` understood: the only function, in token requests alone."""
    found: list[Piece] = []
    waiting = list(text)
    while waiting:
        piece = waiting.pop(0)
        opening = _ENCODE.search(piece) if isinstance(piece, str) else None
        if opening is None or not isinstance(piece, str):
            found.append(piece)
            continue
        inner, rest = _until_closed((piece[opening.end() :], *waiting))
        if rest is None:
            return (*found, piece, *waiting)
        found += filter(None, (piece[: opening.start()],))
        found.append(Encoded(inner))
        waiting = list(rest)
    return tuple(found)


def _until_closed(pieces: Text) -> tuple[Text, Text | None]:
    """Return what stands before the first ``)`` and what after it; None when there is none."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str) and ")" in piece:
            before, _, after = piece.partition(")")
            return _joined(*pieces[:index], before), _joined(after, *pieces[index + 1 :])
    return pieces, None


def _joined(*pieces: Piece) -> Text:
    return tuple(piece for piece in pieces if piece != "")


def own_secret(text: Text) -> Text:
    """Return `text` as one secret where nothing in it is open: a credential that a definition writes out."""
    if not text or any(isinstance(piece, (SecretRef, Generated)) for piece in leaves(text)):
        return text
    return (Secret(reveal(text, {})),)


def leaves(text: Text) -> Iterator[Piece]:
    """Yield every piece, those inside :class:`Encoded` too."""
    for piece in text:
        if isinstance(piece, Encoded):
            yield from leaves(piece.text)
        else:
            yield piece


def references(text: Text) -> Iterator[SecretRef]:
    """Yield the secrets that a text refers to."""
    return (piece for piece in leaves(text) if isinstance(piece, SecretRef))


def is_open(text: Text) -> bool:
    """Tell whether anything in `text` is a secret or is made later."""
    return any(not isinstance(piece, str) for piece in leaves(text))


def written(text: Iterable[Piece]) -> str:
    """Return `text` for people and files: references as ``${secret:…}``, own secrets masked, ``${token}``."""
    return "".join(map(_written, text))


def _written(piece: Piece) -> str:
    match piece:
        case str() | SecretRef() | Secret():
            return str(piece)
        case Encoded():
            return f"EncodeBase64({written(piece.text)})"
        case Generated():
            return "${" + piece.value + "}"
        case _:
            assert_never(piece)


def reveal(text: Iterable[Piece], known: Known) -> str:
    """Return `text` as it is sent. Call it only where a request is built."""
    return "".join([piece if isinstance(piece, str) else _revealed(piece, known) for piece in text])


def _revealed(piece: Secret | Encoded | SecretRef | Generated, known: Known) -> str:
    match piece:
        case Secret():
            return piece.reveal()
        case Encoded():
            return base64.b64encode(reveal(piece.text, known).encode()).decode()
        case SecretRef() | Generated():
            return known[piece].reveal()
        case _:
            assert_never(piece)

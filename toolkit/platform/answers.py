"""One answer of a server, read whole, and the JSON in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import Any, NoReturn

from toolkit.core.canonical import DecimalLiteral

REQUEST_ID_HEADER = "x-request-id"
"""Names a request for support (PF-ACC-7)."""


class MalformedAnswer(ValueError):
    """An answer, or a part of one, has not the shape that was agreed; the message says which was."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (looked up without regard to case) and content of an HTTP answer."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def request_id(self) -> str:
        """What support asks for, empty if the answer does not say (PF-ACC-7)."""
        return self.headers.get(REQUEST_ID_HEADER, "")

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """Return the content for showing; bytes that are no UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the content as JSON, None where there is none; raises :class:`MalformedAnswer`."""
        if not self.content:
            return None
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            raise MalformedAnswer(f"the content type is {self.media_type or 'missing'}, not application/json")
        return parse_answer(self.content)


def parse_answer(content: bytes) -> Any:
    """Read JSON with exact numbers; raises :class:`MalformedAnswer`.

    Unlike a definition's file it may be deeper than 64: the wire takes two levels for one of the payload.
    """
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_float=_decimal,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise MalformedAnswer("the content is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedAnswer(f"the content is not JSON ({error.msg}, line {error.lineno})") from None
    except RecursionError:
        raise MalformedAnswer("the content is nested too deeply") from None
    except MalformedAnswer:
        raise
    except ValueError:
        raise MalformedAnswer("an integer in the content is too long") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedAnswer("an object in the content repeats a key")
    return members


def _decimal(literal: str) -> DecimalLiteral:
    try:
        return DecimalLiteral(literal)
    except InvalidOperation:
        raise MalformedAnswer("the exponent of a number in the content is too large") from None


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedAnswer(f"{name} in the content is not JSON")

"""An action from a URL, a method and examples of what is sent and answered, as the platform's form has it."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.app.new.call import Call
from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError


def call_of_options(method: str, url: str, headers: Sequence[str], body: Json) -> Call:
    """Return the call that options describe; raises :class:`AjoError` AJO901 without showing a value."""
    return Call(method.upper(), url, tuple(map(parsed_header, headers)), body)


def parsed_header(text: str) -> tuple[str, str]:
    """Return name and value of a header written as ``Name: value``."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise AjoError("AJO901", "a --header has no name and colon", fix="Write --header 'Name: value'.")
    return name.strip(), value.strip()

"""What a person hands over: examples, commands, descriptions; read within limits, no value ever echoed."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.canonical import Json, JsonError, JsonLimitError, parse_json
from toolkit.core.errors import AjoError
from toolkit.workspace.read import MAX_FILE_BYTES, read_bytes

MAX_DESCRIPTION_BYTES = 16 * 1024 * 1024
"""Bytes of an OpenAPI description; those of large vendors have several megabytes."""

_TOO_LARGE = "Give the part that matters alone."


def read_text(path: Path, limit: int = MAX_FILE_BYTES) -> str:
    """Return a file's text; raises :class:`AjoError` AJO009, AJO004 or AJO001.

    A UTF-8 byte order mark is taken off: such files are read here, never kept.
    """
    try:
        content = read_bytes(path, limit)
    except AjoError as error:
        fix = _TOO_LARGE if error.code == "AJO004" else ""
        raise AjoError(error.code, error.message, fix=fix, place=str(path)) from None
    return decoded(content, str(path), limit)


def decoded(content: bytes, place: str, limit: int = MAX_FILE_BYTES) -> str:
    """Return bytes as text; raises :class:`AjoError` AJO004 or AJO001."""
    if len(content) > limit:
        raise AjoError("AJO004", f"more than {limit} bytes", fix=_TOO_LARGE, place=place)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte {content[error.start]:#04x} on line {line} is not UTF-8"
        raise AjoError("AJO001", message, fix="Save it as UTF-8.", place=place) from None


def read_example(path: Path) -> Json:
    """Return the JSON of an example's file; raises :class:`AjoError`."""
    return parsed(read_text(path), str(path))


def parsed(text: str, place: str) -> Json:
    """Return `text` as JSON; raises :class:`AjoError` AJO810 with `place` and the line in it."""
    try:
        return parse_json(text)
    except JsonError as error:
        where = f"{place}:{error.line}:{error.column}"
        raise AjoError("AJO810", f"not JSON: {error.message}", place=where) from None
    except JsonLimitError as error:
        fix = "Take that part out of the example."
        raise AjoError("AJO810", f"not acceptable JSON: it {error}", fix=fix, place=place) from None

"""JSON as the platform takes and gives it: strict on the way in, plain ASCII on the way out."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeAlias

from starlette.responses import Response

JsonObject: TypeAlias = dict[str, Any]

MAX_BODY_BYTES = 1 << 20
"""Largest body that is read, in bytes (1 MiB); a longer one is answered 413."""

MAX_DEPTH = 60
"""Deepest nesting of objects and lists in a body; beyond it the body counts as malformed."""


class NotJsonError(ValueError):
    """The body is not strict JSON. The message says what is wrong and never quotes the body."""


def parse_json(body: bytes) -> Any:
    """Read strict JSON: UTF-8, no NaN or infinity (also not as ``1e999``), no lone surrogates, bounded depth.

    Raises:
        NotJsonError: the body is anything else.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotJsonError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise NotJsonError("not valid JSON") from None
    # Only an escape makes a lone surrogate, and nothing is nested deeper than it has brackets.
    if b"\\u" in body or body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check_strings_and_depth(value)
    return value


def render_json(value: object) -> bytes:
    """Write compact JSON in ASCII; what :func:`parse_json` accepted always comes out again."""
    return _ENCODER.encode(value).encode("ascii")


def reply(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer ``value`` as JSON with the media type that the published API states."""
    return Response(render_json(value), status, headers, media_type="application/json;charset=utf-8")


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJsonError("a number is too large")
    return number


def _check_strings_and_depth(root: object) -> None:
    stack: list[tuple[object, int]] = [(root, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, str):
            _check_string(value)
        elif isinstance(value, (dict, list)):
            if depth > MAX_DEPTH:
                raise NotJsonError(f"nested deeper than {MAX_DEPTH}")
            if isinstance(value, dict):
                stack.extend((key, depth) for key in value)
            children = value.values() if isinstance(value, dict) else value
            stack.extend((child, depth + 1) for child in children)


def _check_string(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotJsonError("a text has a lone surrogate") from None


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)

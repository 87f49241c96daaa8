"""A browser's recording (HAR 1.2), read within bounds, and everything that is nobody's business left behind.

Of texts only plain words are kept (a path's parts, names of fields, words of a vocabulary); every other one
becomes a :class:`Mark`, which can be compared and says nothing. Credentials are not even that.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from toolkit.platform.teaching.marks import (
    PARAMETER,
    PLAIN,
    Marks,
    Part,
    is_sensitive,
    is_token_like,
    unreadable,
)

MAX_RECORDING_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_BODY_CHARACTERS = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded call whose bodies, if any, are JSON; `number` counts all calls from 1."""

    number: int
    method: str
    origin: str
    path: tuple[Part, ...]
    query: dict[str, Part]
    headers: dict[str, Part] = field(repr=False)
    sent: Any = None
    status: int = 0
    answer: Any = None

    @property
    def succeeded(self) -> bool:
        """Whether the call was answered with a success."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Recording:
    """The calls of a recording that speak JSON, in their order; `secret` are the marks of credentials.

    `without_content` counts the answers that were recorded without what they said.
    """

    calls: tuple[Recorded, ...]
    secret: frozenset[int] = frozenset()
    without_content: int = 0

    def shown(self, part: Part) -> str:
        """Return a value's text if it may be shown: a plain word that is nobody's credential."""
        return "" if part.mark in self.secret else part.word


def read_recording(content: bytes, known: frozenset[str] = frozenset()) -> Recording:
    """Return what a recording says, without what is nobody's business; raises :class:`AjoError` AJO830.

    `known` are texts that may be shown although they look like ids: the target's organisation and sandbox.
    """
    if len(content) > MAX_RECORDING_BYTES:
        raise unreadable(f"it is longer than {MAX_RECORDING_BYTES // 1024**2} MiB")
    entries = _entries(_json(content))
    if len(entries) > MAX_ENTRIES:
        raise unreadable(f"it has more than {MAX_ENTRIES} calls")
    marks = Marks(known)
    found = (_recorded(number, entry, marks) for number, entry in enumerate(entries, start=1))
    calls = tuple(each for each in found if each is not None)
    empty = sum(each.answer is None and each.status == 200 for each in calls)
    return Recording(calls, frozenset(marks.secret), empty)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise unreadable("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise unreadable(f"it is not JSON ({error.msg}, line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise unreadable("it is nested too deeply") from None
    except ValueError:
        raise unreadable("a number in it is too long") from None


def _entries(document: Any) -> list[Any]:
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise unreadable("it is no HAR file: there is no log.entries")
    version = log.get("version") if isinstance(log, dict) else None
    if version is not None and not str(version).startswith("1."):
        raise unreadable("its version is not 1.x")
    return entries


def _recorded(number: int, entry: Any, marks: Marks) -> Recorded | None:
    match entry:
        case {
            "request": {"method": str() as method, "url": str() as url} as request,
            "response": {"status": int() as status} as response,
        }:
            pass
        case _:
            raise unreadable(f"entry {number} has no request with method and url, or no response with status")
    place = _place(url, marks)
    sent, answer = _sent(request), _answered(response)
    if place is None or method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
        return None
    if answer is _NO_JSON or sent is _NO_JSON:
        return None
    origin, path, query = place
    return Recorded(
        number,
        method,
        origin,
        path,
        query,
        _headers(request, marks),
        marks.tree(sent),
        status,
        marks.tree(answer),
    )


def _place(url: str, marks: Marks) -> tuple[str, tuple[Part, ...], dict[str, Part]] | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return None
    if (
        parts.scheme not in {"http", "https"}
        or not re.fullmatch(r"[a-z0-9.-]{1,253}", host)
        or is_token_like(host)
    ):
        return None
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    path = tuple(marks.part(unquote(part)) for part in parts.path.split("/")[1:])
    return origin, path, dict(_shown(pairs, marks))


def _headers(request: dict[str, Any], marks: Marks) -> dict[str, Part]:
    headers = request.get("headers")
    pairs = [
        (str(each["name"]).lower(), str(each["value"]))
        for each in (headers if isinstance(headers, list) else [])
        if isinstance(each, dict) and {"name", "value"} <= each.keys()
    ]
    return dict(_shown(pairs, marks))


def _shown(pairs: list[tuple[str, str]], marks: Marks) -> Iterator[tuple[str, Part]]:
    """Yield the pairs whose names are plain words; a value under a telling name is never shown."""
    for name, value in pairs:
        if PARAMETER.fullmatch(name) and not is_token_like(name):
            part = marks.part(value, plain=PLAIN)
            if is_sensitive(name):
                marks.secret.add(part.mark)
            yield name, Part(part.mark) if is_sensitive(name) else part


_NO_JSON = object()


def _sent(request: dict[str, Any]) -> Any:
    data = request.get("postData")
    text = data.get("text") if isinstance(data, dict) else None
    return _body(text) if isinstance(text, str) and text.strip() else None


def _answered(response: dict[str, Any]) -> Any:
    content = response.get("content")
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(text, str) or not text.strip():
        return None
    if content.get("encoding") == "base64":
        try:
            text = base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, ValueError):
            return _NO_JSON
    return _body(text)


def _body(text: str) -> Any:
    if len(text) > MAX_BODY_CHARACTERS:
        return _NO_JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON

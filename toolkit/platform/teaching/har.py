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

from toolkit.core.errors import AjoError
from toolkit.platform.shapes import MAX_ELEMENT_DEPTH
from toolkit.platform.teaching.members import WORDS

MAX_RECORDING_BYTES = 100 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_BODY_CHARACTERS = 16 * 1024 * 1024
MAX_VALUES = 1_000_000
"""How many values of JSON are looked at, in all bodies together."""

_WORD = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@.-]{0,47}")
_PARAMETER = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@.\[\]-]{0,47}")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/;=+*,-]{0,59}|")
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_SENSITIVE = re.compile(
    r"auth|cookie|token|secret|passw|credential|api.?key|apikey|session|signature|bearer|jwt|csrf|xsrf|private",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A text of a recording that is not shown: equal texts have equal marks.

    `is_url` tells what it looks like, `query` the parameters of one that has some.
    """

    number: int
    is_url: bool = False
    query: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a path or one value of a query: its mark, and its text if that is a plain word."""

    mark: int
    word: str = ""


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
        raise _unreadable(f"it is longer than {MAX_RECORDING_BYTES // 1024**2} MiB")
    entries = _entries(_json(content))
    if len(entries) > MAX_ENTRIES:
        raise _unreadable(f"it has more than {MAX_ENTRIES} calls")
    marks = _Marks(known)
    found = (_recorded(number, entry, marks) for number, entry in enumerate(entries, start=1))
    calls = tuple(each for each in found if each is not None)
    empty = sum(each.answer is None and each.status == 200 for each in calls)
    return Recording(calls, frozenset(marks.secret), empty)


def is_sensitive(name: str) -> bool:
    """Tell whether a header, parameter or field of this name may hold a credential."""
    return _SENSITIVE.search(name) is not None


def is_token_like(text: str) -> bool:
    """Tell whether a text has a long run that looks made by a machine."""
    return any(
        re.search(r"[0-9]", run) and re.search(r"[A-Za-z]", run) for run in _TOKEN.findall(text)
    ) or any(len(run) > 40 for run in _TOKEN.findall(text))


def _unreadable(reason: str) -> AjoError:
    return AjoError("AJO830", f"the recording can't be read: {reason}")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _unreadable("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unreadable(
            f"it is not JSON ({error.msg}, line {error.lineno}, column {error.colno})"
        ) from None
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except ValueError:
        raise _unreadable("a number in it is too long") from None


def _entries(document: Any) -> list[Any]:
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise _unreadable("it is no HAR file: there is no log.entries")
    version = log.get("version") if isinstance(log, dict) else None
    if version is not None and not str(version).startswith("1."):
        raise _unreadable("its version is not 1.x")
    return entries


def mark_of(number: int) -> int:
    """Return the mark of a whole number, which it shares with its text; never that of another text."""
    return -abs(number) - 1


class _Marks:
    """Numbers for texts, and the budget of what is looked at."""

    def __init__(self, known: frozenset[str]) -> None:
        self._numbers: dict[str, int] = {}
        self._names: dict[str, bool] = {}
        self._known, self.left, self.secret = known, MAX_VALUES, set[int]()

    def number(self, text: str) -> int:
        """Return the number of a text, which equal texts share; a whole number has one of its own."""
        if text.isascii() and text.isdigit() and len(text) < 19:
            return mark_of(int(text))
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def _is_name(self, name: str) -> bool:
        """Tell whether the name of a field is a plain word; names repeat, so what was found is kept."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = bool(_WORD.fullmatch(name)) and not is_token_like(name)
        return found

    def part(self, text: str, *, plain: re.Pattern[str] = _WORD) -> Part:
        """Return a part of a path, or a value that may be shown if it is a plain word."""
        is_shown = text in self._known or (plain.fullmatch(text) and not is_token_like(text))
        return Part(self.number(text), text if is_shown else "")

    def leaf(self, text: str) -> str | Mark:
        """Return a text of a body: a word of some vocabulary as it is, anything else as a mark."""
        if text in VOCABULARY or _normal(text) in _NORMAL_VOCABULARY:
            return text
        query: tuple[tuple[str, int], ...] = ()
        if "?" in text and len(text) < 4096:
            pairs = parse_qsl(text.partition("?")[2], keep_blank_values=True, max_num_fields=None)
            query = tuple((name, self.number(value)) for name, value in pairs[:20])
        return Mark(self.number(text), _URL.match(text) is not None, query)

    def tree(self, value: Any, depth: int = 0) -> Any:
        """Return JSON without its texts; fields whose names are no plain words are left out."""
        self.left -= 1
        if self.left < 0:
            raise _unreadable(f"its bodies hold more than {MAX_VALUES} values")
        if depth > MAX_ELEMENT_DEPTH:
            return None
        if isinstance(value, str):
            return self.leaf(value)
        if isinstance(value, list):
            return [self.tree(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {
                name: self.tree(member, depth + 1) for name, member in value.items() if self._is_name(name)
            }
        return value


VOCABULARY = frozenset({"GET", "POST", "PUT", *(word for words in WORDS.values() for word in words)})


def _normal(text: str) -> str:
    return text.replace("_", "").replace("-", "").replace(" ", "").lower() if len(text) < 40 else ""


_NORMAL_VOCABULARY = {_normal(word): word for word in VOCABULARY}


def convention_word(text: str) -> str | None:
    """Return the word of the convention that a platform's word is another spelling of."""
    return _NORMAL_VOCABULARY.get(_normal(text))


def _recorded(number: int, entry: Any, marks: _Marks) -> Recorded | None:
    match entry:
        case {
            "request": {"method": str() as method, "url": str() as url} as request,
            "response": {"status": int() as status} as response,
        }:
            pass
        case _:
            raise _unreadable(
                f"entry {number} has no request with method and url, or no response with status"
            )
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


def _place(url: str, marks: _Marks) -> tuple[str, tuple[Part, ...], dict[str, Part]] | None:
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


def _headers(request: dict[str, Any], marks: _Marks) -> dict[str, Part]:
    headers = request.get("headers")
    pairs = [
        (str(each["name"]).lower(), str(each["value"]))
        for each in (headers if isinstance(headers, list) else [])
        if isinstance(each, dict) and {"name", "value"} <= each.keys()
    ]
    return dict(_shown(pairs, marks))


def _shown(pairs: list[tuple[str, str]], marks: _Marks) -> Iterator[tuple[str, Part]]:
    """Yield the pairs whose names are plain words; a value under a telling name is never shown."""
    for name, value in pairs:
        if _PARAMETER.fullmatch(name) and not is_token_like(name):
            part = marks.part(value, plain=_PLAIN)
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

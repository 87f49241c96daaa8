"""Texts of a recording as marks that can be compared and say nothing, and the few that may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from toolkit.core.errors import AjoError
from toolkit.platform.shapes import MAX_ELEMENT_DEPTH
from toolkit.platform.teaching.members import WORDS

MAX_VALUES = 1_000_000
"""How many values of JSON are looked at, in all bodies together."""

WORD = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@.-]{0,47}")
PARAMETER = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@.\[\]-]{0,47}")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/;=+*,-]{0,59}|")
_TOKEN = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_SENSITIVE = re.compile(
    r"auth|cookie|token|secret|passw|pwd|credential|key$|sid$|sig$|session|signature|bearer|jwt|csrf|xsrf|private",
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


def is_sensitive(name: str) -> bool:
    """Tell whether a header, parameter or field of this name may hold a credential."""
    return _SENSITIVE.search(name) is not None


def is_token_like(text: str) -> bool:
    """Tell whether a text has a long run that looks made by a machine."""
    return any(
        re.search(r"[0-9]", run) and re.search(r"[A-Za-z]", run) for run in _TOKEN.findall(text)
    ) or any(len(run) > 40 for run in _TOKEN.findall(text))


def unreadable(reason: str) -> AjoError:
    """Return the error about a recording that can't be read."""
    return AjoError("AJO830", f"the recording can't be read: {reason}")


def mark_of(number: int) -> int:
    """Return the mark of a whole number, which it shares with its text; never that of another text."""
    return -abs(number) - 1


class Marks:
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
            found = self._names[name] = bool(WORD.fullmatch(name)) and not is_token_like(name)
        return found

    def part(self, text: str, *, plain: re.Pattern[str] = WORD) -> Part:
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
            raise unreadable(f"its bodies hold more than {MAX_VALUES} values")
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

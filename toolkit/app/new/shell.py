"""A command line cut into words as bash cuts it; nothing is run, and no error shows a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.core.errors import AjoError

_OPERATOR = re.compile(r"[|;<>()]|&&|&(?=\s|\Z)")
_PLAIN = re.compile(r"[^\s'\"\\$`|;<>()&]+")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_ANSI = re.compile(
    r"\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{1,4})|U(?P<long>[0-9A-Fa-f]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|(?P<other>.))",
    re.DOTALL,
)
_ANSI_QUOTED = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_CARET = re.compile(r"\^[ \t]*\r?\n|\^[\"%\\]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the first command of a line; `more` tells whether a pipe or another command follows."""

    words: tuple[str, ...]
    more: bool


def split_command(text: str) -> Words:
    """Cut `text` into words: quotes, ``$'..'``, escapes and continued lines as bash reads them.

    ``$name`` becomes ``${name}``, ``$(command)`` stays as it is: nothing is run or looked up. Raises
    :class:`AjoError` AJO811 for what is not closed, and for commands written for Windows.
    """
    if _CARET.search(text):
        fix = 'Copy it as "cURL (bash)", or put its parts in single quotes.'
        raise _unreadable("it is written for the command prompt of Windows (^)", fix)
    return _Splitter(text.replace("\r\n", "\n")).split()


def _unreadable(message: str, fix: str = "") -> AjoError:
    return AjoError("AJO811", f"the command can't be read: {message}", fix=fix)


@dataclass(slots=True)
class _Splitter:
    text: str
    at: int = 0
    words: list[str] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    in_word: bool = False

    def split(self) -> Words:
        while self.at < len(self.text):
            character = self.text[self.at]
            if character.isspace():
                self._end_word()
                if character == "\n" and self.words:
                    return Words(tuple(self.words), bool(self.text[self.at :].strip()))
                self.at += 1
            elif character == "#" and not self.in_word:
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            elif _OPERATOR.match(self.text, self.at):
                self._end_word()
                return Words(tuple(self.words), more=True)
            else:
                self._take(character)
        self._end_word()
        return Words(tuple(self.words), more=False)

    def _end_word(self) -> None:
        if self.in_word:
            self.words.append("".join(self.word))
        self.word.clear()
        self.in_word = False

    def _add(self, piece: str) -> None:
        self.word.append(piece)
        self.in_word = True

    def _take(self, character: str) -> None:
        if character == "&":
            raise _unreadable("a shell ends a command at &", "Put the URL in single quotes.")
        readers: dict[str, Callable[[], None]] = {
            "'": self._single,
            '"': self._double,
            "\\": self._escape,
            "$": self._dollar,
            "`": self._backticks,
        }
        readers.get(character, self._plain)()

    def _plain(self) -> None:
        match = _PLAIN.match(self.text, self.at)
        end = match.end() if match else self.at + 1
        self._add(self.text[self.at : end])
        self.at = end

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise _unreadable("a single quote is not closed")
        self._add(self.text[self.at + 1 : end])
        self.at = end + 1

    def _escape(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following != "\n":
            self._add(following)
        self.at += 2

    def _double(self) -> None:
        self.at += 1
        self._add("")
        while True:
            character = self.text[self.at : self.at + 1]
            if not character:
                raise _unreadable("a double quote is not closed")
            if character == '"':
                self.at += 1
                return
            self._take_quoted(character)

    def _take_quoted(self, character: str) -> None:
        if character == "\\":
            following = self.text[self.at + 1 : self.at + 2]
            kept = "" if following == "\n" else following if following in '"\\$`' else "\\" + following
            self._add(kept)
            self.at += 2
        elif character == "$":
            self._reference()
        elif character == "`":
            self._backticks()
        else:
            self._add(character)
            self.at += 1

    def _dollar(self) -> None:
        quoted = _ANSI_QUOTED.match(self.text, self.at)
        if quoted:
            self._add(_ANSI.sub(_unescaped, quoted[1]))
            self.at = quoted.end()
        elif self.text.startswith("$'", self.at):
            raise _unreadable("$' is not closed")
        else:
            self._reference()

    def _reference(self) -> None:
        variable = _VARIABLE.match(self.text, self.at)
        if variable:
            self._add("${" + (variable[1] or variable[2]) + "}")
            self.at = variable.end()
        elif self.text.startswith("$(", self.at):
            end = _closing(self.text, self.at + 1)
            self._add(self.text[self.at : end])
            self.at = end
        else:
            self._add("$")
            self.at += 1

    def _backticks(self) -> None:
        end = self.text.find("`", self.at + 1)
        if end < 0:
            raise _unreadable("a backtick is not closed")
        self._add(self.text[self.at : end + 1])
        self.at = end + 1


def _closing(text: str, opening: int) -> int:
    """Return where the parenthesis at `opening` has been closed."""
    depth = 0
    for position in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1
    raise _unreadable("$( is not closed")


def _unescaped(match: re.Match[str]) -> str:
    number = match["hex"] or match["short"] or match["long"]
    if number or match["octal"]:
        code = int(number, 16) if number else int(match["octal"], 8) & 0xFF
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise _unreadable("$'..' holds a character that does not exist")
        return chr(code)
    return _ANSI_LETTERS.get(match["other"], match["other"])

"""Where things stand in a JSON text: pointer to line and column, worked out only when a finding asks."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.core.canonical import MAX_DEPTH, MAX_NUMBER_DIGITS, DecimalLiteral
from toolkit.core.pointer import Path

_TOKEN = re.compile(
    r'[ \t\r\n]*+(?:(?P<mark>[{}\[\]:,])|(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+")'
    r'|(?P<word>[^\s{}\[\]:,"]++))',
    re.DOTALL,
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Irregularity:
    """Something that is JSON by its grammar but not acceptable: a code, a message, and where."""

    code: str
    path: Path
    message: str
    position: Position


class SourceMap:
    """Positions of every key and value of one JSON text, and what is irregular in it.

    Reads any text, valid or not, without recursion: what follows a syntax error simply has no position. Takes
    a fixed amount of memory per value, however deep it stands.
    """

    def __init__(self, text: str) -> None:
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._tree = _Tree()
        reader = _Reader(self._tree)
        position = 0
        while not reader.too_deep and (token := _TOKEN.match(text, position)):
            reader.take(token)
            position = token.end()

    def value(self, path: Path) -> Position:
        """Return where the value at `path` begins, or the nearest value around it."""
        node = self._tree.nearest(path)[0]
        while node and node not in self._tree.values:
            node = self._tree.parents[node][0]
        return self._position(self._tree.values.get(node, 0))

    def key(self, path: Path) -> Position:
        """Return where the key of a member stands; for anything else its value."""
        node, is_exact = self._tree.nearest(path)
        if is_exact and node in self._tree.keys:
            return self._position(self._tree.keys[node])
        return self.value(path)

    def irregularities(self) -> Iterator[Irregularity]:
        """Yield repeated keys, numbers that can't be carried, lone surrogates, nesting beyond the limit."""
        for code, node, message, offset in self._tree.irregular:
            yield Irregularity(code, self._tree.path(node), message, self._position(offset))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)


class _Tree:
    """The values of a text as numbered nodes; 0 is the document. Offsets are kept by node."""

    def __init__(self) -> None:
        self.parents: list[tuple[int, str | int]] = [(0, "")]
        self.children: dict[tuple[int, str | int], int] = {}
        self.values: dict[int, int] = {}
        self.keys: dict[int, int] = {}
        self.irregular: list[tuple[str, int, str, int]] = []

    def child(self, parent: int, part: str | int) -> int:
        """Return the node at `part` of `parent`, made if need be."""
        node = self.children.get((parent, part))
        if node is None:
            node = self.children[parent, part] = len(self.parents)
            self.parents.append((parent, part))
        return node

    def nearest(self, path: Path) -> tuple[int, bool]:
        """Return the node at `path` or the innermost one around it, and whether it is the one asked for."""
        node = 0
        for part in path:
            inner = self.children.get((node, part))
            if inner is None:
                return node, False
            node = inner
        return node, True

    def path(self, node: int) -> Path:
        """Return the path of a node."""
        parts: list[str | int] = []
        while node:
            node, part = self.parents[node]
            parts.append(part)
        return tuple(reversed(parts))


class _Reader:
    """Follows the tokens of a text; `stack` holds the open containers, lists with the index they are at."""

    def __init__(self, tree: _Tree) -> None:
        self.tree = tree
        self.stack: list[tuple[int, int | None]] = []
        self.current = 0
        self.expects_key = False
        self.too_deep = False

    def take(self, token: re.Match[str]) -> None:
        mark = token["mark"]
        if mark in ("{", "["):
            self._open(mark, token.start("mark"))
        elif mark in ("}", "]"):
            if self.stack:
                self.current = self.stack.pop()[0]
            self.expects_key = False
        elif mark == ",":
            self._next()
        elif mark == ":":
            self.expects_key = False
        elif token["text"] is not None:
            self._text(token["text"], token.start("text"))
        elif token["word"] is not None:
            self._word(token["word"], token.start("word"))

    def _complain(self, code: str, message: str, offset: int) -> None:
        self.tree.irregular.append((code, self.current, message, offset))

    def _open(self, mark: str, offset: int) -> None:
        self.tree.values.setdefault(self.current, offset)
        if len(self.stack) >= MAX_DEPTH:
            self._complain("AJO005", f"nested deeper than {MAX_DEPTH} levels", offset)
            self.too_deep = True
        is_list = mark == "["
        self.stack.append((self.current, 0 if is_list else None))
        self.expects_key = not is_list
        if is_list:
            self.current = self.tree.child(self.current, 0)

    def _next(self) -> None:
        if not self.stack:
            return
        container, index = self.stack[-1]
        if index is None:
            self.current, self.expects_key = container, True
        else:
            self.stack[-1] = (container, index + 1)
            self.current = self.tree.child(container, index + 1)

    def _text(self, literal: str, offset: int) -> None:
        try:
            text = str(json.loads(literal, strict=False))
        except ValueError:
            text = literal
        half_a_pair = _SURROGATE.search(text)
        if half_a_pair:
            text = text.encode("utf-8", "backslashreplace").decode("utf-8")
        if self.expects_key and self.stack:
            self.current = self.tree.child(self.stack[-1][0], text)
            if self.current in self.tree.keys:
                self._complain("AJO003", f'the key "{_shown(text)}" stands here a second time', offset)
            self.tree.keys.setdefault(self.current, offset)
        else:
            self.tree.values.setdefault(self.current, offset)
        if half_a_pair:
            self._complain("AJO007", "half of a surrogate pair", offset)

    def _word(self, word: str, offset: int) -> None:
        self.tree.values.setdefault(self.current, offset)
        reason = _irregular_number(word)
        if reason:
            self._complain("AJO006", reason, offset)


def _irregular_number(word: str) -> str:
    if word in ("NaN", "Infinity", "-Infinity"):
        return f"{word} is not a JSON number"
    if word == "-0":
        return "-0 is not an integer the platform knows; write 0"
    if not _NUMBER.match(word):
        return ""
    if len(word) > MAX_NUMBER_DIGITS:
        return f"a number of {len(word)} characters; at most {MAX_NUMBER_DIGITS} can be carried"
    try:
        DecimalLiteral(word)
    except ArithmeticError:
        return "a number with an exponent beyond any use"
    return ""


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."

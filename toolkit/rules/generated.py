"""Text that nobody made up: keys out of a generator, by the look of their characters (AJO255).

A random key changes between small letters, capitals and digits at nearly every other character, a name that
people made only where words meet. What only looks random is left out: UUIDs and ULIDs, URLs, text that is
base64 or hexadecimal of readable text, sequences and repetitions. How well that
goes is measured in ``tests/rules/test_generated.py``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import pairwise

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import all_texts, soup
from toolkit.rules.reading import literals
from toolkit.rules.rule import ALL_KINDS, Remark, Rule
from toolkit.rules.secrets import is_credential_place, known_token
from toolkit.rules.trait import Trait

_SHORTEST, _SHORTEST_OF_ONE_CASE, _SHORTEST_HEX = 22, 25, 32
_LONG = 200
"""Characters from which on it pays to look only at words that are long enough."""

_LEAST_CHANGES, _LEAST_CHANGES_OF_ONE_CASE = 0.4, 0.22
_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{22,}")
_DIGIT = re.compile("[0-9]")
_SIGNS = str.maketrans("", "", "+/_-")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_IDENTIFIERS = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25})"
    r"(?![A-Za-z0-9])"
)
_NAMES_OF_IDENTIFIERS = ("id", "ids", "identifier", "uuid", "guid", "ouid", "template", "etag")
_NAMES_OF_DIGESTS = ("checksum", "commit", "digest", "hash", "md5", "revision", "sha1", "sha256")
_ELSEWHERE: frozenset[Path] = frozenset(
    {("$schema",), ("endpoint", "url"), ("authentication", "endpoint"), ("authentication", "aud")}
)


def looks_generated(text: str) -> bool:
    """Tell whether a text holds what looks like a random key of at least 22 characters."""
    if len(text) < _SHORTEST:
        return False
    if len(text) > _LONG:
        text = " ".join(word for word in text.split() if len(word) >= _SHORTEST)
    if not any(map(_is_random, _RUN.findall(text))):
        return False
    rest = _IDENTIFIERS.sub(" ", _URL.sub(" ", text))
    return any(map(_is_random, _RUN.findall(rest)))


def _is_random(run: str) -> bool:
    if not _DIGIT.search(run):
        return False
    word = run.translate(_SIGNS)
    if _HEX.fullmatch(word):
        is_long = len(word) >= _SHORTEST_HEX and not word.isdigit()
        return is_long and not _is_regular(word) and not _is_readable(_from_hex(word))
    one_case = word == word.lower() or word == word.upper()
    shortest, least = (
        (_SHORTEST_OF_ONE_CASE, _LEAST_CHANGES_OF_ONE_CASE) if one_case else (_SHORTEST, _LEAST_CHANGES)
    )
    if len(word) < shortest or word.isdigit() or _changes(word) < least:
        return False
    return not _is_regular(word) and not _is_readable(_from_base64(run))


def _changes(word: str) -> float:
    """Return how often the next character is of another class: small letter, capital, digit."""
    classes = ["0" if character.isdigit() else "a" if character.islower() else "A" for character in word]
    return sum(one != other for one, other in pairwise(classes)) / (len(word) - 1)


def _is_regular(word: str) -> bool:
    """Tell whether a word repeats itself or counts up or down, as examples do."""
    triples = {word[index : index + 3] for index in range(len(word) - 2)}
    if len(triples) < 0.8 * (len(word) - 2):
        return True
    return any(_steps(word, word[distance:]) > len(word) / 3 for distance in (1, 2))


def _steps(word: str, later: str) -> int:
    return sum(abs(ord(one) - ord(other)) == 1 for one, other in zip(word, later, strict=False))


def _from_hex(word: str) -> bytes:
    return bytes.fromhex(word[: len(word) // 2 * 2])


def _from_base64(run: str) -> bytes:
    text = run.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except binascii.Error:
        return b""


def _is_readable(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return bool(text) and text.isprintable()


def _generated(definition: Definition) -> Iterator[Remark]:
    if not any(map(looks_generated, soup(definition))):
        return
    for path, text in all_texts(definition):
        if path in _ELSEWHERE or path[:2] == ("lifecycle", "links") or _names_no_key(path):
            continue
        if is_credential_place(path) or known_token(text):
            continue
        if any(map(looks_generated, literals(text))):
            yield Remark(path, "the text holds characters that look generated, as a key's or a token's do")


def _names_no_key(path: Path) -> bool:
    """Tell whether a field is an identifier or a digest by its name; those are random, and no secrets."""
    name = next((part for part in reversed(path) if isinstance(part, str) and not part.startswith("$")), "")
    letters = "".join(character for character in name.lower() if character.isalnum())
    return letters.endswith(_NAMES_OF_IDENTIFIERS + _NAMES_OF_DIGESTS) or letters == "xapikey"


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO255",
        severity=Severity.WARNING,
        summary="No text looks like a generated key.",
        why="Twenty-two characters and more in which small letters, capitals and digits change all the "
        "time, or thirty-two random hexadecimal ones, come out of a generator: most often they are a "
        "credential. UUIDs, URLs, and fields whose names say that they hold an identifier or a digest are "
        "left in peace.",
        fix="Write ${secret:path/name} where a secret may stand, and change the key at the vendor if it was "
        "committed; ignore this if it is public.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_generated,
        needs=frozenset({Trait.GENERATED, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/headers/X-Tenant": "9f86d081884c7d659a2feaa0c55ad015"}),
        right=Example("action", {"/endpoint/headers/X-Tenant": "9f86d081-884c-4d65-9a2f-eaa0c55ad015"}),
    ),
)

"""Bends files at random: their bytes, and definitions in their structure. One seed, one sequence."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

from toolkit.core.canonical import DecimalLiteral, dump_json, parse_json

TOKENS: tuple[bytes, ...] = (
    *(b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\n", b"\r", b" ", b"\t"),
    *(b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"#", b"%", b"&", b"*", b"!", b"$", b"@", b"|"),
    *(b"-0", b"0", b"1e999", b"9" * 30, b"NaN", b"Infinity", b"null", b"true", b"\\ud800", b"\\u0000"),
    *(b"[" * 80, b'{"a":' * 80, b'"$variable"', b'"$items"', b'"$constant"', b'"$type"', b"${", b"$${"),
    *(b"${secret:x}", b"${host}", b"${secret:a/b@c}", b"EncodeBase64(", b"json://", b"https://", b"../"),
    *(b"xoxb-", b"eyJ", b"INSERT SECRET HERE", b"$(", b"$'", b"<<: ", b"&a ", b"*a", b"!!python/", b'"""'),
)
STRANGERS: tuple[Any, ...] = (
    *(None, True, 0, 1, -1, 401, 10**30, 2**53 + 1, "", "x", "$", "string", "POST", "basic", [], {}, [[1]]),
    *(
        DecimalLiteral("1.0"),
        DecimalLiteral("1e-999999"),
        DecimalLiteral("-0.0"),
        {"a": "string"},
        ["string"],
    ),
    *({"$variable": "L"}, {"$variable": "L", "$items": {}}, {"$constant": [], "$type": "listString"}),
    *({"$constant": "2026-02-30", "$type": "dateOnly"}, {"$x": 1}, {"": 1}, {"a\x00b": "string"}),
    *(
        "${host}",
        "${secret:a}",
        "${",
        "$${x}",
        "https://",
        "https://[::1]:99999/..;/%2e",
        "//@?#",
        "\x1b[31m",
    ),
    *(
        "a\nb",
        "\u202e\u200b",
        "\U0001f600",
        "x" * 5_000,
        "EncodeBase64(EncodeBase64())",
        "0x7f.1",
        "*",
        "https://*",
    ),
)
KEYS: tuple[str, ...] = (
    *("x", "", "$", "$x", "$variable", "$type", "$items", "$constant", "$optional", "a.b", "\x00", "type"),
    *("url", "authentication", "request", "response", "lifecycle", "targets", "Authorization", "x" * 300),
)
LARGEST = 60_000
"""Bytes of a bent file; the sizes beyond have tests of their own."""


def bent(random: Random, files: Sequence[bytes]) -> bytes:
    """Return one of `files` with one to six of its parts changed."""
    content = random.choice(files)
    if random.random() < 0.6:
        content = _bent_structure(random, content, files)
    if random.random() < 0.5:
        for _ in range(random.choice((1, 1, 2, 3))):
            content = _bent_bytes(random, content, files)
    return content[:LARGEST]


def _bent_bytes(random: Random, content: bytes, files: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(content))
    gone = random.choice((0, 0, 1, 1, 2, 8, 200))
    match random.randrange(6):
        case 0:
            return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
        case 1:
            other = random.choice(files)
            start = random.randint(0, len(other))
            return content[:at] + other[start : start + random.choice((5, 50, 500))] + content[at + gone :]
        case 2:
            piece = content[at : at + random.choice((1, 10, 100))]
            return content[:at] + piece * random.choice((2, 3, 50)) + content[at + len(piece) :]
        case 3 if random.random() < 0.1:
            return content[:at]
        case _:
            return content[:at] + random.choice(TOKENS) + content[at + gone :]


def _bent_structure(random: Random, content: bytes, files: Sequence[bytes]) -> bytes:
    document = _parsed(content)
    if document is None:
        return content
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = _places(document) if isinstance(document, (dict, list)) else []
        if places:
            _bend(random, document, *random.choice(places), lambda: _parsed(random.choice(files)))
    return dump_json(document).encode("utf-8")


def _parsed(content: bytes) -> Any:
    try:
        return parse_json(content.decode("utf-8"))
    except ValueError:
        return None


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every value inside `value` as its container and its key or index."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, member in items:
            found.append((container, key))
            if isinstance(member, (dict, list)):
                waiting.append(member)
    return found


def _bend(random: Random, document: Any, parent: Any, key: Any, other: Any) -> None:
    """Change what stands at `key` of `parent`, a container somewhere in `document`."""
    value = parent[key]
    match random.randrange(9):
        case 0:
            del parent[key]
        case 1 if isinstance(parent, dict):
            members = [
                (random.choice(KEYS) if name == key else name, inner) for name, inner in parent.items()
            ]
            parent.clear()
            parent.update(members)
        case 2:
            parent[key] = _somewhere(random, document)
        case 3 if isinstance(value, dict):
            value[random.choice(KEYS)] = copy.deepcopy(random.choice(STRANGERS))
        case 4 if isinstance(value, (list, str)):
            parent[key] = value * random.choice((0, 2, 3))
        case 5 if isinstance(value, str):
            parent[key] = _bent_text(random, value)
        case 6:
            parent[key] = _wrapped(random, value)
        case 7:
            parent[key] = _somewhere(random, other())
        case _:
            parent[key] = copy.deepcopy(random.choice(STRANGERS))


def _somewhere(random: Random, document: Any) -> Any:
    found = _places(document) if isinstance(document, (dict, list)) else []
    container, key = random.choice(found) if found else ([None], 0)
    return copy.deepcopy(container[key])


def _bent_text(random: Random, text: str) -> str:
    at = random.randint(0, len(text))
    piece = random.choice(STRANGERS)
    return text[:at] + (piece if isinstance(piece, str) else "*") + text[at + 1 :]


def _wrapped(random: Random, value: Any) -> Any:
    for _ in range(random.choice((1, 2, 70))):
        value = [value] if random.random() < 0.5 else {"a": value}
    return value

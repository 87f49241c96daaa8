"""A target's values put into one definition, and what is wrong with them there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import unquote

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Problem, few_alike
from toolkit.core.pointer import Path
from toolkit.model.document import fill_document, references, to_document, with_texts
from toolkit.model.kinds import Definition, parse_definition
from toolkit.model.text import Part, ValueRef, parse_text, write_parts
from toolkit.workspace.read import MAX_FILE_BYTES

MAX_COMPARED = 1000
"""Names among which the nearest one is looked for."""

_HOST_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
_PATH_VALUE = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]+\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_URLS: frozenset[Path] = frozenset(
    {("endpoint", "url"), ("authentication", "endpoint"), ("url",), ("urlPattern",)}
)


class ValuePlace(NamedTuple):
    """A text that refers to values of the target; `wheres` are parts of a URL, empty elsewhere."""

    path: Path
    parts: tuple[Part, ...]
    names: tuple[str, ...]
    wheres: tuple[str, ...]


class Filling(NamedTuple):
    """A filled definition, None where it is none, with what is wrong, and the texts that were filled in."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    texts: Mapping[Path, str]


def value_places(definition: Definition) -> tuple[ValuePlace, ...]:
    """Return the texts of a definition that a target's values are filled into."""
    return value_places_of(references(definition))


def value_places_of(texts: Iterable[tuple[Path, str]]) -> tuple[ValuePlace, ...]:
    """Return those of the texts with references that refer to values."""
    found = []
    for path, text in texts:
        parts = parse_text(text)
        names = tuple([part.name for part in parts if type(part) is ValueRef])
        if names:
            found.append(ValuePlace(path, parts, names, _wheres(path, parts)))
    return tuple(found)


def fill_definition(
    definition: Definition, places: Sequence[ValuePlace], target: str, values: Mapping[str, str]
) -> Filling:
    """Fill a target's values into all `places` of a definition."""
    texts, problems = filled_texts(places, target, values)
    if problems:
        return Filling(None, problems, texts)
    if all(texts.values()):
        return Filling(with_texts(definition, texts) if texts else definition, (), texts)
    # A text that became empty may stand where there has to be one.
    parsed = parse_definition(fill_document(definition.kind, to_document(definition), values))
    problems = tuple(
        Problem(found.code, found.path, f"{found.message} (with the values of target {target})", found.fix)
        for found in parsed.problems
    )
    return Filling(parsed.definition, problems, texts)


def filled_texts(
    places: Sequence[ValuePlace], target: str, values: Mapping[str, str]
) -> tuple[Mapping[Path, str], tuple[Problem, ...]]:
    """Return the texts of all `places` with a target's values in them, or what is wrong with the values."""
    if _outgrows(places, values):
        message = f'the values of target "{target}" make more than {MAX_FILE_BYTES} characters of it'
        fix = "Give shorter values, or use them less often."
        return {}, (Problem("AJO306", (), message, fix),)
    wrong = [found for place in places for found in _wrong_values(place, values)]
    if wrong:
        make = partial(_problem, target=target, values=values)
        return {}, few_alike(wrong, code=attrgetter("code"), make=make)
    return {place.path: _filled(place.parts, values) for place in places}, ()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return which of the known names is nearly the same, capital letters aside; empty when none is.

    Among very many nobody looks: each takes a comparison.
    """
    known = set(known)
    if len(known) > MAX_COMPARED:
        return ""
    by_letters = {candidate.lower(): candidate for candidate in sorted(known)}
    close = difflib.get_close_matches(name.lower(), by_letters, n=1, cutoff=0.75)
    return by_letters[close[0]] if close else ""


def _outgrows(places: Sequence[ValuePlace], values: Mapping[str, str]) -> bool:
    """Tell whether values alone are longer, all their uses together, than a definition may be."""
    length = 0
    for place in places:
        for name in place.names:
            length += len(values.get(name, ""))
    return length > MAX_FILE_BYTES


def _filled(parts: tuple[Part, ...], values: Mapping[str, str]) -> str:
    filled = [values[part.name] if type(part) is ValueRef else part for part in parts]
    whole = "".join(map(str, filled))
    return whole if "$" not in whole else write_parts(filled)


class _Wrong(NamedTuple):
    """A value that is missing, or the reason why it can't stand at `path`."""

    code: str
    path: Path
    name: str
    reason: str = ""


def _wrong_values(place: ValuePlace, values: Mapping[str, str]) -> Iterator[_Wrong]:
    for name, where in zip(place.names, place.wheres, strict=True):
        if name not in values:
            yield _Wrong("AJO304", place.path, name)
        elif reason := _why_not(where, values[name]):
            yield _Wrong("AJO306", place.path, name, reason)


def _wheres(path: Path, parts: tuple[Part, ...]) -> tuple[str, ...]:
    where, found = "scheme" if path in _URLS else "", []
    for part in parts:
        if type(part) is ValueRef:
            found.append(where)
        elif where and isinstance(part, str):
            where = _place_after(where, part)
    return tuple(found)


def _problem(found: _Wrong, target: str, values: Mapping[str, str]) -> Problem:
    if found.reason:
        message = f'the value "{found.name}" of target "{target}" {found.reason}'
        return Problem(found.code, found.path, message, CODES[found.code].fix)
    close = nearest(found.name, values)
    hint = f'; did you mean "{close}"?' if close else ""
    message = f'target "{target}" has no value "{found.name}"{hint}'
    fix = f'Add {found.name} = "…" to [targets.{target}.values] in the settings.'
    return Problem(found.code, found.path, message, fix)


def _place_after(where: str, text: str) -> str:
    """Return in which part of a URL one is after `text`: its scheme, host or path."""
    if where == "scheme":
        _, separator, text = text.partition("://")
        if not separator:
            return where
    return "path" if where == "path" or "/" in text else "host"


@lru_cache(4_096)
def _why_not(where: str, value: str) -> str:
    """Say why a value can't stand in a part of a URL, or elsewhere; a URL's parts keep their borders."""
    if _CONTROL.search(value):
        return "holds a control character"
    if not where:
        return ""
    if where == "scheme":
        return "stands before ://; write the scheme in the definition"
    if where == "host":
        return (
            ""
            if _HOST_VALUE.match(value)
            else "stands in a host name: letters, digits, dots and hyphens only"
        )
    decoded = unquote(value)
    if not _PATH_VALUE.match(value) or decoded in (".", "..") or {"/", "\\"} & set(decoded):
        return "stands in a URL's path: one segment, without /, ?, #, spaces"
    return ""

"""A target's values put into one definition, and what is wrong with them there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from toolkit.core.codes import CODES
from toolkit.core.diagnostics import Problem
from toolkit.core.pointer import Path
from toolkit.model.document import fill_document, references, to_document, with_texts
from toolkit.model.kinds import Definition, parse_definition
from toolkit.model.text import Part, ValueRef, parse_text, write_parts

_HOST_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
_PATH_VALUE = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]+\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_URLS: frozenset[Path] = frozenset(
    {("endpoint", "url"), ("authentication", "endpoint"), ("url",), ("urlPattern",)}
)


class ValuePlace(NamedTuple):
    """A text that refers to values of the target."""

    path: Path
    parts: tuple[Part, ...]
    names: tuple[str, ...]


class Filling(NamedTuple):
    """A filled definition, None where it is none, with what is wrong, and the texts that were filled in."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    texts: Mapping[Path, str]


def value_places(definition: Definition) -> tuple[ValuePlace, ...]:
    """Return the texts of a definition that a target's values are filled into."""
    found = []
    for path, text in references(definition):
        parts = parse_text(text)
        names = tuple(part.name for part in parts if isinstance(part, ValueRef))
        if names:
            found.append(ValuePlace(path, parts, names))
    return tuple(found)


def fill_definition(
    definition: Definition, places: Sequence[ValuePlace], target: str, values: Mapping[str, str]
) -> Filling:
    """Fill a target's values into all `places` of a definition."""
    problems = tuple(problem for place in places for problem in _wrong_values(place, target, values))
    if problems:
        return Filling(None, problems, {})
    texts = {place.path: _filled(place.parts, values) for place in places}
    if all(texts.values()):
        return Filling(with_texts(definition, texts) if texts else definition, (), texts)
    # A text that became empty may stand where there has to be one.
    parsed = parse_definition(fill_document(definition.kind, to_document(definition), values))
    problems = tuple(
        Problem(found.code, found.path, f"{found.message} (with the values of target {target})", found.fix)
        for found in parsed.problems
    )
    return Filling(parsed.definition, problems, texts)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return which of the known names is nearly the same, capital letters aside; empty when none is."""
    by_letters = {candidate.lower(): candidate for candidate in sorted(known)}
    close = difflib.get_close_matches(name.lower(), by_letters, n=1, cutoff=0.75)
    return by_letters[close[0]] if close else ""


def _filled(parts: tuple[Part, ...], values: Mapping[str, str]) -> str:
    return write_parts(values[part.name] if isinstance(part, ValueRef) else part for part in parts)


def _wrong_values(place: ValuePlace, target: str, values: Mapping[str, str]) -> Iterator[Problem]:
    before = ""
    for part in place.parts:
        if isinstance(part, ValueRef):
            reason = _why_not(place.path, before, part.name, values)
            if part.name not in values:
                close = nearest(part.name, values)
                hint = f'; did you mean "{close}"?' if close else ""
                message = f'target "{target}" has no value "{part.name}"{hint}'
                fix = f'Add {part.name} = "…" to [targets.{target}.values] in the settings.'
                yield Problem("AJO304", place.path, message, fix)
            elif reason:
                message = f'the value "{part.name}" of target "{target}" {reason}'
                yield Problem("AJO306", place.path, message, CODES["AJO306"].fix)
        before += part if isinstance(part, str) else "x"


def _why_not(path: Path, before: str, name: str, values: Mapping[str, str]) -> str:
    """Say why a value can't stand where it is filled in; a URL's parts keep their borders."""
    value = values.get(name, "x")
    if _CONTROL.search(value):
        return "holds a control character"
    if path not in _URLS:
        return ""
    _, separator, rest = before.partition("://")
    if not separator:
        return "stands before ://; write the scheme in the definition"
    if "/" not in rest:
        return (
            ""
            if _HOST_VALUE.match(value)
            else "stands in a host name: letters, digits, dots and hyphens only"
        )
    decoded = unquote(value)
    if not _PATH_VALUE.match(value) or decoded in (".", "..") or {"/", "\\"} & set(decoded):
        return "stands in a URL's path: one segment, without /, ?, #, spaces"
    return ""

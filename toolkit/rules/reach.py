"""Which rules can change their mind when only some texts differ, as when values are filled in.

A rule that is not named here reads everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache

from toolkit.core.pointer import Path
from toolkit.rules import authentication, headers, limits, names, payload, token_requests, urls
from toolkit.rules.rule import Rule


class Area(Enum):
    """A part of a definition whose texts may refer to values."""

    URL = auto()
    HEADERS = auto()
    QUERY = auto()
    TOKEN_URL = auto()
    AUTHENTICATION = auto()
    REQUEST = auto()
    PATTERN = auto()


_PARAMETERS = frozenset({Area.HEADERS, Area.QUERY, Area.AUTHENTICATION})
_OF_THEME = (
    (names, frozenset[Area]()),
    (urls, frozenset({Area.URL, Area.TOKEN_URL})),
    (headers, _PARAMETERS),
    (payload, frozenset({Area.REQUEST})),
    (authentication, _PARAMETERS),
    (token_requests, _PARAMETERS | {Area.TOKEN_URL}),
    (limits, frozenset({Area.PATTERN})),
)
_READS = {rule.check: areas for theme, areas in _OF_THEME for rule in theme.RULES}
_EVERYTHING = frozenset(Area)
_PLACES: tuple[tuple[Path, Area], ...] = (
    (("endpoint", "url"), Area.URL),
    (("endpoint", "headers"), Area.HEADERS),
    (("endpoint", "query"), Area.QUERY),
    (("authentication", "endpoint"), Area.TOKEN_URL),
    (("authentication",), Area.AUTHENTICATION),
    (("request",), Area.REQUEST),
    (("url",), Area.PATTERN),
    (("urlPattern",), Area.PATTERN),
)


@lru_cache(4_096)
def areas_of(paths: tuple[Path, ...]) -> frozenset[Area]:
    """Return the parts of a definition that paths of texts with values lead into."""
    return frozenset(map(_area, paths))


def affected(rules: Iterable[Rule], areas: frozenset[Area]) -> tuple[Rule, ...]:
    """Return the rules that could find something else when only texts in `areas` differ."""
    return tuple(rule for rule in rules if not areas.isdisjoint(_READS.get(rule.check, _EVERYTHING)))


@lru_cache(64)
def _area_of(head: Path) -> Area:
    return next(area for place, area in _PLACES if head[: len(place)] == place)


def _area(path: Path) -> Area:
    return _area_of(path[:1] if path[0] == "request" else path[:2])

"""Which rules count, how much, and in which files: what a workspace's settings say about its findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from toolkit.core.diagnostics import Severity

EVERYTHING: Final = "ALL"
"""Selects every rule."""

_NOTHING: Final[Mapping[str, Severity]] = MappingProxyType({})
_WILDCARD = re.compile(r"\*\*/|\*\*|\*|\?")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def selects(selector: str, rule_id: str) -> bool:
    """Tell whether a selector, an id or what ids begin with or ``ALL``, stands for a rule."""
    return selector == EVERYTHING or rule_id.startswith(selector)


@dataclass(frozen=True, slots=True)
class PathChoice:
    """What holds for the files of a pattern alone."""

    pattern: str
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=lambda: _NOTHING)

    def covers(self, file: str) -> bool:
        """Tell whether a file, relative to the workspace's root, matches; a folder covers all inside it."""
        return _expression(self.pattern).fullmatch(file) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules count. Of several selectors for one rule the longest decides; ``ALL`` is the shortest."""

    select: tuple[str, ...] = (EVERYTHING,)
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=lambda: _NOTHING)
    per_path: tuple[PathChoice, ...] = ()

    def is_on(self, rule_id: str) -> bool:
        """Tell whether a rule is to be run at all; where both lists name it alike, it is ignored."""
        return _weight(self.select, rule_id) > _weight(self.ignore, rule_id)

    def severity_in(self, file: str, rule_id: str, usual: Severity) -> Severity | None:
        """Return how much a rule's finding in `file` matters, None where it is ignored.

        The last pattern that covers the file and names the rule decides before what holds everywhere.
        """
        here = [choice for choice in self.per_path if choice.covers(file)]
        if any(selects(selector, rule_id) for choice in here for selector in choice.ignore):
            return None
        for severity in (*(choice.severity for choice in reversed(here)), self.severity):
            found = _heaviest(severity, rule_id)
            if found is not None:
                return severity[found]
        return usual


def _heaviest(selectors: Iterable[str], rule_id: str) -> str | None:
    fitting = (selector for selector in selectors if selects(selector, rule_id))
    return max(fitting, key=lambda selector: _weight((selector,), rule_id), default=None)


def _weight(selectors: Iterable[str], rule_id: str) -> int:
    fitting = (selector for selector in selectors if selects(selector, rule_id))
    return max((0 if selector == EVERYTHING else len(selector) for selector in fitting), default=-1)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    """Translate a pattern: ``*`` stays in a folder, ``**`` does not, one without ``/`` is a file's name."""
    parts, position = [], 0
    for found in _WILDCARD.finditer(pattern):
        parts += [re.escape(pattern[position : found.start()]), _MEANING[found[0]]]
        position = found.end()
    body = "".join(parts) + re.escape(pattern[position:].removesuffix("/"))
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return re.compile(f"{anywhere}{body}(?:/.*)?", re.DOTALL)

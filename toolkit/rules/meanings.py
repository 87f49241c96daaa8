"""What every code means: the rules', and those that the tool prints outside its rules."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.codes import CODES, Exit
from toolkit.core.diagnostics import Severity
from toolkit.rules.registry import all_rules, rule


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code means and what to do; `severity`, `kinds`, `why` and `page` are known of rules alone."""

    code: str
    summary: str
    fix: str
    exit: Exit
    why: str = ""
    page: str = ""
    severity: Severity | None = None
    kinds: tuple[str, ...] = ()


def all_codes() -> tuple[str, ...]:
    """Return every code there is, in order."""
    return tuple(sorted([*CODES, *(each.id for each in all_rules())]))


def meaning(code: str) -> Meaning | None:
    """Return what `code` means, or None where it is no code of this tool."""
    found = rule(code)
    if found:
        leads_to = Exit.INVALID if found.severity is Severity.ERROR else Exit.DONE
        kinds = found.kinds
        return Meaning(code, found.summary, found.fix, leads_to, found.why, found.page, found.severity, kinds)
    known = CODES.get(code)
    return Meaning(code, known.meaning, known.fix, known.exit) if known else None

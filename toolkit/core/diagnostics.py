"""Findings: what is wrong, where, and what to do, as data that any report can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from toolkit.core.mends import Mend
from toolkit.core.pointer import Path, format_pointer

MAX_ALIKE = 100
"""Problems of one code that are told of one document: a faulty generator makes one mistake in every line."""


class Severity(StrEnum):
    """How much a finding matters: an error stops a sync, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong inside one document, before anybody knows which file it came from."""

    code: str
    path: Path
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    page: str = ""
    mend: Mend = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its place on disk.

    `file` is relative to the workspace's root, `line` and `column` count from 1 (0: the file as a whole),
    `page` is the documentation page the rule rests on, or empty where the rule is ours alone; `mend` is
    the change that would remove the finding, or empty where a person has to choose.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    path: Path
    message: str
    fix: str
    page: str = ""
    mend: Mend = ()

    @property
    def is_fixable(self) -> bool:
        """Whether ``ajo validate --fix`` knows what to do."""
        return bool(self.mend)

    @property
    def pointer(self) -> str:
        """The place inside the document as a JSON pointer."""
        return format_pointer(self.path)

    @property
    def place(self) -> str:
        """``file:line:column``, as editors and terminals make it clickable."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Found = TypeVar("Found")
Told = TypeVar("Told", Problem, Finding)


def few_alike(
    found: Iterable[Found], code: Callable[[Found], Hashable], make: Callable[[Found], Told]
) -> tuple[Told, ...]:
    """Make at most :data:`MAX_ALIKE` problems of each code, in order; the last says how many more there are.

    No code is lost, and so no error behind warnings.
    """
    told: list[Told] = []
    last: dict[Hashable, int] = {}
    counts: Counter[Hashable] = Counter()
    for item in found:
        name = code(item)
        counts[name] += 1
        if counts[name] <= MAX_ALIKE:
            last[name] = len(told)
            told.append(make(item))
    for name, count in counts.items():
        if count > MAX_ALIKE:
            final = told[last[name]]
            more = f"{final.message} (and {count - MAX_ALIKE:,} more like this, not listed)"
            told[last[name]] = replace(final, message=more)
    return tuple(told)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any of `findings` is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by file, then by place in it, so that two runs print the same."""
    return tuple(sorted(findings, key=lambda f: (f.file, f.line, f.column, f.code, f.message)))

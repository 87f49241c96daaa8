"""What became of an interface, as values: single changes, and what they come to for one definition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.core.diagnostics import Finding
from toolkit.core.pointer import Path
from toolkit.model.interface import address_of
from toolkit.plan.change_kinds import ChangeKind, Compatibility
from toolkit.plan.in_use import is_free_while_in_use


@dataclass(frozen=True, slots=True)
class InterfaceChange:
    """One change: its kind, where in the document, and what stood and stands there (empty for nothing)."""

    kind: ChangeKind
    path: Path
    before: str = ""
    after: str = ""

    @property
    def compatibility(self) -> Compatibility:
        """The class of the change."""
        return self.kind.rule.compatibility

    @property
    def address(self) -> str:
        """The place as people name it."""
        return address_of(self.path)

    @property
    def refused_in_use(self) -> bool:
        """Tell whether the platform refuses it while a journey uses the action (PF-ACT-13)."""
        return (
            self.kind.rule.subject != "limit"
            and self.kind is not ChangeKind.ACTION_ADDED
            and not is_free_while_in_use(self.path)
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """What became of one definition between two states; `changes` is empty when journeys see no difference.

    A file is empty where there is none; whatever a caller does not know may stay empty.
    """

    changes: tuple[InterfaceChange, ...]
    kind: str = ""
    name: str = ""
    old_file: str = ""
    new_file: str = ""

    @property
    def worst(self) -> Compatibility:
        """The class of the whole: that of its worst change."""
        return worst_of(self.changes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of definitions: what changed, how many did not, what could not be read in either."""

    old: str
    new: str
    assessments: tuple[Assessment, ...]
    unchanged: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def worst(self) -> Compatibility:
        """The class of the whole: that of its worst change."""
        return max((item.worst for item in self.assessments), default=Compatibility.SAFE)

    def count(self, compatibility: Compatibility) -> int:
        """Return how many definitions are of a class."""
        return sum(item.worst is compatibility for item in self.assessments)


def worst_of(changes: Iterable[InterfaceChange]) -> Compatibility:
    """Return the worst class among `changes`; safe when there are none."""
    return max((change.compatibility for change in changes), default=Compatibility.SAFE)

"""What a rule about several definitions is: it sees what one target gets, as facts, and points at a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.rules.examples import Example
from toolkit.rules.facts import Facts, Origin
from toolkit.rules.rule import LIMITS


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is known of a target; nothing where a workspace has none.

    `throttled_elsewhere` names the targets that are other production sandboxes of the same organisation and
    get a throttling too.
    """

    name: str = ""
    production: bool | None = None
    throttled_elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Together:
    """The definitions of one target, values filled in, in the order of their files.

    `is_whole` is false when some definition could not be read: then nothing can be said to be missing.
    """

    definitions: tuple[Facts, ...]
    target: TargetFacts = TargetFacts()
    is_whole: bool = True

    @cached_property
    def actions(self) -> tuple[Facts, ...]:
        """The custom actions; limits are for them alone (``configuration/external-systems.md``)."""
        return tuple(found for found in self.definitions if found.kind == "CustomAction")

    @cached_property
    def actions_by_origin(self) -> Mapping[Origin, tuple[Facts, ...]]:
        """The custom actions, by scheme and host."""
        return by_origin(self.actions)

    @cached_property
    def limits(self) -> tuple[Facts, ...]:
        """The cappings and throttlings."""
        return tuple(found for found in self.definitions if found.kind in LIMITS)

    @cached_property
    def action_limits(self) -> Mapping[Origin, tuple[Facts, ...]]:
        """The limits of calls by actions, by scheme and host."""
        return by_origin(found for found in self.limits if found.rate is not None)


def by_origin(found: Iterable[Facts]) -> dict[Origin, tuple[Facts, ...]]:
    """Group facts by scheme and host; those without a known URL are left out."""
    groups: dict[Origin, list[Facts]] = {}
    for facts in found:
        if facts.address is not None:
            groups.setdefault(facts.address.origin, []).append(facts)
    return {origin: tuple(members) for origin, members in groups.items()}


@dataclass(frozen=True, slots=True)
class PlacedRemark:
    """What a check found at `path` of `file`, and a way out where it beats the rule's own."""

    file: str
    path: Path
    message: str
    fix: str = ""


CrossCheck = Callable[[Together], Iterable[PlacedRemark]]
"""Looks at all definitions of a target; never raises."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Several definitions by file, and the target they are for: how such a rule shows wrong and right."""

    definitions: Mapping[str, Example]
    target: TargetFacts = TargetFacts()


@dataclass(frozen=True, slots=True)
class CrossRule:
    """One thing that can be wrong between definitions; the fields are those of a rule about one.

    The `wrong` scene has this finding and no other, the `right` one none. `kinds` are those of the files that
    it points at.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    fix: str
    page: str
    kinds: tuple[str, ...]
    check: CrossCheck = field(repr=False)
    wrong: Scene
    right: Scene

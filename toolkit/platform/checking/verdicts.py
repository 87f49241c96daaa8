"""What the sightings say of each assumed fact: the platform agrees, disagrees, or why it couldn't be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from toolkit.platform.checking import actions_seen, journeys_seen, service_seen
from toolkit.platform.checking.facts import ASSUMED, OUT_OF_SIGHT
from toolkit.platform.checking.opinion import Opinion
from toolkit.platform.checking.sightings import Sightings


class Verdict(StrEnum):
    """What is known of an assumed fact on this platform."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Judged:
    """One fact, the verdict about it, and what was seen, or why nothing could be."""

    fact: str
    belief: str
    verdict: Verdict
    seen: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a target found; `probe` names the throw-away action, if one was tried.

    `trouble` says why it could not be created and read, or was not tried. `leftovers` are throw-away actions
    that are still there, from this check or from one before it.
    """

    target: str
    organisation: str
    sandbox: str
    facts: tuple[Judged, ...]
    probe: str = ""
    trouble: str = ""
    leftovers: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """Return how many facts have a verdict."""
        return sum(fact.verdict is verdict for fact in self.facts)


CHECKS: Mapping[str, Callable[[Sightings], Opinion]] = MappingProxyType(
    {**service_seen.CHECKS, **journeys_seen.CHECKS, **actions_seen.CHECKS}
)
"""How each fact that can be looked at is judged."""


def judge(sightings: Sightings) -> tuple[Judged, ...]:
    """Return a verdict for every assumed fact, in the order of their page."""
    return tuple(_judged(fact, belief, sightings) for fact, belief in ASSUMED.items())


def _judged(fact: str, belief: str, sightings: Sightings) -> Judged:
    if fact in OUT_OF_SIGHT:
        return Judged(fact, belief, Verdict.UNTOLD, OUT_OF_SIGHT[fact])
    opinion = CHECKS[fact](sightings)
    verdict = {True: Verdict.AGREES, False: Verdict.DISAGREES, None: Verdict.UNTOLD}[opinion.holds]
    return Judged(fact, belief, verdict, opinion.seen)

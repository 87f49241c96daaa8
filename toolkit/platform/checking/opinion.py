"""What one check says: the fact holds, does not, or couldn't be told; and what was seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """`holds` is None where it couldn't be told; `seen` says what was seen, or why nothing was."""

    holds: bool | None
    seen: str


def holds(seen: str) -> Opinion:
    """Say that the platform agrees."""
    return Opinion(True, seen)


def fails(seen: str) -> Opinion:
    """Say that the platform disagrees."""
    return Opinion(False, seen)


def untold(why: str) -> Opinion:
    """Say that it couldn't be told."""
    return Opinion(None, why)


def judged_each(names: list[str], wrong: list[str], what: str) -> Opinion:
    """Return an opinion about many things: untold for none, else what is wrong with the first of them."""
    if not names:
        return untold(f"there is no {what} to look at")
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        return fails(f"{wrong[0]}{more}")
    return holds(f"{len(names)} of {len(names)} seen")

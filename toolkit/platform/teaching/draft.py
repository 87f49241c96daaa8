"""What has been found out so far, while a proposal is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from toolkit.platform.teaching.calls import Seen, Story
from toolkit.platform.teaching.har import Recording


@dataclass(frozen=True, slots=True)
class Part:
    """One proposed setting: its key in the table of the collection, and why."""

    key: str
    value: Any
    rests_on: tuple[int, ...]
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """What has been found so far."""

    recording: Recording
    story: Story
    base: str
    parts: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, key: str, value: Any, seen: list[Seen], doubts: list[str] | None = None) -> None:
        """Propose a setting with the calls that it rests on and what is unsure about it."""
        numbers = tuple(dict.fromkeys(each.call.number for each in seen))
        self.parts.append(Part(key, value, numbers, tuple(doubts or ())))

"""What is asked of a platform: one request, and what sending it again would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from toolkit.core.pointer import Path
from toolkit.core.redact import Secret

ABSENT = object()
"""Stands for the answer that there is no such element."""


class Effect(Enum):
    """What sending a request again would do: nothing, the same once more, or a second resource."""

    READ = "read"
    REPEATABLE = "repeatable"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Call:
    """One request below the base URL. `body` is JSON text, a secret because it may hold some.

    `may_be_absent`: the service's 404 is an answer, :data:`ABSENT`, and no error (PF-WRT-3), and so are the
    statuses in `absent`, whoever gives them. `base_url` stands for another one than the connection's.
    `places`: the service's codes about the element sent, each with the field of the comparable document.
    """

    method: str
    path: str
    effect: Effect = Effect.READ
    body: Secret | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)
    may_be_absent: bool = False
    absent: frozenset[int] = frozenset()
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str = ""

    def __str__(self) -> str:
        return f"{self.method} /{self.path}"

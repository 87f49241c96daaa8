"""What a rule is: one thing that can be wrong, why it matters, and an example of either side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Mend
from toolkit.core.pointer import Path
from toolkit.model.kinds import ACTION_KINDS, Definition
from toolkit.rules.examples import Example
from toolkit.rules.trait import Trait

CUSTOM: Final = ("CustomAction",)
CAMPAIGN: Final = ("CampaignAction",)
ACTIONS: Final = ACTION_KINDS
CAPPING: Final = ("EndpointConfig",)
LIMITS: Final = ("EndpointConfig", "ThrottlingConfig")
ALL_KINDS: Final = ACTIONS + LIMITS


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check found at `path`: what is wrong there, and a way out where it beats the rule's own.

    `mend` does what the way out says, where there is only one and it needs nobody's judgement.
    """

    path: Path
    message: str
    fix: str = ""
    mend: Mend = ()


Check = Callable[[Definition], Iterable[Remark]]
"""Looks at a definition, values filled in or not; never raises for one that the model accepts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong.

    `why` says what it rests on, `fix` what to do, `page` where the platform documents it (empty: ours alone),
    `kinds` what it looks at. The `wrong` example has this finding and no other, the `right` one none.
    A definition with none of the traits that it `needs` has no such finding; None: any may have.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    fix: str
    page: str
    kinds: tuple[str, ...]
    check: Check = field(repr=False)
    wrong: Example
    right: Example
    needs: frozenset[Trait] | None = None

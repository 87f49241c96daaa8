"""Secrets that are sent again although the platform hides what is live: which fields that writes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from toolkit.core.pointer import Path
from toolkit.model.catalog import Resource
from toolkit.model.text import secret_refs
from toolkit.plan.compatibility import locking
from toolkit.plan.in_use import is_free_while_in_use
from toolkit.plan.types import FieldChange, Resend, ResendReason, Verdict

WORDS = {Verdict.OURS: "ours", Verdict.THEIRS: "drifted", Verdict.CONFLICT: "in conflict"}


def with_resends(
    found: tuple[FieldChange, ...], live: Resource, resends: Sequence[Resend]
) -> tuple[tuple[FieldChange, ...], tuple[Resend, ...]]:
    """Return the changes, fields that hold a secret to be sent again as ours, and the secrets in question.

    A secret that another change sends anyway is in question no more.
    """
    chosen: dict[Path, None] = {}
    effective: list[Resend] = []
    for resend in resends:
        paths = list(_paths(found, live, resend))
        chosen |= dict.fromkeys(paths)
        effective.extend([resend] if paths else [])
    changes = tuple(
        replace(change, verdict=Verdict.OURS) if change.path in chosen else change for change in found
    )
    return changes, tuple(effective)


def _paths(found: Iterable[FieldChange], live: Resource, resend: Resend) -> Iterator[Path]:
    """Yield the hidden fields that hold a secret.

    In an action that journeys use, the platform takes no other header. Where it may be the same, such a field
    is left out, if that leaves any.
    """
    hidden = [change for change in found if change.verdict is Verdict.UNKNOWABLE and _holds(change, resend)]
    free = [change for change in hidden if is_free_while_in_use(change.path)]
    is_safe = resend.reason is ResendReason.CHANGED or not locking(live.remote)
    return (change.path for change in (hidden if is_safe or not free else free))


def _holds(change: FieldChange, resend: Resend) -> bool:
    desired = change.desired
    return isinstance(desired, str) and any(
        each.path == resend.reference.path for each in secret_refs(desired)
    )


def why_of(acts: Sequence[FieldChange], compared: Sequence[FieldChange], resends: Sequence[Resend]) -> str:
    """Say how many fields of an update differ, and which secrets it sends again for their own sake."""
    hidden = {change.path for change in compared if change.verdict is Verdict.UNKNOWABLE}
    differing = [change for change in acts if change.path not in hidden]
    parts = [_differing(differing)] if differing else []
    for reason, words in (
        (ResendReason.CHANGED, "changed since the last sync"),
        (ResendReason.ASKED, "asked for"),
    ):
        names = ", ".join(dict.fromkeys(str(each.reference) for each in resends if each.reason is reason))
        parts.extend([f"re-sent: {names} ({words})"] if names else [])
    return "; ".join(parts)


def _differing(acts: Sequence[FieldChange]) -> str:
    text = f"{len(acts)} field{'s' if len(acts) > 1 else ''} differ{'' if len(acts) > 1 else 's'}"
    counted = [(word, sum(change.verdict is verdict for change in acts)) for verdict, word in WORDS.items()]
    if counted[0][1] == len(acts):
        return text
    return f"{text}: {', '.join(f'{number} {word}' for word, number in counted if number)}"

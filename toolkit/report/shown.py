"""How single values are shown, the same in every format: short, on one line, harmless."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.core.pointer import format_path
from toolkit.model.text import MASKED
from toolkit.plan.assessment import worst_of
from toolkit.plan.change_kinds import Compatibility
from toolkit.plan.types import (
    ABSENT,
    EvidenceState,
    FieldChange,
    Kept,
    Plan,
    Step,
    StepKind,
    Unmanaged,
    Verdict,
)

MAX_SHOWN = 100
"""Characters of one value; the file has the rest."""

CONTEXT = 15
"""Characters shown before the place where two long texts begin to differ."""

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of what steers how text is shown: controls, invisible and direction marks, line ends."""

MARKS = {StepKind.CREATE: "+", StepKind.UPDATE: "~", StepKind.DELETE: "-"}
WHOSE = {Verdict.THEIRS: "drift", Verdict.CONFLICT: "conflict"}
"""How what somebody else changed since the base is marked."""

KIND_TITLES = {
    "CustomAction": "custom action",
    "CampaignAction": "Campaign action",
    "EndpointConfig": "capping",
    "ThrottlingConfig": "throttling",
}


def safe(text: str) -> str:
    """Return `text` on one line, with characters that steer a terminal or deceive a reader escaped."""
    if text.isprintable():
        return text
    return "".join(
        _escaped(character) if unicodedata.category(character) in _UNSAFE else character for character in text
    )


def _escaped(character: str) -> str:
    """Return a character as JSON escapes it: one above U+FFFF as a pair."""
    return json.dumps(character)[1:-1] if character > "\uffff" else f"\\u{ord(character):04x}"


def value(content: Any) -> str:
    """Return a field's value as compact JSON of at most :data:`MAX_SHOWN` characters."""
    if content is ABSENT:
        return "(nothing)"
    if content == MASKED:
        return "(hidden by the platform)"
    text = safe(dump_json(content, indent=None))
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def change(item: FieldChange) -> str:
    """Return one field's change as ``request.id: "a" → "b"``; long texts are shown from where they differ.

    What somebody else changed on the platform says so before it.
    """
    mark = f"[{WHOSE[item.verdict]}] " if item.verdict in WHOSE else ""
    return f"{mark}{safe(format_path(item.path))}: {' → '.join(both(item))}"


def staying(item: FieldChange) -> str:
    """Return one field that stays as it is live, with what the file says."""
    live, desired = both(item)
    return f"{safe(format_path(item.path))}: {live}, in the file {desired}"


def whose(step: Step) -> str:
    """Return how a step as a whole is marked: drift, conflict, or adopted; mostly nothing."""
    if step.adopted:
        return "adopted"
    return WHOSE.get(step.verdict, "")


def previously(step: Step) -> str:
    """Return the name before a rename, as ``, until now OldName``."""
    return f", until now {safe(step.previous.identity)}" if step.previous else ""


def kept_title(item: Kept) -> str:
    """Return what stays as it is, and why."""
    kind = safe(KIND_TITLES.get(item.key.kind, item.key.kind))
    return f"{WHOSE[item.verdict]} of {kind} {safe(item.resource.name)}; {safe(item.reason)}"


def both(item: FieldChange) -> tuple[str, str]:
    """Return the live and the desired value of a change."""
    return two(item.live, item.desired)


def two(live: Any, desired: Any) -> tuple[str, str]:
    """Return two values of one field; long texts from where they differ."""
    if isinstance(live, str) and isinstance(desired, str) and max(len(live), len(desired)) > MAX_SHOWN // 2:
        same = _shared(live, desired)
        if same > CONTEXT:
            return f"…{value(live[same - CONTEXT :])}", f"…{value(desired[same - CONTEXT :])}"
    return value(live), value(desired)


def impact(step: Step) -> tuple[Compatibility, list[str]]:
    """Return a step's class for the journeys that use the action, and the reasons where it is not safe."""
    reasons = []
    for item in step.impact:
        if item.compatibility is not Compatibility.SAFE:
            place = f" ({safe(item.address)})" if item.path else ""
            reasons.append(f"{item.kind.rule.what}{place}: {item.kind.rule.why}")
    return worst_of(step.impact), reasons


def exercised(step: Step) -> str:
    """Return what evidence a step has; nothing where none is demanded, or a block says what is wrong."""
    evidence = step.evidence
    if evidence is None:
        return ""
    if evidence.state is EvidenceState.UNNEEDED:
        return "none is needed, nothing differs of what is sent or read"
    if evidence.state is EvidenceState.FRESH and evidence.at is not None:
        return f"exercised on {evidence.at:%Y-%m-%d %H:%M} UTC ({evidence.file})"
    return ""


def title(step: Step) -> str:
    """Return what a step is about: kind and name."""
    return f"{safe(KIND_TITLES.get(step.key.kind, step.key.kind))} {safe(step.resource.name)}"


def counts(plan: Plan) -> str:
    """Return a plan in one sentence."""
    parts = [f"{plan.count(kind)} to {kind.value}" for kind in StepKind]
    rest = f"{len(plan.unchanged)} unchanged, {len(plan.unmanaged)} not managed here"
    kept = f", {len({item.key for item in plan.kept})} left as on the platform" if plan.kept else ""
    return f"{', '.join(parts)}; {rest}{kept}"


def by_reason(items: Iterable[Unmanaged]) -> Iterator[tuple[str, str]]:
    """Group what is not managed: each reason once, with the names it holds for."""
    in_order = sorted(items, key=lambda item: (item.reason, item.name))
    for reason, group in groupby(in_order, lambda item: item.reason):
        yield safe(reason), ", ".join(safe(item.name) for item in group)


def _shared(left: str, right: str) -> int:
    """Return how many characters two texts begin with in common."""
    pairs = zip(left, right, strict=False)
    return next((index for index, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(left), len(right)))


def plural(number: int, word: str) -> str:
    """Return ``1 error`` or ``2 errors``."""
    return f"{number} {word}{'' if number == 1 else 's'}"

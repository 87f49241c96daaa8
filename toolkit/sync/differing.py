"""In what a platform differs from a step, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.core.canonical import dump_json, same_json
from toolkit.core.pointer import format_path
from toolkit.model.catalog import Resource
from toolkit.plan.merge import compare
from toolkit.plan.types import ABSENT, FieldChange, Step, StepKind, Verdict

MAX_SHOWN = 100
"""Characters of a value in a message; the receipt has all of it."""


def differing(step: Step, found: Resource | None) -> list[str]:
    """Name the fields in which the platform differs from what was to be written."""
    if step.kind is StepKind.DELETE:
        return [] if found is None else ["it is still there"]
    if found is None:
        return ["it is not there"]
    changes = compare(step.resource.document, found.document)
    return [_both(change) for change in changes if change.verdict is not Verdict.UNKNOWABLE]


def _both(change: FieldChange) -> str:
    """Say what was written and what is there: somebody may have changed it at that very moment."""
    wanted, live = (_shown(value) for value in (change.desired, change.live))
    return f"{format_path(change.path)} is {live}, written was {wanted}"


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    text = dump_json(value, indent=None)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def fields_between(step: Step, found: Resource) -> Iterator[str]:
    """Name the fields that are live with another value than when the plan was made."""
    planned = {change.path: change.live for change in step.changes}
    now = {
        change.path: change.live
        for change in compare(step.resource.document, found.document)
        if change.verdict is not Verdict.UNKNOWABLE
    }
    for path in {**planned, **now}:
        if path not in planned or path not in now or not same_json(planned[path], now[path]):
            yield format_path(path)

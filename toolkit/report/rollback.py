"""A way back: the plan or the receipt of it, and what the files still say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.plan.types import Plan
from toolkit.report import data
from toolkit.report.markdown import bounded, code, plan_markdown, prose, receipt_markdown
from toolkit.report.shown import plural, safe
from toolkit.report.text import plan_text, receipt_text
from toolkit.sync.receipt import Receipt

MAX_NAMED = 10
"""Names of definitions that are listed; the plan has the rest."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is said besides the plan: the commit, what differs from it in the files, and the way out.

    `values` are those that were others then and count as they are now; `unknown` names whose steps ended
    nobody knows how, so that they are not undone.
    """

    shown: str
    commit: str
    differing: tuple[str, ...]
    values: tuple[str, ...]
    command: str
    unknown: tuple[str, ...] = ()


def rollback_text(head: Head, plan: Plan, receipt: Receipt | None, *, colour: bool = False) -> str:
    """Show the plan, or the receipt once there is one, and what is left to be done about the files."""
    shown = receipt_text(receipt, colour=colour) if receipt else plan_text(plan, colour=colour)
    lines = [f"Back to {safe(head.shown)}.", shown]
    lines += [safe(line) for line in _about_values(head)]
    if head.differing and head.command:
        lines += ["", safe(_left(head)), f"    {safe(head.command)}"]
    return "\n".join(lines)


def rollback_markdown(head: Head, plan: Plan, receipt: Receipt | None) -> str:
    """Show the same for a review."""
    shown = receipt_markdown(receipt) if receipt else plan_markdown(plan)
    lines = [f"### Back to {code(head.shown)}", "", shown]
    lines += [f"{prose(line)}\n" for line in _about_values(head)]
    if head.differing and head.command:
        lines += [prose(_left(head)), "", code(head.command)]
    return bounded(lines)


def rollback_data(head: Head, plan: Plan, receipt: Receipt | None) -> dict[str, Any]:
    """Return the same for machines; there is a receipt once the plan was carried out."""
    return {
        "format": "ajo-rollback",
        "version": 1,
        "revision": head.shown,
        "commit": head.commit,
        "plan": data.plan_data(plan),
        "receipt": data.receipt_data(receipt) if receipt else None,
        "filesDiffer": list(head.differing),
        "valuesOfNow": list(head.values),
        "unknown": list(head.unknown),
        "command": head.command or None,
    }


def _about_values(head: Head) -> list[str]:
    lines: list[str] = []
    if head.values:
        names = ", ".join(head.values)
        lines += ["", f"Values count as they are now; at that commit others were: {names} (--with-values)."]
    if head.unknown:
        names = ", ".join(head.unknown)
        lines += ["", f"Not undone, for nobody knows whether it was done: {names}. `ajo diff` shows what is."]
    return lines


def _left(head: Head) -> str:
    count = len(head.differing)
    more = ", …" if count > MAX_NAMED else ""
    names = ", ".join(head.differing[:MAX_NAMED]) + more
    differ = "differ" if count > 1 else "differs"
    return (
        f"The files still say something else ({plural(count, 'definition')} {differ}: {names}); "
        "the next sync brings that back. To take it out of the files:"
    )

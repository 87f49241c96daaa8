"""What a check of a target found, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.platform.checking.verdicts import Checked, Verdict
from toolkit.report.shown import plural, safe
from toolkit.report.text import paint

_COLOURS = {Verdict.AGREES: "green", Verdict.DISAGREES: "red", Verdict.UNTOLD: "yellow"}
_ORDER = (Verdict.DISAGREES, Verdict.AGREES, Verdict.UNTOLD)


def checked_text(checked: Checked, *, colour: bool) -> str:
    """Return a line per assumed fact with what was seen, disagreements first, and the count."""
    head = f"Target {checked.target}: sandbox {checked.sandbox} of {checked.organisation}"
    return "\n".join([safe(head), "", *_lines(checked, colour=colour), _summary(checked)]) + "\n"


def _lines(checked: Checked, *, colour: bool) -> Iterator[str]:
    for verdict in _ORDER:
        for fact in checked.facts:
            if fact.verdict is verdict:
                word = paint(f"{verdict:9}", _COLOURS[verdict], colour=colour)
                yield f"  {word} {fact.fact:9} {fact.belief}"
                yield f"      {safe(fact.seen)}"
    yield ""
    if checked.trouble and not checked.probe:
        yield f"No throw-away action was tried: {safe(checked.trouble)}."
    elif checked.trouble:
        yield f"The throw-away action {checked.probe} could not be created and read: {safe(checked.trouble)}."
    elif checked.probe:
        yield f"Tried with the throw-away action {checked.probe}."
    if checked.probe and not checked.leftovers:
        yield "It is gone."


def _summary(checked: Checked) -> str:
    agrees, disagrees, untold = (checked.count(verdict) for verdict in Verdict)
    facts = plural(len(checked.facts), "assumed fact")
    return f"{facts}: {agrees} agree, {disagrees} disagree, {untold} can't be told."


def checked_data(checked: Checked) -> dict[str, Any]:
    """Return the same as data."""
    return {
        "format": "ajo-target-check",
        "version": 1,
        "target": checked.target,
        "organisation": checked.organisation,
        "sandbox": checked.sandbox,
        "probe": checked.probe,
        "trouble": checked.trouble,
        "leftovers": list(checked.leftovers),
        "counts": {str(verdict): checked.count(verdict) for verdict in Verdict},
        "facts": [
            {"id": fact.fact, "belief": fact.belief, "verdict": str(fact.verdict), "seen": fact.seen}
            for fact in checked.facts
        ],
    }

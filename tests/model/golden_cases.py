"""How golden cases are judged: what a file of cases means is what `ajo test` makes of it."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.canonical import parse_json
from toolkit.exercise.cases import differences, play
from toolkit.model.cases import Cases
from toolkit.model.kinds import CustomAction, parse_definition


def golden_action(folder: Path) -> CustomAction:
    """Return the action that golden cases are of."""
    action = parse_definition(parse_json((folder / "action.json").read_text(encoding="utf-8"))).definition
    assert isinstance(action, CustomAction)
    return action


def judged(action: CustomAction, cases: Cases) -> dict[str, list[str]]:
    """Return where each case and the action differ, by the case's name."""

    def fill(text: str) -> str:
        return text.replace("${partnerHost}", "partner.example.com")

    return {
        case.name: [found.pointer for found in differences(case, play(action, case), fill)]
        for case in cases.cases
    }

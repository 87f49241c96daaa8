"""What the README and the page on exercising show is what the tool does."""

from __future__ import annotations

import json
import re
import shlex
import shutil

import pytest

from tests.cli.test_exercise import lead_to_stand_ins
from tests.scenarios.desk import REPOSITORY, Desk, Ran

PAGES = {name: (REPOSITORY / name).read_text(encoding="utf-8") for name in ("README.md", "docs/exercise.md")}
COMMANDS = [
    (name, command)
    for name, page in PAGES.items()
    for command in re.findall(r"^\$ ajo (exercise (?:Slack|Fcm)\w+ [^#\n]*)", page, re.MULTILINE)
]
SLACK = {"text": "A", "blocks": [{"text": {"text": "B"}}, {"text": {"text": "C"}}]}
FCM = {"message": {"token": "fGx:APA91b", "notification": {"title": "A", "body": "B"}}}


@pytest.fixture
def shipped(desk: Desk) -> Desk:
    """The shipped definitions at the stand-ins, and the files that the pages name."""
    shutil.rmtree(desk.root / "actions")
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions")
    (desk.root / "values.json").write_text(json.dumps(SLACK))
    (desk.root / "profiles.csv").write_text('text,"blocks[0].text.text","blocks[1].text.text"\nA,B,C\n')
    gone = {"message": {**FCM["message"], "token": "unregistered-1"}}
    (desk.root / "profiles.jsonl").write_text("\n".join(map(json.dumps, (gone, FCM))))
    return lead_to_stand_ins(desk)


def test_there_are_commands_to_try() -> None:
    assert {name for name, _ in COMMANDS} == set(PAGES)


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_every_command_that_a_page_shows_runs(
    shipped: Desk, monkeypatch: pytest.MonkeyPatch, page: str, command: str
) -> None:
    monkeypatch.chdir(shipped.root)
    ran = shipped.ajo(*shlex.split(command))
    assert ran.exit == (5 if "profiles.jsonl" in command else 0), ran.out + ran.err
    shown = shown_after(page, command)
    said = {line.split("  ")[0] for line in without_figures(ran).splitlines()}
    missing = [line for line in shown if without_figures(Ran(0, line, "")).split("  ")[0] not in said]
    assert missing == []


def shown_after(page: str, command: str) -> list[str]:
    """The lines that the page shows below a command, without those that say that something is left out."""
    below = PAGES[page].partition(f"$ ajo {command}")[2].partition("```")[0].splitlines()[1:]
    lines = []
    for line in below:
        if line.startswith("$"):
            break
        lines.append(line)
    return [line for line in lines if line.strip() and line != "…" and not line.startswith("  sent to")]


def without_figures(ran: Ran) -> str:
    return re.sub(r"[\d.,]+", "0", ran.out)

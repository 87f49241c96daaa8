"""What docs/sync.md shows is what the tool prints."""

from __future__ import annotations

import re
import signal
import subprocess

from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.scenarios.relay import PATIENCE_S, relay

PAGE = (REPOSITORY / "docs/sync.md").read_text(encoding="utf-8")


def shown(command: str) -> str:
    """Return what the page shows below a command."""
    found = re.search(re.escape(f"```console\n$ {command}\n") + r"(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def edited(desk: Desk) -> None:
    desk.write(action("Welcome"))
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Welcome", description="Greets new members."))


def test_a_plan_is_kept_and_refused_as_the_page_shows(desk: Desk) -> None:
    edited(desk)
    file = str(desk.root / "plan.json")
    printed = desk.ajo("diff", "--out", file).out
    assert printed.replace(f"here: sandbox {desk.sandbox}", "local: sandbox dev") == shown(
        "ajo diff --out plan.json"
    )
    live = desk.live()["Welcome"]
    desk.call("PUT", f"actions/{live['uid']}", {**live, "description": "Edited in the product."})
    assert desk.ajo("sync", file, "--yes").err == shown("ajo sync plan.json --yes")


def test_an_edit_that_a_write_went_over_is_told_as_the_page_shows(desk: Desk) -> None:
    edited(desk)
    rule = {"fault": "edit", "name": "Welcome", "changes": {"description": "By hand."}, "moment": "before"}
    desk.admin("faults", {**rule, "method": "PUT", "path": "*/actions/*", "sandbox": desk.sandbox})
    printed = desk.ajo("sync", "--yes", "--receipt", str(desk.root / "receipt.json")).out
    when = re.compile(r"at 20[0-9-]+ [0-9:]+ UTC")
    page = shown("ajo sync --yes --receipt receipt.json")
    assert when.sub("at …", printed).startswith(when.sub("at …", page))
    assert len(when.findall(page)) == 1


def test_a_crash_is_told_as_the_page_shows(desk: Desk) -> None:
    edited(desk)
    with relay(desk.running, hold_after=lambda method, _: method == "PUT") as between:
        desk.settings(**between.settings(), workers=1)
        process = desk.start("sync", "--yes", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)
        desk.settings()
        told = desk.ajo("sync", "--yes").err
    when = re.compile(r"begun at \S+")
    assert when.sub("", told).startswith(when.sub("", shown("ajo sync --yes")))

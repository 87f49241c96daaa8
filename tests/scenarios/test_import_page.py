"""What docs/import-and-drift.md and the tour show of import, drift and rollback is what the tool prints."""

from __future__ import annotations

import re

import pytest

from tests.emulator import samples
from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.workflows.runner import git

PAGE = (REPOSITORY / "docs/import-and-drift.md").read_text(encoding="utf-8")
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def shown(command: str, page: str = PAGE) -> str:
    """Return what a page shows below a command."""
    found = re.search(re.escape(f"$ {command}\n") + r"(.*?)(?=```|\$ )", page, re.DOTALL)
    assert found is not None
    return found[1]


def as_on_the_page(desk: Desk, printed: str) -> str:
    """Name target, commits, people and times as the page does."""
    printed = printed.replace(f"Target here: sandbox {desk.sandbox}", "Target local: sandbox dev")
    printed = printed.replace("from here:", "from local:").replace("ajo/synced/here", "ajo/synced/local")
    printed = re.sub(r"by \S+ at [0-9T:.+Z-]+", "by ana@acme.example at 2026-11-24T16:02:11Z", printed)
    commits = iter(dict.fromkeys(re.findall(r"\b[0-9a-f]{12}\b", printed)))
    for commit, name in zip(commits, ("3f2a91c0b7de", "8c01d94be7a2"), strict=False):
        printed = printed.replace(commit, name)
    return printed


@pytest.fixture
def found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository whose sandbox has an action and a capping that somebody made by hand."""
    desk.settings(secrets="environment", client_secret="${secret:platform/client-secret}")
    monkeypatch.setenv("AJO_SECRET_PLATFORM_CLIENT_SECRET", desk.running.client_secret)
    monkeypatch.setenv("AJO_SECRET_LOYALTY_LOYALTYWELCOME_PASSWORD", "made up")
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n*.patch\n")
    commit(desk)
    live = samples.action(
        name="LoyaltyWelcome",
        endpoint={"url": "https://api.loyalty.example/v2/messages", "method": "POST"},
        authentication=samples.basic(),
        description="Sends the welcome message.",
    )
    desk.call("POST", "actions", live)
    limit = {**samples.capping(url="https://api.loyalty.example/*"), "orgId": desk.running.organisation}
    uid = desk.call("POST", "endpointConfigs", {**limit, "methods": ["POST"]})["uid"]
    desk.call("POST", f"endpointConfigs/{uid}/deploy")
    return desk


def commit(desk: Desk) -> None:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")


@pytest.fixture
def edited(found: Desk) -> Desk:
    """The same, imported and synced, and then edited in the product."""
    assert found.ajo("import").exit == 0
    commit(found)
    assert found.ajo("sync", "--yes").exit == 0
    live = found.live()["LoyaltyWelcome"]
    found.call("PUT", f"actions/{live['uid']}", {**live, "description": "Edited in the product."})
    return found


def test_an_import_looks_as_the_page_shows_it_and_leaves_nothing_to_do(found: Desk) -> None:
    assert as_on_the_page(found, found.ajo("import").out) == shown("ajo import")
    assert found.ajo("diff", "--json").json()["steps"] == []


def test_drift_and_its_patch_look_as_the_page_shows_them(edited: Desk) -> None:
    file = edited.root / "drift.patch"
    printed = edited.ajo("drift", "--patch", str(file))
    assert as_on_the_page(edited, printed.out) == shown("ajo drift --patch drift.patch")
    assert file.read_text() == shown("cat drift.patch")


def test_drift_looks_as_the_tour_shows_it(edited: Desk) -> None:
    assert as_on_the_page(edited, edited.ajo("drift").out) == shown("ajo drift", README)


def test_a_rollback_looks_as_the_page_shows_it(edited: Desk) -> None:
    live = edited.live()["LoyaltyWelcome"]
    edited.call("PUT", f"actions/{live['uid']}", {**live, "description": "Sends the welcome message."})
    git(edited.root, "tag", "v1.4")
    file = edited.root / "actions/loyalty/LoyaltyWelcome.json"
    file.write_text(file.read_text().replace("Sends the welcome message.", "A wrong release."))
    edited.write(action("TooEarly"))
    commit(edited)
    assert edited.ajo("sync", "--yes").exit == 0
    printed = edited.ajo("rollback", "v1.4").out
    assert as_on_the_page(edited, printed) == shown("ajo rollback v1.4")

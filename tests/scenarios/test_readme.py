"""What the README shows is what the tool prints."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping

import pytest

from tests.scenarios.desk import REPOSITORY, Desk
from tests.workflows.runner import git

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_diff_of_the_readme_is_what_such_a_change_prints(desk: Desk) -> None:
    shown = re.search(r"```console\n\$ ajo diff\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions", dirs_exist_ok=True)
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ajo"]["targets"]
    desk.settings(own["local"]["values"])
    assert desk.ajo("sync", "--yes").exit == 0
    for file, before, after in (
        ("slack-api.capping.json", '"maxCallsCount": 5', '"maxCallsCount": 10'),
        ("SlackPostMessage.json", '"Headline"', '"Headline of the message"'),
    ):
        path = desk.root / "actions/slack" / file
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    printed = desk.ajo("diff").out.replace(
        "Target here: sandbox " + desk.sandbox, "Target local: sandbox dev"
    )

    assert printed == shown[1]


@pytest.fixture
def synced(desk: Desk) -> Desk:
    """A repository with the shipped definitions, committed and synced."""
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions", dirs_exist_ok=True)
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ajo"]["targets"]
    desk.settings(own["local"]["values"])
    git(desk.root, "init", "--quiet")
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def commit(desk: Desk) -> None:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")


def shown_after(words: str) -> str:
    """Return the console block of the README that follows `words`."""
    found = re.search(re.escape(words) + r".*?```console\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def as_in_the_readme(desk: Desk, printed: str) -> str:
    """Name target and commit as the README does."""
    printed = printed.replace(f"Target here: sandbox {desk.sandbox}", "Target local: sandbox dev")
    return re.sub(r"[0-9a-f]{12} \(refs/ajo/synced/here\)", "3f2a91c0b7de (refs/ajo/synced/local)", printed)


def edit_live(desk: Desk, name: str, **changes: str) -> None:
    found: Mapping[str, object] = desk.live()[name]
    desk.call("PUT", f"actions/{found['uid']}", {**found, **changes})


def edit_file(desk: Desk, name: str, before: str, after: str) -> None:
    path = desk.root / "actions/slack" / name
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def test_drift_looks_as_the_readme_shows_it(synced: Desk) -> None:
    edit_live(synced, "SlackPostMessage", description="Edited in the product.")
    printed = "$ ajo diff\n" + synced.ajo("diff").out
    assert as_in_the_readme(synced, printed) == shown_after("**Drift.**")


def test_a_conflict_looks_as_the_readme_shows_it(synced: Desk) -> None:
    edit_live(synced, "SlackPostMessage", description="Edited in the product.")
    edit_file(synced, "SlackPostMessage.json", '"description": "', '"description": "Ours: ')
    commit(synced)
    printed = "$ ajo diff\n" + synced.ajo("diff").out
    assert as_in_the_readme(synced, printed) == shown_after("**Conflict.**")
    assert synced.ajo("sync", "--yes").exit == 6


def test_a_refused_removal_looks_as_the_readme_shows_it(synced: Desk) -> None:
    (synced.root / "actions/slack/SlackPostMessage.json").unlink()
    commit(synced)
    refused = synced.ajo("sync", "--yes")
    assert (refused.exit, refused.out) == (6, "")
    printed = "$ ajo sync --yes\n" + refused.err
    assert as_in_the_readme(synced, printed) == shown_after("**Removal.**")

"""What docs/secrets.md shows of a plan is what a plan says."""

from __future__ import annotations

import json
import re

import pytest

from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.scenarios.test_base import commit
from tests.workflows.runner import git

PAGE = (REPOSITORY / "docs/secrets.md").read_text(encoding="utf-8")
KEY = {
    "type": "apiKey",
    "name": "X-Api-Key",
    "value": "${secret:loyalty/api-key}",
    "location": "header",
}


def block(first: str) -> str:
    """Return the block of the page that begins with these words."""
    found = re.search(r"```\w+\n(\s*" + re.escape(first) + r".*?)```", PAGE, re.DOTALL)
    assert found is not None, first
    return found[1]


@pytest.fixture
def repo(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A synced repository with one action that sends a key to a host of its own."""
    monkeypatch.setenv("AJO_SECRET_CLIENT", desk.running.client_secret)
    monkeypatch.setenv("AJO_SECRET_LOYALTY_API_KEY", "the-old-key")
    monkeypatch.setenv("AJO_SECRET_AJO_FINGERPRINT_KEY", "f" * 32)
    desk.settings(
        secrets="environment",
        client_secret="${secret:client}",
        secret_fingerprint_key="${secret:ajo/fingerprint-key}",
    )
    git(desk.root, "init", "--quiet")
    endpoint = {"method": "POST", "url": "https://api.loyalty.example/v1/messages"}
    desk.write(action("LoyaltyWelcome", endpoint=endpoint, authentication=KEY), "loyalty/LoyaltyWelcome.json")
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def test_a_secret_that_would_go_elsewhere_needs_leave_as_the_page_says(repo: Desk) -> None:
    endpoint = {"method": "POST", "url": "https://evil.example/v1/messages"}
    repo.write(action("LoyaltyWelcome", endpoint=endpoint, authentication=KEY), "loyalty/LoyaltyWelcome.json")
    assert block("needs --allow-destroy").strip() in repo.ajo("diff").out


def test_a_changed_secret_is_a_step_as_the_page_shows(repo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJO_SECRET_LOYALTY_API_KEY", "the-new-key")
    assert block("~ update custom action LoyaltyWelcome") in repo.ajo("diff").out


def test_settings_that_differ_from_the_trusted_ones_are_told_as_the_page_shows(repo: Desk) -> None:
    at = git(repo.root, "rev-parse", "HEAD")[:12]
    git(repo.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    settings = repo.root / "ajo.toml"
    settings.write_text(
        settings.read_text().replace(json.dumps(repo.running.base_url), '"https://evil.example"')
    )
    printed = repo.ajo("diff", "--settings-from", "origin/main").out
    page = (
        block("$ ajo diff --settings-from origin/main")
        .replace("targets.prod", "targets.here")
        .replace("s/prod/", "s/here/")
    )
    page = page.replace("https://platform.adobe.io/journey/orchestration", repo.running.base_url)
    lines = page.replace("1f0c2d3e4a5b", at).splitlines()[2:]
    assert [line for line in lines if line not in printed.splitlines()] == []

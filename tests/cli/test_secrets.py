"""What targets need, and whether it is there."""

from __future__ import annotations

import json
import sys

import pytest

from tests.scenarios.desk import Desk, action

KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:loyalty/key@2026-11}", "location": "header"}


@pytest.fixture
def needy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two targets whose secrets come from the environment; the client secret is there, the key is not."""
    monkeypatch.setenv("AJO_SECRET_PLATFORM_CLIENT_SECRET", "hunter2-client")
    lines = desk.target_lines(secrets="environment", client_secret="${secret:platform/client-secret}")
    (desk.root / "ajo.toml").write_text(f"[targets.dev]\n{lines}[targets.live]\n{lines}")
    desk.write(action("Hello", authentication=KEY))
    desk.write(action("Other", authentication=KEY, lifecycle={"targets": ["dev"]}))
    return desk


def test_each_secret_is_listed_with_who_uses_it_and_whether_it_is_there(needy: Desk) -> None:
    ran = needy.ajo("secrets", "check", "--target", "dev")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["TARGET", "SECRET", "LABEL", "STATE", "USED", "BY"],
        ["dev", "loyalty/key", "2026-11", "missing", "Hello,", "Other"],
        ["dev", "platform/client-secret", "there", "the", "target", "itself"],
    ]
    assert (ran.exit, "AJO_SECRET_LOYALTY_KEY is not set" in ran.err) == (3, True)


def test_all_targets_are_checked_in_one_go_each_with_its_own(needy: Desk) -> None:
    answer = needy.ajo("secrets", "check", "--all-targets", "--json").json()
    assert (answer["format"], answer["version"], answer["complete"]) == ("ajo-secrets", 1, False)
    assert [
        (one["target"], [(need["path"], len(need["usedBy"]), need["code"]) for need in one["secrets"]])
        for one in answer["targets"]
    ] == [
        ("dev", [("loyalty/key", 2, "AJO307"), ("platform/client-secret", 1, "")]),
        ("live", [("loyalty/key", 1, "AJO307"), ("platform/client-secret", 1, "")]),
    ]


def test_nothing_is_shown_of_a_secret_that_is_there(needy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for secret in ("hunter2", "hunter2" * 9):
        monkeypatch.setenv("AJO_SECRET_LOYALTY_KEY", secret)
        for extra in ([], ["--json"]):
            ran = needy.ajo("secrets", "check", "--all-targets", *extra)
            assert (ran.exit, ran.err) == (0, "")
            said.append(ran.out)
    assert said[:2] == said[2:]
    assert "hunter2" not in "".join(said)


def test_a_placeholder_is_not_a_secret_that_is_there(needy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJO_SECRET_LOYALTY_KEY", "INSERT SECRET HERE")
    ran = needy.ajo("secrets", "check", "--target", "live")
    assert (ran.exit, "AJO340" in ran.err) == (3, True)


def test_a_command_for_secrets_is_asked_only_when_that_is_trusted(needy: Desk) -> None:
    command = json.dumps([sys.executable, "-c", "open('ran', 'a').write('x'); print('x')", "{path}"])
    settings = needy.root / "ajo.toml"
    text = settings.read_text().replace('from = "environment"', f'from = "command", command = {command}')
    settings.write_text(text)
    refused = needy.ajo("secrets", "check", "-t", "dev")
    assert (refused.exit, "AJO341" in refused.err, (needy.root / "ran").exists()) == (3, True, False)
    assert needy.ajo("secrets", "check", "-t", "dev", "--trust").exit == 0
    assert (needy.root / "ran").read_text() == "xx"


def test_one_target_and_all_of_them_is_a_mistake(needy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = needy.ajo("secrets", "check", "--target", "dev", "--all-targets")
    assert (refused.exit, "choose" in refused.err) == (3, True)
    monkeypatch.setenv("AJO_TARGET", "dev")
    answer = needy.ajo("secrets", "check", "--all-targets", "--json").json()
    assert [one["target"] for one in answer["targets"]] == ["dev", "live"]


def test_what_a_broken_file_needs_is_not_guessed(needy: Desk) -> None:
    (needy.root / "actions/team/Broken.json").write_text("{")
    ran = needy.ajo("secrets", "check", "--target", "dev")
    assert (ran.exit, "AJO002" in ran.err) == (3, True)

"""A sandbox was copied: the placeholders that are left of its secrets are found, and a sync mends them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.model.text import SECRET_LOST

BASIC = {"type": "basic", "username": "ajo", "password": "${secret:team/password}"}
ENDPOINT = {
    "method": "POST",
    "url": "https://hello.example.com/v1",
    "headers": {"X-Key": "${secret:team/key}", "X-Team": "crm"},
}


@pytest.fixture
def copied(desk: Desk, desk_numbers: Iterator[int]) -> Desk:
    """A desk whose target is a copy of the sandbox that was synced before."""
    desk.write(action("Hello", authentication=BASIC, endpoint=ENDPOINT))
    assert desk.ajo("sync", "--yes").exit == 0
    copy = Desk(desk.root, desk.running, f"desk-{next(desk_numbers):03}", desk.capsys)
    answer = desk.admin("sandbox-copy", {"from": desk.sandbox, "to": copy.sandbox})
    assert answer["copied"] == ["Hello"]
    copy.settings()
    return copy


def test_the_placeholders_of_a_copy_are_found_and_a_sync_puts_the_secrets_in_their_place(
    copied: Desk,
) -> None:
    (step,) = copied.ajo("diff", "--json").json()["steps"]
    lost = {change["pointer"] for change in step["changes"] if change["live"] == SECRET_LOST}
    assert (step["step"], lost) == ("update", {"/endpoint/headers/X-Key", "/endpoint/headers/X-Team"})
    assert "${secret:team/password}" in step["secrets"]
    assert copied.ajo("sync", "--yes").exit == 0
    assert SECRET_LOST not in str(copied.live())
    assert copied.ajo("diff", "--exit-code").exit == 0


def test_a_placeholder_never_takes_the_place_of_a_live_secret(
    copied: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied.settings(secrets="environment", client_secret="${secret:client}")
    monkeypatch.setenv("AJO_SECRET_CLIENT", copied.running.client_secret)
    monkeypatch.setenv("AJO_SECRET_TEAM_KEY", "k")
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", SECRET_LOST)
    refused = copied.ajo("sync", "--yes")
    assert (refused.exit, "team/password is a placeholder" in refused.err, copied.writes()) == (3, True, [])

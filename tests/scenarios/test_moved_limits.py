"""A limit gets another URL pattern: reviewers see one move, and no call goes without its limit for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.desk import Desk, action, capping
from tests.scenarios.test_base import commit
from tests.workflows.runner import git
from toolkit.emulator import EmulatorConfig, start_emulator


@pytest.fixture
def production(desk: Desk) -> Iterator[Desk]:
    """A synced repository for a production sandbox, the only sort that may have a throttling."""
    with start_emulator(EmulatorConfig(sandboxes={"prod": "production"})) as running:
        made = Desk(desk.root, running, "prod", desk.capsys)
        made.settings(production=True)
        git(desk.root, "init", "--quiet")
        yield made


def throttling(host: str) -> dict[str, object]:
    return {
        "$schema": "../../schemas/v1/throttling-config.schema.json",
        "formatVersion": 1,
        "kind": "ThrottlingConfig",
        "name": "slow-api",
        "urlPattern": f"https://{host}/*",
        "methods": ["POST"],
        "maxThroughput": 500,
    }


def test_the_throttling_of_an_organisation_gets_another_pattern_in_one_step(production: Desk) -> None:
    file = production.write(throttling("hello.example.com"), "team/slow-api.throttling.json")
    production.write(action("Hello"))
    commit(production)
    first = production.ajo("sync", "--yes")
    assert first.exit == 0, first
    uid = production.live("throttlingConfigs")["slow-api"]["uid"]
    production.write(throttling("new.example.com"), f"team/{file.name}")
    commit(production)
    (step,) = production.ajo("diff", "--json").json()["steps"]
    assert (step["step"], step["previousIdentity"]) == ("update", "https://hello.example.com/*")
    done = production.ajo("sync", "--yes")
    assert done.exit == 0, done
    found = production.live("throttlingConfigs")["slow-api"]
    assert (found["uid"], found["urlPattern"]) == (uid, "https://new.example.com/*")
    assert production.ajo("diff", "--exit-code").exit == 0


def test_a_capping_moves_by_a_new_one_before_the_old_one_goes(production: Desk) -> None:
    production.write(capping("api", "old.example.com"))
    commit(production)
    assert production.ajo("sync", "--yes").exit == 0
    production.write(capping("api", "new.example.com"))
    commit(production)
    shown = production.ajo("diff").out
    assert "moved: takes the place of https://old.example.com/*, which goes last" in shown
    assert "moved: api is for https://new.example.com/* now" in shown
    assert production.ajo("sync", "--yes").exit == 6
    assert production.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert list(production.live("endpointConfigs")) == ["https://new.example.com/*"]

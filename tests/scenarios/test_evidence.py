"""From a first exercise with evidence to a sync that demands it, over real HTTP, through the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.test_exercise import KEY, lead_to_stand_ins
from tests.scenarios.desk import Desk, Ran, action
from toolkit.app.exercise import subject_of
from toolkit.core.canonical import parse_json
from toolkit.model.evidence import Evidence
from toolkit.model.evidence_format import parse_evidence
from toolkit.workspace.load import open_workspace

ENDPOINT = {"method": "POST", "url": "https://example.com/v1/messages"}
FILE = "evidence/here/Hello.evidence.json"


def hello(name: str = "Hello", **changes: Any) -> dict[str, Any]:
    return action(
        name, endpoint=ENDPOINT, **{"authentication": KEY, "response": {"messageId": "string"}, **changes}
    )


def exercise(desk: Desk, name: str = "Hello", *more: str) -> Ran:
    return desk.ajo("exercise", name, "--set", "recipient.id=CANARY-4711", "--evidence", *more)


def record(desk: Desk, file: str = FILE) -> Evidence:
    found = parse_evidence(parse_json((desk.root / file).read_text())).evidence
    assert found is not None
    return found


@pytest.fixture
def at_work(desk: Desk) -> Desk:
    """One action, at a stand-in of the emulator."""
    desk.write(hello())
    return lead_to_stand_ins(desk)


def test_an_exercise_leaves_a_record_of_what_was_tried_and_no_value_of_it(at_work: Desk) -> None:
    ran = exercise(at_work)
    assert (ran.exit, FILE in ran.err) == (0, True), ran
    found = record(at_work)
    assert (found.action, found.target, found.status) == ("Hello", "here", 202)
    assert (found.filled, found.missing, found.extra) == (("recipient.id",), (), 1)
    assert (found.url, found.answered_by) == (ENDPOINT["url"], at_work.running.routes["example.com"][:-21])
    assert "CANARY" not in (at_work.root / FILE).read_text()


def test_an_exercise_that_fails_leaves_what_was_there(at_work: Desk) -> None:
    assert exercise(at_work).exit == 0
    before = (at_work.root / FILE).read_bytes()
    at_work.write(hello(authentication=None))
    failed = exercise(at_work)
    assert (failed.exit, "error branch (http_401)" in failed.err) == (5, True)
    at_work.write(hello(response={"messageId": "integer"}))
    deviating = exercise(at_work)
    assert (deviating.exit, "(wrong type)" in deviating.err) == (2, True)
    assert (at_work.root / FILE).read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["--dry-run"],
        ["--curl"],
        ["--repeat", "2"],
        ["--data", "rows.csv"],
        ["--update-response"],
        ["--allow-address", "10.0.0.0/8"],
    ],
    ids=lambda words: words[0],
)
def test_what_can_be_no_evidence_is_not_asked_for_with_it(at_work: Desk, words: list[str]) -> None:
    ran = exercise(at_work, "Hello", *words)
    assert (ran.exit, "contradict each other" in ran.err) == (3, True)
    assert not (at_work.root / "evidence").exists()


def test_a_stand_in_is_no_evidence_for_a_target_that_is_elsewhere(at_work: Desk) -> None:
    file = at_work.root / "ajo.toml"
    file.write_text(file.read_text().replace(at_work.running.base_url, "https://platform.example"))
    ran = exercise(at_work)
    assert (ran.exit, "AJO707" in ran.err, "example.com" in ran.err) == (3, True, True)
    assert not (at_work.root / "evidence").exists()


def test_a_record_is_no_definition_wherever_it_lies(at_work: Desk) -> None:
    assert (at_work.ajo("fmt").exit, exercise(at_work).exit) == (0, 0)
    text = (at_work.root / FILE).read_text()
    lost = at_work.root / "actions/team/Hello.evidence.json"
    lost.write_text(json.dumps(json.loads(text)))
    assert at_work.ajo("validate").exit == 0
    assert at_work.ajo("fmt", "--check").exit == 0
    assert len(open_workspace(at_work.root).definitions) == 1
    assert subject_of(open_workspace(at_work.root), "here", "Hello").origin.file == "actions/team/Hello.json"


def test_a_campaign_action_has_evidence_too(at_work: Desk) -> None:
    campaign = {
        "$schema": "../../schemas/v1/campaign-action.schema.json",
        "formatVersion": 1,
        "kind": "CampaignAction",
        "name": "Order",
        "campaignType": "classic",
        "request": {
            "channel": "email",
            "eventType": "orderConfirmation",
            "email": {"$variable": "E-mail"},
            "ctx": {"id": {"$variable": "Id"}},
        },
    }
    at_work.write(campaign)
    ran = at_work.ajo("exercise", "Order", "--set", "email=a@example.com", "--set", "ctx.id=1", "--evidence")
    assert ran.exit == 0, ran
    assert record(at_work, "evidence/here/Order.evidence.json").kind == "CampaignAction"

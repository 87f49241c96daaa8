"""From a first exercise with evidence to a sync that demands it, over real HTTP, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cli.test_exercise import KEY, lead_to_stand_ins
from tests.scenarios.desk import Desk, Ran, action, capping
from tests.workflows.runner import git
from toolkit.app.exercise import subject_of
from toolkit.core.canonical import parse_json
from toolkit.model.evidence import Evidence
from toolkit.model.evidence_format import evidence_text, parse_evidence
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


@pytest.fixture
def demanding(at_work: Desk) -> Desk:
    """The same; its target demands evidence."""
    return lead_to_stand_ins(at_work, evidence="required", evidence_days=30)


def refusal(desk: Desk, code: str, *words: str) -> str:
    """What `ajo sync` says while it refuses, which `ajo diff` says too; nothing is written."""
    before = desk.writes()
    shown = desk.ajo("diff")
    assert (shown.exit, f"blocked {code}" in shown.out) == (0, True), shown
    reviewed = desk.ajo("diff", "--fail-blocked")
    assert (reviewed.exit, reviewed.out, f"error {code}" in reviewed.err) == (6, shown.out, True)
    ran = desk.ajo("sync", "--yes", *words)
    assert (ran.exit, f"error {code}" in ran.err) == (6, True), ran
    assert desk.writes() == before
    return ran.err


def redate(desk: Desk, days: int, file: str = FILE) -> None:
    """Forge a record: so many days older. Nothing tells; whoever can write files can do that."""
    old = record(desk, file)
    (desk.root / file).write_text(
        evidence_text(replace(old, exercised_at=old.exercised_at - timedelta(days=days)))
    )


def test_an_action_goes_out_once_it_was_exercised_and_each_change_of_it_again(demanding: Desk) -> None:
    said = refusal(demanding, "AJO640")
    assert "Hello: there is no evidence that it was exercised (evidence/here/Hello.evidence.json)" in said
    assert "`ajo exercise Hello --target here --evidence`" in said
    assert exercise(demanding).exit == 0
    shown = demanding.ajo("diff")
    assert "evidence: exercised on " in shown.out
    assert "blocked" not in shown.out
    assert demanding.ajo("sync", "--yes").exit == 0

    demanding.write(hello(request={"template": "other", "recipient": {"id": {"$variable": "Member id"}}}))
    assert "it was changed after it was exercised" in refusal(demanding, "AJO641")
    assert exercise(demanding).exit == 0
    assert demanding.ajo("sync", "--yes").exit == 0
    assert demanding.ajo("diff", "--exit-code").exit == 0


def test_every_untested_action_is_named_at_once(demanding: Desk) -> None:
    demanding.write(hello("Second"))
    demanding.write(hello("Third"))
    assert exercise(demanding, "Second").exit == 0
    said = refusal(demanding, "AJO640")
    assert ("Hello: " in said, "Second: " in said, "Third: " in said) == (True, False, True)


def test_evidence_that_is_too_old_does_not_count_and_the_last_day_does(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    redate(demanding, 31)
    assert "evidence counts for 30 days" in refusal(demanding, "AJO642")
    redate(demanding, -1)
    assert demanding.ajo("sync", "--yes").exit == 0


def test_evidence_of_a_day_to_come_does_not_count(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    redate(demanding, -3)
    assert "yet to come" in refusal(demanding, "AJO642")


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda text: text.replace('"status": 202', '"status": 200'), ":4:13", "changed by hand"),
        (lambda text: text.replace('"version": 1', '"version": 9'), ":3:14", "its version is 9"),
        (lambda text: text[:-4], ":", "not JSON"),
        (lambda _: "{}", ":1:1", "does not say"),
    ],
    ids=["edited", "foreign version", "cut", "something else"],
)
def test_a_record_that_can_not_be_used_is_named_with_its_place(
    demanding: Desk, change: Callable[[str], str], place: str, words: str
) -> None:
    assert exercise(demanding).exit == 0
    file = demanding.root / FILE
    file.write_text(change(file.read_text()))
    said = refusal(demanding, "AJO643")
    assert words in said
    assert f"{FILE}{place}" in said
    (found,) = demanding.ajo("diff", "--json").json()["findings"]
    assert (found["file"], found["severity"]) == (FILE, "error")
    assert exercise(demanding).exit == 0
    assert demanding.ajo("sync", "--yes").exit == 0


def test_a_change_of_what_is_not_sent_needs_no_evidence_whatever_its_age(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0
    (demanding.root / FILE).unlink()
    request = {"template": "welcome", "recipient": {"id": {"$variable": "Another label"}}}
    demanding.write(hello(description="Other words.", request=request, failureResponse={"why": "string"}))
    shown = demanding.ajo("diff", "--json").json()["steps"][0]
    assert {item["pointer"] for item in shown["changes"]} >= {
        "/description",
        "/request/recipient/id/$variable",
    }
    assert shown["evidence"] == {"state": "unneeded", "file": None, "exercisedAt": None}
    assert demanding.ajo("sync", "--yes").exit == 0


def test_without_a_base_nothing_tells_whether_a_hidden_secret_was_tried(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    assert demanding.ajo("sync", "--yes").exit == 0
    (demanding.root / FILE).unlink()
    other = {**KEY, "value": "${secret:example/another}"}
    demanding.write(hello(description="Other words.", authentication=other))
    refusal(demanding, "AJO640")


def test_limits_and_deletions_need_none(demanding: Desk) -> None:
    demanding.write(hello("Gone"))
    for name in ("Hello", "Gone"):
        assert exercise(demanding, name).exit == 0
    assert demanding.ajo("sync", "--yes").exit == 0
    committed(demanding)
    (demanding.root / "actions/team/Gone.json").unlink()
    demanding.write(capping("example", "example.com"))
    steps = demanding.ajo("diff", "--base", "HEAD", "--json").json()["steps"]
    assert [(step["step"], step["kind"], step["evidence"]) for step in steps] == [
        ("create", "EndpointConfig", None),
        ("delete", "CustomAction", None),
    ]
    assert demanding.ajo("sync", "--base", "HEAD", "--yes", "--allow-destroy").exit == 0


def committed(desk: Desk) -> str:
    if not (desk.root / ".git").exists():
        git(desk.root, "init", "--quiet")
        (desk.root / ".gitignore").write_text(".ajo/\n")
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def test_where_none_is_demanded_nothing_is_said_of_it(at_work: Desk) -> None:
    assert "evidence" not in at_work.ajo("diff").out
    assert at_work.ajo("diff", "--json").json()["steps"][0]["evidence"] is None
    assert at_work.ajo("sync", "--yes").exit == 0


def test_a_change_that_lifts_the_demand_is_held_to_it_until_that_was_synced(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0
    lead_to_stand_ins(demanding)
    demanding.write(hello(request={"other": 1}))
    committed(demanding)
    refusal(demanding, "AJO641")
    assert "evidence is demanded as it was at the base" in demanding.ajo("diff").out
    demanding.write(hello())
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0
    demanding.write(hello(request={"other": 1}))
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0


def test_a_record_that_is_not_committed_leaves_the_reference_where_it_was(demanding: Desk) -> None:
    committed(demanding)
    assert exercise(demanding).exit == 0
    ran = demanding.ajo("sync", "--yes")
    assert (ran.exit, f"1 file not committed, such as {FILE}" in ran.err) == (0, True), ran


def test_a_plan_that_was_kept_is_held_to_the_evidence_of_now(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    plan = str(demanding.root / "plan.json")
    assert demanding.ajo("diff", "--out", plan).exit == 0
    assert "evidence: exercised on " in demanding.ajo("show", plan).out
    (demanding.root / FILE).unlink()
    assert "AJO640" in refusal(demanding, "AJO640", plan)


def test_a_way_back_takes_evidence_of_any_age_also_that_of_then(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    redate(demanding, 400)
    first = committed(demanding)
    demanding.write(hello(request={"other": 1}))
    assert demanding.ajo("exercise", "Hello", "--evidence").exit == 0
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0
    ran = demanding.ajo("rollback", first, "--apply", "--yes")
    assert ran.exit == 0, ran
    assert "template" in json.dumps(demanding.live()["Hello"])


def test_a_way_back_to_what_was_never_exercised_is_refused_and_the_one_by_a_receipt_is_not(
    at_work: Desk,
) -> None:
    untested = committed(at_work)
    assert at_work.ajo("sync", "--yes").exit == 0
    demanding = lead_to_stand_ins(at_work, evidence="required")
    demanding.write(hello(request={"other": 1}))
    assert demanding.ajo("exercise", "Hello", "--evidence").exit == 0
    committed(demanding)
    receipt = str(demanding.root.parent / "receipt.json")
    assert demanding.ajo("sync", "--yes", "--receipt", receipt).exit == 0
    refused = demanding.ajo("rollback", untested, "--apply", "--yes")
    assert (refused.exit, "AJO641" in refused.err) == (6, True), refused
    assert f"with the definitions of {untested[:12]}" in refused.err
    assert demanding.ajo("rollback", "--receipt", receipt, "--apply", "--yes").exit == 0


def test_a_rename_that_sends_the_same_needs_no_evidence(demanding: Desk) -> None:
    assert exercise(demanding).exit == 0
    committed(demanding)
    assert demanding.ajo("sync", "--yes").exit == 0
    (demanding.root / "actions/team/Hello.json").unlink()
    demanding.write(hello("Greeting", lifecycle={"previousName": "Hello"}))
    committed(demanding)
    (step,) = demanding.ajo("diff", "--json").json()["steps"]
    assert (step["step"], step["evidence"]["state"]) == ("update", "unneeded")


def test_days_without_a_demand_are_a_mistake_that_is_named(at_work: Desk) -> None:
    lead_to_stand_ins(at_work, evidence_days=7)
    ran = at_work.ajo("validate")
    assert (ran.exit, "evidence-days: says how old evidence may be" in ran.out) == (3, True), ran


def test_one_target_that_would_refuse_fails_a_look_at_all(demanding: Desk) -> None:
    assert demanding.ajo("diff", "--all-targets").exit == 0
    ran = demanding.ajo("diff", "--all-targets", "--fail-blocked")
    assert (ran.exit, "AJO640" in ran.err) == (6, True)
    assert exercise(demanding).exit == 0
    assert demanding.ajo("diff", "--all-targets", "--fail-blocked").exit == 0


def test_settings_of_a_trusted_commit_demand_what_a_change_wants_to_lift(demanding: Desk) -> None:
    committed(demanding)
    lead_to_stand_ins(demanding)
    reviewed = demanding.ajo("diff", "--settings-from", "HEAD", "--fail-blocked")
    assert (reviewed.exit, "AJO640" in reviewed.err) == (6, True)
    assert exercise(demanding).exit == 0
    assert demanding.ajo("diff", "--settings-from", "HEAD", "--fail-blocked", "--trust").exit == 0


def test_a_value_of_the_target_that_is_sent_makes_another_version_and_the_way_it_is_written_does_not(
    demanding: Desk,
) -> None:
    demanding.write(hello(request={"channel": "${slackChannel}", "recipient": {"id": {"$variable": "Id"}}}))
    assert exercise(demanding).exit == 0
    settings = demanding.root / "ajo.toml"
    value = open_workspace(demanding.root).target("here")[1].values["slackChannel"]
    literal = hello(request={"recipient": {"id": {"$variable": "Id"}}, "channel": value})
    demanding.write(literal, "elsewhere/Hello.json")
    (demanding.root / "actions/team/Hello.json").unlink()
    assert demanding.ajo("diff", "--fail-blocked").exit == 0
    (demanding.root / "actions/elsewhere/Hello.json").unlink()
    demanding.write(hello(request={"channel": "${slackChannel}", "recipient": {"id": {"$variable": "Id"}}}))
    settings.write_text(settings.read_text().replace(value, "C999"))
    refusal(demanding, "AJO641")


def test_a_token_from_a_stand_in_is_no_evidence_for_a_target_that_is_elsewhere(at_work: Desk) -> None:
    token = {
        "type": "customAuthorization",
        "endpoint": "https://example.com/token",
        "method": "GET",
        "tokenInResponse": "response",
        "authorizationType": "bearer",
    }
    endpoint = {"method": "POST", "url": "https://partner.example/v1"}
    at_work.write(hello(authentication=token) | {"endpoint": endpoint})
    file = at_work.root / "ajo.toml"
    file.write_text(file.read_text().replace(at_work.running.base_url, "https://platform.example"))
    ran = exercise(at_work)
    assert (ran.exit, "lead example.com to a stand-in" in ran.err) == (3, True), ran

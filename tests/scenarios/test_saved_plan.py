"""A plan is kept, looked at elsewhere, and carried out exactly, or refused because something moved."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.core.canonical import dump_json


def keep(desk: Desk) -> Path:
    """A capping and two actions, two of the three live in another form; the plan in a file outside."""
    desk.write(action("Alpha", description="Old."))
    desk.write(capping("alpha", "alpha.example.com", calls=50))
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Alpha"))
    desk.write(capping("alpha", "alpha.example.com", calls=100))
    desk.write(action("Beta"))
    file = desk.root.parent / "plan.json"
    assert desk.ajo("diff", "--out", str(file)).exit == 0
    return file


def edit_live(desk: Desk, name: str, **changes: str) -> None:
    element = desk.live()[name]
    body = {key: value for key, value in element.items() if key not in ("uid", "metadata", "state", "usedIn")}
    desk.call("PUT", f"actions/{element['uid']}", {**body, **changes})


def test_a_kept_plan_is_shown_anywhere_and_offline(desk: Desk, tmp_path: Path) -> None:
    file = keep(desk)
    expected = desk.ajo("diff").out
    requests = len(desk.requests())
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    shown = desk.ajo("-C", str(elsewhere), "show", str(file))
    assert shown.exit == 0
    assert shown.out.startswith(expected)
    assert desk.running.base_url in shown.out.removeprefix(expected)
    assert len(desk.requests()) == requests
    for form in ("markdown", "json"):
        shown = desk.ajo("show", str(file), "--format", form)
        assert shown.out == desk.ajo("diff", "--format", form).out


def test_a_kept_plan_is_carried_out_with_exactly_its_steps(desk: Desk) -> None:
    file = keep(desk)
    desk.call("POST", "actions", {**desk.live()["Alpha"], "name": "Theirs", "uid": None})
    ran = desk.ajo("sync", str(file), "--yes", "--json")
    assert (ran.exit, ran.json()["planDigest"]) == (0, json.loads(file.read_text())["planDigest"])
    assert set(desk.live()) == {"Alpha", "Beta", "Theirs"}
    assert desk.ajo("diff", "--exit-code").exit == 0


def test_a_stale_plan_changes_nothing_names_what_moved_and_can_still_be_shown(desk: Desk) -> None:
    file = keep(desk)
    edit_live(desk, "Alpha", description="Edited in the product.")
    desk.write(capping("alpha", "alpha.example.com", calls=200))
    writes = desk.writes()
    ran = desk.ajo("sync", str(file), "--yes")
    assert (ran.exit, desk.writes()) == (6, writes)
    assert "error AJO620" in ran.err
    assert "CustomAction Alpha was changed on the platform: description" in ran.err
    assert re.search(r"actions/team/alpha\.capping\.json: .*maxCallsCount", ran.err)
    assert desk.ajo("show", str(file)).exit == 0


def test_a_plan_is_for_one_run(desk: Desk) -> None:
    file = keep(desk)
    assert desk.ajo("sync", str(file), "--yes").exit == 0
    again = desk.ajo("sync", str(file), "--yes")
    assert (again.exit, "is already as planned" in again.err) == (6, True)


def test_drift_of_what_the_plan_does_not_touch_is_left_alone(desk: Desk) -> None:
    desk.write(action("Alpha"))
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Beta"))
    file = desk.root / "plan.json"
    assert desk.ajo("diff", "--out", str(file)).exit == 0
    edit_live(desk, "Alpha", description="Edited in the product.")
    ran = desk.ajo("sync", str(file), "--yes")
    assert (ran.exit, "Other differences have come up since" in ran.err) == (0, True)
    assert desk.live()["Alpha"]["description"] == "Edited in the product."
    assert "Beta" in desk.live()


def test_a_value_of_the_target_that_changed_makes_the_plan_stale(desk: Desk) -> None:
    desk.settings({"word": "one"})
    desk.write(action("Alpha", request={"word": "${word}"}))
    file = desk.root / "plan.json"
    assert desk.ajo("diff", "--out", str(file)).exit == 0
    desk.settings({"word": "two"})
    ran = desk.ajo("sync", str(file), "--yes")
    assert (ran.exit, "actions/team/Alpha.json" in ran.err) == (6, True)


def test_a_kept_plan_is_no_approval(desk: Desk) -> None:
    file = keep(desk)
    ran = desk.ajo("sync", str(file))
    assert (ran.exit, "AJO601" in ran.err) == (6, True)


def test_a_plan_for_one_target_is_not_carried_out_on_another(desk: Desk) -> None:
    file = keep(desk)
    ran = desk.ajo("sync", str(file), "--target", "there", "--yes")
    assert (ran.exit, "the plan is for target here" in ran.err) == (3, True)


def test_a_plan_is_for_one_target_alone(desk: Desk) -> None:
    ran = desk.ajo("diff", "--all-targets", "--out", "plan.json")
    assert (ran.exit, "AJO901" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("content", "code"), [(None, "AJO009"), ("{}", "AJO621"), ('{"format": "ajo-plan"}', "AJO621")]
)
@pytest.mark.parametrize("command", ["show", "sync"])
def test_what_is_no_plan_is_one_clear_error(desk: Desk, command: str, content: str | None, code: str) -> None:
    file = desk.root / "plan.json"
    if content is not None:
        file.write_text(content)
    ran = desk.ajo(command, str(file))
    assert (ran.exit, f"error {code}" in ran.err, "Traceback" in ran.err) == (3, True, False)
    assert str(file) in ran.err


def test_a_pipe_in_the_place_of_a_plan_is_not_waited_for(desk: Desk) -> None:
    os.mkfifo(desk.root / "plan.json")
    ran = desk.ajo("show", str(desk.root / "plan.json"))
    assert (ran.exit, "AJO009" in ran.err) == (3, True)


def test_a_plan_edited_by_hand_is_refused(desk: Desk) -> None:
    file = keep(desk)
    file.write_text(file.read_text().replace("What Alpha does.", "Something else."))
    for command in (("show", str(file)), ("sync", str(file), "--yes")):
        ran = desk.ajo(*command)
        assert (ran.exit, "error AJO622" in ran.err) == (6, True)


def test_a_plan_that_can_not_be_written_is_an_error(desk: Desk) -> None:
    desk.write(action("Alpha"))
    ran = desk.ajo("diff", "--out", "/dev/null/plan.json")
    assert (ran.exit, "AJO309" in ran.err) == (3, True)


def test_a_kept_plan_holds_no_secret(desk: Desk) -> None:
    endpoint = {"method": "POST", "url": "https://alpha.example.com/v1"}
    desk.write(action("Alpha", endpoint={**endpoint, "headers": {"X-Api-Key": "${secret:acme/key}"}}))
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Alpha", endpoint={**endpoint, "url": "https://alpha.example.com/v2"}))
    file = desk.root / "plan.json"
    assert desk.ajo("diff", "--out", str(file)).exit == 0
    assert "made-up-acme-key" in json.dumps(desk.live())
    assert "made-up" not in file.read_text()


def test_nothing_of_a_forged_plan_steers_a_terminal(desk: Desk) -> None:
    document = json.loads(keep(desk).read_text())
    head = {key: document.pop(key) for key in ("format", "version", "digest")}
    step = document["plan"]["steps"][0]
    step["why"] = step["resource"]["key"]["kind"] = document["tool"] = document["baseUrl"] = "\x1b[2J"
    step["blocks"] = [{"code": "\x1b[2J", "reason": "\x1b[2J", "wayOut": "\x1b[2J"}]
    head["digest"] = "sha256:" + sha256(dump_json(document, indent=None).encode()).hexdigest()
    file = desk.root / "forged.json"
    file.write_text(dump_json({**head, **document}))
    for form in ("text", "markdown"):
        ran = desk.ajo("show", str(file), "--format", form)
        assert (ran.exit, "\x1b" in ran.out) == (0, False)
    assert desk.ajo("sync", str(file), "--yes").exit == 6

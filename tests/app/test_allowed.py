"""Findings that a definition allows itself, with a reason."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action, capping
from toolkit.app.compat import compare_states
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.workspace.load import open_workspace

PLAIN = {"method": "POST", "url": "http://hello.example.com/v1"}
"""Has the finding AJO218 at ``/endpoint/url``."""


def findings(desk: Desk, rules: str = "", **values: str) -> list[Finding]:
    desk.settings(values)
    settings = desk.root / "ajo.toml"
    settings.write_text(settings.read_text() + rules)
    return list(validate(open_workspace(desk.root)))


def allowing(*entries: tuple[str, str], **changes: Any) -> dict[str, Any]:
    allow = [{"rule": rule, "at": at, "because": "The host is our own."} for rule, at in entries]
    return action("Hello", **{"endpoint": PLAIN, "lifecycle": {"allow": allow}, **changes})


def test_an_entry_hides_exactly_the_finding_that_it_names(desk: Desk) -> None:
    desk.write(allowing(("AJO218", "/endpoint/url")))
    desk.write(action("Other", endpoint=PLAIN))
    assert [(found.code, found.file) for found in findings(desk)] == [("AJO218", "actions/team/Other.json")]


@pytest.mark.parametrize("at", ["", "/endpoint", "/endpoint/url/x", "/name"])
def test_a_place_around_a_finding_hides_nothing_and_says_where_the_finding_is(desk: Desk, at: str) -> None:
    file = desk.write(allowing(("AJO218", at)))
    hidden, unused = sorted(findings(desk), key=lambda found: found.code)
    assert (hidden.code, unused.code, unused.severity.value) == ("AJO218", "AJO331", "warning")
    assert unused.message == f'AJO218 finds nothing at "{at}", but at "/endpoint/url"'
    assert f'"at": "{at}"' in file.read_text().splitlines()[unused.line - 1]


def test_an_entry_that_is_not_needed_any_more_is_a_warning(desk: Desk) -> None:
    desk.write(allowing(("AJO218", "/endpoint/url"), endpoint={**PLAIN, "url": "https://a.example.com"}))
    assert [(found.code, found.pointer) for found in findings(desk)] == [("AJO331", "/lifecycle/allow/0/at")]


def test_an_entry_that_stands_there_twice_is_said_at_the_second(desk: Desk) -> None:
    desk.write(allowing(("AJO218", "/endpoint/url"), ("AJO218", "/endpoint/url")))
    assert [(found.code, found.pointer) for found in findings(desk)] == [
        ("AJO331", "/lifecycle/allow/1/rule")
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [("AJO299", 'no rule is "AJO299"'), ("AJO103", "is no rule"), ("ACME001", 'no rule is "ACME001"')],
)
def test_an_entry_of_no_rule_is_a_warning(desk: Desk, rule: str, words: str) -> None:
    desk.write(allowing((rule, "/name"), endpoint={**PLAIN, "url": "https://a.example.com"}))
    (found,) = findings(desk)
    assert (found.code, found.severity.value, found.pointer) == (
        "AJO330",
        "warning",
        "/lifecycle/allow/0/rule",
    )
    assert words in found.message


def test_an_entry_hides_an_error_as_well_as_a_warning(desk: Desk) -> None:
    desk.write(allowing(("AJO218", "/endpoint/url")))
    assert findings(desk, '[rules]\nseverity = { AJO218 = "error" }\n') == []
    assert desk.ajo("sync", "--yes").exit == 0


def test_an_entry_hides_what_only_the_values_of_a_target_make_wrong(desk: Desk) -> None:
    url = {"method": "POST", "url": "https://${host}/v1"}
    desk.write(allowing(("AJO213", "/endpoint/url"), endpoint=url))
    wrong = findings(desk, host="10.0.0.1")
    assert [found.code for found in wrong] == []


def test_an_entry_hides_what_several_definitions_together_have(desk: Desk) -> None:
    desk.write(action("Hello"))
    allow = [{"rule": "AJO282", "at": "/url", "because": "Its actions come next month."}]
    desk.write({**capping("idle", "idle.example.com"), "lifecycle": {"allow": allow}})
    assert findings(desk) == []


@pytest.mark.parametrize(
    "rules", ['ignore = ["AJO218"]', 'per-path = { "*.json" = { ignore = ["AJO218"] } }']
)
def test_an_entry_for_a_rule_that_is_ignored_is_left_in_peace(desk: Desk, rules: str) -> None:
    desk.write(allowing(("AJO218", "/endpoint/url")))
    assert findings(desk, f"[rules]\n{rules}\n") == []


def test_an_entry_is_not_judged_beside_what_could_not_be_read(desk: Desk) -> None:
    desk.write(allowing(("AJO282", "/url"), endpoint={**PLAIN, "url": "https://a.example.com"}))
    (desk.root / "actions" / "team" / "Broken.json").write_text("{")
    assert [found.code for found in findings(desk)] == ["AJO002"]


def test_entries_are_never_sent_and_no_change_on_the_platform(desk: Desk) -> None:
    desk.settings()
    desk.write(action("Hello", endpoint=PLAIN))
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(allowing(("AJO218", "/endpoint/url")))
    assert desk.ajo("diff", "--exit-code").exit == 0
    assert "because" not in json.dumps(desk.live())


def test_entries_are_read_in_history_and_no_change_for_journeys(desk: Desk) -> None:
    desk.settings()
    desk.write(allowing(("AJO218", "/endpoint/url")))
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=desk.root, check=True, capture_output=True)
    desk.write(action("Hello", endpoint=PLAIN))
    comparison = compare_states(desk.root, "HEAD", None, desk.environment())
    assert (comparison.assessments, comparison.findings) == ((), ())

"""Rehearsing from the command line: what a person asks, what is shown, what is refused."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.desk import Desk, action, capping


def throttling(name: str, pattern: str, rate: int) -> dict[str, object]:
    return {
        "$schema": "../../schemas/v1/throttling-config.schema.json",
        "formatVersion": 1,
        "kind": "ThrottlingConfig",
        "name": name,
        "urlPattern": pattern,
        "methods": ["POST"],
        "maxThroughput": rate,
    }


@pytest.fixture
def workspace(desk: Desk) -> Desk:
    desk.settings()
    for name in ("Welcome", "Goodbye"):
        desk.write(action(name, endpoint={"method": "POST", "url": f"https://a.example.com/{name}"}))
    desk.write(action("Other"))
    return desk


STEADY = ("--arrivals", "100/s for 60s", "--even", "--latency", "100ms")


def test_a_rehearsal_says_what_becomes_of_the_calls(workspace: Desk) -> None:
    ran = workspace.ajo("rehearse", "Welcome", *STEADY)
    assert ran.exit == 0, ran.err
    assert "Under the default cap of 300,000 calls in 60,000 ms (a.example.com)" in ran.out
    assert "Welcome: 6,000 calls, 100.0% succeed" in ran.out
    assert "Nothing is lost that a limit could save." in ran.out


def test_actions_of_one_host_share_its_default_cap_and_others_have_theirs(workspace: Desk) -> None:
    lanes = workspace.ajo("rehearse", "Welcome", "Goodbye", "Other", *STEADY, "--json").json()["lanes"]
    assert [sorted(lane["actions"]) for lane in lanes] == [["Goodbye", "Welcome"], ["Other"]]


def test_the_capping_of_a_definition_holds(workspace: Desk) -> None:
    workspace.write(capping("a-limit", "a.example.com", calls=50))
    (lane,) = workspace.ajo("rehearse", "Welcome", *STEADY, "--json").json()["lanes"]
    assert (lane["limit"]["kind"], lane["limit"]["name"]) == ("capping", "a-limit")
    assert lane["total"]["capped"] > 0
    assert lane["recommended"]["calls"] >= 100


def test_a_throttling_of_a_definition_comes_before_a_capping(workspace: Desk) -> None:
    workspace.write(capping("a-limit", "a.example.com", calls=50))
    workspace.write(throttling("queue", "https://a.example.com/*", 200))
    workspace.settings(production=True)
    (lane,) = workspace.ajo("rehearse", "Welcome", *STEADY, "--json").json()["lanes"]
    assert (lane["limit"]["kind"], lane["limit"]["connections"]) == ("throttling", 50)
    assert lane["total"]["succeeded"] == 6000


def test_what_is_recommended_is_written_as_a_definition_that_is_valid(workspace: Desk) -> None:
    options = ("--arrivals", "1000/s for 5m", "--latency", "100ms", "--capacity", "90/s")
    ran = workspace.ajo("rehearse", "Welcome", *options, "--write", "spare-a", "--folder", "team")
    assert ran.exit == 0, ran.err
    assert "Recommended: capping of 85 calls in 1,000 ms" in ran.out
    written = json.loads((workspace.root / "actions/team/spare-a.capping.json").read_text())
    assert written["services"]["action"]["rating"] == {"maxCallsCount": 85, "periodInMs": 1000}
    assert workspace.ajo("validate").exit == 0
    again = workspace.ajo("rehearse", "Welcome", *options, "--json").json()["lanes"][0]
    assert again["limit"]["name"] == "spare-a"


def test_a_limit_that_has_a_definition_is_changed_by_hand(workspace: Desk) -> None:
    workspace.write(capping("a-limit", "a.example.com", calls=50))
    ran = workspace.ajo("rehearse", "Welcome", *STEADY, "--write", "another")
    assert (ran.exit, "AJO720" in ran.err, "a-limit" in ran.err) == (3, True, True)


def test_recorded_arrivals_and_measured_answers_are_read_from_files(workspace: Desk) -> None:
    (workspace.root / "came.csv").write_text(
        "who,at\na,2026-01-31T12:00:00Z\nb,2026-01-31T12:00:01+00:00\nc,2026-01-31T12:00:01.500Z\n"
    )
    calls = [
        {"joStatusCode": "http_200", "answersMs": [80]},
        {"joStatusCode": "http_200", "answersMs": [120.5]},
    ]
    (workspace.root / "answers.json").write_text(json.dumps({"calls": calls}))
    files = ("--arrivals-file", "came.csv", "--measured", "answers.json")
    (lane,) = workspace.ajo("rehearse", "Welcome", *files, "--json").json()["lanes"]
    assert lane["total"]["succeeded"] == 3
    assert lane["done"] == pytest.approx(1.6, abs=0.05)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--latency", "1s"), "--arrivals or --arrivals-file"),
        (("--arrivals", "5/s for 1s"), "--latency or --measured"),
        (("--arrivals", "soon", "--latency", "1s"), "does not say when"),
        (("--arrivals", "5/s for 1s", "--latency", "p50=2s p95=1s"), "p95 is below p50"),
        (("--arrivals", "5/s for 1s", "--latency", "mean"), "is not a duration"),
        (("--arrivals", "5/s for 1s", "--latency", "1s", "--errors", "200=1%"), "not a status"),
        (("--arrivals", "5/s for 1s", "--latency", "1s", "--errors", "500=60%,404=60%"), "more than all"),
        (("--arrivals", "5/s for 1s", "--latency", "1s", "--capacity", "0/s"), "--capacity is nothing"),
        (("--arrivals", "5/s for 1s", "--latency", "1s", "--timeout", "31s"), "between 1 and 30"),
        (("--arrivals-file", "gone.csv", "--latency", "1s"), "gone.csv: error AJO009: can't be read"),
        (("--arrivals-file", "bad.csv", "--latency", "1s"), "bad.csv:3: there is no time"),
        (("--arrivals", "5/s for 1s", "--measured", "bad.csv"), "is not what `ajo exercise"),
    ],
)
def test_what_can_not_be_understood_is_refused_with_a_reason(
    workspace: Desk, options: tuple[str, ...], words: str
) -> None:
    (workspace.root / "bad.csv").write_text("at\n1\nnan\n")
    ran = workspace.ajo("rehearse", "Welcome", *options)
    assert ran.exit == 3
    assert words in ran.err


def test_an_action_that_is_not_there_is_named_with_those_that_are(workspace: Desk) -> None:
    ran = workspace.ajo("rehearse", "Welcom", *STEADY)
    assert (ran.exit, "AJO308" in ran.err, "Goodbye, Other, Welcome" in ran.err) == (3, True, True)


def test_an_action_with_errors_is_not_rehearsed(workspace: Desk) -> None:
    workspace.write(action("Welcome", endpoint={"method": "POST", "url": "ftp://a.example.com/"}))
    ran = workspace.ajo("rehearse", "Welcome", *STEADY)
    assert ran.exit == 3
    assert "Welcome.json" in ran.err

"""A platform that is looked at, and tried with one action that is gone afterwards, whatever happened."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.scenarios.desk import REPOSITORY, Desk, Ran, action
from tests.scenarios.disguise import Disguised, Look, disguised
from tests.scenarios.looks import LOOKS
from tests.scenarios.relay import PATIENCE_S, relay
from tests.scenarios.terminal import terminal
from tests.scenarios.test_calibration import learned
from toolkit.platform.checking.facts import ASSUMED, OUT_OF_SIGHT
from toolkit.platform.checking.verdicts import CHECKS

PROBE = re.compile(r"ajo_check_delete_me_[0-9a-f]{8}")


def verdicts(ran: Ran) -> dict[str, str]:
    return {fact["id"]: fact["verdict"] for fact in ran.json()["facts"]}


def synced(desk: Desk) -> None:
    """A sandbox with an action that has a secret, and one without."""
    desk.write(action("Plain"))
    secret = {"type": "apiKey", "name": "X-Key", "value": "${secret:loyalty/key}", "location": "header"}
    desk.write(action("Guarded", authentication=secret))
    assert desk.ajo("sync", "--yes").exit == 0


def test_a_check_only_reads_and_finds_the_emulator_as_assumed(desk: Desk) -> None:
    synced(desk)
    before = desk.writes()
    ran = desk.ajo("target", "check", "--json")
    assert ran.exit == 0, ran.out
    assert desk.writes() == before
    found = verdicts(ran)
    assert "disagrees" not in found.values()
    told = {fact for fact, verdict in found.items() if verdict == "agrees"}
    assert {"PF-ACC-4", "PF-ACC-7", "PF-ACC-10", "PF-LST-2", "PF-LST-4", "PF-ACT-1", "PF-ACT-10"} <= told
    assert found["PF-RUN-5"] == "untold"


def test_a_throw_away_action_tells_more_and_is_gone_afterwards(desk: Desk) -> None:
    ran = desk.ajo("target", "check", "--write-probe", "--yes", "--json")
    assert ran.exit == 0, ran.out + ran.err
    found = verdicts(ran)
    probed = {
        "PF-ACT-4",
        "PF-ACT-6",
        "PF-ACT-7",
        "PF-ACT-8",
        "PF-ACT-9",
        "PF-ACT-10",
        "PF-ACT-19",
        "PF-WRT-4",
    }
    assert {fact: found[fact] for fact in probed} == dict.fromkeys(probed, "agrees")
    assert desk.live() == {}
    assert [method for method, _ in desk.writes()] == ["POST", "DELETE"]
    assert PROBE.fullmatch(ran.json()["probe"])


def test_the_report_says_what_was_seen_and_counts(desk: Desk) -> None:
    synced(desk)
    shown = desk.ajo("target", "check").out
    assert shown.startswith(f"Target here: sandbox {desk.sandbox} of {desk.running.organisation}\n")
    assert "  agrees    PF-ACT-10 secrets are read back as ********\n      1 of 1 seen\n" in shown
    assert re.search(rf"{len(ASSUMED)} assumed facts: \d+ agree, 0 disagree, \d+ can't be told\.\n$", shown)


@pytest.fixture
def odd(desk: Desk) -> Iterator[Callable[..., Disguised]]:
    """Start platforms that differ from the convention in one thing."""
    stack = []

    def start(**changes: Any) -> Disguised:
        manager = disguised(desk.running, Look(**changes))
        made = manager.__enter__()
        stack.append(manager)
        desk.settings(base_url=made.url)
        return made

    yield start
    for manager in stack:
        manager.__exit__(None, None, None)


def unmasked(element: dict[str, Any]) -> dict[str, Any]:
    if "value" in element.get("authentication", {}):
        return {**element, "authentication": {**element["authentication"], "value": "CANARY-shown"}}
    return element


@pytest.mark.parametrize(
    ("out", "fact", "says"),
    [
        pytest.param(
            unmasked, "PF-ACT-10", "authentication.value is read back as something else", id="a secret"
        ),
        pytest.param(
            lambda one: {**one, "actionType": one["actionType"].upper()},
            "PF-ACT-3",
            "of type BUILTIN",
            id="types",
        ),
        pytest.param(
            lambda one: {name: value for name, value in one.items() if name != "usedIn"},
            "PF-ACT-13",
            "an array of objects was expected",
            id="uses",
        ),
        pytest.param(
            lambda one: {**one, "revision": 1}, "PF-ACT-18", "this member is unknown", id="a new member"
        ),
        pytest.param(
            lambda one: {**one, "description": None}, "PF-ACT-12", "a text was expected", id="descriptions"
        ),
    ],
)
def test_a_disagreement_says_what_was_seen_and_is_exit_code_2(
    desk: Desk, odd: Callable[..., Disguised], out: Any, fact: str, says: str
) -> None:
    synced(desk)
    odd(out=out)
    ran = desk.ajo("target", "check", "--json")
    assert ran.exit == 2, ran.err
    found = {each["id"]: each for each in ran.json()["facts"]}
    assert found[fact]["verdict"] == "disagrees"
    assert says in found[fact]["seen"]
    assert "CANARY" not in ran.out + ran.err + desk.ajo("target", "check").out


def test_a_disagreement_looks_as_the_page_shows_it(desk: Desk, odd: Callable[..., Disguised]) -> None:
    page = (REPOSITORY / "docs/calibration.md").read_text(encoding="utf-8")
    shown = re.search(r"```console\n\$ ajo target check dev\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    synced(desk)
    odd(out=unmasked)
    printed = desk.ajo("target", "check").out
    head = f"Target here: sandbox {desk.sandbox} of {desk.running.organisation}"
    printed = printed.replace(head, "Target dev: sandbox dev of 0123456789ABCDEF@AdobeOrg")
    for part in shown[1].split("…\n"):
        assert part in printed


def test_a_list_under_another_path_is_told_and_nothing_more_is_claimed(
    desk: Desk, odd: Callable[..., Disguised]
) -> None:
    odd(prefix="/elsewhere", list_path="all/actions")
    ran = desk.ajo("target", "check", "--write-probe", "--yes", "--json")
    assert ran.exit == 2
    found = verdicts(ran)
    assert found["PF-ACT-1"] == "disagrees"
    assert found["PF-ACT-4"] == "untold"
    assert "could not be found again" in ran.json()["trouble"]
    assert (desk.writes(), ran.json()["probe"]) == ([], "")


@pytest.mark.parametrize("name", list(LOOKS))
def test_a_learned_platform_agrees_with_what_its_settings_say(desk: Desk, name: str) -> None:
    with disguised(desk.running, LOOKS[name]) as platform:
        learned(desk, platform)
        ran = desk.ajo("target", "check", "--write-probe", "--yes", "--json")
    found = {each["id"]: each for each in ran.json()["facts"]}
    wrong = {fact: each["seen"] for fact, each in found.items() if each["verdict"] == "disagrees"}
    assert {fact for fact in wrong if fact.startswith("PF-ACT")} == set(), wrong
    assert found["PF-ACT-7"]["verdict"] == "agrees"
    assert desk.live() == {}


def test_nobody_is_there_to_allow_a_write(desk: Desk) -> None:
    ran = desk.ajo("target", "check", "--write-probe")
    assert (ran.exit, desk.requests()) == (6, [])


@pytest.mark.parametrize(("answer", "exit_code", "writes"), [("n", 6, 0), ("y", 0, 2)])
def test_a_person_is_asked_before_anything_is_written(
    desk: Desk, answer: str, exit_code: int, writes: int
) -> None:
    with terminal(desk, "target", "check", "--write-probe") as screen:
        screen.wait_for("[y/N]")
        assert desk.requests() == []
        screen.type(f"{answer}\r")
        assert screen.end() == exit_code
    assert PROBE.search(screen.shown)
    assert len(desk.writes()) == writes


def test_a_production_sandbox_takes_a_word_of_its_own(desk: Desk) -> None:
    desk.settings(production=True)
    refused = desk.ajo("target", "check", "--write-probe", "--yes")
    assert (refused.exit, "AJO610" in refused.err, desk.requests()) == (6, True, [])
    allowed = desk.ajo("target", "check", "--write-probe", "--yes", "--in-production", "--json")
    assert (allowed.exit, desk.live()) == (0, {})


def fault(desk: Desk, kind: str, **rule: Any) -> None:
    """Let requests to the desk's sandbox meet a fault."""
    desk.admin("faults", {"fault": kind, "sandbox": desk.sandbox, **rule})


def creation(method: str, path: str) -> bool:
    return method == "POST" and path.endswith("/actions") and "/list/" not in path


def test_a_platform_that_is_failing_is_an_error_and_no_report(desk: Desk) -> None:
    """That it is not a good time says nothing of how the platform is."""
    desk.settings(sandbox="nowhere")
    ran = desk.ajo("target", "check")
    assert (ran.exit, ran.out) == (5, "")
    assert "AJO503" in ran.err


def test_the_text_says_what_became_of_the_throw_away_action(desk: Desk) -> None:
    shown = desk.ajo("target", "check", "--write-probe", "--yes").out
    assert re.search(rf"Tried with the throw-away action {PROBE.pattern}\.\nIt is gone\.\n", shown)
    fault(desk, "status", status=409, method="POST", path="*/orchestration/actions", nth=1)
    shown = desk.ajo("target", "check", "--write-probe", "--yes").out
    assert re.search(rf"{PROBE.pattern} could not be created and read: .*409.*\.\nIt is gone\.\n", shown)


def test_nobody_gets_in_is_an_error_and_no_report(desk: Desk) -> None:
    desk.settings(client_id="somebody-else")
    ran = desk.ajo("target", "check")
    assert (ran.exit, ran.out) == (4, "")


def test_an_interrupted_probe_is_removed(desk: Desk) -> None:
    with relay(desk.running, hold_after=creation) as between:
        desk.settings(**between.settings())
        process = desk.start("target", "check", "--write-probe", "--yes")
        assert between.reached.wait(PATIENCE_S)
        process.send_signal(signal.SIGINT)
        between.release.set()
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert desk.live() == {}


def test_what_a_killed_check_left_is_told_and_then_removed(desk: Desk) -> None:
    with relay(desk.running, hold_after=creation) as between:
        desk.settings(**between.settings())
        process = desk.start("target", "check", "--write-probe", "--yes", stdout=subprocess.DEVNULL)
        assert between.reached.wait(PATIENCE_S)
        process.kill()
        process.communicate(timeout=PATIENCE_S)
    desk.settings()
    (left,) = desk.live()
    told = desk.ajo("target", "check")
    assert (told.exit, left in told.err) == (0, True)
    assert desk.ajo("target", "check", "--write-probe", "--yes").exit == 0
    assert desk.live() == {}


@pytest.mark.parametrize("status", [403, 409, 500])
def test_what_can_not_be_removed_is_said_with_its_name(desk: Desk, status: int) -> None:
    fault(desk, "status", status=status, method="DELETE", path="*/actions/*")
    ran = desk.ajo("target", "check", "--write-probe", "--yes", "--json")
    (left,) = desk.live()
    assert ran.exit == 5
    assert "AJO513" in ran.err
    assert left in ran.err
    assert left in str(ran.json()["leftovers"])


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(
            {"status": 500, "moment": "after", "method": "POST", "path": "*/orchestration/actions", "nth": 1},
            id="lost",
        ),
        pytest.param({"status": 500, "method": "GET", "path": "*/actions/*"}, id="unreadable"),
        pytest.param(
            {"status": 500, "method": "DELETE", "path": "*/actions/*", "nth": 1}, id="removed later"
        ),
        pytest.param(
            {"status": 409, "method": "POST", "path": "*/orchestration/actions", "nth": 1}, id="refused"
        ),
    ],
)
def test_a_throw_away_action_is_gone_after_any_failure(desk: Desk, rule: dict[str, Any]) -> None:
    fault(desk, "status", **rule)
    ran = desk.ajo("target", "check", "--write-probe", "--yes", "--json")
    assert desk.live() == {}, ran.err
    assert ran.exit in {0, 2}, ran.err


def test_the_list_of_assumed_facts_is_that_of_the_page() -> None:
    """Every fact that is assumed, if only in part, is judged, and no other."""
    page = (REPOSITORY / "docs/platform-facts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (PF-[A-Z]+-[0-9]+) \| .* \| ([^|]*) \|$", page, re.MULTILINE)
    assert set(ASSUMED) == {fact for fact, status in rows if "assumed" in status}
    assert set(ASSUMED) == set(CHECKS) | set(OUT_OF_SIGHT)
    assert not set(CHECKS) & set(OUT_OF_SIGHT)

"""``ajo load`` against real endpoints: what is reported is what they saw, and strangers get nothing."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.exercise.conftest import Partner, partner, start_partner
from tests.scenarios.desk import Desk, action, capping
from toolkit.app.load.job import Job
from toolkit.app.load.stage import Stage
from toolkit.exercise.load.terms import Share, Terms

__all__ = ["partner", "start_partner"]

KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}
TOKEN = {
    "type": "customAuthorization",
    "endpoint": "https://login.example.com/oauth2/token",
    "method": "POST",
    "body": {"bodyType": "form", "bodyParams": {"client_secret": "${secret:example/client}"}},
    "tokenInResponse": "json://access_token",
    "authorizationType": "bearer",
}
ONE = ("--set", "recipient.id=1")
FAST = ("--rate", "400", "--spawn-rate", "100", "--run-time", "60s")


def lead(desk: Desk, routes: dict[str, str], *, load: str, **changes: Any) -> None:
    """Let hosts lead to `routes`; `load` is the table of the settings."""
    desk.settings(**changes)
    file = desk.root / "ajo.toml"
    led = ", ".join(f"{json.dumps(host)} = {json.dumps(base)}" for host, base in routes.items())
    file.write_text(f"{file.read_text()}routes = {{ {led} }}\n[load]\n{load}\n")


def door(base: str) -> str:
    """What settings say for the server at `base`."""
    return json.dumps(base.split("/")[2])


def hello(desk: Desk, path: str = "/v1/messages", **changes: Any) -> None:
    endpoint = {"method": "POST", "url": f"https://example.com{path}"}
    desk.write(action("Hello", **{"endpoint": endpoint, "authentication": KEY, **changes}))


@pytest.fixture
def own(desk: Desk) -> Desk:
    """An action whose endpoint, a stand-in of the emulator, is listed as ours."""
    hello(desk)
    base = f"{desk.running.partners_url}/example.com"
    lead(desk, {"example.com": base}, load=f"hosts = [{door(base)}]")
    return desk


@pytest.fixture
def ours(desk: Desk, partner: Partner) -> Desk:
    """The same at a server that behaves by path."""
    hello(desk, "/v1/ok")
    lead(desk, {"example.com": partner.base}, load=f"hosts = [{door(partner.base)}]")
    return desk


def last_seq(desk: Desk) -> int:
    return max((entry["seq"] for entry in desk.admin("requests")["requests"]), default=0)


def seen_since(desk: Desk, seq: int) -> list[dict[str, Any]]:
    """What the stand-in of example.com was asked for since then."""
    entries = desk.admin("requests?bodies=true")["requests"]
    return [entry for entry in entries if entry["seq"] > seq and entry["path"].endswith("/v1/messages")]


def test_every_exercise_that_is_reported_was_seen_by_the_endpoint(own: Desk) -> None:
    before = last_seq(own)
    ran = own.ajo("load", "Hello", *ONE, *FAST, "--users", "4", "--requests", "150", "--json")
    assert ran.exit == 0, ran
    said = ran.json()
    assert len(seen_since(own, before)) == 150
    assert (said["exercises"], said["calls"], said["failed"]) == (150, 150, 0)
    assert (said["locust"]["requests"], said["locust"]["failures"]) == (150, 0)
    assert [(each["joStatusCode"], each["count"]) for each in said["outcomes"]] == [("http_202", 150)]
    assert 0 < float(said["answerMs"]["p50"]) <= float(said["answerMs"]["p99"]) <= float(said["longestMs"])
    assert float(said["callsPerSecond"]) <= 400 * 150 / 149 + 1


def test_workers_share_the_requests_and_the_rows_and_locusts_files_count_the_same(
    own: Desk, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("recipient.id\n" + "".join(f"row-{number}\n" for number in range(5)))
    before = last_seq(own)
    files = ("--html", str(tmp_path / "report.html"), "--csv", str(tmp_path / "count"))
    ran = own.ajo(
        *("load", "Hello", "--data", str(rows), *FAST, "--users", "4", "--requests", "101"),
        *("--workers", "2", "--p95", "0.001", *files),
    )
    assert ran.exit == 2, ran
    assert "Hello: 101 exercises" in ran.out
    assert "4 users in 2 processes" in ran.out
    assert "Locust counted 101 requests, 0 failures" in ran.out
    assert "--p95 0.001 was broken" in ran.out
    seen = Counter(entry["request"]["body"]["recipient"]["id"] for entry in seen_since(own, before))
    assert set(seen) == {f"row-{number}" for number in range(5)}
    assert (seen.total(), max(seen.values()) - min(seen.values()) <= 2) == (101, True)
    with (tmp_path / "count_stats.csv").open(newline="") as file:
        counted = {row["Name"]: row["Request Count"] for row in csv.DictReader(file)}
    assert counted == {"Hello": "101", "Aggregated": "101"}
    assert "Hello" in (tmp_path / "report.html").read_text()


def test_calls_again_are_counted_and_without_retries_there_are_none(ours: Desk, partner: Partner) -> None:
    hello(ours, "/v1/refused")
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--requests", "10", "--json")
    said = ran.json()
    assert (ran.exit, said["exercises"], said["calls"], said["failed"]) == (2, 10, 40, 10)
    assert len(partner.seen) == 40
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--requests", "10", "--no-retries", "--fail-ratio", "1")
    assert ran.exit == 0, ran
    assert "http_400  10     100.0%  0" in ran.out
    assert len(partner.seen) == 50


def test_what_the_cap_drops_is_not_sent_unless_that_is_asked_for(ours: Desk, partner: Partner) -> None:
    limit = capping("example", "example.com")
    limit["services"]["action"]["rating"] = {"maxCallsCount": 5, "periodInMs": 600_000}
    ours.write(limit)
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--requests", "12", "--json")
    counts = {each["joStatusCode"]: each["count"] for each in ran.json()["outcomes"]}
    assert (ran.exit, counts, len(partner.seen)) == (2, {"http_200": 5, "capped": 7}, 5)
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--requests", "12", "--uncapped")
    assert (ran.exit, len(partner.seen)) == (0, 17)
    assert "The cap was not kept to" in ran.out


def test_a_host_that_is_not_listed_gets_nothing(own: Desk) -> None:
    base = f"{own.running.partners_url}/example.com"
    lead(own, {"example.com": base}, load='hosts = ["example.com"]')
    before = last_seq(own)
    ran = own.ajo("load", "Hello", *ONE)
    assert ran.exit == 6
    assert f"error AJO750: the load would go to {json.loads(door(base))}" in ran.err
    assert "hosts in [tool.ajo.load]" in ran.err
    assert seen_since(own, before) == []


def test_a_redirect_to_a_host_that_is_not_listed_ends_the_load(
    ours: Desk, partner: Partner, start_partner: Callable[[], Partner]
) -> None:
    stranger = start_partner()
    hello(ours, "/v1/elsewhere")
    routes = {"example.com": partner.base, "other.example": stranger.base}
    lead(ours, routes, load=f"hosts = [{door(partner.base)}]")
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--users", "3", "--requests", "50", "--no-retries")
    assert ran.exit == 6, ran
    assert "error AJO750: the load was led away from your hosts" in ran.err
    assert f"{json.loads(door(stranger.base))} is not among the hosts" in ran.err
    assert "internalError" in ran.out
    assert stranger.seen == []
    assert len(partner.seen) <= 3
    lead(ours, routes, load=f"hosts = [{door(partner.base)}, {door(stranger.base)}]")
    assert ours.ajo("load", "Hello", *ONE, *FAST, "--requests", "3").exit == 0
    assert len(stranger.seen) == 3


def test_all_users_share_one_token_and_its_host_is_listed_too(
    ours: Desk, partner: Partner, start_partner: Callable[[], Partner]
) -> None:
    login = start_partner()
    login.text = b'{"access_token": "a-token-of-login"}'
    hello(ours, "/v1/ok", authentication=TOKEN)
    routes = {"example.com": partner.base, "login.example.com": login.base}
    lead(ours, routes, load=f"hosts = [{door(partner.base)}]")
    ran = ours.ajo("load", "Hello", *ONE)
    assert (ran.exit, "token-hosts in [tool.ajo.load]" in ran.err) == (6, True)
    assert (login.seen, partner.seen) == ([], [])
    lead(ours, routes, load=f"hosts = [{door(partner.base)}]\ntoken-hosts = [{door(login.base)}]")
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--users", "5", "--requests", "40")
    assert (ran.exit, len(partner.seen), len(login.seen)) == (0, 40, 1), ran
    assert "A token was asked for 1 time." in ran.out
    assert "a-token-of-login" not in ran.out + ran.err


def test_a_token_that_is_not_to_be_had_is_asked_for_once_and_ends_the_load(
    ours: Desk, partner: Partner, start_partner: Callable[[], Partner]
) -> None:
    login = start_partner()
    hello(ours, "/v1/ok", authentication=TOKEN)
    routes = {"example.com": partner.base, "login.example.com": login.base}
    lead(ours, routes, load=f"hosts = [{door(partner.base)}]\ntoken-hosts = [{door(login.base)}]")
    ran = ours.ajo("load", "Hello", *ONE, *FAST, "--users", "10", "--requests", "500", "--json")
    assert ran.exit == 5, ran
    assert ran.json()["stopped"]["code"] == "AJO753"
    assert (len(login.seen), partner.seen) == (1, [])


def test_production_is_loaded_only_with_a_word(own: Desk) -> None:
    base = f"{own.running.partners_url}/example.com"
    lead(own, {"example.com": base}, load=f"hosts = [{door(base)}]", production=True)
    refused = own.ajo("load", "Hello", *ONE, "--dry-run")
    assert (refused.exit, "AJO751" in refused.err) == (6, True)
    assert own.ajo("load", "Hello", *ONE, "--dry-run", "--in-production").exit == 0


@pytest.mark.parametrize(
    ("more", "name"),
    [
        (("--users", "30"), "max-users"),
        (("--rate", "20.5"), "max-rate"),
        (("--run-time", "31s"), "max-run-time-seconds"),
        (("--rate", "nan"), "nan exercises a second"),
        (("--timeout", "nan"), "no --timeout"),
        (("--spawn-rate", "nan"), "no --spawn-rate"),
        (("--spawn-rate", "inf"), "no --spawn-rate"),
    ],
)
def test_no_load_is_more_than_the_settings_allow(own: Desk, more: tuple[str, ...], name: str) -> None:
    base = f"{own.running.partners_url}/example.com"
    table = f"hosts = [{door(base)}]\nmax-users = 20\nmax-rate = 20\nmax-run-time-seconds = 30"
    lead(own, {"example.com": base}, load=table)
    ran = own.ajo("load", "Hello", *ONE, *more, "--dry-run")
    assert (ran.exit, "AJO752" in ran.err, name in ran.err) == (6, True, True)


def test_a_dry_run_shows_what_would_go_where_and_sends_nothing(own: Desk) -> None:
    before = last_seq(own)
    asked = ("load", "Hello", *ONE, "--users", "5", "--rate", "20", "--dry-run")
    ran = own.ajo(*asked)
    assert ran.exit == 0
    assert "X-Api-Key: ${secret:example/key}" in ran.out
    assert "at most 201 exercises, with retries 804 calls. Nothing was sent." in ran.out
    said = own.ajo(*asked, "--json").json()
    assert (said["mostExercises"], said["terms"]["users"]) == (201, 5)
    assert seen_since(own, before) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--run-time", "soon"), '--run-time: "soon" is not a duration'),
        (("--users", "0"), "0 is not in the range x>=1"),
        (("--workers", "3", "--users", "2"), "3 workers need at least as many --users"),
        (
            ("--workers", "3", "--users", "3", "--requests", "2"),
            "3 workers need at least as many --requests",
        ),
        (("--master",), "--master needs --expect-workers"),
        (("--master", "--worker", "--expect-workers", "1"), "--worker means nothing to --master"),
        (("--master", "--expect-workers", "2", *ONE), "--set means nothing to --master"),
        (("--worker", "--rate", "5"), "--rate means nothing to --worker"),
        (("--worker", "--no-retries"), "--no-retries means nothing to --worker"),
        (("--master-host", "a.example"), "--master-host means nothing to a load without"),
    ],
)
def test_options_that_make_no_sense_are_one_clear_error(
    own: Desk, arguments: tuple[str, ...], words: str
) -> None:
    ran = own.ajo("load", "Hello", *arguments)
    assert (ran.exit, words in ran.err, ran.out) == (3, True, ""), ran


def test_values_that_are_missing_are_told_before_anything_is_sent(own: Desk, tmp_path: Path) -> None:
    ran = own.ajo("load", "Hello")
    assert (ran.exit, "AJO701" in ran.err) == (3, True)
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"recipient.id": "1"}\n{}\n')
    assert "row 2" in own.ajo("load", "Hello", "--data", str(rows)).err


def test_a_secret_that_is_missing_is_told_and_nothing_is_sent(own: Desk) -> None:
    base = f"{own.running.partners_url}/example.com"
    lead(own, {"example.com": base}, load=f"hosts = [{door(base)}]", secrets="environment")
    before = last_seq(own)
    ran = own.ajo("load", "Hello", *ONE, *FAST, "--users", "2", "--workers", "2")
    assert (ran.exit, "AJO307" in ran.err, "Traceback" in ran.err) == (3, True, False), ran
    assert seen_since(own, before) == []


def test_files_that_cant_be_written_are_one_clear_error(own: Desk, tmp_path: Path) -> None:
    ran = own.ajo("load", "Hello", *ONE, "--csv", str(tmp_path / "nowhere" / "count"))
    assert (ran.exit, "AJO309" in ran.err) == (3, True), ran


WITHOUT = (
    "import sys; sys.modules['locust'] = None; from toolkit.cli.main import run; sys.exit(run({words!r}))"
)
APART = (
    "import sys; from toolkit.cli.main import run; code = run({words!r}); "
    "print(sorted(set(sys.modules) & {{'gevent', 'locust'}}), file=sys.stderr); sys.exit(code)"
)


def in_a_process(desk: Desk, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    code = program.format(words=["-C", str(desk.root), *words])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_without_locust_the_command_says_what_to_install(own: Desk) -> None:
    done = in_a_process(own, WITHOUT, "load", "Hello", *ONE)
    assert done.returncode == 3
    assert "AJO902" in done.stderr
    assert "pip install 'ajo-actions[load]'" in done.stderr
    assert in_a_process(own, WITHOUT, "load", "Hello", *ONE, "--dry-run").returncode == 0


def test_locust_is_imported_in_processes_of_its_own_alone(own: Desk) -> None:
    done = in_a_process(own, APART, "load", "Hello", *ONE, *FAST, "--requests", "2")
    assert (done.returncode, done.stderr.strip()) == (0, "[]"), done


def stage(desk: Desk, ended: list[str], **terms: Any) -> Stage:
    """A process that sends, as one that a master leads begins."""
    asked = Terms(**{"users": 1, "spawn_rate": 1.0, "run_time_s": 60.0, "rate": 10.0, **terms})
    job = Job("worker", desk.root, "here", "Hello", asked, ({"recipient.id": "1"},))
    return Stage(job, asked, Share(), os.environ, lambda: ended.append("ended"))


def test_a_process_begins_nothing_once_the_time_is_over_whoever_leads_it(own: Desk) -> None:
    ended: list[str] = []
    here = stage(own, ended, run_time_s=1e-6)
    with closing(here.user()) as user:
        assert here.exercise(user) is not None
        assert here.exercise(user) is None


def test_a_process_ends_where_more_users_come_than_its_terms_say(own: Desk) -> None:
    ended: list[str] = []
    here = stage(own, ended)
    here.user().close()
    with closing(here.user()):
        assert (here.stopped, ended) == (None, [])
        with closing(here.user()) as third:
            assert here.stopped is not None
            assert (here.stopped.code, ended) == ("AJO752", ["ended"])
            assert here.exercise(third) is None

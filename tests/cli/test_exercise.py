"""``ajo exercise`` for everything that is shipped, against stand-ins: once, many times, and not at all."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.partners.test_shipped import VALUES
from tests.exercise.authority import made, rsa_key
from tests.scenarios.desk import REPOSITORY, Desk, action, capping
from tests.scenarios.terminal import terminal
from toolkit.app.exercise import network_of, subject_of
from toolkit.workspace.load import open_workspace
from toolkit.workspace.secrets import made_up_secret, variable_name

CAMPAIGN = {"email": "ursel@example.com", "ctx.firstName": "Ursel", "ctx.purchaseOrderNumber": "4711"}
SHIPPED = {**VALUES, "CampaignOrderConfirmation": CAMPAIGN}
KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}


def lead_to_stand_ins(desk: Desk, **changes: Any) -> Desk:
    _, local = open_workspace(REPOSITORY).target("local")
    desk.settings(local.values, campaign_url="https://campaign.example/events", **changes)
    file = desk.root / "ajo.toml"
    routes = ", ".join(
        f"{json.dumps(host)} = {json.dumps(base)}" for host, base in desk.running.routes.items()
    )
    file.write_text(f"{file.read_text()}routes = {{ {routes} }}\n")
    return desk


@pytest.fixture
def shipped(desk: Desk) -> Desk:
    """The shipped definitions, led to stand-ins."""
    shutil.rmtree(desk.root / "actions")
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions")
    return lead_to_stand_ins(desk)


@pytest.fixture
def own(desk: Desk) -> Desk:
    """One action of our own, at a stand-in that says what it got."""
    subject = action(
        "Hello",
        endpoint={"method": "POST", "url": "https://example.com/v1/messages"},
        authentication=KEY,
        response={"messageId": "string", "points": "integer"},
    )
    desk.write(subject)
    return lead_to_stand_ins(desk)


def values(desk: Desk, content: Any, name: str = "values.json") -> str:
    file = desk.root / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_action_is_exercised_offline_and_the_journey_goes_on(shipped: Desk, name: str) -> None:
    given = SHIPPED[name] | ({"data[0].event_time": _now()} if "data[0].event_time" in SHIPPED[name] else {})
    ran = shipped.ajo("exercise", name, "--values", values(shipped, given))
    assert (ran.exit, f"@action{{{name}.jo_status_code}} = " in ran.out) == (0, True), ran.out + ran.err
    assert "the journey goes on" in ran.out.splitlines()[0]


def _now() -> int:
    import time

    return int(time.time()) - 60


def test_everything_is_shown_token_request_answer_times_and_what_the_journey_sees(shipped: Desk) -> None:
    given = values(shipped, VALUES["EpsilonWelcomeMessage"])
    out = shipped.ajo("exercise", "EpsilonWelcomeMessage", "--values", given).out
    token, rest = out.split("\nToken request\n")[1].split("\nRequest\n")
    assert "→ POST https://api-public.epsilon.com/Epsilon/oauth2/access_token" in token
    assert "password=********" in token
    assert '"access_token": "********"' in token
    assert "Authorization: Bearer ********" in rest
    assert "first byte" in rest
    assert '@action{EpsilonWelcomeMessage.resultCode} = "OK"' in rest


def test_a_failing_call_ends_with_5_and_says_what_the_journey_does(own: Desk) -> None:
    own.write(action("Lost", endpoint={"method": "POST", "url": "https://example.com/v1/messages"}))
    ran = own.ajo("exercise", "Lost", "--set", "recipient.id=1")
    assert (ran.exit, ran.out.splitlines()[0].endswith("the journey takes its error branch")) == (5, True)


def test_retries_are_shown_each_as_a_call_of_its_own(own: Desk) -> None:
    settings = (own.root / "ajo.toml").read_text()
    closed = 'routes = { "closed.example" = "http://127.0.0.1:1", '
    (own.root / "ajo.toml").write_text(settings.replace("routes = { ", closed, 1))
    own.write(action("Lost", endpoint={"method": "POST", "url": "https://closed.example/v1"}))
    out = own.ajo("exercise", "Lost", "--set", "recipient.id=1").out
    assert "internalError" in out.splitlines()[0]
    assert "3 retries" in out.splitlines()[0]
    assert [line for line in out.splitlines() if line.startswith("Re")] == [
        "Request",
        "Retry 1",
        "Retry 2",
        "Retry 3",
    ]


def test_many_exercises_show_how_far_they_are_and_end_at_ctrl_c(own: Desk) -> None:
    command = ("exercise", "Hello", "--set", "recipient.id=1", "--repeat", "100000", "--workers", "1")
    with terminal(own, *command, NO_COLOR="1") as shown:
        shown.wait_for("Exercising Hello")
        shown.interrupt("Interrupted.")
        assert shown.end() == 130
    assert "Traceback" not in shown.shown
    done = own.process(*command[:4], "--repeat", "2")
    assert (done.exit, "Exercising" in done.out + done.err) == (0, False)


def test_deviations_are_named_and_end_with_2_where_that_is_asked_for(own: Desk) -> None:
    plain = own.ajo("exercise", "Hello", "--set", "recipient.id=1")
    assert (plain.exit, "/points: missing field, expected integer" in plain.out) == (0, True)
    assert "/received: extra field" in plain.out
    assert "--update-response" in plain.err
    assert own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--check").exit == 2


def test_update_response_amends_the_definition_and_nothing_else(own: Desk) -> None:
    file = own.root / "actions/team/Hello.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "response": {"messageId": "integer"}}, indent=4) + "\n")
    before = file.read_text().splitlines()
    ran = own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--update-response")
    assert (ran.exit, ran.err.startswith("--- actions/team/Hello.json")) == (0, True)
    after = json.loads(file.read_text())
    assert after["response"]["messageId"] == "string"
    assert after["response"]["received"]["method"] == "string"
    assert {key: after[key] for key in after if key != "response"} == {
        key: document[key] for key in document if key != "response"
    }
    assert [line for line in before if line not in file.read_text()] == [
        line for line in before if '"messageId"' in line
    ]
    again = own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--update-response")
    assert (again.exit, "needs no change" in again.err) == (0, True)


def test_a_definition_without_a_response_gets_one_where_it_belongs(own: Desk) -> None:
    own.write(
        action(
            "Bare",
            endpoint={"method": "POST", "url": "https://example.com/v1/messages"},
            lifecycle={"owner": "us"},
        )
    )
    assert own.ajo("exercise", "Bare", "--set", "recipient.id=1", "--update-response").exit == 5
    keys = list(json.loads((own.root / "actions/team/Bare.json").read_text()))
    assert keys[-3:] == ["request", "failureResponse", "lifecycle"]
    assert own.ajo("validate").exit == 0


def test_nothing_is_learned_from_an_answer_that_is_no_json(own: Desk) -> None:
    own.write(action("Lost", endpoint={"method": "POST", "url": "https://nowhere.example/x"}))
    ran = own.ajo("exercise", "Lost", "--set", "recipient.id=1", "--update-response")
    assert (ran.exit, "AJO706" in ran.err) == (3, True)


def test_a_dry_run_shows_the_request_and_asks_for_no_secret(own: Desk) -> None:
    lead_to_stand_ins(own, secrets="environment")
    seen = len(own.admin("requests")["requests"])
    ran = own.ajo("exercise", "Hello", "--set", "recipient.id=4711", "--dry-run")
    assert ran.exit == 0
    assert ran.out.splitlines() == [
        "Request",
        "→ POST https://example.com/v1/messages",
        "  Content-Type: application/json",
        "  Charset: UTF-8",
        "  X-Api-Key: ${secret:example/key}",
        "  {",
        '    "template": "welcome",',
        '    "recipient": {',
        '      "id": "4711"',
        "    }",
        "  }",
    ]
    document = own.ajo("exercise", "Hello", "--set", "recipient.id=4711", "--dry-run", "--json").json()
    assert document["request"]["headers"]["X-Api-Key"] == "${secret:example/key}"
    assert document["tokenRequest"] is None
    assert len(own.admin("requests")["requests"]) == seen


def test_json_is_the_exchange_with_what_expressions_read(own: Desk) -> None:
    expression = "@action{Hello.points, defaultValue: 7}"
    document = own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--read", expression, "--json").json()
    assert (document["format"], document["version"], document["target"]) == ("ajo-exchange", 1, "here")
    assert document["read"] == {expression: 7}
    shown = own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--read", expression).out
    assert shown.splitlines()[-1] == f"{expression} → 7"


SECRETS = {
    "AJO_SECRET_EXAMPLE_CLIENT_SECRET": 'it\'s "$HOME" `id` \\ & %41 ü=+',
    "AJO_SECRET_EXAMPLE_KEY": "a'b\"c$(id)&d=e",
}


@pytest.mark.parametrize("body_type", ["form", "json"])
def test_curl_sends_the_same_with_secrets_as_variables(own: Desk, body_type: str, tmp_path: Path) -> None:
    asked = {
        "grant_type": "client_credentials",
        "client_id": "acme's & co",
        "client_secret": "${secret:example/client-secret}",
    }
    subject = action(
        "Quoted",
        endpoint={
            "method": "POST",
            "url": "https://example.com/v2/messages",
            "headers": {"X-Odd": "it's; $(id)"},
            "query": {"key": "${secret:example/key}", "q": "a b&'c'"},
        },
        authentication={
            "type": "customAuthorization",
            "endpoint": "https://example.com/oauth2/token",
            "method": "POST",
            "headers": {"X-Pair": "Basic EncodeBase64(acme:${secret:example/client-secret})"},
            "body": {"bodyType": body_type, "bodyParams": asked},
            "tokenInResponse": "json://access_token",
            "authorizationType": "bearer",
        },
        request={"text": {"$variable": "Text"}},
    )
    own.write(subject)
    lead_to_stand_ins(own, secrets="environment")
    text = 'it\'s "quoted" $HOME `id`\n\\ ü'
    ran = own.ajo("exercise", "Quoted", "--values", values(own, {"text": text}), "--curl")
    assert ran.exit == 0, ran.err
    assert not [secret for secret in SECRETS.values() if secret in ran.out]
    # The same by both: what the shell makes of the words, and what the exercise itself sends.
    log = tmp_path / "calls"
    fake = tmp_path / "curl"
    fake.write_text(f'#!/bin/sh\nfor word; do printf "%s\\0" "$word" >> {log}; done\nprintf "\\n" >> {log}\n'
                    'printf \'{"access_token": "t-1"}\'\n')  # fmt: skip
    fake.chmod(0o755)
    path = f"{tmp_path}:{own.environment()['PATH']}"
    done = subprocess.run(
        ["sh", "-eu", "-c", ran.out], env={**own.environment(), **SECRETS, "PATH": path}, capture_output=True,
        text=True, check=False, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    token, call = (line.split("\0") for line in log.read_text().split("\0\n")[:2])
    secret, key = SECRETS.values()
    assert f"{own.running.partners_url}/example.com/oauth2/token" in token
    if body_type == "form":
        assert f"client_secret={secret}" in token
        assert "client_id=acme's & co" in token
    else:
        assert json.loads(token[token.index("--data-raw") + 1])["client_secret"] == secret
    assert "Authorization: Bearer t-1" in call
    assert "X-Odd: it's; $(id)" in call
    assert json.loads(call[call.index("--data-raw") + 1]) == {"text": text}
    address = next(word for word in call if word.startswith("http"))
    assert address.endswith("?key=a%27b%22c%24%28id%29%26d%3De&q=a%20b%26%27c%27")
    assert key not in address


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_curl_of_a_shipped_action_works_as_it_is(shipped: Desk) -> None:
    given = values(shipped, VALUES["EpsilonWelcomeMessage"])
    script = shipped.ajo("exercise", "EpsilonWelcomeMessage", "--values", given, "--curl").out
    workspace = open_workspace(REPOSITORY)
    from toolkit.app.secrets import check_secrets

    needs = check_secrets(workspace, "local", made_up_secret).needs
    secrets = {
        variable_name(need.reference, "AJO_SECRET_"): made_up_secret(need.reference).reveal()
        for need in needs
    }
    done = subprocess.run(
        ["sh", "-eu", "-c", script], env={**shipped.environment(), **secrets}, capture_output=True, text=True,
        check=False, timeout=30,
    )  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["resultCode"]) == (0, "OK"), done.stderr


def test_many_profiles_give_a_table_latencies_and_a_comparison_with_the_limits(own: Desk) -> None:
    rows = values(own, "recipient.id\n" + "".join(f"{number}\n" for number in range(20)), "rows.csv")
    ran = own.ajo("exercise", "Hello", "--data", rows)
    assert ran.exit == 0, ran.out + ran.err
    assert "Hello: 20 exercises in" in ran.out
    assert [line.split() for line in ran.out.splitlines() if line.startswith("http_")] == [
        ["http_202", "20", "100.0%", "1", "0", "20"]
    ]
    for words in ("50 %", "99 %", "of 0.75 s", "of the timeout of 30 s", "of the cap, 300,000 calls"):
        assert words in ran.out


def test_rows_may_be_json_and_are_filled_up_with_the_values_that_all_share(own: Desk) -> None:
    rows = values(own, '{"recipient": {"id": "1"}}\n\n{}\n', "rows.jsonl")
    document = own.ajo("exercise", "Hello", "--data", rows, "--set", "recipient.id=9", "--json").json()
    assert (document["format"], document["exercises"]) == ("ajo-exercises", 2)
    assert [outcome["count"] for outcome in document["outcomes"]] == [2]


def test_a_capping_of_the_workspace_is_the_cap_of_many_exercises(own: Desk) -> None:
    tight = capping("hello", "example.com", 5)
    tight["services"]["action"]["rating"]["periodInMs"] = 60_000
    own.write(tight)
    ran = own.ajo("exercise", "Hello", "--set", "recipient.id=1", "--repeat", "8", "--json")
    outcomes = {outcome["joStatusCode"]: outcome["count"] for outcome in ran.json()["outcomes"]}
    assert outcomes == {"http_202": 5, "capped": 3}
    assert ran.json()["cap"] == {"calls": 5, "periodInMs": 60_000}
    assert ran.exit == 5


def test_nothing_is_sent_when_any_row_is_wrong(own: Desk) -> None:
    seen = len(own.admin("requests")["requests"])
    rows = values(own, "recipient.id,other\n1,\n,2\n3,\n", "rows.csv")
    ran = own.ajo("exercise", "Hello", "--data", rows)
    assert (ran.exit, "row 2: other is not a value of this action; recipient.id is missing" in ran.err) == (
        3,
        True,
    )
    assert len(own.admin("requests")["requests"]) == seen


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", "", "no rows"),
        ("rows.csv", "a,a\n1,2\n", "two columns"),
        ("rows.csv", "a,b\n1\n", "rows.csv:2"),
        ("rows.csv", 'a\n"x\n', "not CSV"),
        ("rows.jsonl", '{"a": 1}\n[1]\n', "rows.jsonl:2"),
        ("rows.jsonl", "{", "not JSON"),
    ],
)
def test_rows_that_can_not_be_read_are_refused_with_their_line(
    own: Desk, name: str, content: str, said: str
) -> None:
    ran = own.ajo("exercise", "Hello", "--data", values(own, content, name))
    assert (ran.exit, said in ran.err) == (3, True), ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "recipient.id"], "PLACE=VALUE"),
        (["--dry-run", "--curl"], "--dry-run and --curl"),
        (["--repeat", "2", "--data", "x.csv"], "--repeat and --data"),
        (["--curl", "--json"], "--curl and --json"),
        (["--timeout", "31"], "31"),
        (["--set", "recipient.id=1", "--read", "points"], "not understood"),
        (["--values", "no-such-file.json"], "AJO009"),
        (["--set", "recipient.id=1", "--allow-address", "10.0.0.0/99"], "neither a network"),
    ],
)
def test_what_can_not_be_meant_is_said_in_one_clear_error(own: Desk, arguments: list[str], said: str) -> None:
    ran = own.ajo("exercise", "Hello", *arguments)
    assert (ran.exit, said in ran.err) == (3, True), ran.err
    assert "Traceback" not in ran.err


def test_a_campaign_action_without_an_address_says_where_to_name_it(shipped: Desk) -> None:
    file = shipped.root / "ajo.toml"
    file.write_text(file.read_text().replace('campaign-url = "https://campaign.example/events"\n', ""))
    ran = shipped.ajo("exercise", "CampaignOrderConfirmation", "--values", values(shipped, CAMPAIGN))
    assert (ran.exit, "AJO704" in ran.err, "campaign-url" in ran.err) == (3, True, True)


CREDENTIAL = {
    "type": "customAuthorization",
    "subType": "certificateCredential",
    "aud": "https://example.com/oauth2/token",
    "endpoint": "https://example.com/oauth2/token",
    "method": "POST",
    "body": {
        "bodyType": "form",
        "bodyParams": {"grant_type": "client_credentials", "client_id": "acme", "scope": "a"},
    },
    "tokenInResponse": "json://access_token",
    "authorizationType": "bearer",
}


def test_a_certificate_of_the_settings_signs_where_an_action_wants_one(own: Desk) -> None:
    signed = action(
        "Signed",
        endpoint={"method": "POST", "url": "https://example.com/v2/messages"},
        authentication=CREDENTIAL,
    )
    own.write(signed)
    without = own.ajo("exercise", "Signed", "--set", "recipient.id=1")
    assert (without.exit, "AJO703" in without.err, "under tls" in without.err) == (3, True, True)
    made("journeys", made("authority"), rsa_key()).files(own.root, "own")
    settings = own.root / "ajo.toml"
    settings.write_text(settings.read_text() + 'tls = { certificate = "own.pem", key = "own.key" }\n')
    ran = own.ajo("exercise", "Signed", "--set", "recipient.id=1")
    assert (ran.exit, "client_assertion=********" in ran.out) == (0, True), ran.err
    (own.root / "own.key").write_text("no key")
    broken = own.ajo("exercise", "Signed", "--set", "recipient.id=1")
    assert (broken.exit, "AJO705" in broken.err) == (3, True)


def test_addresses_are_allowed_by_the_target_and_the_command_together(own: Desk) -> None:
    settings = own.root / "ajo.toml"
    settings.write_text(settings.read_text() + 'allow-addresses = ["10.1.0.0/16"]\n')
    subject = subject_of(open_workspace(own.root), "here", "Hello")
    network = network_of(subject, own.root, ["inside.example"])
    assert network.allowed == ("10.1.0.0/16", "inside.example")


def test_the_values_of_a_case_are_taken_and_others_win_over_them(shipped: Desk) -> None:
    ran = shipped.ajo("exercise", "EpsilonWelcomeMessage", "--case", "a message is taken")
    assert ran.exit == 0, ran.out + ran.err
    place = "recipients[0].customerKey=mine"
    words = ("EpsilonWelcomeMessage", "--case", "a message is taken", "--set", place, "--dry-run")
    assert '"customerKey": "mine"' in shipped.ajo("exercise", *words).out
    lost = shipped.ajo("exercise", "EpsilonWelcomeMessage", "--case", "no such")
    assert (lost.exit, "a message is taken" in lost.err) == (3, True)


def test_without_a_file_of_cases_there_is_none_to_take(own: Desk) -> None:
    ran = own.ajo("exercise", "Hello", "--case", "any")
    assert (ran.exit, "Hello.cases.json" in ran.err, "Traceback" in ran.err) == (3, True, False)

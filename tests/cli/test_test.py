"""Cases from the command line: what holds, what does not, bringing up to date, recording."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from tests.cli.test_exercise import lead_to_stand_ins
from tests.scenarios.desk import REPOSITORY, Desk, action
from toolkit.model.text import SecretRef
from toolkit.workspace.secrets import made_up_secret

KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}


def case(name: str = "a new member", **parts: Any) -> dict[str, Any]:
    return {"name": name, "values": {"recipient.id": "4711"}, **parts}


@pytest.fixture
def workspace(desk: Desk) -> Desk:
    subject = action(
        "Hello",
        endpoint={"method": "POST", "url": "https://${shop}/v1/messages"},
        authentication=KEY,
        response={"messageId": "string", "points": "integer"},
    )
    desk.write(subject)
    lead_to_stand_ins(desk)
    text = (desk.root / "ajo.toml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("values"))
    (desk.root / "ajo.toml").write_text(text.replace(line, line.replace("{ ", '{ shop = "example.com", ', 1)))
    return desk


def write(desk: Desk, *cases: dict[str, Any], name: str = "Hello") -> None:
    document = {
        "$schema": "../../schemas/v1/cases.schema.json",
        "formatVersion": 1,
        "kind": "Cases",
        "name": name,
        "cases": list(cases),
    }
    (desk.root / f"actions/team/{name}.cases.json").write_text(json.dumps(document, indent=2) + "\n")


def read(desk: Desk) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((desk.root / "actions/team/Hello.cases.json").read_text())[
        "cases"
    ]
    return cases


BODY = {"template": "welcome", "recipient": {"id": "4711"}}
HOLDS = case(
    request={"method": "POST", "url": "https://${shop}/v1/messages", "body": BODY},
    response={"status": 200, "body": {"messageId": "m-1", "points": 3}},
    journey={"joStatusCode": "http_200", "view": {"@action{Hello.points}": 3}},
)


def test_a_case_that_says_what_the_action_does_holds(workspace: Desk) -> None:
    write(workspace, HOLDS)
    ran = workspace.ajo("test")
    assert (ran.exit, ran.out) == (0, "1 case checked: all hold.\n")


def test_a_case_that_does_not_hold_shows_each_place_with_both_sides(workspace: Desk) -> None:
    wrong = json.loads(json.dumps(HOLDS))
    wrong["request"]["body"]["recipient"]["id"] = "0815"
    wrong["journey"]["view"]["@action{Hello.points}"] = 4
    write(workspace, HOLDS | {"name": "good"}, wrong)
    ran = workspace.ajo("test")
    assert ran.exit == 2
    assert ran.out.splitlines() == [
        "actions/team/Hello.cases.json:36: Hello: a new member",
        "    /request/body/recipient/id",
        '      - "0815"',
        '      + "4711"',
        "    /journey/view/@action{Hello.points}",
        "      - 4",
        "      + 3",
        "2 cases checked: 1 failed.",
    ]


def test_a_part_that_is_not_named_is_not_compared_and_a_subset_may_hold_less(workspace: Desk) -> None:
    part = {"body": {"recipient": {"id": "4711"}}}
    write(workspace, case(request={"method": "POST"}), case("subset", match="subset", request=part))
    assert workspace.ajo("test").exit == 0
    write(workspace, case("exact", request=part))
    ran = workspace.ajo("test")
    assert (ran.exit, "/request/body/template" in ran.out) == (2, True)


def test_secrets_are_compared_as_references_and_need_not_be_there(workspace: Desk) -> None:
    headers = {"X-Api-Key": "${secret:example/key}"}
    write(workspace, case(match="subset", request={"headers": headers}))
    assert workspace.ajo("test").exit == 0


def test_an_answer_that_deviates_fails_unless_the_case_is_about_it(workspace: Desk) -> None:
    response = {"status": 200, "body": {"messageId": 7, "points": 3}}
    write(workspace, case(response=response, journey={"joStatusCode": "http_200"}))
    assert "/journey/deviations" in workspace.ajo("test").out
    deviations = [{"pointer": "/messageId", "what": "wrong type", "expected": "string"}]
    write(workspace, case(response=response, journey={"deviations": deviations}))
    assert workspace.ajo("test").exit == 0


def test_values_that_are_refused_are_a_case_too(workspace: Desk) -> None:
    write(workspace, {"name": "nobody", "values": {}, "refused": ["recipient.id"]})
    assert workspace.ajo("test").exit == 0
    write(workspace, case("somebody", refused=["recipient.id"]))
    assert "nothing is refused: the values fit" in workspace.ajo("test").out
    write(workspace, {"name": "nobody", "values": {}, "request": {"method": "POST"}})
    ran = workspace.ajo("test")
    assert (ran.exit, "recipient.id is missing" in ran.out) == (2, True)


def test_update_writes_what_is_so_into_what_a_case_names_and_keeps_its_spelling(workspace: Desk) -> None:
    old = json.loads(json.dumps(HOLDS))
    old["request"]["body"] = {"recipient": {"id": "0815"}, "template": "welcome"}
    old["journey"]["view"] = {"@action{Hello.points}": 9}
    write(workspace, old, case("only values", response={"status": 500}))
    ran = workspace.ajo("test", "--update")
    assert (ran.exit, "updated actions/team/Hello.cases.json" in ran.err) == (0, True)
    first, second = read(workspace)
    assert first["request"]["url"] == "https://${shop}/v1/messages"
    assert first["request"]["body"] == BODY
    assert first["journey"] == {"joStatusCode": "http_200", "view": {"@action{Hello.points}": 3}}
    assert second["request"]["headers"]["X-Api-Key"] == "${secret:example/key}"
    assert second["journey"]["joStatusCode"] == "http_500"
    text = (workspace.root / "actions/team/Hello.cases.json").read_text()
    assert workspace.ajo("test", "--update").err == ""
    assert (workspace.root / "actions/team/Hello.cases.json").read_text() == text


def test_update_of_a_subset_adds_nothing(workspace: Desk) -> None:
    write(workspace, case(match="subset", request={"body": {"recipient": {"id": "0815"}}}))
    workspace.ajo("test", "--update")
    assert read(workspace)[0]["request"] == {"body": {"recipient": {"id": "4711"}}}


def test_an_exchange_is_recorded_as_a_case_that_holds_without_its_secrets(workspace: Desk) -> None:
    ran = workspace.ajo("exercise", "Hello", "--set", "recipient.id=4711", "--record", "as it was", "--trust")
    assert "recorded as it was in actions/team/Hello.cases.json" in ran.err, ran.err
    text = (workspace.root / "actions/team/Hello.cases.json").read_text()
    secret = made_up_secret(SecretRef("example/key")).reveal()
    assert secret not in text
    assert base64.b64encode(secret.encode()).decode().rstrip("=") not in text
    (recorded,) = read(workspace)
    assert recorded["request"]["url"] == "https://${shop}/v1/messages"
    assert recorded["response"]["status"] == 202
    assert workspace.ajo("test").exit == 0
    assert workspace.ajo("validate").exit == 0


def test_recorded_values_have_the_types_of_the_payload_and_hold_at_once(workspace: Desk) -> None:
    request = {
        name: {"$variable": name, "$type": name}
        for name in ("string", "integer", "decimal", "boolean", "dateTime", "listInteger")
    }
    products = {"$variable": "Products", "$items": {"price": {"$variable": "Price", "$type": "decimal"}}}
    endpoint = {"method": "POST", "url": "https://${shop}/v1/messages"}
    typed = {**request, "products": products}
    workspace.write(action("Hello", endpoint=endpoint, authentication=KEY, request=typed))
    sets = {
        "string": "120",
        "integer": "120",
        "decimal": "2.50",
        "boolean": "true",
        "dateTime": "2026-01-31T09:30:00Z",
        "listInteger": "[1, 2]",
        "products[0].price": "9.90",
    }
    options = [word for name, text in sets.items() for word in ("--set", f"{name}={text}")]
    ran = workspace.ajo("exercise", "Hello", *options, "--record", "typed")
    assert (ran.exit, "as it was typed" in ran.err) == (0, False), ran.err
    text = (workspace.root / "actions/team/Hello.cases.json").read_text()
    assert '"decimal": 2.50' in text
    assert '"products[0].price": 9.90' in text
    (recorded,) = read(workspace)
    assert recorded["values"] | {"products[0].price": 9.9} == {
        "string": "120",
        "integer": 120,
        "decimal": 2.5,
        "boolean": True,
        "dateTime": "2026-01-31T09:30:00Z",
        "listInteger": [1, 2],
        "products[0].price": 9.9,
    }
    assert workspace.ajo("test").exit == 0
    again = workspace.ajo("exercise", "Hello", "--case", "typed", "--record", "again")
    assert again.exit == 0, again.err
    assert read(workspace)[1]["values"] == read(workspace)[0]["values"]


def test_a_case_is_only_replaced_with_force(workspace: Desk) -> None:
    record = ("exercise", "Hello", "--set", "recipient.id=4711", "--record", "a new member")
    write(workspace, HOLDS)
    before = (workspace.root / "actions/team/Hello.cases.json").read_text()
    refused = workspace.ajo(*record)
    assert (refused.exit, "AJO730" in refused.err) == (3, True)
    assert (workspace.root / "actions/team/Hello.cases.json").read_text() == before
    workspace.ajo(*record, "--force")
    assert len(read(workspace)) == 1
    assert read(workspace)[0]["response"] != HOLDS["response"]


def test_actions_and_files_are_chosen_by_name_and_pattern(workspace: Desk) -> None:
    workspace.write(action("Other"))
    write(workspace, HOLDS)
    write(workspace, case("other"), name="Other")
    for chosen in ("Hello", "H*", "actions/team/Hello.cases.json"):
        assert workspace.ajo("test", chosen).out == "1 case checked: all hold.\n"
    assert workspace.ajo("test", "actions/team").out == "2 cases checked: all hold.\n"
    ran = workspace.ajo("test", "Nobody")
    assert (ran.exit, "AJO730" in ran.err) == (3, True)


def test_the_report_for_pipelines_names_each_case(workspace: Desk) -> None:
    write(workspace, HOLDS, case("wrong", request={"url": "\u0001"}))
    report = workspace.root / "cases.xml"
    assert workspace.ajo("test", "--junit", str(report)).exit == 2
    suite = Xml.parse(report).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[0].get("name") == "a new member"


def test_results_are_told_as_json(workspace: Desk) -> None:
    write(workspace, HOLDS, case("wrong", request={"method": "GET"}))
    answer = workspace.ajo("test", "--json").json()
    assert (answer["format"], answer["checked"], answer["failed"]) == ("ajo-cases", 2, 1)
    assert answer["cases"][1]["differences"] == [
        {"pointer": "/request/method", "expected": "GET", "actual": "POST"}
    ]


BROKEN = [
    ("not json", "AJO002"),
    ("[]", "AJO111"),
    ('{"kind": "CustomAction"}', "AJO101"),
    ('{"$schema": "x", "formatVersion": 2, "kind": "Cases"}', "AJO102"),
    ('{"$schema": "x", "formatVersion": 1, "kind": "Cases", "name": "Hello", "cases": []}', "AJO107"),
]


@pytest.mark.parametrize(("text", "code"), BROKEN)
def test_a_file_that_is_none_of_cases_is_a_finding_of_validate_and_of_test(
    workspace: Desk, text: str, code: str
) -> None:
    (workspace.root / "actions/team/Hello.cases.json").write_text(text)
    for command in ("validate", "test"):
        ran = workspace.ajo(command)
        assert ran.exit == 3
        assert "actions/team/Hello.cases.json:1:" in ran.out + ran.err
        assert code in ran.out + ran.err


@pytest.mark.parametrize(
    "wrong",
    [
        case(journey={}),
        case(refused=["a"], request={}),
        case(response={"status": 200, "failure": "capped"}),
        case(response={"status": 200, "body": 1, "text": "x"}),
        case(reqest={}),
        {"values": {}},
        case(name=" "),
    ],
)
def test_a_case_that_makes_no_sense_is_a_finding_with_its_place(
    workspace: Desk, wrong: dict[str, Any]
) -> None:
    write(workspace, HOLDS, {**wrong, **({"name": "x"} if wrong.get("name") == "a new member" else {})})
    ran = workspace.ajo("validate")
    assert (ran.exit, "actions/team/Hello.cases.json:" in ran.out) == (3, True)


def test_however_many_processes_check_the_same_is_said(workspace: Desk, tmp_path: Path) -> None:
    for number in range(90):
        name = f"Hello{number}"
        workspace.write(action(name, endpoint={"method": "POST", "url": f"https://${{shop}}/v1/{number}"}))
        wrong = case("wrong", request={"url": "https://other.example", "body": {"more": [1, 2.50]}})
        write(workspace, case("holds", match="subset", request={"method": "POST"}), wrong, name=name)
    write(workspace, HOLDS)
    write(workspace, case(), name="Nobody")
    (workspace.root / "actions/team/Hello7.cases.json").write_text("{")
    said = []
    for jobs in (["--jobs", "1"], ["--jobs", "3"], []):
        report = tmp_path / "cases.xml"
        ran = workspace.ajo("test", *jobs, "--junit", str(report))
        said.append((ran, report.read_text(), workspace.ajo("test", *jobs, "--json").json()))
    assert said[0] == said[1] == said[2]
    assert said[0][0].out.endswith("\n180 cases checked: 90 failed, 1 file could not be read.\n")


def test_cases_of_an_action_that_is_not_there_are_an_error(workspace: Desk) -> None:
    write(workspace, HOLDS, name="Gone")
    ran = workspace.ajo("test")
    assert (ran.exit, "AJO731" in ran.err) == (3, True)


def test_cases_of_an_action_with_errors_say_what_is_wrong_with_it(workspace: Desk) -> None:
    write(workspace, HOLDS)
    workspace.write(action("Hello", endpoint={"method": "POST", "url": "ftp://example.com/"}))
    ran = workspace.ajo("test")
    assert (ran.exit, "actions/team/Hello.json:" in ran.out) == (3, True)


def test_cases_are_no_definitions_for_plans_and_lists(workspace: Desk) -> None:
    write(workspace, HOLDS)
    assert "1 to create" in workspace.ajo("diff").out
    assert workspace.ajo("list").out.count("Hello") == workspace.ajo("list").out.count("Hello.json") * 2
    assert "1 definition checked: 0 errors" in workspace.ajo("validate").out


def test_the_cases_of_everything_that_is_shipped_hold() -> None:
    import shutil
    import tempfile
    from pathlib import Path

    from toolkit.cli.main import run

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(REPOSITORY / "actions", Path(folder) / "actions")
        shutil.copy(REPOSITORY / "pyproject.toml", folder)
        assert run(["-C", folder, "test"]) == 0

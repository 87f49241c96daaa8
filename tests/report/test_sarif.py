"""What SARIF 2.1.0 and code scanning services ask for, of every log."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.report.samples import FINDING, WARNING, hostile, hostile_findings
from toolkit.core.diagnostics import Finding
from toolkit.report import data
from toolkit.report.sarif import findings_sarif
from toolkit.rules import all_rules

MESSAGE = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LEVEL = {"enum": ["error", "warning"]}
RULE = {
    "type": "object",
    "required": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^AJO[0-9]{3}$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "helpUri": {"type": "string", "pattern": "^https://[!-~]+$"},
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
    },
}
POSITION = {"type": "integer", "minimum": 1}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {
                "uri": {"type": "string", "pattern": "^(file:///)?[A-Za-z0-9._~%/-]*$"},
                "uriBaseId": {"const": "%SRCROOT%"},
            },
        },
        "region": {
            "type": "object",
            "required": ["startLine", "startColumn"],
            "additionalProperties": False,
            "properties": {"startLine": POSITION, "startColumn": POSITION},
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "additionalProperties": False,
    "properties": {
        "ruleId": RULE["properties"]["id"],  # type: ignore[index]  # a table of schemas
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["physicalLocation"],
                "additionalProperties": False,
                "properties": {"physicalLocation": PLACE, "logicalLocations": {"type": "array"}},
            },
        },
        "partialFingerprints": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{32}:[1-9][0-9]*$"},
        },
    },
}
LOG = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "columnKind", "results", "originalUriBaseIds"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "version", "rules"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"const": "ajo"},
                                    "version": {"type": "string"},
                                    "rules": {"type": "array", "items": RULE, "uniqueItems": True},
                                },
                            }
                        },
                    },
                    "originalUriBaseIds": {"type": "object", "propertyNames": {"const": "%SRCROOT%"}},
                    "columnKind": {"const": "unicodeCodePoints"},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""The part of the standard's schema that these logs use, and stricter where services are."""


def run_of(*findings: Finding) -> dict[str, Any]:
    """The one run of a log that was written, read back, and holds to what is asked."""
    log = json.loads(data.to_json(findings_sarif(findings, "1.2.3")))
    jsonschema.Draft202012Validator(LOG).validate(log)
    run: dict[str, Any] = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def place(found: Finding) -> dict[str, Any]:
    located: dict[str, Any] = run_of(found)["results"][0]["locations"][0]["physicalLocation"]
    return located


def fingerprints(*findings: Finding) -> list[str]:
    return [result["partialFingerprints"]["ajoFinding/v1"] for result in run_of(*findings)["results"]]


def test_a_run_says_who_made_it_in_which_version() -> None:
    driver = run_of()["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["rules"]) == ("ajo", "1.2.3", [])


def test_a_result_says_what_is_wrong_where_and_what_to_do() -> None:
    (result,) = run_of(FINDING)["results"]
    assert (result["ruleId"], result["level"]) == ("AJO103", "error")
    assert result["message"]["text"] == f"{FINDING.message} {FINDING.fix}"
    assert place(FINDING) == {
        "artifactLocation": {"uri": "actions/acme/Welcome.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 5},
    }


def test_a_finding_about_a_file_as_a_whole_is_shown_at_its_beginning() -> None:
    assert place(WARNING)["region"] == {"startLine": 1, "startColumn": 1}


def test_each_rule_stands_once_however_often_it_finds_something() -> None:
    run = run_of(WARNING, FINDING, replace(FINDING, line=9), WARNING)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["AJO103", "AJO201"]
    assert [result["ruleIndex"] for result in run["results"]] == [1, 0, 0, 1]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_is_described_by_its_own_words_and_page(rule: Any) -> None:
    (described,) = run_of(replace(FINDING, code=rule.id))["tool"]["driver"]["rules"]
    assert described["shortDescription"]["text"] == rule.summary
    assert described["fullDescription"]["text"] == rule.why
    assert rule.fix in described["help"]["text"]
    assert described.get("helpUri", "") == rule.page
    assert described["defaultConfiguration"] == {"level": rule.severity.value}


def test_a_code_of_somebody_elses_rule_is_described_by_its_finding() -> None:
    (described,) = run_of(replace(FINDING, code="AJO999"))["tool"]["driver"]["rules"]
    assert described["shortDescription"]["text"] == FINDING.message


@pytest.mark.parametrize("name", ["a b.json", "x:1.json", "50%.json", "#1?.json", "日本.json", "a\\b.json"])
def test_a_file_of_any_name_is_an_address_that_leads_back_to_it(name: str) -> None:
    uri = place(replace(FINDING, file=f"actions/{name}"))["artifactLocation"]["uri"]
    assert unquote(uri) == f"actions/{name}"


def test_a_file_outside_the_repository_is_not_relative_to_it() -> None:
    assert place(replace(FINDING, file="/etc/a b"))["artifactLocation"] == {"uri": "file:///etc/a%20b"}


def test_a_fingerprint_stays_when_lines_move_or_words_change() -> None:
    moved = replace(FINDING, line=30, column=1, message="another value", fix="another way")
    assert fingerprints(moved) == fingerprints(FINDING)


@pytest.mark.parametrize("change", [{"file": "b.json"}, {"code": "AJO104"}, {"path": ("endpoint", "url")}])
def test_a_fingerprint_differs_with_file_code_and_place(change: dict[str, Any]) -> None:
    assert fingerprints(replace(FINDING, **change)) != fingerprints(FINDING)


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    assert len(set(fingerprints(FINDING, FINDING, WARNING))) == 3


@law
@given(hostile)
def test_whatever_a_finding_says_the_log_is_valid_and_holds_no_link(words: str) -> None:
    for result in run_of(*hostile_findings(words))["results"]:
        assert "](" not in result["message"]["text"]


@pytest.mark.parametrize("half", ["\ud800", "x\udfff.json"])
def test_half_of_a_surrogate_pair_is_no_obstacle(half: str) -> None:
    run_of(*hostile_findings(half))

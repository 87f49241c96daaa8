"""JUnit reports, read back as XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given

from tests.core.json_values import law
from tests.report.samples import FINDING, WARNING, hostile, hostile_findings
from toolkit.core.diagnostics import Finding
from toolkit.report.junit import findings_junit

UNWRITABLE = [
    "\x00",
    "\x0b",
    "\x1b[31m",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "]]>",
    "<x>&\"'",
    "a\r\nb",
    "\x85",
]


def suite_of(findings: list[Finding], files: list[str]) -> Xml.Element:
    """The one suite of a report that was written as a file is, and read back."""
    suites = Xml.fromstring(findings_junit(findings, files).encode("utf-8"))
    (suite,) = suites
    cases = list(suite)
    assert (suites.tag, suite.tag, {case.tag for case in cases} <= {"testcase"}) == (
        "testsuites",
        "testsuite",
        True,
    )
    for element in (suites, suite):
        assert int(element.attrib["tests"]) == len(cases)
        assert int(element.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
    for case in cases:
        assert [inside.tag for inside in case] in ([], ["failure"], ["system-out"], ["failure", "system-out"])
    return suite


def case_of(file: str, findings: list[Finding], files: list[str]) -> Xml.Element:
    (case,) = (case for case in suite_of(findings, files) if case.attrib["name"] == file)
    return case


def test_a_file_that_is_well_is_a_case_with_nothing_to_say() -> None:
    case = case_of("a.json", [], ["a.json"])
    assert (case.attrib, list(case)) == (
        {"classname": "ajo.validate", "name": "a.json", "file": "a.json"},
        [],
    )


def test_errors_are_one_failure_that_names_all_of_them() -> None:
    second = replace(FINDING, code="AJO104", line=7, message="a field is missing")
    failure = case_of(FINDING.file, [FINDING, second], [FINDING.file]).find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "AJO103"
    assert failure.attrib["message"].startswith("2 errors, the first: AJO103 the field")
    assert f"{FINDING.file}:3:5: error AJO103" in str(failure.text)
    assert f"{FINDING.file}:7:5: error AJO104 a field is missing" in str(failure.text)
    assert "→ Remove it or correct its name." in str(failure.text)


def test_warnings_alone_do_not_fail_a_case() -> None:
    case = case_of(WARNING.file, [WARNING], [WARNING.file])
    assert case.find("failure") is None
    assert str(case.findtext("system-out")).startswith("actions/acme/Other.json: warning AJO201 no owner")


@pytest.mark.parametrize("file", ["actions/Broken.json", "ajo.toml"], ids=["could not be read", "settings"])
def test_a_file_with_findings_is_a_case_although_it_is_no_definition(file: str) -> None:
    names = [case.attrib["name"] for case in suite_of([replace(FINDING, file=file)], ["actions/Fine.json"])]
    assert names == sorted(["actions/Fine.json", file])


def test_a_definition_with_findings_is_one_case() -> None:
    assert len(suite_of([FINDING, WARNING], [FINDING.file, WARNING.file])) == 2


@pytest.mark.parametrize("words", UNWRITABLE, ids=ascii)
def test_what_xml_can_not_hold_is_shown_in_another_way(words: str) -> None:
    found = replace(FINDING, message=f"before {words} after", file=f"{words}.json", fix=words)
    for shown in suite_of([found, replace(WARNING, file=found.file, message=words)], []).iter():
        if shown.tag == "failure":
            assert shown.attrib["message"].startswith("AJO103 before ")
            assert shown.attrib["message"].endswith(" after")


@law
@given(hostile)
def test_whatever_findings_say_the_report_is_whole(words: str) -> None:
    (case,) = suite_of(hostile_findings(words), [words])
    assert [inside.tag for inside in case] == ["failure", "system-out"]

"""Findings as a JUnit report: what test result views of pipelines read.

The format has no standard; this keeps to what all its readers understand: one failure in a test case at most,
then what the case said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from toolkit.core.diagnostics import Finding, Severity
from toolkit.report.shown import plural, safe
from toolkit.report.text import finding_lines

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, not even escaped."""

_NAME = "ajo validate"


def findings_junit(findings: Sequence[Finding], files: Iterable[str]) -> str:
    """Return one suite with a test case for each of `files` and for each other file that has findings.

    A case fails by its errors; warnings are what it says.
    """
    by_file: dict[str, list[Finding]] = {file: [] for file in files}
    for found in findings:
        by_file.setdefault(found.file, []).append(found)
    failed = sum(any(map(_is_error, inside)) for inside in by_file.values())
    counts = {"tests": str(len(by_file)), "failures": str(failed), "errors": "0", "skipped": "0"}
    suites = Xml.Element("testsuites", {"name": _NAME, **counts})
    suite = Xml.SubElement(suites, "testsuite", {"name": _NAME, **counts})
    for file, inside in sorted(by_file.items()):
        _case(suite, file, inside)
    Xml.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(suites, encoding="unicode")}\n'


def _case(suite: Xml.Element, file: str, findings: Sequence[Finding]) -> None:
    name = held(file)
    case = Xml.SubElement(suite, "testcase", {"classname": "ajo.validate", "name": name, "file": name})
    errors = [found for found in findings if _is_error(found)]
    warnings = [found for found in findings if not _is_error(found)]
    if errors:
        first = f"{errors[0].code} {errors[0].message}"
        message = first if len(errors) == 1 else f"{plural(len(errors), 'error')}, the first: {first}"
        failure = Xml.SubElement(case, "failure", {"type": errors[0].code, "message": held(message)})
        failure.text = _lines(errors)
    if warnings:
        Xml.SubElement(case, "system-out").text = _lines(warnings)


def _is_error(found: Finding) -> bool:
    return found.severity is Severity.ERROR


def _lines(findings: Iterable[Finding]) -> str:
    return "\n".join(held(line) for found in findings for line in finding_lines(found))


def held(text: str) -> str:
    """Return a text that XML 1.0 can hold, on one line."""
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", safe(text))

"""Cases checked: what holds and what does not, for a person and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from toolkit.exercise.cases import ABSENT, CaseResult, Difference
from toolkit.report.junit import held
from toolkit.report.shown import plural, safe, value
from toolkit.report.text import paint

_NAME = "ajo test"


def results_text(results: Sequence[CaseResult], unread: int = 0, *, colour: bool = False) -> str:
    """Show each case that does not hold, place by place, and a summary; `unread` files could not be read."""
    lines = [line for result in results if not result.holds for line in result_lines(result, colour=colour)]
    failed = sum(not result.holds for result in results)
    count = plural(len(results), "case")
    told = [f"{failed} failed"] if failed else []
    told += [f"{plural(unread, 'file')} could not be read"] if unread else []
    end = f"{count} checked: {', '.join(told) or 'all hold'}."
    return "\n".join([*lines, paint(end, "red" if told else "green", colour=colour)])


def result_lines(result: CaseResult, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines about one case that does not hold."""
    title = f"{safe(result.file)}:{result.line}: {safe(result.action)}: {safe(result.name)}"
    yield paint(title, "bold", colour=colour)
    if result.error:
        yield f"    {safe(result.error)}"
    for each in result.differences:
        yield f"    {safe(each.pointer)}"
        if each.reason:
            yield f"      {safe(each.reason)}"
        if each.expected is not ABSENT:
            yield paint(f"      - {value(each.expected)}", "red", colour=colour)
        if each.actual is not ABSENT:
            yield paint(f"      + {value(each.actual)}", "green", colour=colour)


def results_data(target: str, results: Sequence[CaseResult]) -> dict[str, Any]:
    """Return the results as JSON values."""
    return {
        "format": "ajo-cases",
        "version": 1,
        "target": target,
        "checked": len(results),
        "failed": sum(not result.holds for result in results),
        "cases": [_result_data(result) for result in results],
    }


def _result_data(result: CaseResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "line": result.line,
        "action": result.action,
        "name": result.name,
        "holds": result.holds,
        "error": result.error,
        "differences": [dict(_difference_data(each)) for each in result.differences],
    }


def _difference_data(each: Difference) -> Iterator[tuple[str, Any]]:
    yield "pointer", each.pointer
    if each.expected is not ABSENT:
        yield "expected", each.expected
    if each.actual is not ABSENT:
        yield "actual", each.actual
    if each.reason:
        yield "reason", each.reason


def results_junit(results: Sequence[CaseResult]) -> str:
    """Return a suite for each file of cases, with a test case for each case."""
    failed = sum(bool(result.differences) for result in results)
    errors = sum(bool(result.error) for result in results)
    counts = {"tests": str(len(results)), "failures": str(failed), "errors": str(errors), "skipped": "0"}
    suites = Xml.Element("testsuites", {"name": _NAME, **counts})
    suite = Xml.SubElement(suites, "testsuite", {"name": _NAME, **counts})
    for result in results:
        names = {"classname": held(result.action), "name": held(result.name)}
        place = {"file": held(result.file), "line": str(result.line)}
        element = Xml.SubElement(suite, "testcase", {**names, **place})
        if result.holds:
            continue
        message = result.error or f"{plural(len(result.differences), 'difference')}"
        kind = "error" if result.error else "failure"
        told = Xml.SubElement(element, kind, {"message": held(message)})
        told.text = "\n".join(held(line) for line in result_lines(result))
    Xml.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(suites, encoding="unicode")}\n'

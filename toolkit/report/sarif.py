"""Findings as SARIF 2.1.0 (OASIS), with what code scanning services ask for beyond the standard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from toolkit.core.diagnostics import Finding, Severity
from toolkit.report.shown import safe
from toolkit.rules.meanings import meaning

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""Stands for the root of the repository; whoever reads the log knows where that is."""


def findings_sarif(findings: Sequence[Finding], version: str) -> dict[str, Any]:
    """Return a log of one run of this tool's `version`, with the rules that found something.

    A finding about a file as a whole stands at its first character: services show none without a region.
    """
    codes = sorted({found.code for found in findings})
    fingerprints = _fingerprints(findings)
    results = [
        _result(found, codes.index(found.code), mark)
        for found, mark in zip(findings, fingerprints, strict=True)
    ]
    first = {found.code: found for found in reversed(findings)}
    driver = {"name": "ajo", "version": version, "rules": [_rule(first[code]) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {ROOT: {"description": _text("The root of the repository.")}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(found: Finding) -> dict[str, Any]:
    """Describe the code of `found`, by that finding alone where it is no code of this tool."""
    known = meaning(found.code)
    summary, fix, page = (known.summary, known.fix, known.page) if known else (found.message, found.fix, "")
    why = known.why if known and known.why else summary
    page = page or found.page
    level = (known.severity if known else None) or found.severity
    described: dict[str, Any] = {
        "id": found.code,
        "shortDescription": _text(summary),
        "fullDescription": _text(why),
        "help": _text(f"{why} {fix}" if why != summary else fix),
        "defaultConfiguration": {"level": level.value},
    }
    return described | ({"helpUri": page} if _is_address(page) else {})


def _is_address(page: str) -> bool:
    return page.startswith("https://") and page.isascii() and page.isprintable() and " " not in page


def _result(found: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    level = "error" if found.severity is Severity.ERROR else "warning"
    region = {"startLine": max(found.line, 1), "startColumn": max(found.column, 1)}
    place = {"artifactLocation": _artifact(found.file), "region": region}
    location: dict[str, Any] = {"physicalLocation": place}
    if found.path:
        location["logicalLocations"] = [{"fullyQualifiedName": safe(found.pointer), "kind": "member"}]
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": level,
        "message": _text(f"{found.message}{_stop(found.message)} {found.fix}"),
        "locations": [location],
        "partialFingerprints": {"ajoFinding/v1": fingerprint},
    }


def _artifact(file: str) -> dict[str, str]:
    address = quote(file.encode("utf-8", "backslashreplace"))
    return {"uri": f"file://{address}"} if file.startswith("/") else {"uri": address, "uriBaseId": ROOT}


def _stop(sentence: str) -> str:
    return "" if sentence.endswith((".", "?", "!", ":")) else "."


def _text(text: str) -> dict[str, str]:
    """Return a message; what would be a link to somewhere is none."""
    return {"text": safe(text).replace("](", "] (")}


def _fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Tell findings apart by code, file and pointer, so that lines may move; equal ones are counted."""
    seen: Counter[str] = Counter()
    marks = []
    for found in findings:
        what = "\0".join((found.code, found.file, found.pointer))
        mark = sha256(what.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        seen[mark] += 1
        marks.append(f"{mark}:{seen[mark]}")
    return marks

"""What was found in a file, as JSON, to be handed from one process to another or kept for the next run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from toolkit.app.examine import Examined, Known
from toolkit.core.diagnostics import Finding, Severity
from toolkit.model.guardrails import Rate
from toolkit.rules import Facts
from toolkit.rules.facts import Address


class Answer(NamedTuple):
    """A file that was looked at: what is wrong with reading it, or the definition in it."""

    findings: tuple[Finding, ...]
    examined: Examined | None


def as_row(answer: Answer) -> Any:
    """Return an answer as JSON, without the file's name; None for one that is not kept.

    That is one with mends: they hold whatever a rule wants to be written, and are gone once they are done.
    """
    examined = answer.examined
    judged = examined.judged if examined else ()
    structure = examined.structure if examined else {}
    groups = (answer.findings, judged, *structure.values())
    if any(groups) and any(found.mend for group in groups for found in group):
        return None
    return [
        _finding_rows(answer.findings),
        _known_row(examined.known) if examined else None,
        {target: _finding_rows(findings) for target, findings in structure.items()},
        _finding_rows(judged),
    ]


def from_row(file: str, row: Any) -> Answer:
    """Return the answer that a row stands for; the inverse of :func:`as_row`."""
    findings, known, structure, judged = row
    about_file = findings_from(findings, file) if findings else ()
    if known is None:
        return Answer(about_file, None)
    groups = {target: findings_from(rows, file) for target, rows in structure.items()}
    examined = Examined(_known_from(file, known), groups, findings_from(judged, file) if judged else ())
    return Answer(about_file, examined)


def _finding_rows(findings: Iterable[Finding]) -> list[Any]:
    return [
        [
            found.code,
            found.severity.value,
            found.line,
            found.column,
            found.path,
            found.message,
            found.fix,
            found.page,
        ]
        for found in findings
    ]


def findings_from(rows: Iterable[Any], file: str) -> tuple[Finding, ...]:
    """Return the findings in `file` that rows stand for."""
    return tuple(
        Finding(code, Severity(severity), file, line, column, tuple(path), message, fix, page)
        for code, severity, line, column, path, message, fix, page in rows
    )


def _known_row(known: Known) -> list[Any]:
    facts = {target: _facts_row(of_target) for target, of_target in known.facts.items()}
    return [known.kind, known.name, known.targets, known.allows, known.values, facts]


def _known_from(file: str, row: Any) -> Known:
    kind, name, targets, allows, values, facts = row
    return Known(
        file,
        kind,
        name,
        None if targets is None else tuple(targets),
        tuple([(rule, at) for rule, at in allows]) if allows else (),
        tuple(values),
        {target: _facts_from(file, kind, name, of_target) for target, of_target in facts.items()},
    )


def _facts_row(facts: Facts) -> list[Any]:
    address, rate = facts.address, facts.rate
    return [
        facts.url,
        [address.scheme, address.host, address.path] if address else None,
        facts.methods,
        facts.services,
        [rate.calls, rate.period_ms] if rate else None,
        facts.authentication,
        facts.hosts,
        facts.secrets,
    ]


def _facts_from(file: str, kind: str, name: str, row: Any) -> Facts:
    url, address, methods, services, rate, authentication, hosts, secrets = row
    return Facts(
        kind,
        name,
        file,
        url,
        Address(*address) if address else None,
        tuple(methods),
        tuple(services),
        Rate(*rate) if rate else None,
        authentication,
        tuple(hosts),
        tuple([(secret, host, tuple(path)) for secret, host, path in secrets]) if secrets else (),
    )

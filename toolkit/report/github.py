"""Findings as workflow commands: GitHub Actions shows each beside its line of a pull request.

The grammar of a command, and what has to be escaped in it, is that of *Workflow commands for GitHub Actions*
(docs.github.com) and of the runner that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.core.diagnostics import Finding
from toolkit.report.shown import safe
from toolkit.report.text import findings_sum

_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def findings_github(findings: Sequence[Finding], checked: int) -> str:
    """Return a command per finding, then the sum in a line that is no command.

    A finding about a file as a whole has neither line nor column. Files count from the repository's top.
    """
    return "\n".join([*map(_command, findings), findings_sum(findings, checked)]) + "\n"


def _command(found: Finding) -> str:
    properties = ",".join(f"{name}={_escaped(text, _IN_PROPERTIES)}" for name, text in _properties(found))
    lines = [safe(found.message), f"→ {safe(found.fix)}"]
    if found.page:
        lines.append(f"see {safe(found.page)}")
    message = _escaped("\n".join(lines), _IN_MESSAGES)
    return f"::{found.severity.value} {properties}::{message}"


def _properties(found: Finding) -> Iterator[tuple[str, str]]:
    yield "file", safe(found.file)
    if found.line:
        yield "line", str(found.line)
        yield "col", str(found.column)
    yield "title", found.code


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)

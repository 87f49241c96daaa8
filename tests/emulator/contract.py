"""What the emulator promises, entry by entry, and which test shows each: ``docs/contract.md``.

A test says ``@pytest.mark.shows("getAction 404", "1451", "PF-CAP-7")``. What it names of operations, statuses
and codes is checked while it runs: an answer that has it must have come. ``make docs`` writes the page.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from toolkit.emulator import openapi

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "contract.md"
FACTS = ROOT / "docs" / "platform-facts.md"
COLLECT = "CONTRACT_COLLECT"
"""Names the file that a collecting pytest writes the marks to."""

_FACT = re.compile(r"\| (PF-[A-Z]+-[0-9]+) \| (.*) \| ([^|]*) \|")
_CODE_KEYS = ("code", "error_code", "errorCode", "warningCode")
_KINDS = ("PF-ACC", "PF-LST", "PF-WRT", "PF-CAP", "PF-THR", "PF-JRN", "PF-AUD", "PF-ACT")

CODES: Mapping[str, Mapping[str, str]] = {
    "Every operation": {
        "400": "a header is missing, or a parameter malformed",
        "403": "the organisation is not the token's",
        "404": "no such path, or no such uid",
        "405": "another method; `Allow` names the right ones",
        "406": "JSON is not accepted",
        "413": "the body is longer than 1 MiB",
        "415": "the body is not stated to be plain JSON",
        "421": "not a loopback name",
        "4000": "the sandbox is unknown (status 500)",
    },
    "Token and gateway": {
        "invalid_request": "a parameter is missing or repeated, or the body not form-encoded",
        "unsupported_grant_type": "another grant",
        "invalid_client": "unknown client or wrong secret",
        "invalid_scope": "no scope, or one that the client does not have",
        "403000": "no key",
        "403003": "wrong key",
        "403010": "no token",
        "401013": "unknown or expired token",
        "401014": "a token of another client",
    },
    "Capping": {
        "ERR_ENDPOINTCONFIG_100": "url missing or invalid",
        "ERR_ENDPOINTCONFIG_101": "url malformed",
        "ERR_ENDPOINTCONFIG_102": "wildcard in the host",
        "ERR_ENDPOINTCONFIG_103": "methods missing",
        "ERR_ENDPOINTCONFIG_104": "no rating",
        "ERR_ENDPOINTCONFIG_106": "warning: no limit of connections",
        "ERR_ENDPOINTCONFIG_107": "maxCallsCount",
        "ERR_ENDPOINTCONFIG_108": "periodInMs",
        "ERR_ENDPOINTCONFIG_111": "payload invalid",
        "ERR_ENDPOINTCONFIG_112": "JSON expected",
        "ERR_AUTHORING_ENDPOINTCONFIG_1": "unknown service",
        "1451": "deleting a deployed one",
    },
    "Throttling": {
        "ERR_THROTTLING_CONFIG_100": "an attribute is missing",
        "ERR_THROTTLING_CONFIG_101": "maxThroughput missing or out of range",
        "ERR_THROTTLING_CONFIG_104": "urlPattern malformed",
        "ERR_THROTTLING_CONFIG_105": "wildcard in the host",
        "ERR_THROTTLING_CONFIG_106": "payload invalid",
        "1456": "deleting a deployed one",
        "1463": "not a production sandbox",
        "1465": "only one an organisation",
        "14466": "deployed already",
        "14467": "not found",
        "14468": "not deployed",
    },
    "Actions": {
        "1470": "the name is taken",
        "1471": "bad name",
        "1472": "built-in actions are protected",
        "1473": "change of an action in use",
        "1474": "deletion of an action in use",
        "1475": "bad URL",
        "1476": "bad method",
        "1477": "payload with GET",
        "1478": "bad name of a header, parameter or field",
        "1479": "anything else malformed",
    },
}
NOT_SHOWN: Mapping[str, str] = {
    "1457 to 1460, 1462, 1464": "failures of the platform's own: nothing that a caller does leads there",
    "1461": "a runtime version that is not active: the emulator has no runtime behind a configuration",
    "PF-ACC-8": "the emulator never asks to wait",
    "PF-ACT-16": "what a journey sends, not what the API answers: tests/exercise",
    "PF-ACT-18": "how the tool reads what it does not know: tests/platform",
}


class Shown(NamedTuple):
    """One answer that a test has seen."""

    method: str
    path: str
    status: int
    text: str

    def codes(self) -> set[str]:
        """Every code in the answer: of errors in whatever envelope, and of what canDeploy says."""
        try:
            return set(_codes(json.loads(self.text)))
        except ValueError:
            return set()


SEEN: list[Shown] = []
"""The answers that the running test has got so far; here, because pytest imports a conftest.py twice."""


def _codes(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _codes(item)
    if isinstance(value, dict):
        yield from (str(value[key]) for key in _CODE_KEYS if key in value)
        match value.get("error"):
            case str() as text if text.startswith("{"):
                yield from _codes(json.loads(text))
            case str() as text:
                yield text
        yield from (code for inner in value.values() for code in _codes(inner))


class Known(NamedTuple):
    """An operation of the document, and the statuses that are its own."""

    id: str
    method: str
    path: str
    statuses: list[str]

    def fits(self, shown: Shown, status: int) -> bool:
        """Whether an answer of this status came from this operation."""
        path = "[^/]+".join(re.escape(part) for part in self.path.split("{uid}"))
        return (shown.method, shown.status) == (self.method, status) and bool(re.fullmatch(path, shown.path))


@cache
def operations() -> dict[str, Known]:
    """Each operation by its id."""
    own = {
        operation.id: [*operation.answers, *operation.errors, *([404] if "{uid}" in path else [])]
        for path, methods in openapi.operations().items()
        for operation in methods.values()
    }
    found = {}
    for path, methods in openapi.document()["paths"].items():
        for method, described in methods.items():
            if method != "parameters":
                name = described["operationId"]
                # A body that is too long is an entry of every operation.
                statuses = {str(status) for status in own.get(name, described["responses"])} - {"413"}
                found[name] = Known(name, method.upper(), path, sorted(statuses))
    return found


def facts() -> dict[str, str]:
    """What the emulator rests on: id to belief."""
    found = (_FACT.fullmatch(line) for line in FACTS.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in found if match and match[1].startswith(_KINDS)}


@cache
def entries() -> dict[str, tuple[str, str]]:
    """Every entry of the contract: its section and what it means."""
    found = {
        f"{known.id} {status}": ("Operations", f"{known.method} `{known.path}`")
        for known in operations().values()
        for status in known.statuses
    }
    for section, codes in CODES.items():
        found.update({code: (f"Codes: {section.lower()}", meaning) for code, meaning in codes.items()})
    for fact, belief in facts().items():
        if fact not in NOT_SHOWN:
            found[fact] = ("Beliefs", belief)
    return found


def sees(shown: Shown, entry: str) -> bool:
    """Whether this answer shows this entry; beliefs are shown by a test as a whole."""
    if entry.startswith("PF-"):
        return True
    name, _, status = entry.partition(" ")
    if status:
        return operations()[name].fits(shown, int(status))
    if re.fullmatch("[0-9]{3}", entry):
        return shown.status == int(entry)
    return entry in shown.codes()


def collected() -> dict[str, list[str]]:
    """Entry to the tests that say they show it, as a pytest that runs nothing collects them."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "marks.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--collect-only",
            "-p",
            "no:cacheprovider",
            "tests/emulator",
        ]
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, COLLECT: str(file)}, check=True, stdout=subprocess.DEVNULL
        )
        marks: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
        return marks


def page(marks: Mapping[str, list[str]]) -> str:
    """The page: every entry with the tests that show it."""
    lines = [_HEAD]
    section = ""
    for entry, (theme, meaning) in entries().items():
        if theme != section:
            section = theme
            lines += ["", f"## {theme}", "", "| entry | what | shown by |", "| --- | --- | --- |"]
        lines.append(
            f"| {entry} | {meaning} | {', '.join(map(_link, marks.get(entry, []))) or '**nothing**'} |"
        )
    lines += ["", "## Not shown here", "", "| entry | why |", "| --- | --- |"]
    lines += [f"| {entry} | {why} |" for entry, why in NOT_SHOWN.items()]
    return "\n".join(lines) + "\n"


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{file})"


_HEAD = """# The contract of the emulator

What the platform on this machine promises to any client, and the test that shows it. While such a test runs,
the operations, statuses and codes that it is marked with are looked for in the answers that it got.
`make docs` writes this page; a test fails while an entry has no test or the page is out of date. Besides,
[schemathesis](../tests/emulator/test_schemathesis.py) holds the emulator against its own OpenAPI document,
`/openapi.json`, and [clients without any of our code](../tests/emulator/test_plain_clients.py) live by it."""


if __name__ == "__main__":
    PAGE.write_text(page(collected()), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")

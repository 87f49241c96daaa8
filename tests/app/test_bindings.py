"""Secrets bound to hosts, offline, with the values of each target."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.app.validate import validate
from toolkit.core.diagnostics import Finding
from toolkit.core.errors import InvalidDefinitions
from toolkit.model.credentials import is_among
from toolkit.notebook import Session
from toolkit.workspace.load import open_workspace

KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:loyalty/key}", "location": "header"}


def findings(desk: Desk, table: str = "", host: str = "api.loyalty.example", **changes: Any) -> list[Finding]:
    desk.write(
        action(
            "Hello", endpoint={"method": "POST", "url": f"https://{host}/v1"}, authentication=KEY, **changes
        )
    )
    desk.settings()
    with (desk.root / "ajo.toml").open("a", encoding="utf-8") as file:
        file.write(f"[targets.here.secret-hosts]\n{table}\n" if table else "")
    return list(validate(open_workspace(desk.root)))


def test_without_a_table_a_secret_may_go_anywhere(desk: Desk) -> None:
    assert findings(desk) == []


@pytest.mark.parametrize(
    "table",
    [
        '"loyalty/key" = ["api.loyalty.example"]',
        '"loyalty/*" = ["other.example", "*.loyalty.example"]',
        '"*" = ["*.loyalty.example"]',
        '"loyalty/*" = ["other.example"]\n"loyalty/k*" = ["api.loyalty.example"]',
    ],
)
def test_a_secret_may_go_to_the_hosts_it_is_bound_to(desk: Desk, table: str) -> None:
    assert findings(desk, table) == []


@pytest.mark.parametrize(
    ("table", "bound"),
    [
        ('"loyalty/*" = ["api.loyalty.example", "*.other.example"]', "api.loyalty.example, *.other.example"),
        ('"team/*" = ["evil.example"]', "no host"),
        ('"loyalty/*" = []', "no host"),
    ],
)
def test_a_secret_that_would_go_elsewhere_is_an_error_that_names_both(
    desk: Desk, table: str, bound: str
) -> None:
    (found,) = findings(desk, table, "evil.example")
    assert (found.code, found.severity.value, found.pointer) == ("AJO342", "error", "/authentication/value")
    assert found.message == (
        f'in target "here" the secret loyalty/key would go to evil.example; it is bound to {bound}'
    )
    assert '"value"' in (desk.root / found.file).read_text().splitlines()[found.line - 1]


def test_the_values_of_each_target_decide(desk: Desk) -> None:
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://${host}/v1"}, authentication=KEY))
    lines = [
        f"[targets.{name}]\n{desk.target_lines({'host': host})}secret-hosts = {{ '*' = ['good.example'] }}\n"
        for name, host in (("one", "good.example"), ("two", "evil.example"))
    ]
    (desk.root / "ajo.toml").write_text("".join(lines), encoding="utf-8")
    (found,) = validate(open_workspace(desk.root))
    assert (found.code, 'in target "two"' in found.message) == ("AJO342", True)


def test_a_definition_that_is_not_for_the_target_sends_nothing_there(desk: Desk) -> None:
    there = f"[targets.there]\n{desk.target_lines()}"
    assert findings(desk, f'"x" = []\n{there}', lifecycle={"targets": ["there"]}) == []


def test_a_secret_that_would_go_elsewhere_is_neither_synced_nor_sent(desk: Desk) -> None:
    findings(desk, '"loyalty/*" = ["api.loyalty.example"]', "evil.example")
    ran = desk.ajo("sync", "--yes")
    assert (ran.exit, "AJO342" in ran.err, desk.writes()) == (3, True, [])
    with pytest.raises(InvalidDefinitions) as caught:
        Session.open(desk.root).exercise("Hello", {"recipient.id": "1"})
    assert [found.code for found in caught.value.findings] == ["AJO342"]


@pytest.mark.parametrize(
    ("host", "pattern", "is_bound"),
    [
        ("api.example.com", "api.example.com", True),
        ("api.example.com", "*.example.com", True),
        ("a.b.example.com", "*.example.com", True),
        ("example.com", "*.example.com", False),
        ("evilexample.com", "*.example.com", False),
        (".example.com", "*.example.com", False),
        ("api.example.com.evil.example", "*.example.com", False),
        ("", "*.example.com", False),
    ],
)
def test_a_pattern_of_hosts_holds_for_what_is_below_its_name(host: str, pattern: str, is_bound: bool) -> None:
    assert is_among(host, (pattern,)) is is_bound


@pytest.mark.parametrize(
    "table",
    ['"a" = ["*"]', '"a" = ["API.example.com"]', '"a" = ["https://a.example"]', '"a b" = ["a.example"]',
     '"a" = ["a.example:443"]', '"a" = ["*.*.example"]', '"a" = "a.example"'],
)  # fmt: skip
def test_what_is_no_binding_is_refused_with_the_settings(desk: Desk, table: str) -> None:
    assert {found.code for found in findings(desk, table)} == {"AJO302"}

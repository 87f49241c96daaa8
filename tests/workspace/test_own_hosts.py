"""Hosts in settings that load may be put on: exact ones, each with its port."""

from __future__ import annotations

import json

import pytest

from toolkit.workspace.own_hosts import LoadSettings
from toolkit.workspace.settings import parse_settings


def settings_of(**table: object) -> LoadSettings:
    lines = [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in table.items()]
    loaded = parse_settings("ajo.toml", "\n".join(["[load]", *lines]))
    assert loaded.settings is not None, loaded.findings
    return loaded.settings.load


def test_nothing_is_ones_own_unless_it_is_listed() -> None:
    loaded = parse_settings("ajo.toml", "")
    assert loaded.settings is not None
    assert loaded.settings.load.doors() == frozenset()


@pytest.mark.parametrize(
    ("entry", "doors"),
    [
        ("api.example.com", {("api.example.com", 80), ("api.example.com", 443)}),
        ("api.example.com:8443", {("api.example.com", 8443)}),
        ("127.0.0.1:8765", {("127.0.0.1", 8765)}),
        ("localhost:80", {("localhost", 80)}),
        ("[2001:db8::1]:8443", {("2001:db8::1", 8443)}),
        ("xn--bcher-kva.example", {("xn--bcher-kva.example", 80), ("xn--bcher-kva.example", 443)}),
    ],
)
def test_an_entry_is_one_host_at_the_usual_ports_or_at_its_own(
    entry: str, doors: set[tuple[str, int]]
) -> None:
    assert settings_of(hosts=[entry]).doors() == doors
    assert settings_of(token_hosts=[entry]).token_doors() == doors


@pytest.mark.parametrize(
    "entry",
    [
        *("*", "*.example.com", "api.*.com", ".example.com", "example.com.", "API.example.com", ""),
        *("https://api.example.com", "api.example.com/v1", "user@api.example.com", "api.example.com:0"),
        *("api.example.com:65536", "api.example.com:", "api example.com", "2001:db8::1", "[::1", "[1.2.3.4]"),
        *("[2001:0db8::1]", "bücher.example", "-api.example.com"),
    ],
)
def test_whatever_is_not_one_exact_host_is_refused(entry: str) -> None:
    loaded = parse_settings("ajo.toml", f"[load]\nhosts = [{json.dumps(entry)}]\n")
    assert loaded.settings is None
    assert [(found.code, found.line) for found in loaded.findings] == [("AJO302", 2)]

"""What counts as a URL, for limits and for actions."""

from __future__ import annotations

import pytest

from toolkit.emulator.urls import pattern_fault, static_url_fault


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org",
        "http://api.example.org/",
        "HTTPS://API.example.org/path/",
        "https://api.example.org:443/a",
        "http://api.example.org:80",
        "https://a-b_c.example/",
        "https://xn--bcher-kva.example/",
        "https://localhost/x",
        "https://1and1.example/",
    ],
)
def test_a_static_url_is_taken(url: str) -> None:
    assert static_url_fault(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.org",
        "//api.example.org",
        "ftp://api.example.org/",
        "https://",
        "https:///path",
        "https://api.example.org:8080/",
        "https://api.example.org:/",
        "https://api.example.org:x/",
        "https://user@api.example.org/",
        "https://user:pw@api.example.org/",
        "https://api.example.org/?",
        "https://api.example.org?a=b",
        "https://api.example.org/#",
        "https://10.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.0.0.1./",
        "https://[::1]/",
        "https://[::1]:443/",
        "https://-api.example.org/",
        "https://api..example.org/",
        "https://api.example.org\\@evil.example/",
        "https://api.example.org/a b",
        "https://api.example.org/\n",
        "https://exa mple.org/",
        "https://*.example.org/",
        "https://" + "a" * 64 + ".example/",
        "https://bücher.example/",
    ],
)
def test_any_other_static_url_is_refused(url: str) -> None:
    assert static_url_fault(url) is not None


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("https://api.example.org/data/2.5/*", None),
        ("https://api.example.org:8443/*/send?x=*", None),
        ("https://10.0.0.1/*", None),
        ("https://*.example.org/", "wildcard"),
        ("https://*/", "wildcard"),
        ("https://api.example.org:*/", "malformed"),
        ("https://api.example.org:0/", "malformed"),
        ("https://api.example.org:99999/", "malformed"),
        ("https://u@api.example.org/", "malformed"),
        ("https:///x", "malformed"),
        ("*://api.example.org/", "malformed"),
        ("https://api.example.org/a b", "malformed"),
    ],
)
def test_a_pattern_has_its_wildcards_after_the_host(pattern: str, fault: str | None) -> None:
    assert pattern_fault(pattern) == fault

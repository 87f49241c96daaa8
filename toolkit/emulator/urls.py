"""The two kinds of URL that the platform checks: patterns of limits, and the static URL of an action."""

from __future__ import annotations

import re
from typing import Literal

_URL = re.compile(r"(https?)://([^/?#\\]*)([/?#].*)?", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_ACTION_PORTS = ("", "80", "443")

PatternFault = Literal["malformed", "wildcard"]


def pattern_fault(url: str) -> PatternFault | None:
    """What is wrong with a limit's URL pattern; None when nothing is.

    A wildcard in the host is its own fault. In the port it makes the port no number, so the URL malformed;
    that is what the published example of ``canDeploy`` answers for ``https://api.example*.org:8*0/`` [T].
    """
    match = _URL.fullmatch(url)
    if match is None or _has_blank(url) or "@" in match[2]:
        return "malformed"
    host, port = _split(match[2])
    if port is None or (port and not 1 <= int(port) <= 65535):
        return "malformed"
    if "*" in host:
        return "wildcard"
    return None if _is_host(host) or _is_address(host) else "malformed"


def static_url_fault(url: str) -> str | None:
    """What is wrong with an action's URL (PF-ACT-14), in words; None when nothing is."""
    match = _URL.fullmatch(url)
    if match is None or _has_blank(url):
        return "the URL is not an absolute http or https URL"
    authority, rest = match[2], match[3] or ""
    if "?" in rest or "#" in rest:
        return "the URL has a query or a fragment"
    if "@" in authority:
        return "the URL has user information"
    host, port = _split(authority)
    if port not in _ACTION_PORTS:
        return "the URL's port is not 80 or 443"
    if _is_address(host):
        return "the URL's host is an IP address"
    return None if _is_host(host) else "the URL's host is not a host name"


def _split(authority: str) -> tuple[str, str | None]:
    """Host and port; the port is ``""`` when absent and None when it is not a number."""
    end = authority.rfind("]")
    colon = authority.find(":", end + 1)
    if colon < 0:
        return authority, ""
    port = authority[colon + 1 :]
    return authority[:colon], port if re.fullmatch(r"[0-9]{1,5}", port) else None


def _is_host(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_address(host: str) -> bool:
    # A name whose last label is a number is read as an IPv4 address (WHATWG URL): 10.1, 2130706433, 0x7f.1.
    last = host.removesuffix(".").rpartition(".")[2]
    return host.startswith("[") or bool(_NUMERIC_LABEL.fullmatch(last))


def _has_blank(url: str) -> bool:
    return any(character.isspace() or not character.isprintable() for character in url)

"""Which host names are public, as far as a name tells."""

from __future__ import annotations

from typing import Final

from toolkit.rules.reading import UNKNOWN

CAMPAIGN_STANDARD: Final = (
    "campaign.adobe.com",
    "campaign-sandbox.adobe.com",
    "campaign-demo.adobe.com",
    "ats.adobe.com",
    "adls.adobe.com",
)
"""Where instances of Campaign Standard are (``help/using/action/acs-action.md``)."""

_ADOBE = ("adobelogin.com",)
_ADOBE_PUBLIC = ("adobe.io", "adobelogin.com", "www.adobe.com", *CAMPAIGN_STANDARD)
_SECOND_LEVELS = ("co", "com")
_PRIVATE = (
    *("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"),
    *("home.arpa", "test", "invalid", "onion"),
)
_ADDRESS_IN_NAME = ("nip.io", "sslip.io", "xip.io", "localtest.me", "lvh.me")


def is_within(host: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a host, in small letters, is one of `domains` or below one."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def why_not_public(host: str) -> str:
    """Say why a host, in small letters, is not known to be public; empty when nothing speaks against it."""
    if _is_adobe(host) and not is_within(host, _ADOBE_PUBLIC):
        return "is a host of Adobe that is not known to be public"
    if is_within(host, _ADDRESS_IN_NAME):
        return "is an IP address in the guise of a name"
    if is_within(host, _PRIVATE) or not ("." in host or UNKNOWN in host):
        return "is not a public host name"
    return ""


def _is_adobe(host: str) -> bool:
    """Tell whether a host is one of Adobe's, under whatever top-level domain."""
    *front, last = host.split(".")
    if front and front[-1] in _SECOND_LEVELS and len(last) == 2:
        front.pop()
    return front[-1:] == ["adobe"] or is_within(host, _ADOBE)

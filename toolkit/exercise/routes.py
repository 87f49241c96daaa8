"""Addresses on the way: where a request for a host really goes, and where a redirect leads.

The *logical* address is the one the action names; with a route for its host the request goes to a stand-in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

from toolkit.core.errors import AjoError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_KEPT = 1024


class RedirectRefused(ValueError):
    """A redirect leads where this tool does not follow; the message says why, never where."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Stand-ins by host, in lower case: ``{"slack.com": "http://127.0.0.1:8765/partners/slack.com"}``."""

    bases: Mapping[str, str]

    @classmethod
    def of(cls, routes: Mapping[str, str]) -> Routes:
        """Check and tidy `routes`; raises ``AjoError`` AJO302 for a base that is no plain http(s) address."""
        for host, base in routes.items():
            parts = urlsplit(base)
            if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.query or parts.fragment:
                raise AjoError("AJO302", f"the route of {host} is not an http(s) address without query")
        return cls({host.lower(): base.rstrip("/") for host, base in routes.items()})

    def sent_to(self, url: str) -> str:
        """Return where a request for the logical address `url` goes."""
        base = self.bases.get(host_of(url))
        if base is None:
            return url
        parts = urlsplit(url)
        return base + parts.path + (f"?{parts.query}" if parts.query else "")

    def follow(self, url: str, location: str) -> str:
        """Return the logical address that a redirect from `url` leads to; raises :class:`RedirectRefused`.

        A stand-in may name its own address, which stands for the logical one, or the logical address itself.
        Addresses that are no host name are refused unless the redirect comes from one.
        """
        try:
            target = urldefrag(self._joined(url, location)).url
            parts = urlsplit(target)
            origin_of(target)
        except ValueError:
            raise RedirectRefused("the redirect's address can't be read") from None
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise RedirectRefused("the redirect leads to something that is not http(s)")
        if parts.username is not None or parts.password is not None:
            raise RedirectRefused("the redirect's address names a user")
        routed = parts.hostname in self.bases
        if origin_of(target) != origin_of(url) and not routed and is_local(target) and not is_local(url):
            raise RedirectRefused("the redirect leads from a host name to an IP address or this machine")
        return target

    def _joined(self, url: str, location: str) -> str:
        base = self.bases.get(host_of(url))
        seen = urljoin(self.sent_to(url), location)
        if base is not None and seen.startswith((base + "/", base + "?")):
            parts = urlsplit(url)
            return f"{parts.scheme}://{parts.netloc}{seen[len(base) :]}"
        return urljoin(url, location)


def host_of(url: str) -> str:
    """Return the host of `url` in lower case, without port."""
    return _host_of(url.partition("?")[0])


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what two addresses must share for credentials to stay."""
    return _origin_of(url.partition("?")[0])


# Queries, where secrets may stand, are never kept.


@lru_cache(_MOST_KEPT)
def _host_of(plain: str) -> str:
    return urlsplit(plain).hostname or ""


@lru_cache(_MOST_KEPT)
def _origin_of(plain: str) -> tuple[str, str, int]:
    parts = urlsplit(plain)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def is_local(url: str) -> bool:
    """Tell whether the host of `url` is an IP address or this machine by name."""
    host = host_of(url)
    return _is_this_machine_by_name(host) or _address(host) is not None


def is_loopback(url: str) -> bool:
    """Tell whether `url` never leaves this machine."""
    address = _address(host_of(url))
    return address.is_loopback if address else _is_this_machine_by_name(host_of(url))


def refuse_to_expose(url: str, sent_to: str) -> None:
    """Raise ``AjoError`` AJO302 when credentials for a secure address would go out in plain text."""
    secure = urlsplit(url).scheme == "https"
    if secure and urlsplit(sent_to).scheme == "http" and not is_loopback(sent_to):
        raise AjoError(
            "AJO302", f"the route of {host_of(url)} would send credentials unencrypted over the network"
        )


def _is_this_machine_by_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


@lru_cache(_MOST_KEPT)
def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

"""Where a request may go: public addresses, the stand-ins of the settings, and what is allowed by name.

Judged on the address that a name was resolved to, at the moment of connecting, so that neither a redirect nor
a name that answers differently the second time leads inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from toolkit.core.errors import AjoError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destinations:
    """What may be connected to beside public addresses: `doors` are (host, port) of stand-ins."""

    doors: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[_Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, stand_ins: Iterable[str], allowed: Iterable[str] = ()) -> Destinations:
        """Return the destinations for base addresses of stand-ins and a list of networks and host names.

        Raises ``AjoError`` AJO302 for an entry that is neither.
        """
        networks, hosts = [], set()
        for entry in allowed:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                if not entry or set(entry) & set("/:@ ?#"):
                    message = f"{entry!r} is neither a network like 10.0.0.0/8 nor a host name"
                    raise AjoError("AJO302", message) from None
                hosts.add(entry.lower())
        return cls(frozenset(map(_door, stand_ins)), tuple(networks), frozenset(hosts))

    def allow(self, host: str, port: int, address: str) -> bool:
        """Tell whether a connection to `address`, which `host` was resolved to, may be made."""
        if (host.lower(), port) in self.doors or host.lower() in self.hosts:
            return True
        found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
        return _is_public(found) or any(found in network for network in self.networks)


def _door(base: str) -> tuple[str, int]:
    parts = urlsplit(base)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def _is_public(address: Address) -> bool:
    """Tell whether an address is one of the internet: not private, local, reserved, or for many at once."""
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour
    return inner or (address.teredo[1] if address.teredo else address)

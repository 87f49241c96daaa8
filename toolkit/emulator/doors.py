"""Who may knock: a browser can be made to call this machine, by a foreign page or under a foreign name."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from toolkit.emulator.refusals import Refusal

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doors:
    """Which names an emulator goes by.

    Args:
        exposed: whether other machines may call; then any address will do, since only a name can be made to
            point here by somebody else.
        names: further names, in lower case.
    """

    exposed: bool = False
    names: frozenset[str] = frozenset()

    def refusal(self, headers: Headers) -> Refusal | None:
        """Refuse a foreign name (421) and a foreign page (403)."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._knows(hosts[0]):
            return Refusal(421, 421, f"only {self._served} are served")
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{hosts[0].lower()}":
            return Refusal(403, 403, "requests of other origins are refused")
        return None

    def _knows(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match[1].lower().strip("[]")
        return name in LOOPBACK_HOSTS or name in self.names or (self.exposed and _is_address(name))

    @property
    def _served(self) -> str:
        return "addresses and the names it was told" if self.exposed else "loopback host names"


def is_loopback(host: str) -> bool:
    """Whether an emulator that listens there is out of the reach of other machines."""
    return host in LOOPBACK_HOSTS


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

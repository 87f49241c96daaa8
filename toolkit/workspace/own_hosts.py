"""What settings say of load: the hosts that are one's own, and how much may be put on them at the most."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from toolkit.workspace.secret_settings import SettingsModel

_PORTS = (80, 443)
_ENTRY = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def _own_host(text: str) -> str:
    if not _doors(text):
        message = (
            "one host is needed, in small letters, with a port where it is not 80 or 443; no * and no path"
        )
        raise PydanticCustomError("host", message)
    return text


def _doors(text: str) -> tuple[tuple[str, int], ...]:
    found = _ENTRY.fullmatch(text)
    if found is None or not _is_host(found["six"], found["name"]):
        return ()
    host, ports = found["six"] or found["name"], _PORTS
    if found["port"] is None:
        return tuple((host, port) for port in ports)
    port = int(found["port"])
    return ((host, port),) if 0 < port < 65_536 else ()


def _is_host(six: str | None, name: str | None) -> bool:
    if six is not None:
        try:
            return ipaddress.IPv6Address(six).compressed == six
        except ValueError:
            return False
    return name is not None and all(map(_LABEL.fullmatch, name.split(".")))


OwnHost = Annotated[str, AfterValidator(_own_host)]
"""A host by its exact name, ``api.example.com``, or with a port, ``api.example.com:8443``."""


class LoadSettings(SettingsModel):
    """Hosts that are one's own, hosts that may be asked for tokens, and what no load may exceed."""

    hosts: list[OwnHost] = Field(default_factory=list)
    token_hosts: list[OwnHost] = Field(default_factory=list)
    max_users: int = Field(default=1_000, ge=1, le=1_000_000)
    max_rate: int = Field(default=1_000, ge=1, le=1_000_000)
    max_run_time_seconds: int = Field(default=3_600, ge=1, le=86_400)

    def doors(self) -> frozenset[tuple[str, int]]:
        """Return host and port of everything that is one's own."""
        return frozenset(door for entry in self.hosts for door in _doors(entry))

    def token_doors(self) -> frozenset[tuple[str, int]]:
        """Return host and port of everything that may be asked for tokens."""
        return frozenset(door for entry in self.token_hosts for door in _doors(entry))

"""How an emulator is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.emulator.gateway import DEVELOPMENT, PRODUCTION

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


def _default_sandboxes() -> Mapping[str, str]:
    return {"prod": PRODUCTION, "stage": DEVELOPMENT, "dev": DEVELOPMENT}


@dataclass(frozen=True, slots=True)
class EmulatorConfig:
    """One emulated organisation with its sandboxes and its one technical account.

    Args:
        host: a loopback address to listen at; no other is accepted.
        port: TCP port; 0 takes a free one.
        database: the SQLite file; None takes a temporary one that is removed at the end.
        organisation: id of the organisation.
        sandboxes: name to ``production`` or ``development``.
        client_id: the client id, which is also the API key.
        client_secret: the made-up secret of this client.
        token_lifetime_s: how long a bearer token is good for, in seconds.
        scopes: scopes that may be asked for, in any non-empty subset; None allows any.

    Raises:
        ValueError: the host is not loopback, or a sandbox is of an unknown type or has an empty name.
    """

    host: str = "127.0.0.1"
    port: int = 0
    database: Path | None = None
    organisation: str = "LOCAL@AdobeOrg"
    sandboxes: Mapping[str, str] = field(default_factory=_default_sandboxes)
    client_id: str = "local-client"
    client_secret: str = field(default="made-up-local-client-secret", repr=False)
    token_lifetime_s: int = 86399
    scopes: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK_HOSTS:
            raise ValueError(f"host has to be one of {', '.join(LOOPBACK_HOSTS)}, not {self.host!r}")
        for name, kind in self.sandboxes.items():
            if not name or kind not in (PRODUCTION, DEVELOPMENT):
                raise ValueError(f"sandbox {name!r} has to be {PRODUCTION} or {DEVELOPMENT}, not {kind!r}")

"""How an emulator is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.emulator.doors import LOOPBACK_HOSTS, Doors, is_loopback
from toolkit.emulator.rates import PartnerLimits

PRODUCTION = "production"
DEVELOPMENT = "development"


def _default_sandboxes() -> Mapping[str, str]:
    return {"prod": PRODUCTION, "stage": DEVELOPMENT, "dev": DEVELOPMENT}


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation: its sandboxes, and the one technical account that may call for it.

    Args:
        id: id of the organisation.
        client_id: the client id, which is also the API key.
        client_secret: the made-up secret of this client.
        sandboxes: name to ``production`` or ``development``.
        scopes: scopes that may be asked for, in any non-empty subset; None allows any.

    Raises:
        ValueError: a sandbox is of an unknown type or has an empty name.
    """

    id: str
    client_id: str
    client_secret: str = field(repr=False)
    sandboxes: Mapping[str, str] = field(default_factory=_default_sandboxes)
    scopes: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for name, kind in self.sandboxes.items():
            if not name or kind not in (PRODUCTION, DEVELOPMENT):
                raise ValueError(f"sandbox {name!r} has to be {PRODUCTION} or {DEVELOPMENT}, not {kind!r}")


@dataclass(frozen=True, slots=True)
class EmulatorConfig:
    """How an emulator listens and keeps its state, and the organisations on it.

    Args:
        host: the address to listen at: a loopback one, unless `expose` says that other machines may call.
        port: TCP port; 0 takes a free one.
        database: the SQLite file; None takes a temporary one that is removed at the end.
        organisation, sandboxes, client_id, client_secret, scopes: the first :class:`Organisation`.
        token_lifetime_s: how long a bearer token is good for, in seconds.
        others: further organisations; none sees anything of another.
        partner_limits: how often the stand-ins for partners let somebody call.
        expose: listen where other machines can reach it. They need the client's secret, which is made up and
            known to everybody, and nothing is encrypted.
        names: further names that it may be called by; addresses need none.
        fixture: a folder of documents that the sandboxes begin with (see :mod:`toolkit.emulator.fixture`).

    Raises:
        ValueError: the host is not loopback and `expose` not said, a sandbox is of an unknown type or has an
            empty name, or two organisations share an id or a client.
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
    others: tuple[Organisation, ...] = ()
    partner_limits: PartnerLimits = field(default_factory=PartnerLimits)
    expose: bool = False
    names: tuple[str, ...] = ()
    fixture: Path | None = None

    @property
    def doors(self) -> Doors:
        """Who may knock."""
        exposed = not is_loopback(self.host)
        return Doors(exposed, frozenset(name.lower() for name in (self.host, *self.names)))

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """All organisations, the first one first."""
        first = Organisation(
            self.organisation, self.client_id, self.client_secret, self.sandboxes, self.scopes
        )
        return (first, *self.others)

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not (self.expose and self.host):
            raise ValueError(
                f"host has to be one of {', '.join(LOOPBACK_HOSTS)}, not {self.host!r}: at any other address"
                " everybody who reaches this machine could call the emulator"
            )
        for values in ([one.id for one in self.organisations], [one.client_id for one in self.organisations]):
            if len(set(values)) < len(values):
                raise ValueError("two organisations share an id or a client")

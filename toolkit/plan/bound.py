"""Where a secret may go: where the base sent it, or bound it in its settings; anywhere else is a danger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.model.catalog import Resource
from toolkit.model.credentials import Credential, credentials_of, hosts_of, hosts_of_action, is_among
from toolkit.plan.stance import Base

_Use = tuple[str, bool]
"""The path of a secret, and whether a token goes in its place."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The hosts of each secret at the base: as its settings have them, else as its definitions sent it."""

    table: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sent: Mapping[_Use, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def at(cls, base: Base | None) -> Bound:
        """Return what the base says; without one nothing is known."""
        sent: dict[_Use, dict[str, None]] = {}
        for resource in base.catalog if base else ():
            for each in credentials_of(resource.key.kind, resource.document):
                sent.setdefault((each.reference.path, each.is_token), {})[each.host] = None
        return cls(base.secret_hosts if base else {}, {use: tuple(hosts) for use, hosts in sent.items()})

    def strays(self, desired: Resource, live: Resource | None = None) -> Iterator[str]:
        """Say of each credential that would go to another host than it is bound to, and to which.

        A secret that the base does not know is bound to the host that is `live`, if anything is.
        """
        told: dict[str, None] = {}
        for each in credentials_of(desired.key.kind, desired.document):
            bound = self._hosts(each, live)
            if bound and not is_among(each.host, bound):
                what = f"the token got with {_shown(each)}" if each.is_token else _shown(each)
                told[f"{what} is bound to {', '.join(bound)} and would go to {each.host}"] = None
        yield from told

    def _hosts(self, credential: Credential, live: Resource | None) -> tuple[str, ...]:
        named = () if credential.is_token else hosts_of(credential.reference.path, self.table)
        sent = self.sent.get((credential.reference.path, credential.is_token), ())
        if named or sent or live is None:
            return named or sent
        return tuple(host for host in dict.fromkeys(hosts_of_action(live.document)) if host)


def _shown(credential: Credential) -> str:
    return "${secret:" + credential.reference.path + "}"

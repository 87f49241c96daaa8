"""One user of a load: the caller behind every exercise, with connections of its own, on one's own hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.exercise.caller import Caller, Network, Runtime
from toolkit.exercise.destinations import Destinations
from toolkit.exercise.exchange import Exchange
from toolkit.exercise.limits import Gate
from toolkit.exercise.load.own import OwnHosts, OwnTransport
from toolkit.exercise.load.tokens import FewTokens
from toolkit.exercise.token import Certificate
from toolkit.exercise.transport import Transport, Wire
from toolkit.exercise.vault import ResolveSecret
from toolkit.exercise.wire import Stopwatch
from toolkit.model.custom_action import CustomAction


@dataclass(frozen=True, slots=True)
class Common:
    """What all users of a process share."""

    resolve: ResolveSecret
    network: Network
    own: OwnHosts
    gate: Gate
    tokens: FewTokens
    certificate: Certificate | None
    timeout_s: float
    retries: bool


class _OwnGate(Gate):
    """The limits of all, as one user meets them: where nothing is called again, no retry gets a slot."""

    def __init__(self, shared: Gate, *, retries: bool) -> None:
        self._shared, self._retries = shared, retries
        self.is_first = True

    def admit(self, host: str) -> bool:
        """Take a slot for one call."""
        first, self.is_first = self.is_first, False
        return (first or self._retries) and self._shared.admit(host)

    def answered(self, host: str, milliseconds: float) -> None:
        """Remember how long a response took."""
        self._shared.answered(host, milliseconds)

    def is_slow(self, host: str) -> bool:
        """Tell whether calls go through the slow lane."""
        return self._shared.is_slow(host)


class LoadUser:
    """Exercises an action again and again, until it `is_open` no more. For one thread."""

    def __init__(self, common: Common) -> None:
        """Raises what :class:`Caller` does."""
        self._common = common
        self._gate = _OwnGate(common.gate, retries=common.retries)
        runtime = Runtime(certificate=common.certificate)
        runtime.gate, runtime.tokens = self._gate, common.tokens
        self.is_open = True
        self._wires: list[Wire] = []
        self._transports: list[OwnTransport] = []
        self._caller = Caller(common.resolve, common.network, runtime, self._own_transport)

    def _own_transport(self, watch: Stopwatch) -> Transport:
        network = self._common.network
        destinations = Destinations.of(network.routes.values(), network.allowed)
        wire = Wire(watch, destinations, network.context, network.lookup)
        guarded = OwnTransport(wire, self._common.own)
        self._wires.append(wire)
        self._transports.append(guarded)
        return guarded

    @property
    def refused(self) -> bool:
        """Whether a request was led to a host that is not one's own."""
        return any(transport.refused for transport in self._transports)

    def exercise(self, action: CustomAction, values: Mapping[str, Any]) -> Exchange:
        """Exercise `action` once; raises what :meth:`Caller.call` does."""
        self._gate.is_first = True
        return self._caller.call(action, values, timeout_s=self._common.timeout_s)

    def close(self) -> None:
        """Close the connections."""
        self.is_open = False
        self._caller.close()
        for wire in self._wires:
            wire.close()

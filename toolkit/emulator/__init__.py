"""The platform on this machine: real HTTP, loopback unless told otherwise, kept in SQLite.

Promise: it answers as ``docs/platform-facts.md`` and the published API descriptions say, and enforces their
rules. It holds its own beliefs and imports no other room: client and emulator can't share one mistake.

In: requests of the authoring API (capping, throttling, actions), the journeys API, the identity service and
the partners' APIs. Out: the platform's answers, errors in its envelopes, never a stored secret; at
``/openapi.json`` its own description; at ``/`` a page for people. A write is on disk once it is
acknowledged; a request is one transaction.

Not here: what a definition is (``toolkit.model``), how the platform is called (``toolkit.platform``).
"""

from toolkit.emulator.application import build_app
from toolkit.emulator.config import EmulatorConfig, Organisation
from toolkit.emulator.partners import PartnerLimits, Rate
from toolkit.emulator.server import EmulatorStartError, RunningEmulator, serve, start_emulator
from toolkit.emulator.store import StoreError

__all__ = [
    "EmulatorConfig",
    "EmulatorStartError",
    "Organisation",
    "PartnerLimits",
    "Rate",
    "RunningEmulator",
    "StoreError",
    "build_app",
    "serve",
    "start_emulator",
]

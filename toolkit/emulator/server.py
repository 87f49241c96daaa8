"""The emulator as a running server: in a thread of this process, or in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette

from toolkit.emulator.admin import PREFIX as ADMIN_PREFIX
from toolkit.emulator.application import build_app
from toolkit.emulator.config import EmulatorConfig
from toolkit.emulator.doors import is_loopback
from toolkit.emulator.fixture import FixtureError
from toolkit.emulator.openapi import AUDIT_BASE, AUTHORING_BASE, JOURNEYS_BASE
from toolkit.emulator.partners import HOSTS as PARTNERS
from toolkit.emulator.partners import PREFIX as PARTNERS_PREFIX
from toolkit.emulator.placing import PlacingError
from toolkit.emulator.store import StoreError

_logger = logging.getLogger("toolkit.emulator")
_KEEP_ALIVE_S = 60
_GRACE_S = 3
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that stand for all, and one that this machine can call."""


class EmulatorStartError(Exception):
    """The emulator can't start: a port, database or fixture that can't be used; the message says which."""


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """Where a running emulator is, and what it takes to call it.

    Args:
        base_url: the journey authoring API (capping, throttling, actions).
        journeys_url: the journeys API.
        audit_url: the audit log.
        ims_url: the identity service.
        partners_url: the stand-ins for partner systems.
        admin_url: the emulator's own controls.
        admin_token: what these need in ``x-emulator-admin-token``.
        organisation: id of the organisation.
        client_id: client id and API key.
        client_secret: the client's made-up secret.
        exposed_at: the address at which other machines can reach it; ``""`` when none can.
    """

    base_url: str
    journeys_url: str
    audit_url: str
    ims_url: str
    partners_url: str
    admin_url: str
    admin_token: str = field(repr=False)
    organisation: str
    client_id: str
    client_secret: str = field(repr=False)
    exposed_at: str = ""

    @property
    def page_url(self) -> str:
        """The page for a person's browser; the token stays there, as no server is sent a fragment."""
        return f"{self.ims_url}/#{self.admin_token}"

    @property
    def routes(self) -> Mapping[str, str]:
        """The partners' hosts and where their stand-ins are, as a target's routes say it."""
        return {host: f"{self.partners_url}/{host}" for host in PARTNERS}


@contextmanager
def start_emulator(
    config: EmulatorConfig | None = None, clock: Callable[[], float] = time.time
) -> Iterator[RunningEmulator]:
    """Run an emulator in a thread while the block runs; on leaving it is stopped and its port is free.

    Args:
        config: the organisation; by default :class:`EmulatorConfig` without arguments.
        clock: seconds since the epoch.

    Raises:
        EmulatorStartError: the port is taken or the database can't be opened.
    """
    with _prepared(config or EmulatorConfig(), clock) as (listener, app, running):
        ready = threading.Event()
        server = _Server(app, ready.set)
        thread = threading.Thread(target=_run, args=(server, listener, ready), name="emulator", daemon=True)
        thread.start()
        ready.wait()
        try:
            if not server.started:
                raise EmulatorStartError("the server did not start")
            yield running
        finally:
            server.should_exit = True
            thread.join()


def serve(config: EmulatorConfig, on_ready: Callable[[RunningEmulator], None]) -> None:
    """Run an emulator in the foreground until Ctrl-C or SIGTERM stops it; call from the main thread.

    ``on_ready`` is called once, when requests are answered.

    Raises:
        EmulatorStartError: the port is taken or the database can't be opened.
    """
    with _prepared(config, time.time) as (listener, app, running):
        server = _Server(app, lambda: on_ready(running))
        # uvicorn stops cleanly on the signal and then raises it again.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[listener])
        finally:
            signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    def __init__(self, app: Starlette, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                loop="asyncio",
                http="h11",  # the strict parser, whatever else is installed
                lifespan="off",
                ws="none",
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._on_ready = on_ready
        self._reopening: asyncio.Task[None] | None = None
        app.state.switchboard.refuse = self.refuse
        self._log = app.state.log

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and self._reopening is None:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._log.close()  # whoever waits for news is answered, so that nobody holds up the end
        await super().shutdown(sockets=sockets)

    def refuse(self, seconds: float) -> None:
        """Drop all connections and accept none for so long; to be called from the server's own loop."""
        addresses = [listener.getsockname()[:2] for server in self.servers for listener in server.sockets]
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        self._reopening = asyncio.ensure_future(self._reopen(addresses, seconds))

    async def _reopen(self, addresses: list[tuple[str, int]], seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            if not self.should_exit:
                await self.startup(sockets=[_listen(host, port) for host, port in addresses])
        except EmulatorStartError as error:  # somebody else took the port meanwhile
            _logger.error("%s", error)  # noqa: TRY400 - the message says it all
            self.should_exit = True


def _run(server: _Server, listener: socket.socket, ready: threading.Event) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        ready.set()


@contextmanager
def _prepared(
    config: EmulatorConfig, clock: Callable[[], float]
) -> Iterator[tuple[socket.socket, Starlette, RunningEmulator]]:
    """The bound socket, the application and its addresses; all closed on leaving."""
    with _listen(config.host, config.port) as listener:
        try:
            app = build_app(config, clock)
        except StoreError as error:
            raise EmulatorStartError(f"the database can't be opened: {error}") from error
        except (FixtureError, PlacingError) as error:
            raise EmulatorStartError(f"the fixture can't be used:\n{error}") from error
        try:
            yield listener, app, _addresses(config, listener, app)
        finally:
            app.state.store.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol stated, asyncio sends small answers at once; without, each waits 40 ms (Nagle).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Without it a port stays taken for a while after a stop; a port in use is refused all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, OverflowError) as error:
        listener.close()
        raise EmulatorStartError(f"can't listen at {host} port {port}: {error}") from error
    return listener


def _addresses(config: EmulatorConfig, listener: socket.socket, app: Starlette) -> RunningEmulator:
    here = _EVERYWHERE.get(config.host, config.host)
    host = f"[{here}]" if ":" in here else here
    root = f"http://{host}:{listener.getsockname()[1]}"
    return RunningEmulator(
        base_url=f"{root}{AUTHORING_BASE}",
        journeys_url=f"{root}{JOURNEYS_BASE}",
        audit_url=f"{root}{AUDIT_BASE}",
        ims_url=root,
        partners_url=f"{root}{PARTNERS_PREFIX}",
        admin_url=f"{root}{ADMIN_PREFIX}",
        admin_token=app.state.admin_token,
        organisation=config.organisation,
        client_id=config.client_id,
        client_secret=config.client_secret,
        exposed_at="" if is_loopback(config.host) else f"{config.host}:{listener.getsockname()[1]}",
    )

"""All services of the emulated platform, put together as one ASGI application."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from toolkit.emulator import openapi
from toolkit.emulator.actions import ActionsApi
from toolkit.emulator.admin import PREFIX as ADMIN_PREFIX
from toolkit.emulator.admin import Admin
from toolkit.emulator.audit import AuditApi, AuditTrail
from toolkit.emulator.call import Resource
from toolkit.emulator.capping import CappingApi
from toolkit.emulator.config import EmulatorConfig
from toolkit.emulator.edge import Edge, Recorder
from toolkit.emulator.fault_controls import FaultControls
from toolkit.emulator.fault_rules import FaultRules
from toolkit.emulator.faults import Faults, Switchboard
from toolkit.emulator.fixture import check_empty, read_fixture
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.journeys import JourneysApi
from toolkit.emulator.log_controls import LogControls
from toolkit.emulator.meddling import Meddler
from toolkit.emulator.openapi import AUDIT_BASE, AUTHORING_BASE, JOURNEYS_BASE
from toolkit.emulator.page_routes import PageControls, page_files
from toolkit.emulator.partners import Partners
from toolkit.emulator.past import StaleReads
from toolkit.emulator.placing import Placing
from toolkit.emulator.records import Registrar
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.request_log import RequestLog
from toolkit.emulator.state_controls import StateControls
from toolkit.emulator.store import Store
from toolkit.emulator.throttling import ThrottlingApi
from toolkit.emulator.tokens import IdentityService, Tokens

TECHNICAL_ACCOUNT = "local-client@techacct.adobe.com"
SOMEBODY_ELSE = "somebody-else@example.com"
"""Who made the changes that a fault makes behind a caller's back."""


def build_app(config: EmulatorConfig, clock: Callable[[], float] = time.time) -> Starlette:
    """Open the database and build the application.

    ``app.state.store`` is the open :class:`Store`; the end of the lifespan closes it, and so has to who does
    not run one. ``app.state.admin_token`` is the token for ``/_admin``, new with every app.

    Args:
        config: the organisations; its host and port play no part here.
        clock: seconds since the epoch; expiry and all times come from it.

    Raises:
        StoreError: the database can't be opened.
        FixtureError, PlacingError: the fixture can't be read, or documents of it can't be placed.
    """
    store = Store(config.database)
    try:
        admin, services = _services(config, store, clock)
        if config.fixture is not None:
            _begin_with(config.fixture, store, admin)
    except BaseException:
        store.close()
        raise

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            store.close()

    sandboxes = frozenset(space.sandbox for space in admin.gateway.spaces())
    log = RequestLog()
    clients = frozenset(one.client_id for one in config.organisations)
    recorder = Recorder(log, admin.journeys.registrar.now, time.monotonic, sandboxes, clients)
    edge = Middleware(Edge, recorder=recorder, doors=config.doors)
    registrar = Registrar(clock, SOMEBODY_ELSE)
    meddler = Meddler(store, registrar, admin.actions.trail)
    board = Switchboard(FaultRules(), meddler, StaleReads(store, time.monotonic))
    controls = [
        *FaultControls(ADMIN_PREFIX, admin.admit, board).routes(),
        *LogControls(ADMIN_PREFIX, admin.admit, log).routes(),
        *StateControls(
            ADMIN_PREFIX,
            admin.admit,
            admin.space,
            store,
            Placing(admin.actions, admin.journeys),
            board.stale,
        ).routes(),
        *PageControls(ADMIN_PREFIX, admin.admit, store, admin.gateway).routes(),
        *page_files(),
    ]
    routes = [*services, *controls, *_rest(admin)]
    app = Starlette(
        routes=routes, middleware=[edge, Middleware(Faults, switchboard=board)], lifespan=lifespan
    )
    app.state.switchboard = board
    app.state.log = log
    app.router.redirect_slashes = False
    app.state.store = store
    app.state.admin_token = admin.token
    return app


def _begin_with(fixture: Path, store: Store, admin: Admin) -> None:
    """Fill the first organisation's sandboxes, which are empty so far, with the documents of a folder."""
    first = admin.gateway.organisations[0].id
    spaces = {space.sandbox: space for space in admin.gateway.spaces() if space.organisation == first}
    documents, problems = read_fixture(fixture, spaces)
    with store.write() as tx:
        check_empty(tx, documents)
        Placing(admin.actions, admin.journeys).put(tx, documents, problems)


def _services(config: EmulatorConfig, store: Store, clock: Callable[[], float]) -> tuple[Admin, list[Route]]:
    """Every service's routes, those that are asked most first: they are tried in this order."""
    registrar = Registrar(clock, TECHNICAL_ACCOUNT)
    tokens = Tokens(clock, config.token_lifetime_s)
    gateway = Gateway(config.organisations, tokens)
    trail = AuditTrail(clock)
    actions = ActionsApi(store, registrar, gateway, trail)
    actions.add_built_in(gateway.spaces())
    journeys = JourneysApi(store, registrar, gateway)
    partners = Partners.start(clock, config.partner_limits)
    admin = Admin(secrets.token_urlsafe(24), gateway, actions, journeys)
    routes = [
        *actions.routes(AUTHORING_BASE),
        *IdentityService(tokens, config.organisations).routes(),
        *CappingApi(store, registrar, gateway).routes(AUTHORING_BASE),
        *ThrottlingApi(store, registrar, gateway).routes(AUTHORING_BASE),
        *journeys.routes(JOURNEYS_BASE),
        *AuditApi(trail, gateway, AUDIT_BASE).routes(),
        *openapi.routes(),
        *partners.routes(),
        *partners.controls(ADMIN_PREFIX, admin.admit),
    ]
    return admin, routes


def _rest(admin: Admin) -> list[Route]:
    """The emulator's own controls that are left, and a 404 for every other path, guarded where it may be."""
    protect = admin.gateway.protect
    return [
        *admin.routes(),
        protect(f"{AUTHORING_BASE}/{{rest:path}}", {}),
        protect(f"{JOURNEYS_BASE}/{{rest:path}}", {}, refuse=Refusal.plain_answer),
        protect(f"{AUDIT_BASE}/{{rest:path}}", {}, refuse=Refusal.plain_answer),
        Route("/{rest:path}", Resource({})),
    ]

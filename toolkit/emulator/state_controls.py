"""The administration API for the state as a whole: ``/_admin/snapshot``, ``reset`` and ``seed``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from toolkit.emulator import actions, capping, journeys
from toolkit.emulator.call import Call, Handler, Resource
from toolkit.emulator.elements import Space
from toolkit.emulator.fixture import documents_of
from toolkit.emulator.past import StaleReads
from toolkit.emulator.placing import Placing, PlacingError
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.seeding import MOST, Amounts, documents
from toolkit.emulator.snapshot import MAX_BYTES, SnapshotError, read_snapshot
from toolkit.emulator.store import Store
from toolkit.emulator.wire import JsonObject, reply

_MAX_BODY_BYTES = MAX_BYTES * 4 // 3 + 1024


@dataclass(frozen=True, slots=True)
class StateControls:
    """Routes below `base`; `admit` decides who may use them, `space` reads a sandbox's name from a body."""

    base: str
    admit: Callable[[Call], Space]
    space: Callable[[JsonObject, str], Space]
    store: Store
    placing: Placing
    stale: StaleReads

    def routes(self) -> list[Route]:
        """``GET`` and ``PUT snapshot``, ``GET fixture``, ``POST reset``, ``POST seed``."""
        snapshot = {"GET": self._snapshot, "PUT": self._restore}
        return [
            Route(f"{self.base}/snapshot", _Long(snapshot, self.admit)),
            Route(f"{self.base}/fixture", Resource({"GET": self._fixture}, self.admit)),
            Route(f"{self.base}/reset", Resource({"POST": self._reset}, self.admit)),
            Route(f"{self.base}/seed", Resource({"POST": self._seed}, self.admit)),
        ]

    def _snapshot(self, _: Call) -> Response:
        """The state as it is now: a database file, in Base64."""
        return reply({"snapshot": base64.b64encode(self.store.image()).decode()})

    def _restore(self, call: Call) -> Response:
        """``{snapshot}``: everything is as it was then, or, when that is no snapshot, as it is now."""
        text = _object(call).get("snapshot")
        try:
            contents = read_snapshot(base64.b64decode(text if isinstance(text, str) else "-", validate=True))
        except binascii.Error:
            raise Refusal(400, 400, "snapshot has to be a database file in Base64") from None
        except SnapshotError as error:
            raise Refusal(400, 400, f"this is no snapshot to go back to: {error}") from None
        with self.store.write() as tx:
            tx.empty()
            tx.fill(contents.elements, contents.uses)
            api = self.placing.actions
            api.give_built_in(tx, api.gateway.spaces())  # to sandboxes that the snapshot does not know
        self.stale.clear()
        return reply({"restored": len(contents.elements)})

    def _fixture(self, _: Call) -> Response:
        """The first organisation's sandboxes as documents, without secrets."""
        gateway = self.placing.actions.gateway
        first = gateway.organisations[0].id
        with self.store.read() as tx:
            spaces = [space for space in gateway.spaces() if space.organisation == first]
            return reply({"sandboxes": documents_of(tx, spaces)})

    def _reset(self, call: Call) -> Response:
        """``{organisation?, sandbox?}``: only what ships with the platform is left, in one sandbox or all."""
        body = _object(call) if call.body else {}
        space = self.space(body, "sandbox") if "sandbox" in body else None
        api = self.placing.actions
        with self.store.write() as tx:
            tx.empty(space)
            api.give_built_in(tx, [space] if space else api.gateway.spaces())
        self.stale.clear()
        return reply({"reset": "all" if space is None else space.sandbox})

    def _seed(self, call: Call) -> Response:
        """``{organisation?, sandbox, actions?, cappings?, journeys?, seed?}``: made-up elements, added."""
        body = _object(call)
        amounts = Amounts(*(_amount(body, key, 10) for key in ("actions", "cappings", "journeys")))
        space, seed = self.space(body, "sandbox"), _amount(body, "seed", 1)
        try:
            with self.store.write() as tx:
                there = Amounts(
                    *(tx.count(space, kind) for kind in (actions.KIND, capping.KIND, journeys.KIND))
                )
                self.placing.put(tx, documents(space, amounts, seed, there))
        except PlacingError as error:
            raise Refusal(409, 409, f"nothing was added: {error.problems[0]}") from None
        return reply({"added": sum(amounts)}, 201)


class _Long:
    """A resource that takes long bodies, but from its owner alone."""

    def __init__(self, methods: Mapping[str, Handler], admit: Callable[[Call], Space]) -> None:
        self._short = Resource(methods, admit)
        self._long = Resource(methods, admit, max_body_bytes=_MAX_BODY_BYTES)
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = Call(scope["method"], {}, QueryParams(), Headers(scope=scope), b"", "")
        try:
            self._admit(caller)
        except Refusal:
            await self._short(scope, receive, send)
        else:
            await self._long(scope, receive, send)


def _object(call: Call) -> JsonObject:
    refused = Refusal(400, 400, "the body has to be a JSON object")
    return call.json_object(refused, refused)


def _amount(body: JsonObject, key: str, default: int) -> int:
    value: Any = body.get(key, default)
    if type(value) is not int or not 0 <= value <= MOST:
        raise Refusal(400, 400, f"{key} has to be a number from 0 to {MOST}")
    return int(value)

"""The page at ``/``: files that hold nothing themselves, and what their script reads below ``/_admin``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator import actions, capping, journeys, lifecycle, throttling, usage
from toolkit.emulator.call import Call, Resource
from toolkit.emulator.elements import Element, Space, Transaction
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.placing import KINDS
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.store import Store
from toolkit.emulator.wire import JsonObject, reply

MAX_PAGE_SIZE = 100
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""What a browser is told to forbid the page, whatever anybody put into a name."""

_TYPES = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


def page_files() -> list[Route]:
    """The page and its parts, for everybody: they hold no data."""
    folder = files("toolkit.emulator") / "page"
    routes = []
    for file in folder.iterdir():
        kind = _TYPES.get(file.name.rpartition(".")[2])
        if kind is not None:
            path = "/" if file.name == "index.html" else f"/_ui/{file.name}"
            routes.append(Route(path, Resource({"GET": _giving(file.read_bytes(), kind)})))
    return routes


@dataclass(frozen=True, slots=True)
class PageControls:
    """What the page reads: routes below `base`; `admit` decides who may use them."""

    base: str
    admit: Callable[[Call], Space]
    store: Store
    gateway: Gateway

    def routes(self) -> list[Route]:
        """``overview``: the sandboxes. ``contents``: one page of one kind in one of them."""
        return [
            Route(f"{self.base}/overview", Resource({"GET": self._overview}, self.admit)),
            Route(f"{self.base}/contents", Resource({"GET": self._contents}, self.admit)),
        ]

    def _overview(self, _: Call) -> Response:
        shown = [
            {
                "organisation": space.organisation,
                "sandbox": space.sandbox,
                "production": self.gateway.is_production(space),
            }
            for space in self.gateway.spaces()
        ]
        return reply({"sandboxes": shown})

    def _contents(self, call: Call) -> Response:
        """``?organisation=&sandbox=&kind=&offset=&limit=``, newest first."""
        space = Space(call.parameter("organisation") or "", call.parameter("sandbox") or "")
        kind = call.parameter("kind")
        offset, limit = _number(call, "offset", 0, 10**9), _number(call, "limit", 1, MAX_PAGE_SIZE)
        if space not in self.gateway.spaces() or kind not in KINDS:
            raise Refusal(400, 400, "there is no such sandbox or kind")
        with self.store.read() as tx:
            total = tx.count(space, kind)
            end = max(0, total - offset)
            start = max(0, end - limit)
            items = _items(tx, space, kind, tx.page(space, kind, start, end - start)[::-1])
        return reply({"items": items, "total": total, "offset": offset, "limit": limit})


def _giving(content: bytes, kind: str) -> Callable[[Call], Response]:
    return lambda call: Response(content, media_type=kind, headers=HEADERS)


def _items(tx: Transaction, space: Space, kind: str, elements: list[Element]) -> list[JsonObject]:
    match kind:
        case actions.KIND:
            uses = usage.uses_of(tx, space, elements)
            return [_action(one.body["definition"], usage.shown(uses[one.uid])) for one in elements]
        case journeys.KIND:
            return [_journey(one.body) for one in elements]
        case capping.KIND | throttling.KIND:
            return [{**one.body["definition"], "state": _state(one)} for one in elements]
    raise AssertionError(kind)


def _action(definition: JsonObject, used_in: list[JsonObject]) -> JsonObject:
    endpoint = definition.get("endpoint", {})
    return {
        "name": definition["name"],
        "type": definition["actionType"],
        "description": definition.get("description", ""),
        "method": endpoint.get("method"),
        "url": endpoint.get("url"),
        "usedIn": used_in,
    }


def _journey(journey: JsonObject) -> JsonObject:
    nodes: list[Any] = journey.get("nodes", [])
    names = [node.get("name") for node in nodes if node.get("type") == "action"]
    return {
        "name": journey["name"],
        "status": journey["status"],
        "actions": [name for name in names if isinstance(name, str)],
    }


def _state(element: Element) -> str:
    state = str(element.body["state"])
    return "edited" if lifecycle.is_live(element) and state != lifecycle.DEPLOYED else state


def _number(call: Call, name: str, low: int, high: int) -> int:
    text = call.parameter(name) or ""
    if not text.isascii() or not text.isdecimal() or len(text) > 10 or not low <= int(text) <= high:
        raise Refusal(400, 400, f"{name} has to be a number from {low} to {high}")
    return int(text)

"""The administration API for the log: ``GET /_admin/requests``, at once or when there is something new."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from toolkit.emulator.call import Call, Resource
from toolkit.emulator.elements import Space
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.request_log import KEPT_REQUESTS, RequestLog, Wanted
from toolkit.emulator.wire import reply

MAX_WAIT_S = 30
_COUNT = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class LogControls:
    """The one route below `base`; `admit` decides who may use it."""

    base: str
    admit: Callable[[Call], Space]
    log: RequestLog

    def routes(self) -> list[Route]:
        """``GET requests?after=&sandbox=&limit=&bodies=&wait=``."""
        return [Route(f"{self.base}/requests", _Patient(Resource({"GET": self._read}, self.admit), self))]

    def _read(self, call: Call) -> Response:
        """Those after number ``after``, or else the last ones, oldest first."""
        _seconds(call.query)
        return reply(self.log.read(_wanted(call.query)))

    async def wait(self, scope: Scope, receive: Receive) -> bool:
        """Wait for news where the caller asks for it and may; False when the caller has left."""
        request = Request(scope)
        call = Call(request.method, {}, request.query_params, request.headers, b"", "")
        try:
            self.admit(call)
            wanted, seconds = _wanted(call.query), _seconds(call.query)
        except Refusal:
            return True  # the answer will say so
        if not seconds or wanted.after is None:
            return True
        news = asyncio.ensure_future(self.log.news(wanted.after, seconds))
        gone = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait((news, gone), return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            news.cancel()
            gone.cancel()


class _Patient:
    """A resource that answers once there is something new; meanwhile it occupies no worker thread."""

    def __init__(self, resource: Resource, controls: LogControls) -> None:
        self._resource = resource
        self._controls = controls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "wait" not in Request(scope).query_params:
            await self._resource(scope, receive, send)
        elif await self._controls.wait(scope, receive):
            await self._resource(scope, _nothing_more, send)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _wanted(query: QueryParams) -> Wanted:
    return Wanted(
        after=_number(query, "after", 0, 10**15) if "after" in query else None,
        sandbox=query.get("sandbox", ""),
        limit=_number(query, "limit", 1, KEPT_REQUESTS, KEPT_REQUESTS),
        bodies=query.get("bodies") == "true",
    )


def _seconds(query: QueryParams) -> int:
    return _number(query, "wait", 0, MAX_WAIT_S)


def _number(query: QueryParams, name: str, low: int, high: int, default: int = 0) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not _COUNT.fullmatch(text) or not low <= int(text) <= high:
        raise Refusal(400, 400, f"{name} has to be a number from {low} to {high}")
    return int(text)

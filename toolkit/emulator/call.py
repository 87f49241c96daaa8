"""One request on its way to a handler, and the resource that takes it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from toolkit.emulator.refusals import GatewayRefusal, Refusal
from toolkit.emulator.store import Space
from toolkit.emulator.wire import MAX_BODY_BYTES, JsonObject, NotJsonError, parse_json

REQUEST_ID = "emulator.request_id"
"""Key of the request id in the ASGI scope."""

FAULT = "emulator.fault"
"""Key of the fault's name in the ASGI scope, where a request met one."""

NOWHERE = Space("", "")
_DRAIN_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its body read. ``space`` is where an admitted caller may act; else :data:`NOWHERE`."""

    method: str
    parameters: Mapping[str, str]
    query: QueryParams
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    request_id: str
    space: Space = NOWHERE

    @property
    def uid(self) -> str:
        """The uid in the path."""
        return self.parameters["uid"]

    @property
    def media_type(self) -> str:
        """The body's media type in lower case, without parameters; ``""`` when none is stated."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json_object(self, not_json: Refusal, not_object: Refusal) -> JsonObject:
        """The body as a JSON object.

        Raises:
            Refusal: 415 when another content type is stated (PF-ACC-3), else the one that was handed in.
        """
        if self.media_type != "application/json":
            raise Refusal(415, 415, "Content-Type has to be application/json")
        value = self.json(not_json)
        if not isinstance(value, dict):
            raise not_object
        return value

    def json(self, not_json: Refusal) -> Any:
        """The body as any JSON value; raises ``not_json`` when it is none."""
        try:
            return parse_json(self.body)
        except NotJsonError:
            raise not_json from None


Handler: TypeAlias = Callable[[Call], Response]


class Resource:
    """One path and its methods, an ASGI endpoint. Any other method is 405 with ``Allow``.

    Args:
        methods: handler per method; handlers run in worker threads.
        admit: says where the caller may act, or raises; asked before everything else.
        kind: names the resource in error envelopes.
    """

    def __init__(
        self, methods: Mapping[str, Handler], admit: Callable[[Call], Space] | None = None, kind: str = ""
    ) -> None:
        self._methods = dict(methods)
        self._admit = admit
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, answer, and never let a refusal out."""
        request = Request(scope, receive)
        body = await _limited_body(request)
        call = Call(
            method=request.method,
            parameters=request.path_params,
            query=request.query_params,
            headers=request.headers,
            body=b"" if body is None else body,
            request_id=scope.get(REQUEST_ID, ""),
        )
        if body is None:
            response = Refusal(413, 413, f"the body is longer than {MAX_BODY_BYTES} bytes").answer(
                call.request_id
            )
        else:
            response = await run_in_threadpool(self._answer, call)
        await response(scope, receive, send)

    def _answer(self, call: Call) -> Response:
        space = NOWHERE
        try:
            if self._admit is not None:
                space = self._admit(call)
                call = replace(call, space=space)
            return self._handler(call.method)(call)
        except Refusal as refusal:
            return refusal.answer(call.request_id, f"{self._kind}${space.sandbox}")
        except GatewayRefusal as refusal:
            return refusal.answer()

    def _handler(self, method: str) -> Handler:
        if method not in self._methods:
            if not self._methods:
                raise Refusal(404, 404, "there is nothing at this path")
            allow = ", ".join(sorted(self._methods))
            raise Refusal(405, 405, f"the methods here are {allow}", headers={"Allow": allow})
        return self._methods[method]


async def _limited_body(request: Request) -> bytes | None:
    """The body, or None when it is too long; it is read on for a while, so that the client gets an answer."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY_BYTES:
            chunks.append(chunk)
        elif size > _DRAIN_BYTES:
            break
    return b"".join(chunks) if size <= MAX_BODY_BYTES else None

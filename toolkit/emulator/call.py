"""One request on its way to a handler, and the resource that takes it there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from toolkit.emulator.elements import Space
from toolkit.emulator.refusals import GatewayRefusal, Refusal
from toolkit.emulator.wire import MAX_BODY_BYTES, JsonObject, NotJsonError, parse_json

REQUEST_ID = "emulator.request_id"
"""Key of the request id in the ASGI scope."""

FAULT = "emulator.fault"
"""Key of the fault's name in the ASGI scope, where a request met one."""

NOWHERE = Space("", "")
JSON_TYPE = "application/json"
_ACCEPTED = (JSON_TYPE, "application/*", "*/*")
_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
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
        """The uid in the path, decoded: it may hold any character, a slash too."""
        return unquote(self.parameters["uid"])

    @property
    def media_type(self) -> str:
        """The body's media type in lower case, without parameters; ``""`` when none is stated."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def header(self, name: str) -> str | None:
        """A header's value, None when it is absent; one that is there several times is a list (RFC 9110)."""
        values = self.headers.getlist(name)
        return ", ".join(values) if values else None

    def parameter(self, name: str) -> str | None:
        """A query parameter's value, None when it is absent; of several the first one counts (PF-ACC-12)."""
        values = self.query.getlist(name)
        return values[0] if values else None

    def json_object(self, not_json: Refusal, not_object: Refusal) -> JsonObject:
        """The body as a JSON object.

        Raises:
            Refusal: 415 for another content type (PF-ACC-3) or a coded body, else the one that was handed in.
        """
        if self.media_type != JSON_TYPE:
            raise Refusal(415, 415, f"Content-Type has to be {JSON_TYPE}")
        if (self.header("content-encoding") or "identity").strip().lower() != "identity":
            raise Refusal(415, 415, "the body must not have a Content-Encoding")
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


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A handler that takes less time than the way to a worker thread and back: it is run where it stands."""

    handler: Handler

    def __call__(self, call: Call) -> Response:
        """Answer as the handler does."""
        return self.handler(call)


class Resource:
    """One path and its methods, an ASGI endpoint. Any other method is 405 with ``Allow``.

    Args:
        methods: handler per method; they run in worker threads, but for :class:`AtOnce`. HEAD comes with GET,
            OPTIONS with any.
        admit: says where the caller may act, or raises; asked before everything else.
        kind: names the resource in error envelopes.
        refuse: renders a refusal; also asks for the request id and ``<kind>$<sandbox>``.
        max_body_bytes: a longer body is 413.
    """

    def __init__(
        self,
        methods: Mapping[str, Handler],
        admit: Callable[[Call], Space] | None = None,
        kind: str = "",
        refuse: Callable[[Refusal, str, str], Response] = Refusal.answer,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._methods = dict(methods)
        self._admit = admit
        self._kind = kind
        self._refuse = refuse
        self._max_body_bytes = max_body_bytes
        if self._methods:
            if "GET" in self._methods:
                # The server leaves the body of an answer to HEAD out.
                self._methods["HEAD"] = self._methods["GET"]
            self._methods["OPTIONS"] = self._options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, answer, and never let a refusal out."""
        request = Request(scope, receive)
        body = await _limited_body(request, self._max_body_bytes)
        call = Call(
            method=request.method,
            parameters=request.path_params,
            query=request.query_params,
            headers=request.headers,
            body=b"" if body is None else body,
            request_id=scope.get(REQUEST_ID, ""),
        )
        if body is None:
            too_large = Refusal(413, 413, f"the body is longer than {self._max_body_bytes} bytes")
            response = self._refuse(too_large, call.request_id, "")
        elif isinstance(self._methods.get(call.method), AtOnce):
            response = self._answer(call)
        else:
            response = await run_in_threadpool(self._answer, call)
        await response(scope, receive, send)

    def _answer(self, call: Call) -> Response:
        space = NOWHERE
        try:
            if self._admit is not None:
                space = self._admit(call)
                call = replace(call, space=space)
            handler = self._handler(call.method)
            if self._admit is not None and not accepts_json(call.header("accept")):
                raise Refusal(406, 406, f"what is here is {JSON_TYPE}")
            return handler(call)
        except Refusal as refusal:
            known = self._kind and space.sandbox
            return self._refuse(refusal, call.request_id, f"{self._kind}${space.sandbox}" if known else "")
        except GatewayRefusal as refusal:
            return refusal.answer()

    def _handler(self, method: str) -> Handler:
        if method not in self._methods:
            if not self._methods:
                raise Refusal(404, 404, "there is nothing at this path")
            raise Refusal(405, 405, f"the methods here are {self._allow}", headers={"Allow": self._allow})
        return self._methods[method]

    def _options(self, _: Call) -> Response:
        return Response(status_code=204, headers={"Allow": self._allow})

    @property
    def _allow(self) -> str:
        return ", ".join(sorted(self._methods))


def accepts_json(accept: str | None) -> bool:
    """Whether an ``Accept`` header admits JSON; it does when absent or empty (RFC 9110, 12.5.1)."""
    weights = {wanted: _weight(rest) for wanted, *rest in map(_pieces, (accept or "*/*").split(","))}
    return next((weights[kind] > 0 for kind in _ACCEPTED if kind in weights), False)


def _pieces(part: str) -> list[str]:
    return [piece.strip().lower() for piece in part.split(";")]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            match = _QUALITY.fullmatch(value.strip())
            return float(match[0]) if match else 0.0
    return 1.0


async def _limited_body(request: Request, most: int) -> bytes | None:
    """The body, or None when it is too long; it is read on for a while, so that the client gets an answer."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        elif size > most + _DRAIN_BYTES:
            break
    return b"".join(chunks) if size <= most else None

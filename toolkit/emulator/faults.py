"""Faults on demand: a layer in front of the services that misbehaves where a rule says so."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.emulator.call import FAULT, REQUEST_ID
from toolkit.emulator.elements import Space
from toolkit.emulator.fault_answers import error_answer
from toolkit.emulator.fault_rules import AFTER, BEFORE, FaultRule, FaultRules
from toolkit.emulator.meddling import Meddler
from toolkit.emulator.past import StaleReads

FREE_PREFIXES = ("/_admin", "/_ui")
"""The emulator's own controls never misbehave."""

_END_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass
class Switchboard:
    """What faults reach beyond one request; `refuse` closes the server's door for some seconds."""

    rules: FaultRules
    meddler: Meddler
    stale: StaleReads
    refuse: Callable[[float], None] = field(default=lambda seconds: None)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A whole answer, kept to be spoiled."""

    start: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request, its body read, and the way to the services and back."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    body: bytes

    async def ask(self) -> _Answer:
        """Deliver the request to the services and keep what they answer."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(dict(self.scope), _replay(self.body, self.receive), keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return _Answer(messages[0], body)

    async def give(self, answer: _Answer, body: bytes | None = None) -> None:
        """Send an answer, or its head with another body."""
        await self.send(answer.start)
        await self.send({"type": "http.response.body", "body": answer.body if body is None else body})

    async def hang_up(self, *, at_once: bool) -> None:
        """End the connection: at once as a reset, or after what was sent."""
        transport = getattr(getattr(self.receive, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError("this server has no connection to end")
        if at_once:
            connection: socket.socket = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _END_AT_ONCE)
            transport.abort()
        else:
            transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass


class Faults:
    """The layer. A request that no rule strikes passes through untouched."""

    def __init__(self, app: ASGIApp, switchboard: Switchboard) -> None:
        self._app = app
        self._board = switchboard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http" or scope["path"].startswith(FREE_PREFIXES):
            await self._app(scope, receive, send)
            return
        space = _space(scope)
        rule = self._board.rules.striking(scope["method"], scope["path"], space.sandbox)
        with self._board.stale.view(scope["method"], scope["path"], space):
            if rule is None:
                await self._app(scope, receive, send)
                return
            scope[FAULT] = rule.kind
            exchange = _Exchange(self._app, scope, receive, send, await _body(receive))
            await _MISBEHAVIOURS[rule.kind](exchange, rule, self._board)


async def _latency(exchange: _Exchange, rule: FaultRule, _: Switchboard) -> None:
    await asyncio.sleep(rule.parameters["seconds"])
    await exchange.give(await exchange.ask())


async def _refuse(exchange: _Exchange, rule: FaultRule, board: Switchboard) -> None:
    board.refuse(rule.parameters["seconds"])
    await exchange.hang_up(at_once=True)


async def _reset(exchange: _Exchange, rule: FaultRule, _: Switchboard) -> None:
    if rule.parameters["moment"] == AFTER:
        await exchange.ask()
    await exchange.hang_up(at_once=True)


async def _truncate(exchange: _Exchange, _: FaultRule, __: Switchboard) -> None:
    answer = await exchange.ask()
    await exchange.send(answer.start)
    half = answer.body[: len(answer.body) // 2]
    await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
    await exchange.hang_up(at_once=False)


async def _malformed(exchange: _Exchange, _: FaultRule, __: Switchboard) -> None:
    answer = await exchange.ask()
    await exchange.give(_with_body(answer, answer.body[: len(answer.body) // 2] or b"{"))


async def _wrong_type(exchange: _Exchange, _: FaultRule, __: Switchboard) -> None:
    answer = await exchange.ask()
    page = b"<!doctype html><title>Maintenance</title><p>We'll be back soon."
    await exchange.give(_with_body(answer, page, "text/html; charset=utf-8"))


async def _drip(exchange: _Exchange, rule: FaultRule, _: Switchboard) -> None:
    answer = await exchange.ask()
    await exchange.send(answer.start)
    pieces = min(rule.parameters["pieces"], max(len(answer.body), 1))
    size = -(-len(answer.body) // pieces)
    for piece in range(pieces):
        await asyncio.sleep(rule.parameters["seconds"] / pieces)
        part = answer.body[piece * size : (piece + 1) * size]
        await exchange.send({"type": "http.response.body", "body": part, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b""})


async def _status(exchange: _Exchange, rule: FaultRule, _: Switchboard) -> None:
    if rule.parameters["moment"] == AFTER:
        await exchange.ask()
    request_id = exchange.scope.get(REQUEST_ID, "")
    answer = error_answer(rule.parameters["status"], rule.parameters["retryAfter"], request_id)
    await answer(exchange.scope, exchange.receive, exchange.send)


async def _duplicate(exchange: _Exchange, _: FaultRule, __: Switchboard) -> None:
    await exchange.ask()
    await exchange.give(await exchange.ask())


async def _stale(exchange: _Exchange, rule: FaultRule, board: Switchboard) -> None:
    past = board.stale.remember()
    try:
        answer = await exchange.ask()
    finally:
        board.stale.show(_space(exchange.scope), past, rule.parameters["seconds"], rule.parameters["reads"])
    await exchange.give(answer)


async def _edit(exchange: _Exchange, rule: FaultRule, board: Switchboard) -> None:
    space = _space(exchange.scope)
    if rule.parameters["moment"] == BEFORE:
        board.meddler.edit(space, rule.parameters)
        await exchange.give(await exchange.ask())
    else:
        answer = await exchange.ask()
        board.meddler.edit(space, rule.parameters)
        await exchange.give(answer)


_MISBEHAVIOURS = {
    "latency": _latency,
    "refuse": _refuse,
    "reset": _reset,
    "truncate": _truncate,
    "malformed": _malformed,
    "wrong-type": _wrong_type,
    "drip": _drip,
    "status": _status,
    "duplicate": _duplicate,
    "stale": _stale,
    "edit": _edit,
}


def _with_body(answer: _Answer, body: bytes, media_type: str = "") -> _Answer:
    replaced = {b"content-length": str(len(body)).encode()}
    if media_type:
        replaced[b"content-type"] = media_type.encode()
    headers = [(name, replaced.get(name.lower(), value)) for name, value in answer.start["headers"]]
    return _Answer({**answer.start, "headers": headers}, body)


def _space(scope: Scope) -> Space:
    """Where the caller says that it acts; whether it may is the gateway's affair."""
    headers = Headers(scope=scope)
    return Space(headers.get("x-gw-ims-org-id", ""), headers.get("x-sandbox-name", ""))


async def _body(receive: Receive) -> bytes:
    chunks = []
    while (message := await receive())["type"] == "http.request":
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once more, then whatever the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed

"""Actions and secrets to exercise, written as files write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise import Exchange, ResolveSecret
from toolkit.exercise.caller import Caller, Network
from toolkit.exercise.transport import RawHeaders, Reply, Transport
from toolkit.exercise.wire import Stopwatch
from toolkit.model.kinds import CustomAction, parse_definition
from toolkit.model.text import SecretRef

HOST = "partner.example"
SECRETS = {"partner/key": "s3cr3t/key+with=odd~signs", "partner/password": "pässword-42"}


def action(
    request: Any = None,
    *,
    method: str | None = None,
    url: str = f"https://{HOST}/v1/messages",
    headers: Any = None,
    query: Any = None,
    **rest: Any,
) -> CustomAction:
    """A valid custom action; `rest` are further fields of the definition."""
    raw: dict[str, Any] = {
        "$schema": "x",
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": "Welcome",
        "endpoint": {
            "method": method or ("GET" if request is None else "POST"),
            "url": url,
            "headers": headers or {},
            "query": query or {},
        },
        **rest,
    }
    if request is not None:
        raw["request"] = request
    parsed = parse_definition(raw)
    assert isinstance(parsed.definition, CustomAction), parsed.problems
    return parsed.definition


def hole(type_name: str = "string", *, optional: bool = False) -> dict[str, Any]:
    """A hole as a file writes it."""
    return {"$variable": "Label", "$type": type_name, **({"$optional": True} if optional else {})}


def resolve(reference: SecretRef) -> Secret:
    """The secrets of these tests."""
    if reference.path not in SECRETS:
        raise AjoError("AJO307", f"there is no secret {reference.path}")
    return Secret(SECRETS[reference.path])


Handler = Callable[[httpx.Request], httpx.Response]


def made_up(handler: Handler) -> Callable[[Stopwatch], Transport]:
    """A network that is a function: for what no server on this machine can be brought to do."""

    @contextmanager
    def sent(method: str, url: str, headers: RawHeaders, body: bytes | None) -> Iterator[Reply]:
        answer = handler(httpx.Request(method, url, headers=list(headers), content=body))
        pieces = iter([answer.read()])
        yield Reply(answer.status_code, answer.headers.raw, pieces)

    return lambda _: sent


def exercise(
    subject: CustomAction,
    values: Mapping[str, Any] | None = None,
    handler: Handler | None = None,
    *,
    routes: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
    resolve_secret: ResolveSecret = resolve,
) -> Exchange:
    """One exercise, over the made-up network of `handler`."""
    network = Network(routes or {})
    with Caller(resolve_secret, network, transport=made_up(handler) if handler else None) as caller:
        return caller.call(subject, values or {}, timeout_s=timeout_s)

"""The thin caller: limits, a token, the request, retries, all within one timeout; an exchange comes out.

*Integrate with external systems*, *Timeout and retries* (``help/using/configuration/external-systems.md``).
"""

from __future__ import annotations

import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Self

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise.destinations import Destinations
from toolkit.exercise.exchange import Call, Exchange, Role, answer_text, call_of, journey_of
from toolkit.exercise.hop import Hop
from toolkit.exercise.journey import JourneyView, Response, view
from toolkit.exercise.limits import Gate, Limits
from toolkit.exercise.lookup import Lookup, system_lookup
from toolkit.exercise.pieces import Generated
from toolkit.exercise.render import render
from toolkit.exercise.request import Fields, Rendered, RenderedRequest
from toolkit.exercise.routes import Routes, host_of
from toolkit.exercise.send import send
from toolkit.exercise.tls import NO_FILES, TlsFiles, tls_context
from toolkit.exercise.token import Certificate, NoToken, find_token, make_assertion, secrets_in
from toolkit.exercise.transport import Transport, Wire
from toolkit.exercise.vault import ResolveSecret, Vault
from toolkit.exercise.wire import Stopwatch
from toolkit.model.authentication import CustomAuthorization
from toolkit.model.custom_action import CustomAction
from toolkit.model.guardrails import RETRIES, TIMEOUT_LEAST, TIMEOUT_MOST

NEVER_RETRIED = frozenset({401, 403, 404})
"""Statuses after which the platform does not call again."""

_NO_ROUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Network:
    """Where requests may go and how: `routes` lead hosts to stand-ins, `allowed` names networks and hosts.

    Made once and shared by all callers: making a TLS context takes as long as many calls.
    """

    routes: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    tls: TlsFiles = NO_FILES
    lookup: Lookup = system_lookup
    _contexts: list[ssl.SSLContext] = field(default_factory=list, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def context(self) -> ssl.SSLContext:
        """Return the TLS context, made when it is first asked for; raises ``AjoError`` AJO705."""
        with self._lock:
            if not self._contexts:
                self._contexts.append(tls_context(self.tls))
            return self._contexts[0]


class TokenCache:
    """Tokens by journey and token request, each until its time is up; for all callers of a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[object, tuple[Secret, float]] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextmanager
    def fetching(self, key: object) -> Iterator[Secret | None]:
        """Give the token of `key`, or None to the one caller that is to fetch it; the others wait."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            token, end = self._kept.get(key, (None, 0.0))
            yield token if self._clock() < end else None

    def keep(self, key: object, token: Secret, life_s: float) -> None:
        """Keep a token for `life_s` seconds."""
        self._kept[key] = (token, self._clock() + life_s)


class Runtime:
    """What all callers of a run share: the sandbox's limits, the tokens, the clocks and chance.

    `clock` counts seconds from anywhere, `wall` from the epoch; `journey` names whose tokens are used: the
    platform keeps them for each journey. `pause_s` is waited before a retry; how long the platform waits is
    not documented (PF-RUN-8).
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        certificate: Certificate | None = None,
        journey: str = "",
        clock: Callable[[], float] = time.monotonic,
        pause_s: float = 0.0,
    ) -> None:
        self.clock, self.journey, self.certificate, self.pause_s = clock, journey, certificate, pause_s
        self.gate = Gate(limits or Limits(), clock)
        self.tokens = TokenCache(clock)
        self.wall: Callable[[], float] = time.time
        self.new_id: Callable[[], str] = lambda: str(uuid.uuid4())
        self.sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Account:
    """What has happened so far in one exercise."""

    action: CustomAction
    vault: Vault
    calls: list[Call] = field(default_factory=list)
    token_from_cache: bool = False

    def note(self, hops: tuple[Hop, ...], role: Role, attempt: int = 0) -> None:
        self.calls += [call_of(hop, self.vault.redactor, self.vault.longest, role, attempt) for hop in hops]

    def failed(self, failure: Response, trouble: str) -> Exchange:
        return self.ended(view(self.action, failure), trouble)

    def ended(self, journey: JourneyView, trouble: str = "") -> Exchange:
        return Exchange(self.action.name, tuple(self.calls), journey, trouble, self.token_from_cache)


class Caller:
    """Exercises actions over connections that stay open. One for each thread; `runtime` is shared."""

    def __init__(
        self,
        resolve_secret: ResolveSecret,
        network: Network | None = None,
        runtime: Runtime | None = None,
        transport: Callable[[Stopwatch], Transport] | None = None,
    ) -> None:
        """Raises ``AjoError``: AJO302 for a wrong route or entry of `network.allowed`, AJO705 for files."""
        network, self._runtime = network or Network(), runtime or Runtime()
        self._routes = Routes.of(network.routes)
        if network.tls != NO_FILES:
            network.context()
        self._watch = Stopwatch(self._runtime.clock)
        self._vault = Vault(resolve_secret)
        destinations = Destinations.of(self._routes.bases.values(), network.allowed)
        self._wire = Wire(self._watch, destinations, network.context, network.lookup)
        self._transport = transport(self._watch) if transport else self._wire

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def call(self, action: CustomAction, values: Mapping[str, Any], *, timeout_s: float = 30.0) -> Exchange:
        """Call `action` once with `values` by address, as a journey would.

        `timeout_s` spans everything, 1 to 30 seconds as on the platform. A timeout, a lost connection, a
        token that is refused or a full cap is an outcome, not an exception.

        Raises:
            ValuesError: AJO701, every value that is missing or does not fit.
            AjoError: AJO107 for a timeout outside its limits; AJO302 for a route that would expose
                credentials; AJO304, AJO306, AJO307 for values and secrets; AJO703 without a certificate where
                one signs; AJO705 for files of TLS that can't be used.
        """
        if not TIMEOUT_LEAST.value <= timeout_s <= TIMEOUT_MOST.value:
            raise AjoError("AJO107", "the timeout is not between 1 and 30 seconds")
        rendered = render(action, values)
        self._vault.open(rendered)
        account = _Account(action, self._vault)
        if not self._runtime.gate.admit(host_of(rendered.request.url)):
            return account.failed(Response(None, failure="capped"), "the cap of the host is reached")
        self._watch.start(timeout_s)
        trouble = self._authorise(rendered, account)
        return trouble or self._attempts(rendered.request, account)

    def _authorise(self, rendered: Rendered, account: _Account) -> Exchange | None:
        """Have a token at hand where one is needed; returns the outcome when there is none to be had."""
        authorization = account.action.authentication
        if not isinstance(authorization, CustomAuthorization) or rendered.token_request is None:
            return None
        key = (self._runtime.journey, rendered.token_request)
        with self._runtime.tokens.fetching(key) as kept:
            if kept is not None:
                account.token_from_cache = True
                self._vault.put(Generated.TOKEN, kept)
                return None
            hop = self._asked(authorization, rendered.token_request, account)
            try:
                found = _token_of(authorization, hop)
            except NoToken as reason:
                failure = Response(None, failure=hop.failure or "internalError")
                return account.failed(failure, f"there is no token: {reason}")
            self._runtime.tokens.keep(key, found.token, found.life_s)
            self._vault.put(Generated.TOKEN, found.token)
        return None

    def _asked(self, authorization: CustomAuthorization, request: RenderedRequest, account: _Account) -> Hop:
        """Send the token request and return its outcome; nothing secret in the answer is shown."""
        if authorization.sub_type == "certificateCredential":
            self._vault.put(Generated.ASSERTION, self._assertion(authorization, request))
        hops = self._send(request)
        self._vault.learn(*(secret for hop in hops for secret in secrets_in(answer_text(hop))))
        account.note(hops, "token")
        return hops[-1]

    def _assertion(self, authorization: CustomAuthorization, request: RenderedRequest) -> Secret:
        lines = request.body.lines if isinstance(request.body, Fields) else ()
        client = next((self._vault.value(line.text) for line in lines if line.name == "client_id"), "")
        runtime = self._runtime
        return make_assertion(
            authorization, runtime.certificate, client=client, now_s=runtime.wall(), jti=runtime.new_id()
        )

    def _attempts(self, request: RenderedRequest, account: _Account) -> Exchange:
        """Call and, after a failure, call again: each time a slot of the cap, all within the timeout."""
        host = host_of(request.url)
        attempt = 0
        while True:
            last = self._attempt(request, account, attempt)
            if attempt == RETRIES.value or not _is_worth_a_retry(last) or not self._may_retry(host):
                return account.ended(journey_of(account.action, last, self._vault.redactor))
            if self._watch.left <= 0:
                return account.failed(Response(None, failure="timedout"), "")
            attempt += 1

    def _attempt(self, request: RenderedRequest, account: _Account, attempt: int) -> Hop:
        hops = self._send(request)
        account.note(hops, "action", attempt)
        self._runtime.gate.answered(host_of(request.url), hops[-1].timings.total_ms)
        return hops[-1]

    def _may_retry(self, host: str) -> bool:
        """Wait as the platform does before a retry and take a slot for it."""
        if self._runtime.pause_s:
            self._runtime.sleep(min(self._runtime.pause_s, self._watch.left))
        return self._runtime.gate.admit(host)

    def _send(self, request: RenderedRequest) -> tuple[Hop, ...]:
        outgoing = self._vault.revealed(request)
        return send(
            outgoing,
            routes=self._routes,
            transport=self._transport,
            watch=self._watch,
            redactor=self._vault.redactor,
        )


def _is_worth_a_retry(hop: Hop) -> bool:
    """Tell whether the platform calls again: not after success, a timeout, or what won't change."""
    if hop.status is None or hop.failure:
        return hop.failure != "timedout" and not hop.refused
    return hop.status >= 300 and hop.status not in NEVER_RETRIED


def _token_of(authorization: CustomAuthorization, hop: Hop) -> Any:
    if hop.failure or hop.status is None:
        raise NoToken(f"the token endpoint gave no answer ({hop.failure}: {hop.detail})")
    if hop.status >= 300:
        raise NoToken(f"the token endpoint answered {hop.status}")
    return find_token(authorization, answer_text(hop))


def exercise(
    action: CustomAction,
    values: Mapping[str, Any],
    *,
    resolve_secret: ResolveSecret,
    routes: Mapping[str, str] = _NO_ROUTES,
    timeout_s: float = 30.0,
) -> Exchange:
    """Call `action` once, with connections and limits of its own; raises what :meth:`Caller.call` does."""
    with Caller(resolve_secret, Network(routes)) as caller:
        return caller.call(action, values, timeout_s=timeout_s)

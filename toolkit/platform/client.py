"""HTTP with the platform: headers, tokens, bounds on time, size and requests at once.

A small ``httpx.Client`` is used by one thread at a time: a pool shared by many threads costs several times
the processor time of the request itself.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Lock
from typing import Any
from urllib.parse import urlencode

import httpx

from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.platform.answers import Answer, MalformedAnswer
from toolkit.platform.call import ABSENT, Call, Effect
from toolkit.platform.faults import HTTPX_ERRORS, Trouble, trouble_of_answer, trouble_of_exception
from toolkit.platform.port import Connection
from toolkit.platform.retry import Patience
from toolkit.platform.token import Grant, TokenKeeper, read_grant, token_form, token_url
from toolkit.platform.veil import Veil

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""The longest answer that is read."""

WHOLE_ANSWER_TIMEOUTS = 4
"""How many times the timeout (which is per silence) a whole answer may take."""

OVERLOADED = frozenset({429, 502, 503, 504})
"""Answers that say nothing but that it is not a good time."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A request as it goes out; never shown."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: Secret | None = field(repr=False)


class HttpClient:
    """Sends calls of one connection; safe in several threads.

    In tests, `transport` replaces the network, `sleep` (seconds) and `clock` (seconds that only grow) time.
    """

    def __init__(
        self,
        connection: Connection,
        veil: Veil,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection, self._veil, self._transport, self._clock = connection, veil, transport, clock
        self._headers = _fixed_headers(connection)
        self._slots = BoundedSemaphore(connection.workers)
        self._idle: list[httpx.Client] = []
        self._lock, self._closed = Lock(), Event()
        self._tls: ssl.SSLContext | None = None
        self._patience = Patience(connection.attempts, self._closed, sleep)
        self._tokens = TokenKeeper(self._fetch_token, clock)

    def send(self, call: Call, request_ids: list[str]) -> Any:
        """Send `call` until there is a clear answer, and return its JSON (None where it has no content).

        Adds the id of every answer to `request_ids`. Raises :class:`PlatformError`.
        """
        content = None
        trouble = None
        try:
            content = self._patience.run(
                lambda: self._attempt(call, request_ids), once=call.effect is Effect.ONCE
            )
        except Trouble as found:
            trouble = found
        if trouble is not None:
            # Raised here, so that it does not drag along the request that failed and the secrets in it.
            raise trouble.error(writing=call.effect is not Effect.READ, request_ids=tuple(request_ids))
        return content

    def look(self, call: Call, without: frozenset[str], instead: Mapping[str, str]) -> Answer:
        """Return the answer to `call`, whatever it says, with headers left out or exchanged.

        Only what is overloaded or not reached is asked again; raises :class:`PlatformError` then.
        """

        def once() -> Answer:
            message = self._message(call, self._url(call), self._tokens.current())
            kept = {name: value for name, value in message.headers.items() if name.lower() not in without}
            changed = {name.lower(): value for name, value in kept.items()}
            changed |= {name.lower(): value for name, value in instead.items()}
            answer = self._exchange(_Message(call.method, message.url, changed, message.content), str(call))
            trouble = trouble_of_answer(answer, str(call), self._veil)
            if trouble is not None and answer.status in OVERLOADED:
                raise trouble
            return answer

        found: Answer | Trouble
        try:
            found = self._patience.run(once)
        except Trouble as trouble:
            found = trouble
        if isinstance(found, Trouble):
            raise found.error(writing=False)
        return found

    def shown(self, text: str) -> str:
        """Return a foreign text fit for a message: no secrets, no control characters."""
        return self._veil.shown(text)

    def close(self) -> None:
        """End all waiting, and close the connections that are not in use; the others close when done."""
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()

    def _attempt(self, call: Call, request_ids: list[str]) -> Any:
        base_url = call.base_url or self._connection.base_url
        url = self._url(call)
        token = self._tokens.current()
        answer = self._exchange(self._message(call, url, token), str(call))
        self._note(answer, request_ids)
        if answer.status == 401:
            token = self._tokens.renewed(token)
            answer = self._exchange(self._message(call, url, token), str(call))
            self._note(answer, request_ids)
        trouble = trouble_of_answer(answer, f"{call} at {base_url}", self._veil, call.places)
        if trouble is None:
            return self._json(answer, f"{call} at {base_url}")
        is_absent = (trouble.status == 404 and trouble.by_service) or trouble.status in call.absent
        if call.may_be_absent and is_absent:
            return ABSENT
        if call.effect is Effect.READ and trouble.code == "AJO505":
            trouble.code = "AJO504"  # nothing was to be changed
        raise trouble

    def _url(self, call: Call) -> str:
        base_url = call.base_url or self._connection.base_url
        return f"{base_url.rstrip('/')}/{call.path}" + (f"?{urlencode(call.query)}" if call.query else "")

    def _note(self, answer: Answer, request_ids: list[str]) -> None:
        if answer.request_id:
            request_ids.append(self._veil.shown(answer.request_id))

    def _message(self, call: Call, url: str, token: Secret) -> _Message:
        headers = {**self._headers, **call.headers, "Authorization": f"Bearer {token.reveal()}"}
        if call.body is not None and "content-type" not in map(str.lower, call.headers):
            headers["Content-Type"] = "application/json"
        return _Message(call.method, url, headers, call.body)

    def _json(self, answer: Answer, request: str) -> Any:
        try:
            return answer.json()
        except MalformedAnswer as error:
            beginning = self._veil.shown(answer.text(), 120)
            words = f"{request}: {error}; it begins: {beginning}"
            trouble = Trouble("AJO504", words, unclear=True)
            trouble.status, trouble.request_id = answer.status, self._veil.shown(answer.request_id)
            raise trouble from None

    def _fetch_token(self) -> Grant:
        found: Grant | Trouble
        try:
            found = self._patience.run(self._ask_for_token)
        except Trouble as trouble:
            found = trouble
        if isinstance(found, Trouble):
            raise found.error(writing=False)
        self._veil.learn(found.token)
        return found

    def _ask_for_token(self) -> Grant:
        url = token_url(self._connection)
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        request = f"token request to {self._connection.ims_url}"
        answer = self._exchange(_Message("POST", url, headers, token_form(self._connection)), request)
        trouble = trouble_of_answer(answer, request, self._veil)
        if trouble is not None:
            if answer.status in (400, 401, 403):  # PF-ACC-2
                trouble.code = "AJO401"
            raise trouble
        try:
            return read_grant(answer.json())
        except MalformedAnswer as error:
            # The content is not shown: it may be a token.
            raise Trouble("AJO504", f"{request}: {error} (PF-ACC-1)") from None

    def _exchange(self, message: _Message, request: str) -> Answer:
        deadline = self._clock() + WHOLE_ANSWER_TIMEOUTS * self._connection.timeout_s
        try:
            with self._slots, self._borrowed() as client, _sent(client, message) as response:
                content = self._read(response, request, deadline)
                return Answer(response.status_code, response.headers, content)
        except HTTPX_ERRORS as error:
            raise trouble_of_exception(error, f"{request} at {message.url}", self._veil) from None

    def _read(self, response: httpx.Response, request: str, deadline: float) -> bytes:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                limit = MAX_ANSWER_BYTES // 1024**2
                raise Trouble("AJO504", f"{request}: the answer is longer than {limit} MiB", unclear=True)
            if self._clock() > deadline:
                raise Trouble("AJO502", f"{request}: the answer does not end", again=True, unclear=True)
        return bytes(content)

    @contextmanager
    def _borrowed(self) -> Iterator[httpx.Client]:
        with self._lock:
            client = self._idle.pop() if self._idle else self._new_client()
        try:
            yield client
        finally:
            with self._lock:
                closed = self._closed.is_set()
                if not closed:
                    self._idle.append(client)
            if closed:
                client.close()

    def _new_client(self) -> httpx.Client:
        if self._tls is None:
            self._tls = httpx.create_ssl_context()  # takes longer than a request: once for all clients
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        return httpx.Client(
            transport=self._transport, verify=self._tls, limits=limits, timeout=self._connection.timeout_s
        )


@contextmanager
def _sent(client: httpx.Client, message: _Message) -> Iterator[httpx.Response]:
    request = client.build_request(
        message.method,
        message.url,
        headers=dict(message.headers),
        content=message.content.reveal() if message.content else None,
    )
    response = client.send(request, stream=True, follow_redirects=False)
    try:
        yield response
    finally:
        response.close()


def _fixed_headers(connection: Connection) -> dict[str, str]:
    """Return the headers of every call (PF-ACC-3); raises AJO302 for settings that can't be sent."""
    headers = {
        "Accept": "application/json",
        "x-api-key": connection.client_id,
        "x-gw-ims-org-id": connection.organisation,
        "x-sandbox-name": connection.sandbox,
    }
    for name, value in headers.items():
        if not value or not value.isascii() or not value.isprintable():
            raise AjoError("AJO302", f"{value!r} can't be sent as {name}")
    return headers


class Conversation:
    """The calls of one operation, and the ids of their answers. Safe in several threads."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._ids: list[str] = []

    @property
    def request_ids(self) -> tuple[str, ...]:
        """The ids of all answers so far."""
        return tuple(self._ids)

    def shown(self, text: str) -> str:
        """Return a foreign text fit for a message."""
        return self._client.shown(text)

    def send(self, call: Call) -> Any:
        """Send `call` as :meth:`HttpClient.send` does."""
        return self._client.send(call, self._ids)

"""What was sent and what came back, fit to be shown: no secret is in it, in any spelling we know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.core.canonical import DecimalLiteral, Json
from toolkit.core.redact import MASK, Redactor
from toolkit.exercise.coerce import is_unicode
from toolkit.exercise.hop import Headers, Hop, Timings
from toolkit.exercise.journey import Deviation, JourneyView, Response, view
from toolkit.model.custom_action import CustomAction

Role = Literal["token", "action"]

_NEVER_SHOWN = frozenset({"set-cookie", "set-cookie2"})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';\s]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it went out, secrets masked: `url` is what the action means, `sent_to` where it went."""

    method: str
    url: str
    sent_to: str
    headers: Headers
    body: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, secrets masked; `cut` when the body is longer than what is kept of it."""

    status: int
    headers: Headers
    body: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer, or why there is none.

    `role` tells a request for a token from the action's; `attempt` counts from 0, so above 0 it is a retry. A
    redirect is a call of its own in the same attempt.
    """

    request: SentRequest
    answer: Answer | None
    timings: Timings
    failure: str = ""
    role: Role = "action"
    attempt: int = 0

    @property
    def first_byte_ms(self) -> float | None:
        """Milliseconds until the answer began, None without one."""
        return self.timings.first_byte_ms

    @property
    def total_ms(self) -> float:
        """Milliseconds from the beginning of the call to its end."""
        return self.timings.total_ms


@dataclass(frozen=True, slots=True)
class Exchange:
    """An action exercised once: every call in order, and what a journey makes of the last answer.

    `trouble` says why the action was not called at all, if so. `token_from_cache` when a token was at hand.
    """

    action: str
    calls: tuple[Call, ...]
    journey: JourneyView
    trouble: str = ""
    token_from_cache: bool = False

    @property
    def action_calls(self) -> tuple[Call, ...]:
        """The calls of the action itself, without those for a token."""
        return tuple(call for call in self.calls if call.role == "action")

    @property
    def request(self) -> SentRequest:
        """The first request of the action; raises ``LookupError`` where it was not called."""
        return self.action_calls[0].request

    @property
    def answer(self) -> Answer | None:
        """The final answer of the action, or None when there is none."""
        return self.action_calls[-1].answer if self.action_calls else None

    @property
    def retries(self) -> int:
        """How often the action was called again."""
        return max((call.attempt for call in self.action_calls), default=0)

    @property
    def jo_status_code(self) -> str:
        """``http_<code>``, ``timedout``, ``capped`` or ``internalError``."""
        return self.journey.jo_status_code

    @property
    def view(self) -> Mapping[str, Json]:
        """What the journey can read, value by expression."""
        return self.journey.values

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Where the answer is not what the definition says."""
        return self.journey.deviations

    @property
    def total_ms(self) -> float:
        """Milliseconds of all calls, from the first byte out to the last one in."""
        return round(sum(call.total_ms for call in self.calls), 3)

    @property
    def succeeded(self) -> bool:
        """Whether a journey goes on without its error branch: an answer up to 2xx came in time."""
        return self.jo_status_code.startswith(("http_1", "http_2"))

    def to_json(self) -> dict[str, Any]:
        """Return the exchange as JSON for :func:`toolkit.core.canonical.dump_json`, keys in camelCase."""
        return {
            "action": self.action,
            "succeeded": self.succeeded,
            "totalMs": _decimal(self.total_ms),
            "retries": self.retries,
            "tokenFromCache": self.token_from_cache,
            "trouble": self.trouble,
            "calls": [_call_json(call) for call in self.calls],
            **self.journey.to_json(),
        }


def answer_text(hop: Hop) -> str:
    """Return an answer's body as text: in the charset its header names if we know that one, else UTF-8."""
    declared = _CHARSET.search(hop.header("content-type"))
    try:
        text = hop.content.decode(declared[1] if declared else "utf-8", errors="replace")
    except (LookupError, ValueError):
        text = hop.content.decode(errors="replace")
    # Some codings give halves of surrogate pairs, which no output can write.
    return text if is_unicode(text) else text.encode("utf-8", "replace").decode()


def journey_of(action: CustomAction, last: Hop, redactor: Redactor) -> JourneyView:
    """Return what a journey makes of the last answer, everything that came from outside masked."""
    seen = view(action, Response(last.status, answer_text(last), last.failure, last.cut))
    return JourneyView(
        seen.jo_status_code,
        {expression: _masked(value, redactor) for expression, value in seen.values.items()},
        tuple(
            Deviation(redactor.text(found.pointer), found.what, found.expected) for found in seen.deviations
        ),
    )


def call_of(hop: Hop, redactor: Redactor, longest_secret: int, role: Role, attempt: int) -> Call:
    """Return one hop fit to be shown.

    `longest_secret` (characters) is cut off the end of a body that was itself cut, which may hold the
    beginning of a secret.
    """
    request = SentRequest(
        hop.method,
        redactor.text(hop.url),
        redactor.text(hop.sent_to),
        tuple((name, redactor.text(value)) for name, value in hop.headers),
        None if hop.body is None else redactor.text(hop.body),
    )
    answer = None
    if hop.status is not None:
        body = redactor.text(answer_text(hop))
        kept = body[: max(0, len(body) - longest_secret)] if hop.cut else body
        answer = Answer(hop.status, tuple(_shown(hop.answer_headers, redactor)), kept, hop.cut)
    failure = f"{hop.failure}: {redactor.text(hop.detail)}" if hop.failure else ""
    return Call(request, answer, hop.timings, failure, role, attempt)


def _shown(headers: Headers, redactor: Redactor) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield redactor.text(name), MASK if name.lower() in _NEVER_SHOWN else redactor.text(value)


def _masked(value: Json, redactor: Redactor) -> Json:
    """Return `value` without secrets, numbers included: a secret of digits may come back as one."""
    match value:
        case dict():
            return {redactor.text(name): _masked(member, redactor) for name, member in value.items()}
        case list():
            return [_masked(item, redactor) for item in value]
        case bool() | None:
            return value
        case str():
            return redactor.text(value)
        case _:
            return value if redactor.text(str(value)) == str(value) else MASK


def _call_json(call: Call) -> dict[str, Any]:
    request, answer = call.request, call.answer
    return {
        "role": call.role,
        "attempt": call.attempt,
        "request": {
            "method": request.method,
            "url": request.url,
            "sentTo": request.sent_to,
            "headers": [list(pair) for pair in request.headers],
            "body": request.body,
        },
        "answer": answer
        and {
            "status": answer.status,
            "headers": [list(pair) for pair in answer.headers],
            "body": answer.body,
            "cut": answer.cut,
        },
        "timings": {name: None if time is None else _decimal(time) for name, time in call.timings.named()},
        "failure": call.failure,
    }


def _decimal(milliseconds: float) -> DecimalLiteral:
    return DecimalLiteral(f"{milliseconds:.3f}")

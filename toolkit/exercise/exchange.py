"""What was sent and what came back, fit to be shown: no secret is in it, in any spelling we know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from toolkit.core.canonical import DecimalLiteral, Json
from toolkit.core.redact import MASK, Redactor
from toolkit.exercise.interpret import Deviation, interpret
from toolkit.exercise.send import Hop
from toolkit.model.custom_action import CustomAction

_NEVER_SHOWN = frozenset({"set-cookie", "set-cookie2"})

Headers = tuple[tuple[str, str], ...]


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
    """One request and its answer, or why there is none; times in milliseconds since it began."""

    request: SentRequest
    answer: Answer | None
    first_byte_ms: float | None
    total_ms: float
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An action exercised once: every call of it (redirects) in order, and what a journey makes of the last.

    `view` is what the journey can read, value by expression; `total_ms` spans all calls.
    """

    action: str
    calls: tuple[Call, ...]
    jo_status_code: str
    view: Mapping[str, Json] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()

    @property
    def request(self) -> SentRequest:
        """The request the action makes."""
        return self.calls[0].request

    @property
    def answer(self) -> Answer | None:
        """The final answer, or None when there is none."""
        return self.calls[-1].answer

    @property
    def total_ms(self) -> float:
        """Milliseconds from the first byte out to the last one in."""
        return round(sum(call.total_ms for call in self.calls), 3)

    @property
    def succeeded(self) -> bool:
        """Whether a journey goes on without its error branch: an answer up to 2xx came in time."""
        answer = self.answer
        return answer is not None and not self.calls[-1].failure and answer.status < 300

    def to_json(self) -> dict[str, Any]:
        """Return the exchange as JSON for :func:`toolkit.core.canonical.dump_json`, keys in camelCase."""
        return {
            "action": self.action,
            "joStatusCode": self.jo_status_code,
            "succeeded": self.succeeded,
            "totalMs": _decimal(self.total_ms),
            "calls": [_call_json(call) for call in self.calls],
            "view": dict(self.view),
            "deviations": [
                {"pointer": deviation.pointer, "what": deviation.what.value, "expected": deviation.expected}
                for deviation in self.deviations
            ],
        }


def make_exchange(
    action: CustomAction, hops: tuple[Hop, ...], redactor: Redactor, longest_secret: int
) -> Exchange:
    """Return what `hops` show, after everything that came from outside went through `redactor`.

    `longest_secret` (characters) is cut off the end of a body that was itself cut, which may hold the
    beginning of a secret.
    """
    last = hops[-1]
    text = _text(last)
    reading = interpret(action, last.status, text, failure=last.failure, cut=last.cut)
    return Exchange(
        action=action.name,
        calls=tuple(_call(hop, redactor, longest_secret) for hop in hops),
        jo_status_code=reading.jo_status_code,
        view={expression: _masked(value, redactor) for expression, value in reading.view.items()},
        deviations=tuple(
            Deviation(redactor.text(deviation.pointer), deviation.what, deviation.expected)
            for deviation in reading.deviations
        ),
    )


def _call(hop: Hop, redactor: Redactor, longest_secret: int) -> Call:
    request = SentRequest(
        hop.method,
        redactor.text(hop.url),
        redactor.text(hop.sent_to),
        tuple((name, redactor.text(value)) for name, value in hop.headers),
        None if hop.body is None else redactor.text(hop.body),
    )
    answer = None
    if hop.status is not None:
        body = redactor.text(_text(hop))
        kept = body[: len(body) - longest_secret] if hop.cut else body
        answer = Answer(hop.status, tuple(_shown(hop.answer_headers, redactor)), kept, hop.cut)
    failure = f"{hop.failure}: {redactor.text(hop.detail)}" if hop.failure else ""
    return Call(request, answer, hop.first_byte_ms, hop.total_ms, failure)


def _shown(headers: httpx.Headers, redactor: Redactor) -> Iterator[tuple[str, str]]:
    for name, value in headers.multi_items():
        yield redactor.text(name), MASK if name.lower() in _NEVER_SHOWN else redactor.text(value)


def _text(hop: Hop) -> str:
    """Return the body as text: in the charset its header names if we know that one, else UTF-8."""
    declared = httpx.Response(200, headers=hop.answer_headers).charset_encoding or "utf-8"
    try:
        return hop.content.decode(declared, errors="replace")
    except (LookupError, ValueError):
        return hop.content.decode(errors="replace")


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
        "firstByteMs": None if call.first_byte_ms is None else _decimal(call.first_byte_ms),
        "totalMs": _decimal(call.total_ms),
        "failure": call.failure,
    }


def _decimal(milliseconds: float) -> DecimalLiteral:
    return DecimalLiteral(f"{milliseconds:.3f}")

"""From an exchange to evidence: what counts, and what of it may stay for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any
from urllib.parse import urlsplit

from toolkit.core.canonical import DecimalLiteral
from toolkit.exercise.body import constant
from toolkit.exercise.exchange import Exchange
from toolkit.exercise.journey import What
from toolkit.exercise.values import fill
from toolkit.model.custom_action import CustomAction
from toolkit.model.evidence import Evidence, SeenValue, Took

_KINDS: Mapping[type[Any], str] = {
    NoneType: "null",
    bool: "boolean",
    int: "integer",
    DecimalLiteral: "decimal",
    str: "string",
    list: "list",
    dict: "object",
}


_STATUS = ".jo_status_code}"


class NoEvidence(Exception):
    """An exchange does not count; the message says why, without anything of the answer."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is not in an exchange: which definition, at which target, when, by which version of the tool."""

    kind: str
    definition: str
    target: str
    organisation: str
    sandbox: str
    exercised_at: datetime
    tool: str
    stand_in: bool


def evidence_of(
    action: CustomAction, values: Mapping[str, Any], exchange: Exchange, occasion: Occasion
) -> Evidence:
    """Return the evidence that an exchange is, made with `values` by address.

    Raises :class:`NoEvidence` unless an answer came with 2xx, in which a journey can read what the definition
    says: nothing of another type, and something at all. A service may leave out fields and add some, as one
    does that answers 200 to an error; and calls again may have come before.
    """
    answer = exchange.answer
    if answer is None or not exchange.succeeded or answer.status < 200:
        raise NoEvidence(f"the journey takes its error branch ({exchange.jo_status_code})")
    found = exchange.deviations
    wrong = [each for each in found if each.what not in (What.MISSING, What.EXTRA)]
    if wrong:
        kinds = ", ".join(sorted({each.what.value for each in wrong}))
        raise NoEvidence(f"the answer is not what the definition says ({kinds})")
    read = [value for expression, value in exchange.view.items() if not expression.endswith(_STATUS)]
    if read and all(value is None for value in read):
        raise NoEvidence("nothing came of what the definition says comes back")
    last = exchange.action_calls[-1]
    token = [call.total_ms for call in exchange.calls if call.role == "token"]
    return Evidence(
        kind=occasion.kind,
        action=exchange.action,
        target=occasion.target,
        organisation=occasion.organisation,
        sandbox=occasion.sandbox,
        definition=occasion.definition,
        exercised_at=occasion.exercised_at,
        tool=occasion.tool,
        method=action.endpoint.method,
        url=str(constant(action.endpoint.url)),
        answered_by=_origin(last.request.sent_to),
        stand_in=occasion.stand_in,
        status=answer.status,
        retries=exchange.retries,
        filled=tuple(str(address) for address in fill(action, values)),
        is_checked=action.response is not None,
        missing=tuple(each.pointer for each in found if each.what is What.MISSING),
        extra=sum(each.what is What.EXTRA for each in found),
        seen=tuple(SeenValue(expression, _KINDS[type(value)]) for expression, value in exchange.view.items()),
        took=Took(
            round(exchange.total_ms),
            round(sum(token)) if token else None,
            None if last.first_byte_ms is None else round(last.first_byte_ms),
        ),
    )


def _origin(url: str) -> str:
    """Return scheme and host alone: a path may end with what a journey, or a redirect, appended."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

"""Exercising: a definition and values become the request a platform would send, and what a journey gets back.

In: a :class:`~toolkit.model.custom_action.CustomAction` filled with a target's values and validated, a value
for each hole, a way to resolve secrets. Out: an :class:`Exchange`, in which no secret stands. One network
call, in ``send``. Files, settings and where secrets come from do not belong here; neither does showing the
result.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx

from toolkit.core.errors import AjoError
from toolkit.exercise.addresses import DYNAMIC_PATH, LIST_OF_OBJECTS, Address, HoleAt, holes, parse_address
from toolkit.exercise.authorise import ResolveSecret, authorise
from toolkit.exercise.exchange import Answer, Call, Exchange, SentRequest, make_exchange
from toolkit.exercise.interpret import Deviation, What
from toolkit.exercise.request import PreparedRequest, build_request
from toolkit.exercise.routes import Routes
from toolkit.exercise.send import MAX_BODY_BYTES, MAX_REDIRECTS, send
from toolkit.exercise.values import ValueProblem, ValuesError, fill
from toolkit.model.custom_action import CustomAction

__all__ = [
    "DYNAMIC_PATH",
    "LIST_OF_OBJECTS",
    "MAX_BODY_BYTES",
    "MAX_REDIRECTS",
    "Address",
    "Answer",
    "Call",
    "Deviation",
    "Exchange",
    "HoleAt",
    "PreparedRequest",
    "ResolveSecret",
    "SentRequest",
    "ValueProblem",
    "ValuesError",
    "What",
    "build_request",
    "exercise",
    "fill",
    "holes",
    "parse_address",
]

_NO_ROUTES: Mapping[str, str] = MappingProxyType({})


def exercise(
    action: CustomAction,
    values: Mapping[str, Any],
    *,
    resolve_secret: ResolveSecret,
    routes: Mapping[str, str] = _NO_ROUTES,
    timeout_s: float = 30.0,
    transport: httpx.BaseTransport | None = None,
) -> Exchange:
    """Call `action` once with `values` (address → JSON value, or text as typed on a command line).

    `routes` sends requests for a host to a stand-in, as ``{"slack.com": "http://127.0.0.1:8765/slack"}``.
    A value at ``path`` is the dynamic path. `timeout_s` spans everything, 1 to 30 seconds as on the platform
    (``help/using/configuration/external-systems.md``). A timeout or a lost connection is an outcome, not an
    exception.

    Raises:
        ValuesError: AJO701, every value that is missing or does not fit.
        AjoError: AJO703 for a custom authorization; AJO107 for a timeout outside its limits; AJO302 for a
            wrong route, or one that would expose credentials; AJO304, AJO306, AJO307 for values and secrets.
    """
    if not 1 <= timeout_s <= 30:
        raise AjoError("AJO107", "the timeout is not between 1 and 30 seconds")
    stand_ins = Routes.of(routes)
    outgoing = authorise(build_request(action, values), action.authentication, resolve_secret)
    hops = send(outgoing, routes=stand_ins, timeout_s=timeout_s, transport=transport)
    return make_exchange(action, hops, outgoing.redactor, outgoing.longest_secret)

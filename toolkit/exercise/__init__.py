"""Exercising: a definition and values become the request a platform would send, and what a journey gets back.

In: a :class:`~toolkit.model.custom_action.CustomAction` filled with a target's values and validated, a value
for each hole, a way to resolve secrets. Out: an :class:`Exchange`, in which no secret stands. What this
module offers is pure: :func:`render` (values → request) and :func:`view` (response → what the journey sees).
The network is in ``caller`` and what it imports. Files, settings and where secrets come from do not belong
here; neither does showing the result.
"""

from __future__ import annotations

from toolkit.exercise.addresses import DYNAMIC_PATH, LIST_OF_OBJECTS, Address, HoleAt, holes, parse_address
from toolkit.exercise.exchange import Answer, Call, Exchange, SentRequest
from toolkit.exercise.hop import Timings
from toolkit.exercise.journey import Deviation, JourneyView, Response, What, view
from toolkit.exercise.limits import Limits
from toolkit.exercise.render import render
from toolkit.exercise.request import Line, Rendered, RenderedRequest
from toolkit.exercise.values import ValueProblem, ValuesError, fill
from toolkit.exercise.vault import ResolveSecret

__all__ = [
    "DYNAMIC_PATH",
    "LIST_OF_OBJECTS",
    "Address",
    "Answer",
    "Call",
    "Deviation",
    "Exchange",
    "HoleAt",
    "JourneyView",
    "Limits",
    "Line",
    "Rendered",
    "RenderedRequest",
    "ResolveSecret",
    "Response",
    "SentRequest",
    "Timings",
    "ValueProblem",
    "ValuesError",
    "What",
    "fill",
    "holes",
    "parse_address",
    "render",
    "view",
]

"""The kinds of definition this version knows, and how raw JSON becomes one of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from toolkit.core.canonical import DecimalLiteral, Json, dump_json
from toolkit.core.diagnostics import Problem
from toolkit.model.base import Model
from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.envelope import FORMAT_VERSION
from toolkit.model.limits import EndpointConfig, ThrottlingConfig
from toolkit.model.mends import respelled
from toolkit.model.problems import nearest, problem, problems_of, shown

__all__ = [
    "FORMAT_VERSION",
    "KINDS",
    "Action",
    "CampaignAction",
    "CustomAction",
    "Definition",
    "EndpointConfig",
    "Limit",
    "Parsed",
    "ThrottlingConfig",
    "parse_definition",
]

Definition = CustomAction | CampaignAction | EndpointConfig | ThrottlingConfig
Action = CustomAction | CampaignAction
Limit = EndpointConfig | ThrottlingConfig

ACTION_KINDS = ("CustomAction", "CampaignAction")
"""Kinds that journeys call, under names of their own; limits are not."""

KINDS: Mapping[str, type[Definition]] = MappingProxyType(
    {
        "CustomAction": CustomAction,
        "CampaignAction": CampaignAction,
        "EndpointConfig": EndpointConfig,
        "ThrottlingConfig": ThrottlingConfig,
    }
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A definition, or every reason why there is none."""

    definition: Definition | None
    problems: tuple[Problem, ...] = ()


def parse_definition(raw: Json) -> Parsed:
    """Read one definition; all structural problems are reported together, each with its path."""
    if not isinstance(raw, dict):
        return Parsed(None, (problem("AJO111", (), "a definition is one JSON object"),))
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return Parsed(None, (_unknown_kind(raw),))
    version = raw.get("formatVersion")
    if isinstance(version, (int, DecimalLiteral)) and (type(version) is not int or version != FORMAT_VERSION):
        known = f"this release reads version {FORMAT_VERSION}"
        message = f"format version {dump_json(version)} is not known; {known}"
        return Parsed(None, (problem("AJO102", ("formatVersion",), message),))
    model = KINDS[kind]
    try:
        return Parsed(model.model_validate(raw))
    except ValidationError as error:
        shapes: dict[int, type[Model]] = {}
        with suppress(ValidationError):
            model.model_validate(raw, context=shapes)
        return Parsed(None, problems_of(error, raw, shapes))


def _unknown_kind(raw: dict[str, Any]) -> Problem:
    known = ", ".join(KINDS)
    if "kind" not in raw:
        return problem("AJO104", (), f'the field "kind" is missing; it is one of {known}')
    kind = raw["kind"]
    message = f"{shown(kind)} is not a kind of definition{nearest(str(kind), KINDS)}; known are {known}"
    return problem("AJO101", ("kind",), message, respelled(("kind",), kind, KINDS))

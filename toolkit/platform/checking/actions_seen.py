"""Actions as they are read: what their fields say of the facts (PF-ACT, PF-LST-4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.platform.actions import ActionsAdapter
from toolkit.platform.checking import one_action
from toolkit.platform.checking.opinion import Opinion, fails, holds, judged_each, untold
from toolkit.platform.checking.sightings import Sightings
from toolkit.platform.shapes import (
    Element,
    NotOurs,
    NotUnderstood,
    check_fit,
)
from toolkit.platform.veil import escape_controls

TYPES = ("custom", "campaignClassic", "campaignStandard", "marketoEngage", "builtIn")
_NAME = re.compile(r"[A-Za-z0-9_]{1,30}")

Check = Callable[[Element], None]
"""Raises :class:`NotUnderstood` for an element that is not as assumed."""


def _kept(opinion: Opinion, seen: Sightings, member: str) -> Opinion:
    """Say no where a throw-away action's `member` came back in another way than it was sent."""
    probed = seen.probed
    if opinion.holds is not True or probed is None or probed.read is None:
        return opinion
    sent, read = probed.sent.get(member), probed.read.get(member)
    if same_json(_without_fixed_headers(sent), _without_fixed_headers(read)):
        return opinion
    return fails(f"the {member} of the throw-away action came back in another way than it was sent")


def _without_fixed_headers(value: Any) -> Any:
    """Leave out the headers that the platform adds (PF-ACT-5); entries have no order."""
    if not isinstance(value, dict) or not isinstance(value.get("headers"), list):
        return value
    entries = [entry for entry in value["headers"] if isinstance(entry, dict)]
    own = [entry for entry in entries if str(entry.get("name")).lower() not in {"content-type", "charset"}]
    return {**value, "headers": sorted(own, key=lambda entry: str(entry.get("name")))}


def _each(
    seen: Sightings, check: Check, what: str, chosen: Callable[[Element], bool] = lambda element: True
) -> Opinion:
    """Judge all elements that `chosen` is true for, and the throw-away one among them."""
    if seen.no_list and seen.probed is None:
        return untold(f"the list of actions could not be read: {seen.no_list}")
    elements = [each for each in _elements(seen) if chosen(each)]
    wrong = []
    for element in elements:
        try:
            check_fit(element)
            check(element)
        except NotUnderstood as reason:
            wrong.append(f"{_name(element)}: {escape_controls(str(reason))[:160]}")
    return judged_each([_name(each) for each in elements], wrong, what)


def _elements(seen: Sightings) -> list[Element]:
    read = seen.probed.read if seen.probed else None
    return [*seen.actions, *([read] if read is not None else [])]


def _name(element: Element) -> str:
    return escape_controls(str(element.get("name", "an action without a name")))[:60]


def _has(member: str) -> Callable[[Element], bool]:
    return lambda element: one_action.is_custom(element) and member in element


def operations(seen: Sightings) -> Opinion:
    """PF-ACT-1, as far as it was tried."""
    if seen.no_list:
        return fails(f"the list could not be read: {seen.no_list}")
    one = seen.looks.get("one action")
    if one is None:
        return untold("the list is empty, so no action could be read by itself")
    if one.status != 200:
        return fails(f"reading a listed action is answered {one.status}")
    if seen.not_probed:
        return fails(f"a throw-away action could not be created and read: {seen.not_probed}")
    tried = "listed, read" + (", created and removed" if seen.probed and seen.probed.after else "")
    return holds(f"{tried}{', as the settings say' if seen.is_taught else ''}")


def names(seen: Sightings) -> Opinion:
    """PF-ACT-2, as far as reading shows it."""
    counted = Counter(str(each.get("name")) for each in seen.actions)
    wrong = [
        f"{escape_controls(name)[:60]} is there {count} times" for name, count in counted.items() if count > 1
    ]
    wrong += [
        f"{escape_controls(name)[:60]} is no such name" for name in counted if not _NAME.fullmatch(name)
    ]
    opinion = judged_each(list(counted), wrong, "action")
    return opinion if opinion.holds is not True else holds(f"{opinion.seen}; the codes were not tried")


def types(seen: Sightings) -> Opinion:
    """PF-ACT-3."""
    wrong = [
        f"{_name(each)} is of type {escape_controls(str(each.get('actionType')))[:40]}"
        for each in seen.actions
        if each.get("actionType") not in TYPES
    ]
    opinion = judged_each([_name(each) for each in seen.actions], wrong, "action")
    if opinion.holds and not any(each.get("actionType") == "builtIn" for each in seen.actions):
        return fails("no built-in action is listed")
    return opinion


def complete(seen: Sightings) -> Opinion:
    """PF-LST-4."""
    look = seen.looks.get("one action")
    answer = look.answer if look else None
    read = answer.get("result") if isinstance(answer, dict) else None
    if seen.is_taught or not isinstance(read, dict):
        return untold("no action was read by itself in the convention's envelope")
    listed = next((each for each in seen.actions if each.get("uid") == read.get("uid")), None)
    if listed is None:
        return untold("the action that was read is not in the list")
    lacking = sorted(read.keys() - listed.keys())
    return (
        fails(f"the list lacks {escape_controls(', '.join(lacking))[:120]}")
        if lacking
        else holds("one compared")
    )


def used_in(seen: Sightings) -> Opinion:
    """PF-ACT-13, as far as reading shows it."""
    opinion = _each(seen, one_action.uses, "action")
    return opinion if opinion.holds is not True else holds(f"{opinion.seen}; the codes were not tried")


def understood(seen: Sightings) -> Opinion:
    """PF-ACT-18."""
    adapter = ActionsAdapter()

    def check(element: Element) -> None:
        try:
            adapter.read(element)
        except NotOurs as reason:
            raise NotUnderstood(str(reason)) from None

    return _each(
        seen, check, "custom or Campaign action", lambda element: adapter.key_of(element) is not None
    )


CHECKS: Mapping[str, Callable[[Sightings], Opinion]] = MappingProxyType(
    {
        "PF-LST-4": complete,
        "PF-ACT-1": operations,
        "PF-ACT-2": names,
        "PF-ACT-3": types,
        "PF-ACT-4": lambda seen: _kept(
            _each(seen, one_action.endpoint, "custom action", one_action.is_custom), seen, "endpoint"
        ),
        "PF-ACT-6": lambda seen: _each(
            seen, one_action.payloads, "custom action with a payload", _has("requestPayload")
        ),
        "PF-ACT-7": lambda seen: _kept(
            _each(seen, one_action.request, "custom action with a payload", _has("requestPayload")),
            seen,
            "requestPayload",
        ),
        "PF-ACT-8": lambda seen: _kept(
            _each(seen, one_action.responses, "custom action with a response", one_action.has_response),
            seen,
            "responsePayload",
        ),
        "PF-ACT-9": lambda seen: _each(
            seen, one_action.authentication, "custom action", one_action.is_custom
        ),
        "PF-ACT-10": lambda seen: _each(
            seen, one_action.masks, "custom action with a secret", one_action.has_secret
        ),
        "PF-ACT-11": lambda seen: _each(
            seen, one_action.governance, "custom action with a channel", one_action.has_governance
        ),
        "PF-ACT-12": lambda seen: _each(seen, one_action.description, "action"),
        "PF-ACT-13": used_in,
        "PF-ACT-18": understood,
        "PF-ACT-19": lambda seen: _each(
            seen, one_action.fixed_lists, "custom action with a fixed list", one_action.has_fixed_list
        ),
    }
)

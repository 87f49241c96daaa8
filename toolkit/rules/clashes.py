"""Definitions that get in each other's way, or into a target's (AJO280, AJO281, AJO285, AJO287, AJO288)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.facts import Facts
from toolkit.rules.patterns import Beginnings, head, overlap
from toolkit.rules.rule import ACTIONS, ALL_KINDS, CAPPING, CUSTOM
from toolkit.rules.together import CrossRule, PlacedRemark, Scene, TargetFacts, Together, by_origin
from toolkit.rules.wording import quoted

_THROTTLING = ("ThrottlingConfig",)


def _names_by_case(together: Together) -> Iterator[PlacedRemark]:
    seen: dict[tuple[str, str], Facts] = {}
    for found in together.definitions:
        group = "action" if found.kind in ACTIONS else found.kind
        first = seen.setdefault((group, found.name.casefold()), found)
        if first.name != found.name:
            message = f"{quoted(found.name)} differs by case alone from {quoted(first.name)} in {first.file}"
            yield PlacedRemark(found.file, ("name",), message)


def _two_ways_in(together: Together) -> Iterator[PlacedRemark]:
    seen: dict[object, Facts] = {}
    for action in together.actions:
        first = seen.setdefault(action.address, action) if action.address else action
        if first.authentication != action.authentication:
            message = f"{quoted(first.name)} in {first.file} calls the same URL with another authentication"
            yield PlacedRemark(action.file, ("endpoint", "url"), message)


def _overlaps(together: Together) -> Iterator[PlacedRemark]:
    cappings = by_origin(limit for limit in together.limits if limit.kind == "EndpointConfig")
    for group in cappings.values():
        order = {id(capping): index for index, capping in enumerate(group)}
        heads = Beginnings((head(_path(capping)), capping) for capping in group)
        for capping in group:
            earlier = (
                other
                for other in heads.near(head(_path(capping)))
                if order[id(other)] < order[id(capping)] and _compete(other, capping)
            )
            first = min(earlier, key=lambda other: order[id(other)], default=None)
            if first:
                message = f"{quoted(first.name)} in {first.file} can match the same calls"
                yield PlacedRemark(capping.file, ("url",), message)


def _path(limit: Facts) -> str:
    return limit.address.path if limit.address else ""


def _compete(one: Facts, other: Facts) -> bool:
    """Tell whether some call counts against both; those with one URL are AJO011's."""
    return (
        one.url != other.url
        and not set(one.services).isdisjoint(other.services)
        and not set(one.methods).isdisjoint(other.methods)
        and overlap(_path(one), _path(other))
    )


def _outside_production(together: Together) -> Iterator[PlacedRemark]:
    if together.target.production is False:
        for found in together.definitions:
            if found.kind in _THROTTLING:
                yield PlacedRemark(found.file, ("kind",), "the target's sandbox is no production sandbox")


def _one_throttling(together: Together) -> Iterator[PlacedRemark]:
    throttlings = [found for found in together.definitions if found.kind in _THROTTLING]
    elsewhere = together.target.throttled_elsewhere
    for index, found in enumerate(throttlings):
        if index:
            message = f"{throttlings[0].file} is a throttling too"
            yield PlacedRemark(found.file, ("kind",), message)
        elif elsewhere and together.target.production is not False:
            names = ", ".join(map(quoted, sorted((together.target.name, *elsewhere))))
            message = f"several sandboxes of one organisation get a throttling: targets {names}"
            yield PlacedRemark(found.file, ("kind",), message, "Name one target in lifecycle.targets.")


_PROD, _STAGE = TargetFacts("prod", production=True), TargetFacts("stage", production=False)
_ACTION, _CAPPING, _LIMIT = Example("action", {}), Example("capping", {}), Example("throttling", {})
_BASIC = {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}
_TWIN = Example("action", {"/name": "LoyaltyGoodbye", "/authentication": _BASIC})
_FILE, _OTHER_FILE = "LoyaltyWelcome.json", "loyalty-api.capping.json"

RULES: tuple[CrossRule, ...] = (
    CrossRule(
        id="AJO280",
        severity=Severity.WARNING,
        summary="Names differ by more than case.",
        why="Marketers tell actions apart by their names, and file systems that ignore case hold one of the "
        "two files only. Whether the platform takes both is not documented.",
        fix="Rename one of the two.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_names_by_case,
        wrong=Scene(
            {
                "a/LoyaltyWelcome.json": _ACTION,
                "b/loyaltyWelcome.json": Example("action", {"/name": "loyaltyWelcome"}),
            }
        ),
        right=Scene(
            {
                "a/LoyaltyWelcome.json": _ACTION,
                "b/LoyaltyFarewell.json": Example("action", {"/name": "LoyaltyFarewell"}),
            }
        ),
    ),
    CrossRule(
        id="AJO281",
        severity=Severity.WARNING,
        summary="Actions with one URL have one authentication.",
        why="Two ways into one endpoint are rarely meant: more often one of the actions was forgotten when "
        "the credentials, or the label of a rotated secret, changed.",
        fix="Give both the same authentication; ignore this where they call as different clients.",
        page=pages.OURS,
        kinds=CUSTOM,
        check=_two_ways_in,
        wrong=Scene({_FILE: _ACTION, "LoyaltyZero.json": _TWIN}),
        right=Scene(
            {
                _FILE: Example("action", {"/authentication": _BASIC}),
                "LoyaltyZero.json": _TWIN,
            }
        ),
    ),
    CrossRule(
        id="AJO285",
        severity=Severity.WARNING,
        summary="Patterns of cappings do not overlap.",
        why="A call that two patterns match is counted by one of them or by both: which is not documented "
        "(PF-CAP-9). The stricter one may be without effect.",
        fix="Make the patterns exclude each other, or keep one capping.",
        page=pages.OURS,
        kinds=CAPPING,
        check=_overlaps,
        wrong=Scene(
            {
                _FILE: _ACTION,
                _OTHER_FILE: _CAPPING,
                "messages.capping.json": Example(
                    "capping", {"/name": "messages", "/url": "https://api.loyalty.example/*/messages"}
                ),
            }
        ),
        right=Scene({_FILE: _ACTION, _OTHER_FILE: _CAPPING}),
    ),
    CrossRule(
        id="AJO287",
        severity=Severity.ERROR,
        summary="A throttling is for production sandboxes.",
        why="The platform refuses it in any other sandbox: service code 1463 (PF-THR-2).",
        fix="Name the production targets in lifecycle.targets; if the target's sandbox is a production one, "
        "set production = true in its settings.",
        page=pages.THROTTLING,
        kinds=_THROTTLING,
        check=_outside_production,
        wrong=Scene({_FILE: _ACTION, "loyalty-api.throttling.json": _LIMIT}, _STAGE),
        right=Scene({_FILE: _ACTION, "loyalty-api.throttling.json": _LIMIT}, _PROD),
    ),
    CrossRule(
        id="AJO288",
        severity=Severity.ERROR,
        summary="An organisation has one throttling.",
        why="The platform refuses a second one, in whatever sandbox: service code 1465 (PF-THR-2).",
        fix="Keep the throttling of the endpoint that needs it most, and cap the others.",
        page=pages.THROTTLING,
        kinds=_THROTTLING,
        check=_one_throttling,
        wrong=Scene(
            {
                _FILE: _ACTION,
                "a.throttling.json": _LIMIT,
                "b.throttling.json": Example(
                    "throttling", {"/name": "b", "/urlPattern": "https://api.loyalty.example/*"}
                ),
            },
            _PROD,
        ),
        right=Scene({_FILE: _ACTION, "a.throttling.json": _LIMIT}, _PROD),
    ),
)

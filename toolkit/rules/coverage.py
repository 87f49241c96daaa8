"""Which calls a limit counts, and which it misses (AJO282 to AJO284, AJO286)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toolkit.core.diagnostics import Severity
from toolkit.model.guardrails import DEFAULT_CAP
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.facts import Facts
from toolkit.rules.patterns import Beginnings, head, limits_action, overlap, root_of
from toolkit.rules.rule import CUSTOM, LIMITS
from toolkit.rules.together import CrossRule, PlacedRemark, Scene, Together
from toolkit.rules.wording import quoted

_URL = {"EndpointConfig": ("url",), "ThrottlingConfig": ("urlPattern",)}


def _idle_limits(together: Together) -> Iterator[PlacedRemark]:
    if not together.is_whole or any(action.address is None for action in together.actions):
        return
    actions = together.actions_by_origin
    for origin, limits in together.action_limits.items():
        called = Beginnings((_root(action), action) for action in actions.get(origin, ()))
        for limit in limits:
            if not any(limits_action(limit, action) for action in called.near(_head(limit))):
                yield PlacedRemark(limit.file, _URL[limit.kind], f"{quoted(limit.name)} limits no action")


def _root(action: Facts) -> str:
    return root_of(action.address) if action.address else ""


def _head(limit: Facts) -> str:
    return head(limit.address.path) if limit.address else ""


def _is_tight(limit: Facts) -> bool:
    return limit.rate is not None and not limit.rate.is_above(DEFAULT_CAP)


def _unlimited(actions: Iterable[Facts], limits: Sequence[Facts]) -> Iterator[Facts]:
    """Yield the actions of a host that none of its limits counts."""
    heads = Beginnings((_head(limit), limit) for limit in limits)
    everywhere = {method for limit in limits if _is_of_whole_host(limit) for method in limit.methods}
    for action in actions:
        if everywhere.isdisjoint(action.methods) and not any(
            limits_action(limit, action) for limit in heads.near(_root(action))
        ):
            yield action


def _is_of_whole_host(limit: Facts) -> bool:
    return limit.address is not None and limit.address.path == "/*"


def _beside(together: Together, *, tight: bool) -> Iterator[PlacedRemark]:
    """Yield the actions beside their host's limits, of which some are tight or all let more through."""
    actions = together.actions_by_origin
    for origin, limits in together.action_limits.items() if together.is_whole else ():
        guard = next(filter(_is_tight, limits), None)
        if tight and guard:
            message = f"{quoted(guard.name)} limits other calls to this host, not those of this action"
        elif not tight and not guard:
            message = (
                f"{quoted(limits[0].name)} lets more than the default through to this host, but not here"
            )
        else:
            continue
        for action in _unlimited(actions.get(origin, ()), limits):
            yield PlacedRemark(action.file, ("endpoint", "url"), message)


def _unprotected(together: Together) -> Iterator[PlacedRemark]:
    return _beside(together, tight=True)


def _outgrown(together: Together) -> Iterator[PlacedRemark]:
    return _beside(together, tight=False)


def _drops_before_it_queues(together: Together) -> Iterator[PlacedRemark]:
    for limits in together.action_limits.values():
        throttlings = [limit for limit in limits if limit.kind == "ThrottlingConfig"]
        for capping in limits if throttlings else ():
            if capping.kind == "EndpointConfig":
                first = next((found for found in throttlings if _is_tighter(capping, found)), None)
                if first:
                    message = f"calls are dropped before the throttling {quoted(first.name)} can queue them"
                    yield PlacedRemark(capping.file, ("services", "action", "rating"), message)


def _is_tighter(capping: Facts, throttling: Facts) -> bool:
    if not (capping.rate and capping.address and throttling.rate and throttling.address):
        return False
    return (
        not capping.rate.is_above(throttling.rate)
        and not set(capping.methods).isdisjoint(throttling.methods)
        and overlap(capping.address.path, throttling.address.path)
    )


_PRODUCTION_ONLY = Example("throttling", {"/lifecycle": {"targets": ["prod"]}})
_ACTION, _CAPPING = Example("action", {}), Example("capping", {})
_OTHER = Example(
    "action", {"/name": "LoyaltyPoints", "/endpoint/url": "https://api.loyalty.example/v3/points"}
)
_RAISED = {"/services/action/rating": {"maxCallsCount": 600_000, "periodInMs": 60_000}}

RULES: tuple[CrossRule, ...] = (
    CrossRule(
        id="AJO282",
        severity=Severity.WARNING,
        summary="A limit of calls by actions matches an action.",
        why="A capping or throttling counts calls by URL and method; one that matches no custom action of "
        "the target protects nothing. Campaign actions are not counted, and what data sources call is not "
        "known here: a capping for dataSource alone is left in peace.",
        fix="Correct host, path or methods, or remove the limit.",
        page=pages.EXTERNAL_SYSTEMS,
        kinds=LIMITS,
        check=_idle_limits,
        wrong=Scene(
            {
                "LoyaltyWelcome.json": _ACTION,
                "v1.capping.json": Example(
                    "capping", {"/name": "v1", "/url": "https://api.loyalty.example.com/v2/*"}
                ),
            }
        ),
        right=Scene({"LoyaltyWelcome.json": _ACTION, "loyalty-api.capping.json": _CAPPING}),
    ),
    CrossRule(
        id="AJO283",
        severity=Severity.WARNING,
        summary="A host's limit counts all actions that call the host.",
        why="Somebody found that this host stands fewer calls than the default, 300,000 a minute for host "
        "and sandbox; an action beside that limit may still send as many, and the limited ones suffer too.",
        fix="Widen the limit's URL pattern or its methods, or give this action a limit of its own.",
        page=pages.EXTERNAL_SYSTEMS,
        kinds=CUSTOM,
        check=_unprotected,
        wrong=Scene(
            {
                "LoyaltyPoints.json": _OTHER,
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": _CAPPING,
            }
        ),
        right=Scene(
            {
                "LoyaltyPoints.json": _OTHER,
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": Example("capping", {"/url": "https://api.loyalty.example/*"}),
            }
        ),
    ),
    CrossRule(
        id="AJO284",
        severity=Severity.WARNING,
        summary="Actions of a host whose cap was raised have it raised too.",
        why="All endpoints of a host share the default cap of 300,000 calls a minute, and one that reaches "
        "it has an impact on the others. Where a capping lets more through for one of them, an action that "
        "it does not match keeps the default, and may be capped because of its neighbour.",
        fix="Widen the capping's URL pattern or its methods, or give this action a capping of its own.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_outgrown,
        wrong=Scene(
            {
                "LoyaltyPoints.json": _OTHER,
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": Example("capping", _RAISED),
            }
        ),
        right=Scene(
            {
                "LoyaltyPoints.json": _OTHER,
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": Example(
                    "capping", {**_RAISED, "/url": "https://api.loyalty.example/*"}
                ),
            }
        ),
    ),
    CrossRule(
        id="AJO286",
        severity=Severity.WARNING,
        summary="A capping beside a throttling lets more through than it.",
        why="Both may stand for one endpoint, the throttling for the rate and the capping for the number of "
        "connections. Adobe advises a capping above the throttling, so that it never comes into play: "
        "otherwise calls are dropped that were to wait.",
        fix="Raise maxCallsCount above what the throttling lets through in periodInMs.",
        page=pages.THROTTLING,
        kinds=LIMITS,
        check=_drops_before_it_queues,
        wrong=Scene(
            {
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": Example(
                    "capping", {"/services/action/rating": {"maxCallsCount": 300, "periodInMs": 1000}}
                ),
                "loyalty-api.throttling.json": _PRODUCTION_ONLY,
            }
        ),
        right=Scene(
            {
                "LoyaltyWelcome.json": _ACTION,
                "loyalty-api.capping.json": _CAPPING,
                "loyalty-api.throttling.json": _PRODUCTION_ONLY,
            }
        ),
    ),
)

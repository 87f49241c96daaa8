"""Capping and throttling."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.asking import ids, only

_PATTERN_OF = {"capping": "url", "throttling": "urlPattern"}

_FINE = {
    "wildcard in the path": "https://api.loyalty.example/v2/*",
    "wildcard in a segment": "https://api.loyalty.example/v*/messages",
    "wildcard after the host": "https://api.loyalty.example/*",
    "no wildcard": "https://api.loyalty.example/v2",
    "no path": "https://api.loyalty.example",
    "http": "http://api.loyalty.example/*",
    "port": "https://api.loyalty.example:443/*",
    "value as host": "https://${loyaltyHost}/*",
    "value in the path": "https://api.loyalty.example/${tenant}/*",
    "value as port": "https://api.loyalty.example:${port}/*",
}

_WRONG = {
    "wildcard in the host": ("https://*.loyalty.example/", "AJO260"),
    "wildcard as host": ("https://*/v2", "AJO260"),
    "wildcard in the port": ("https://api.loyalty.example:8*/v2", "AJO260"),
    "wildcard beside a value": ("https://${region}*.example/", "AJO260"),
    "empty": ("", "AJO261"),
    "wildcard alone": ("*", "AJO261"),
    "wildcard as scheme": ("*://api.loyalty.example/", "AJO261"),
    "value as scheme": ("${url}/*", "AJO261"),
    "no scheme": ("api.loyalty.example/*", "AJO261"),
    "other scheme": ("ftp://api.loyalty.example/*", "AJO261"),
    "no host": ("https:///v2/*", "AJO261"),
    "final dot": ("https://api.loyalty.example./*", "AJO261"),
    "space": ("https://api.loyalty.example/a b*", "AJO261"),
    "control character": ("https://api.loyalty.example/\n*", "AJO261"),
    "user": ("https://ajo@api.loyalty.example/*", "AJO261"),
    "port that is no number": ("https://api.loyalty.example:x/*", "AJO261"),
    "port out of range": ("https://api.loyalty.example:65536/*", "AJO261"),
    "port zero": ("https://api.loyalty.example:0/*", "AJO261"),
    "other port": ("https://api.loyalty.example:8080/*", "AJO266"),
    "IP address": ("https://10.0.0.1/*", "AJO266"),
    "IPv6 address": ("https://[::1]/*", "AJO266"),
    "query": ("https://api.loyalty.example/*?a=b", "AJO266"),
    "fragment": ("https://api.loyalty.example/*#a", "AJO266"),
}

both = pytest.mark.parametrize("base", ["capping", "throttling"])


@both
@pytest.mark.parametrize("pattern", _FINE.values(), ids=_FINE)
def test_pattern_is_fine(base: str, pattern: str) -> None:
    assert ids(base, {f"/{_PATTERN_OF[base]}": pattern}) == set()


@both
@pytest.mark.parametrize(("pattern", "rule_id"), _WRONG.values(), ids=_WRONG)
def test_pattern_has_one_finding(base: str, pattern: str, rule_id: str) -> None:
    problem = only(base, {f"/{_PATTERN_OF[base]}": pattern})

    assert (problem.code, problem.path) == (rule_id, (_PATTERN_OF[base],))


@both
def test_repeated_method_is_reported_at_its_second_place(base: str) -> None:
    problem = only(base, {"/methods": ["POST", "PUT", "POST"]})

    assert (problem.code, problem.path) == ("AJO262", ("methods", 2))


@both
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "OPTION"])
def test_method_that_no_journey_calls_with_is_a_warning(base: str, method: str) -> None:
    assert ids(base, {"/methods": [method]}) == {"AJO267"}


def _service(**changes: Any) -> dict[str, Any]:
    return {"maxHttpConnections": 50, "rating": {"maxCallsCount": 2, "periodInMs": 1000}, **changes}


def test_each_service_is_looked_at() -> None:
    changes = {"/services": {"action": _service(), "dataSource": _service(maxHttpConnections=401)}}
    problem = only("capping", changes)

    assert (problem.code, problem.path) == ("AJO264", ("services", "dataSource", "maxHttpConnections"))


@pytest.mark.parametrize(
    ("calls", "period", "expected"),
    [
        (2, 1_000, set()),
        (1, 1_000, {"AJO265"}),
        (2, 100, set()),
        (2, 99, {"AJO265"}),
        (2, 86_400_000, set()),
        (2, 86_400_001, {"AJO265"}),
        (600_000, 60_000, set()),
    ],
)
def test_rating_is_plausible(calls: int, period: int, expected: set[str]) -> None:
    rating = {"maxCallsCount": calls, "periodInMs": period}

    assert ids("capping", {"/services": {"action": _service(rating=rating)}}) == expected


@pytest.mark.parametrize(
    ("calls", "period", "expected"),
    [(15, 1_000, set()), (900, 60_000, set()), (16, 1_000, {"AJO268"}), (901, 60_000, {"AJO268"})],
)
def test_data_sources_make_fifteen_calls_a_second(calls: int, period: int, expected: set[str]) -> None:
    rating = {"maxCallsCount": calls, "periodInMs": period}

    assert ids("capping", {"/services": {"dataSource": _service(rating=rating)}}) == expected


def test_more_connections_than_the_page_allows_are_a_warning() -> None:
    problem = only("capping", {"/services/action/maxHttpConnections": 30_000})

    assert (problem.code, problem.severity.value) == ("AJO264", "warning")

"""What single answers say of a fact, and that none of them gives a secret away."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.platform.samples import (
    BASE,
    CLIENT_SECRET,
    TOKEN,
    TOKEN_URL,
    action,
    connection,
    envelope,
    listing,
    token_answer,
)
from toolkit.platform.checking.sightings import Inspector, Look, Probed, Sightings
from toolkit.platform.checking.verdicts import Judged, Verdict, judge


def judged(handler: Any, **changes: Any) -> dict[str, Judged]:
    """Every verdict about a platform whose requests `handler` answers."""

    def answer(request: httpx.Request) -> httpx.Response:
        found: httpx.Response = token_answer() if str(request.url) == TOKEN_URL else handler(request)
        return found

    made = connection(attempts=1)
    with closing(Inspector(made, transport=httpx.MockTransport(answer))) as inspector:
        seen = replace(inspector.see(), **changes)
        return {fact.fact: replace(fact, seen=inspector.shown(fact.seen)) for fact in judge(seen)}


def lists(*elements: dict[str, Any]) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/list/actions"):
            return listing(*elements)
        if "/list/" in request.url.path:
            return listing()
        return envelope(404, "1450", "unknown")

    return handler


FIELD = {"name": "n", "type": "string", "isVariable": False, "value": "x"}


def payload(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"requestPayload": {"fields": list(fields), "allowNullValues": False}}


@pytest.mark.parametrize(
    ("changes", "fact", "verdict", "says"),
    [
        pytest.param({}, "PF-ACT-4", Verdict.AGREES, "1 of 1 seen", id="an endpoint"),
        pytest.param(
            {"endpoint": {"url": "x", "method": "POST", "timeout": 1}},
            "PF-ACT-4",
            Verdict.DISAGREES,
            "Welcome: endpoint.timeout: this member is unknown",
            id="a new member of the endpoint",
        ),
        pytest.param(
            {"requestPayload": "x"}, "PF-ACT-6", Verdict.DISAGREES, "an object was expected", id="no payload"
        ),
        pytest.param(
            {"requestPayload": "x"}, "PF-ACT-7", Verdict.DISAGREES, "an object was expected", id="no fields"
        ),
        pytest.param(
            payload({"name": "n"}), "PF-ACT-7", Verdict.DISAGREES, "a text was expected", id="no type"
        ),
        pytest.param(
            payload(
                {
                    "name": "l",
                    "type": "listAny",
                    "isVariable": False,
                    "items": [{"type": "string", "isVariable": False, "value": "a"}],
                }
            ),
            "PF-ACT-19",
            Verdict.DISAGREES,
            "a list of string is listAny, not listString",
            id="a fixed list",
        ),
        pytest.param(
            {"responsePayload": {"fields": 1}},
            "PF-ACT-8",
            Verdict.DISAGREES,
            "responsePayload",
            id="responses",
        ),
        pytest.param(
            {"authentication": {"type": "oauth"}}, "PF-ACT-9", Verdict.DISAGREES, "oauth", id="a new type"
        ),
        pytest.param(
            {"authentication": {"type": "noAuth"}},
            "PF-ACT-10",
            Verdict.UNTOLD,
            "with a secret",
            id="no secret",
        ),
        pytest.param({"channel": 1}, "PF-ACT-11", Verdict.DISAGREES, "a text was expected", id="a channel"),
        pytest.param({"name": "No name"}, "PF-ACT-2", Verdict.DISAGREES, "is no such name", id="a name"),
        pytest.param({"metadata": 1}, "PF-LST-3", Verdict.UNTOLD, "different times", id="no times"),
    ],
)
def test_a_fact_is_judged_by_the_actions_that_are_there(
    changes: dict[str, Any], fact: str, verdict: Verdict, says: str
) -> None:
    found = judged(lists(action(**changes)))[fact]
    assert (found.verdict, says in found.seen) == (verdict, True), found


def test_an_empty_sandbox_tells_nothing_of_actions() -> None:
    found = judged(lists())
    assert {found[f"PF-ACT-{number}"].verdict for number in (1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13)} == {
        Verdict.UNTOLD
    }


def test_a_wrong_order_is_told() -> None:
    times = [{"createdAt": f"2026-01-0{day}T00:00:00Z"} for day in (2, 1)]
    found = judged(lists(*(action(f"A{n}", f"u{n}", metadata=time) for n, time in enumerate(times))))
    assert found["PF-LST-3"].verdict is Verdict.DISAGREES


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        pytest.param(("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"), Verdict.AGREES, id="oldest first"),
        pytest.param(("2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z"), Verdict.UNTOLD, id="at once"),
        pytest.param(("yesterday", "2026-01-01T00:00:01"), Verdict.UNTOLD, id="no times"),
    ],
)
def test_an_order_is_told_by_clearly_different_times(times: tuple[str, ...], verdict: Verdict) -> None:
    elements = [action(f"A{n}", f"u{n}", metadata={"createdAt": time}) for n, time in enumerate(times)]
    assert judged(lists(*elements))["PF-LST-3"].verdict is verdict


def test_a_page_of_another_size_is_told() -> None:
    found = judged(lists(*(action(f"A{number}", f"u{number}") for number in range(3))))
    assert (found["PF-LST-2"].verdict, found["PF-LST-2"].seen) == (
        Verdict.DISAGREES,
        "a page of 2 was asked for; pageSize 100 with 3 elements came",
    )


def test_what_a_throw_away_action_came_back_as_is_compared() -> None:
    sent = {"endpoint": {"url": "a", "method": "POST", "headers": [], "queryParameters": []}}
    read = action(endpoint={"url": "b", "method": "POST"})
    found = judged(lists(), probed=Probed(sent, read))
    assert found["PF-ACT-4"].verdict is Verdict.DISAGREES
    assert "came back in another way" in found["PF-ACT-4"].seen


def test_a_refused_throw_away_action_is_a_disagreement() -> None:
    found = judged(lists(action()), not_probed="400 1479")
    assert found["PF-ACT-1"].verdict is Verdict.DISAGREES


def test_an_answer_that_repeats_all_it_was_sent_gives_nothing_away() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        everything = " ".join([*request.headers.values(), CLIENT_SECRET, TOKEN])
        inner = json.dumps({"code": TOKEN, "message": everything})
        body = {
            "status": 418,
            "error": inner,
            "error_code": TOKEN,
            "reason": everything,
            "canDeploy": everything,
        }
        return httpx.Response(418, json=body, headers={"x-request-id": everything})

    shown = json.dumps([fact.seen for fact in judged(echo).values()])
    assert TOKEN not in shown
    assert CLIENT_SECRET not in shown
    assert "Bearer" not in shown


def test_an_action_that_shows_its_secret_is_told_without_it() -> None:
    shown = {"type": "basic", "username": "u", "password": "CANARY-password"}
    found = judged(lists(action(authentication=shown)))
    assert found["PF-ACT-10"].verdict is Verdict.DISAGREES
    assert "CANARY" not in json.dumps([fact.seen for fact in found.values()])


def test_a_busy_platform_tells_of_retry_after() -> None:
    busy = Look(429, {"retry-after": "1"})
    found = judged(lists(action()))
    assert found["PF-ACC-8"].verdict is Verdict.UNTOLD
    looks = dict.fromkeys(_names(), busy)
    told = {fact.fact: fact for fact in judge(Sightings(looks))}
    assert told["PF-ACC-8"].verdict is Verdict.AGREES
    assert told["PF-ACC-4"].verdict is Verdict.DISAGREES


def _names() -> list[str]:
    with closing(
        Inspector(
            connection(attempts=1),
            transport=httpx.MockTransport(
                lambda request: token_answer() if str(request.url) == TOKEN_URL else listing()
            ),
        )
    ) as inspector:
        return list(inspector.see().looks)


def test_the_base_is_asked_and_nobody_else() -> None:
    hosts = set()

    def note(request: httpx.Request) -> httpx.Response:
        hosts.add(request.url.host)
        return listing()

    judged(note)
    assert hosts == {httpx.URL(BASE).host}

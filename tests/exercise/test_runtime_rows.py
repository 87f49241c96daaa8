"""What *Runtime behaviour* of the platform says, each sentence against a stand-in over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import signature
from typing import Any

import pytest

from tests.exercise.conftest import Bench, Partner
from tests.exercise.samples import action
from tests.scenarios.desk import REPOSITORY
from toolkit.app.exercise import exercise_once, subject_of
from toolkit.core.errors import AjoError
from toolkit.exercise import Limits
from toolkit.exercise.caller import Caller, Runtime
from toolkit.model.guardrails import (
    CAMPAIGN_CAP,
    DEFAULT_CAP,
    RETRIES,
    SLOW_FROM_MS,
    SLOW_LANE,
    TIMEOUT_MOST,
    Rate,
)
from toolkit.workspace.load import open_workspace

KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}
MESSAGES = "example.com/v1/messages"
MESSAGE = action(url=f"https://{MESSAGES}", authentication=KEY)
FAILING = {"fault": "status", "status": 500, "path": "*/v1/messages"}


def scaled(now: list[float], **limits: Any) -> Runtime:
    return Runtime(limits=Limits(**limits), clock=lambda: now[0])


def codes(bench: Bench, count: int) -> list[str]:
    return [bench.call(MESSAGE).jo_status_code for _ in range(count)]


def test_the_platforms_own_numbers_are_the_defaults() -> None:
    assert Limits() == Limits(DEFAULT_CAP, {}, SLOW_LANE, SLOW_FROM_MS.value)
    assert (str(DEFAULT_CAP), str(SLOW_LANE)) == ("300,000 calls in 60,000 ms", "150,000 calls in 30,000 ms")


def test_above_the_cap_calls_are_dropped_in_any_stretch_of_a_minute(bench: Bench) -> None:
    now = [0.0]
    bench.runtime = scaled(now, cap=Rate(3, 60_000))
    seen = []
    for now[0] in (0.0, 30.0, 59.999, 59.9995, 60.0, 60.001, 90.0):
        seen += codes(bench, 1)
    assert seen == ["http_202"] * 3 + ["capped", "http_202", "capped", "http_202"]
    assert len(bench.requests()) == 5


def test_all_endpoints_of_a_host_share_its_cap_and_other_hosts_have_their_own(bench: Bench) -> None:
    bench.runtime = scaled([0.0], cap=Rate(1, 60_000))
    other = action(url="https://example.com/v2/messages")
    elsewhere = action(url="https://slack.com/api/chat.postMessage")
    assert codes(bench, 1) == ["http_202"]
    assert bench.call(other).jo_status_code == "capped"
    assert bench.call(elsewhere).jo_status_code == "http_200"


def test_a_call_that_is_capped_sends_nothing_not_even_for_a_token(bench: Bench) -> None:
    bench.runtime = scaled([0.0], cap=Rate(0, 60_000))
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.calls, exchange.succeeded) == ("capped", (), False)
    assert bench.requests() == []


def test_a_slow_endpoint_goes_through_the_slow_lane_with_its_own_limit(bench: Bench) -> None:
    bench.runtime = Runtime(limits=Limits(slow_lane=Rate(2, 30_000), slow_from_ms=20))
    bench.faults({"fault": "latency", "seconds": 0.05, "path": "*/v1/messages"})
    assert codes(bench, 4) == ["http_202", "http_202", "http_202", "capped"]
    assert bench.runtime.gate.is_slow("example.com")


def test_a_quick_endpoint_takes_no_slot_of_the_slow_lane(bench: Bench) -> None:
    bench.runtime = Runtime(limits=Limits(slow_lane=Rate(0, 30_000)))
    assert codes(bench, 3) == ["http_202"] * 3
    assert not bench.runtime.gate.is_slow("example.com")


@pytest.mark.parametrize("timeout_s", [0.9, 30.1, float("nan")])
def test_a_timeout_is_1_to_30_seconds(bench: Bench, timeout_s: float) -> None:
    with pytest.raises(AjoError) as caught:
        bench.call(MESSAGE, timeout_s=timeout_s)
    assert caught.value.code == "AJO107"


def test_a_timeout_is_30_seconds_where_nobody_says_so() -> None:
    for function in (Caller.call, exercise_once):
        assert signature(function).parameters["timeout_s"].default == TIMEOUT_MOST.value == 30


def test_a_first_call_that_takes_longer_than_the_timeout_is_not_tried_again(bench: Bench) -> None:
    bench.faults({"fault": "latency", "seconds": 3, "path": "*/v1/messages"})
    exchange = bench.call(MESSAGE, timeout_s=1)
    assert (exchange.jo_status_code, exchange.retries) == ("timedout", 0)
    assert 900 <= exchange.total_ms < 2000


def test_a_failing_call_is_tried_again_three_times_at_most(bench: Bench) -> None:
    bench.faults(FAILING)
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.retries) == ("http_500", RETRIES.value)
    assert bench.requests() == [MESSAGES] * 4
    assert [call.attempt for call in exchange.calls] == [0, 1, 2, 3]


@pytest.mark.parametrize("fault", [{"fault": "reset"}, {"fault": "truncate"}, {**FAILING, "status": 429}])
def test_a_retry_that_succeeds_makes_the_call_a_success(bench: Bench, fault: dict[str, Any]) -> None:
    bench.faults({**fault, "path": "*/v1/messages", "nth": [1, 2]})
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.retries) == ("http_202", 2)


def test_a_call_that_can_not_be_made_is_an_internal_error_after_its_retries(bench: Bench) -> None:
    bench.faults({"fault": "reset", "path": "*/v1/messages"})
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.retries) == ("internalError", RETRIES.value)
    assert exchange.view == {"@action{Welcome.jo_status_code}": "internalError"}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_there_is_no_retry_after_401_403_and_404(bench: Bench, status: int) -> None:
    bench.faults({**FAILING, "status": status})
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.retries) == (f"http_{status}", 0)
    assert bench.requests() == [MESSAGES]


def test_a_timeout_inside_a_retry_is_a_timeout(bench: Bench) -> None:
    bench.faults({**FAILING, "nth": 1}, {"fault": "latency", "seconds": 3, "path": "*/v1/messages", "nth": 2})
    exchange = bench.call(MESSAGE, timeout_s=1)
    assert exchange.jo_status_code == "timedout"
    assert [call.answer.status if call.answer else None for call in exchange.calls] == [500, None]


def test_time_that_is_up_before_a_retry_is_a_timeout_too(bench: Bench) -> None:
    now = [0.0]
    bench.runtime = scaled(now)
    bench.runtime.pause_s = 1.0
    bench.runtime.sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)
    bench.faults(FAILING)
    exchange = bench.call(MESSAGE, timeout_s=2)
    assert (exchange.jo_status_code, len(exchange.calls)) == ("timedout", 2)


def test_each_retry_takes_a_slot_so_two_retries_each_leave_a_third_of_the_rate(bench: Bench) -> None:
    bench.runtime = scaled([0.0], cap=Rate(9, 1_000))
    bench.faults({**FAILING, "nth": [1, 2, 4, 5, 7, 8]})
    assert codes(bench, 4) == ["http_202"] * 3 + ["capped"]


def test_without_a_slot_for_a_retry_the_failure_stands(bench: Bench) -> None:
    bench.runtime = scaled([0.0], cap=Rate(2, 1_000))
    bench.faults(FAILING)
    exchange = bench.call(MESSAGE)
    assert (exchange.jo_status_code, exchange.retries) == ("http_500", 1)


def test_a_302_is_followed_for_each_request(bench: Bench, start_partner: Callable[[], Partner]) -> None:
    partner = start_partner()
    bench.routes["moved.example"] = partner.base
    subject = action({"a": 1}, url="https://moved.example/v1/moved", authentication=KEY)
    for _ in range(2):
        exchange = bench.call(subject)
        assert [call.answer and call.answer.status for call in exchange.calls] == [302, 200]
    assert [path for _, path, _, _ in partner.seen] == ["/v1/moved", "/v1/ok"] * 2


def test_many_connections_are_open_at_once(bench: Bench, start_partner: Callable[[], Partner]) -> None:
    partner, count = start_partner(), 64
    partner.together = threading.Barrier(count)
    bench.routes["together.example"] = partner.base
    subject = action(url="https://together.example/v1/together")
    with ThreadPoolExecutor(count) as pool:
        exchanges = list(pool.map(lambda _: bench.call(subject), range(count)))
    assert {exchange.jo_status_code for exchange in exchanges} == {"http_200"}


def test_messages_of_campaign_count_together_against_their_own_cap(bench: Bench) -> None:
    workspace = open_workspace(REPOSITORY)
    subject = subject_of(workspace, "local", "CampaignOrderConfirmation")
    assert subject.limits.caps == {"campaign.example": CAMPAIGN_CAP}
    assert str(CAMPAIGN_CAP) == "4,000 calls in 300,000 ms"
    bench.runtime = scaled([0.0], caps={"campaign.example": Rate(2, 300_000)})
    values = {"email": "u@example.com", "ctx.firstName": "U", "ctx.purchaseOrderNumber": "1"}
    seen = [bench.call(subject.action, values).jo_status_code for _ in range(3)]
    assert seen == ["http_200", "http_200", "capped"]


def test_what_the_partner_itself_limits_is_a_status_and_tried_again(bench: Bench) -> None:
    values = {"text": "A", "blocks[0].text.text": "B", "blocks[1].text.text": "C"}
    slack = subject_of(open_workspace(REPOSITORY), "local", "SlackPostMessage").action
    exchanges = [bench.call(slack, values) for _ in range(6)]
    assert [exchange.jo_status_code for exchange in exchanges] == ["http_200"] * 5 + ["http_429"]
    assert exchanges[-1].retries == RETRIES.value

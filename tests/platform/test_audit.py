"""Reading the audit log: pages, what counts as an edit, and answers that are not as expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platform.samples import TOKEN, TOKEN_URL, Clock, platform, token_answer
from toolkit.platform import PlatformError
from toolkit.platform.port import Edit

SINCE = datetime(2026, 3, 1, 12, tzinfo=UTC)
AUDIT = "https://platform.example.com/data/foundation"


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "requestId": f"r{number}",
        "action": "Update",
        "status": "Allow",
        "timestamp": "2026-03-01T12:00:01.250+0000",
        "authId": "account",
        "userEmail": "ada@example.com",
        "assetId": "u1",
        **changes,
    }


class Log:
    """A log with these events, newest first, in pages; remembers what it was asked."""

    def __init__(self, *events: Any, name: str = "events") -> None:
        self.events, self.name, self.asked = list(events), name, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            return token_answer()
        self.asked.append(request)
        start, limit = (int(request.url.params[name]) for name in ("start", "limit"))
        page = {"totalElements": len(self.events)}
        return httpx.Response(
            200, json={"_embedded": {self.name: self.events[start : start + limit]}, "page": page}
        )


def read(handler: Any, **changes: Any) -> list[Edit] | None:
    transport = httpx.MockTransport(handler)
    with platform(transport, Clock(), audit_url=AUDIT, **changes) as asked:
        return asked.edits_since(SINCE)


def edits(*events: Any) -> list[Edit]:
    found = read(Log(*events))
    assert found is not None
    return found


def test_an_event_is_an_edit_with_its_account_and_request() -> None:
    at = SINCE + timedelta(seconds=1.25)
    assert edits(event()) == [Edit("u1", at, "account", "ada@example.com", "r1")]


def test_the_log_is_asked_for_what_came_after_a_moment() -> None:
    log = Log(event())
    read(log)
    (request,) = log.asked
    assert str(request.url).startswith(f"{AUDIT}/audit/events?")
    assert request.url.params["property"] == "timestamp>2026-03-01T12:00:00.000Z"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_all_pages_are_read_and_come_oldest_first() -> None:
    log = Log(*(event(n, timestamp=f"2026-03-01T12:00:{59 - n % 60:02}Z") for n in range(120)))
    found = read(log)
    assert found is not None
    assert len(found) == 120
    assert found == sorted(found, key=lambda each: each.at)
    assert [request.url.params["start"] for request in log.asked] == ["0", "50", "100"]


def test_events_of_one_moment_keep_the_order_of_the_log() -> None:
    found = edits(event(3), event(2), event(1))
    assert [each.request_id for each in found] == ["r1", "r2", "r3"]


def test_an_event_that_a_newer_one_pushes_to_the_next_page_counts_once() -> None:
    log = Log(*(event(n) for n in range(60)))

    def growing(request: httpx.Request) -> httpx.Response:
        answer = log(request)
        if str(request.url) != TOKEN_URL:
            log.events.insert(0, event(1000 + len(log.asked)))
        return answer

    found = read(growing)
    assert found is not None
    assert len({each.request_id for each in found}) == len(found) == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "Deny"},
        {"status": "Failure"},
        {"enhancedEvents": [{"status": "Failure", "assetId": "u1"}]},
        {"action": "Browse"},
        {"assetId": ""},
        {"timestamp": "soon"},
        {"timestamp": None},
    ],
    ids=str,
)
def test_what_was_not_done_or_says_too_little_is_no_edit(changes: dict[str, Any]) -> None:
    assert edits(event(**changes)) == []


def test_further_assets_of_an_event_count_too() -> None:
    several = event(assetId="", assets=[{"assetId": "u1"}, {"assetId": "u2"}, "?"], enhancedEvents="none")
    assert [each.uid for each in edits(several)] == ["u1", "u2"]


def test_without_an_account_the_address_stands_for_it() -> None:
    (found,) = edits(event(authId=None))
    assert (found.account, found.who) == ("ada@example.com", "ada@example.com")


def test_the_older_name_of_the_list_is_read_as_well() -> None:
    found = read(Log(event(), name="customerAuditLogList"))
    assert found is not None
    assert len(found) == 1


def test_a_name_in_the_log_can_t_write_to_the_terminal() -> None:
    (found,) = edits(event(userEmail="ada\x1b[2J@example.com"))
    assert "\x1b" not in found.who


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"_embedded": {"events": {}}, "page": {"totalElements": 1}}),
        httpx.Response(200, json={"_embedded": {"events": []}}),
        httpx.Response(200, content=b"<html>"),
    ],
    ids=lambda answer: answer.text,
)
def test_another_answer_is_an_error(answer: httpx.Response) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return token_answer() if str(request.url) == TOKEN_URL else answer

    with pytest.raises(PlatformError) as error:
        read(handler)
    assert error.value.code == "AJO504"


def test_an_empty_log_has_no_edits() -> None:
    assert read(Log()) == []


def test_without_an_address_nothing_is_asked() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    with platform(httpx.MockTransport(handler), Clock()) as asked:
        assert asked.edits_since(SINCE) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


NAMES = st.sampled_from(sorted({*event(), "enhancedEvents", "assets"}))


@settings(deadline=None, max_examples=60)
@given(st.lists(JSON | st.dictionaries(NAMES, JSON), max_size=4))
def test_no_event_whatever_it_holds_breaks_the_reading(events: list[Any]) -> None:
    edits(*events)

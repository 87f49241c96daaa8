"""What the log keeps, how it is read, and how one waits for it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import action, basic
from toolkit.emulator import start_emulator
from toolkit.emulator.request_log import KEPT_BODY_CHARACTERS, RequestLog, Wanted


def numbers(log: RequestLog, **wanted: Any) -> list[int]:
    return [entry["seq"] for entry in log.read(Wanted(**wanted))["requests"]]


def entries(caller: Caller, query: str = "") -> dict[str, Any]:
    return ok(caller.get(f"{caller.running.admin_url}/requests{query}", headers=owner(caller)))


def owner(caller: Caller) -> dict[str, str]:
    return {"x-emulator-admin-token": caller.running.admin_token}


def noted(caller: Caller) -> dict[str, Any]:
    """The newest entry of the caller's sandbox, with bodies."""
    entry: dict[str, Any] = entries(caller, f"?sandbox={caller.sandbox}&bodies=true")["requests"][-1]
    return entry


def test_only_the_last_requests_are_kept_and_numbers_go_on() -> None:
    log = RequestLog()
    for _ in range(10_001):
        log.add({})
    assert numbers(log)[0] == 2
    assert numbers(log)[-1] == log.last == 10_001


def test_a_reader_that_comes_back_late_is_told_what_was_missed() -> None:
    log = RequestLog()
    for _ in range(10_003):
        log.add({})
    assert log.read(Wanted(after=1, limit=1)) == {"requests": [{"seq": 4}], "next": 4, "missed": 2}


def test_reading_on_and_on_gives_each_entry_once() -> None:
    log = RequestLog()
    for number in range(10):
        log.add({"sandbox": "ab"[number % 2]})
    seen, after = [], 0
    while read := (answer := log.read(Wanted(after=after, sandbox="a", limit=2)))["requests"]:
        seen += [entry["seq"] for entry in read]
        after = answer["next"]
    assert seen == [1, 3, 5, 7, 9]
    assert answer["next"] == 10


def test_without_a_number_the_newest_come() -> None:
    log = RequestLog()
    for _ in range(10):
        log.add({})
    assert numbers(log, limit=3) == [8, 9, 10]
    assert log.read(Wanted(limit=3))["next"] == 10


def test_bodies_of_the_oldest_requests_go_first() -> None:
    log = RequestLog()
    half = json.dumps("x" * (KEPT_BODY_CHARACTERS // 2 - 2))
    for _ in range(3):
        log.add({"request": {"body": half}, "answer": {"body": None}})
    shown = log.read(Wanted(bodies=True))["requests"]
    assert [entry["request"]["body"] == "(no longer kept)" for entry in shown] == [True, False, False]
    assert [entry["answer"]["body"] for entry in shown] == [None, None, None]


def test_what_was_sent_and_answered_can_be_seen(caller: Caller) -> None:
    caller.post("actions", action(description="Says hello", authentication=basic()))
    entry = noted(caller)
    assert entry["request"]["body"]["description"] == "Says hello"
    assert entry["request"]["body"]["authentication"] == {"type": "basic", "…": "********"}
    assert entry["request"]["headers"]["content-type"] == "application/json"
    assert entry["request"]["headers"]["authorization"] == "********"
    assert entry["answer"]["body"]["resStatus"] == "created"
    assert entry["durationMs"] >= 0


def test_a_long_body_is_not_kept(caller: Caller) -> None:
    caller.post("actions", action(description="x" * 20_000))
    assert noted(caller)["request"]["body"].endswith("bytes, not kept)")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"\xff\xfe", "text/plain"), (b'{"a": NaN}', "application/json")],
)
def test_what_is_no_json_is_not_kept(caller: Caller, content: bytes, kind: str) -> None:
    caller.http.post(
        f"{caller.running.base_url}/actions", content=content, headers={"content-type": kind}
    ).read()
    assert noted(caller)["request"]["body"] == f"({len(content)} bytes, not kept)"


def test_harmless_parameters_are_shown_and_others_named(caller: Caller) -> None:
    caller.get(f"{caller.running.journeys_url}/journey?page=0&pageSize=x&api_key=k&just-a-value")
    masked = "********"
    assert noted(caller)["query"] == {"page": "0", "pageSize": masked, "api_key": masked, "(no name)": masked}


def test_looking_at_the_log_is_not_noted_but_a_stranger_at_its_door_is(caller: Caller) -> None:
    before = entries(caller)["next"]
    assert entries(caller)["next"] == before
    caller.get(f"{caller.running.admin_url}/requests")
    assert [entry["status"] for entry in entries(caller, f"?after={before}")["requests"]] == [401]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=0", "limit=10001", "after=0&wait=31"])
def test_a_malformed_question_is_400(caller: Caller, query: str) -> None:
    url = f"{caller.running.admin_url}/requests?{query}"
    assert refusal(caller.get(url, headers=owner(caller))) == (400, 400)


def test_who_waits_is_answered_as_soon_as_something_happens(organisation: Callable[[str], Caller]) -> None:
    watched, busy = organisation("dev"), organisation("dev")
    last = entries(watched)["next"]
    answers: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: answers.append(entries(watched, f"?after={last}&wait=30")))
    waiting.start()
    busy.post("list/actions", {})
    waiting.join(20)
    assert [entry["path"] for entry in answers[0]["requests"]] == ["/journey/orchestration/list/actions"]


def test_who_waits_in_vain_gets_an_empty_answer(organisation: Callable[[str], Caller]) -> None:
    caller = organisation("dev")
    last = entries(caller)["next"]
    assert entries(caller, f"?after={last}&wait=1") == {"requests": [], "next": last, "missed": 0}


def test_a_stranger_does_not_wait(caller: Caller) -> None:
    url = f"{caller.running.admin_url}/requests?after=1000000&wait=30"
    assert refusal(caller.get(url, timeout=5)) == (401, 401)


def test_many_who_wait_leave_room_for_the_others(organisation: Callable[[str], Caller]) -> None:
    caller = organisation("dev")
    address = ("127.0.0.1", urlsplit(caller.running.ims_url).port or 0)
    question = (
        "GET /_admin/requests?after=1000000&wait=30 HTTP/1.1\r\nHost: localhost\r\n"
        f"x-emulator-admin-token: {caller.running.admin_token}\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(60):  # more than there are worker threads
            connection = stack.enter_context(socket.create_connection(address, timeout=10))
            connection.sendall(question.encode())
        assert caller.post("list/actions", {}, timeout=10).status_code == 200


def test_who_waits_does_not_hold_up_the_end() -> None:
    with start_emulator() as running:
        caller = connect(running, "dev")
        answers: list[dict[str, Any]] = []
        asked = threading.Event()

        def ask() -> None:
            asked.set()
            answers.append(entries(caller, "?after=1000000&wait=30"))

        waiting = threading.Thread(target=ask)
        waiting.start()
        asked.wait()
        connect(running, "dev").http.close()
    waiting.join(20)
    caller.http.close()
    assert not waiting.is_alive()
    assert [answer["requests"] for answer in answers] in ([], [[]])

"""The state as a whole: kept, gone back to, emptied, filled with made-up elements."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import action, basic, capping
from toolkit.emulator import EmulatorConfig, start_emulator
from toolkit.emulator.elements import Element, Space
from toolkit.emulator.snapshot import SnapshotError, read_snapshot
from toolkit.emulator.store import Store


@pytest.fixture
def caller() -> Iterator[Caller]:
    with start_emulator() as running:
        made = connect(running, "dev")
        yield made
        made.http.close()


def admin_put(caller: Caller, body: Any) -> httpx.Response:
    headers = {"x-emulator-admin-token": caller.running.admin_token}
    return caller.send("PUT", f"{caller.running.admin_url}/snapshot", body, headers=headers)


def snapshot(caller: Caller) -> str:
    return str(ok(caller.admin("snapshot"))["snapshot"])


def names(caller: Caller) -> set[str]:
    return {item["name"] for item in caller.results("actions") if item["actionType"] == "custom"}


def test_a_snapshot_brings_everything_back_as_it_was(caller: Caller) -> None:
    uid = caller.create("actions", action(name="Welcome", authentication=basic()))
    limit = caller.create("endpointConfigs", capping())
    caller.post(f"endpointConfigs/{limit}/deploy")
    caller.add_journey(nodes=[{"id": "n1", "type": "action", "name": "Welcome"}])
    before = caller.read("actions", uid)
    kept = snapshot(caller)

    caller.put(f"actions/{uid}", action(name="Welcome", description="later"))
    caller.create("actions", action(name="Later"))
    caller.delete(f"endpointConfigs/{limit}?forceDelete=true")
    ok(admin_put(caller, {"snapshot": kept}))

    assert caller.read("actions", uid) == before
    assert before["usedIn"]
    assert names(caller) == {"Welcome"}
    assert caller.read("endpointConfigs", limit)["state"] == "deployed"


def test_a_snapshot_is_a_database_that_another_emulator_starts_with(caller: Caller, tmp_path: Path) -> None:
    uid = caller.create("actions", action(name="Welcome"))
    database = tmp_path / "copy.db"
    database.write_bytes(base64.b64decode(snapshot(caller)))
    with start_emulator(EmulatorConfig(database=database)) as running:
        other = connect(running, "dev")
        assert other.read("actions", uid)["name"] == "Welcome"
        other.http.close()


def damaged(image: bytes) -> Iterator[tuple[str, bytes]]:
    yield "no SQLite database", b"something else"
    yield "no SQLite database", b""
    yield "not all of it", image[: len(image) // 2]
    yield (
        "not all of it|malformed|no emulator|of something else",
        image[:5000] + b"\xff" * 4000 + image[9000:],
    )
    for statement, word in (
        ("PRAGMA user_version = 99", "newer version"),
        ("CREATE TABLE more (a)", "of something else"),
        ("DROP INDEX element_by_age", "of something else"),
        ("UPDATE element SET body = '[]'", "malformed element"),
        ("UPDATE element SET body = '{'", "malformed element"),
        ("UPDATE element SET kind = 'secrets'", "no emulator keeps"),
        ("UPDATE element SET name = x'00'", "no emulator keeps"),
    ):
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(image)
            copy.execute(statement)
            copy.commit()
            yield word, bytes(copy.serialize())


def test_what_is_no_whole_snapshot_is_refused_with_a_reason_and_changes_nothing(caller: Caller) -> None:
    caller.create("actions", action(name="Welcome"))
    image = base64.b64decode(snapshot(caller))
    for word, content in damaged(image):
        with pytest.raises(SnapshotError, match=word):
            read_snapshot(content)
        answer = admin_put(caller, {"snapshot": base64.b64encode(content).decode()})
        assert refusal(answer) == (400, 400)
    wrong: list[Any] = [{}, {"snapshot": 1}, {"snapshot": "not base64!"}, []]
    for body in wrong:
        assert refusal(admin_put(caller, body))[0] == 400
    assert names(caller) == {"Welcome"}


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, 40_000), junk=st.binary(min_size=1, max_size=200))
def test_no_damage_whatever_gets_past_the_reader_as_something_else(start: int, junk: bytes) -> None:
    image = bytearray(_IMAGE)
    image[start : start + len(junk)] = junk
    try:
        contents = read_snapshot(bytes(image))
    except SnapshotError:
        return
    assert all(isinstance(value, str) for row in contents.elements for value in row[1:])


def _image() -> bytes:
    with start_emulator() as running:
        caller = connect(running, "dev")
        caller.create("actions", action(name="Welcome"))
        image = base64.b64decode(snapshot(caller))
        caller.http.close()
        return image


_IMAGE = _image()


def test_a_reset_leaves_what_ships_with_the_platform(caller: Caller) -> None:
    caller.create("actions", action(name="Welcome"))
    before = {item["name"] for item in caller.results("actions")} - {"Welcome"}
    assert ok(caller.admin("reset", {})) == {"reset": "all"}
    assert {item["name"] for item in caller.results("actions")} == before
    assert before


def test_a_reset_of_one_sandbox_leaves_the_others_alone(caller: Caller) -> None:
    stage = connect(caller.running, "stage")
    for each in (caller, stage):
        each.create("actions", action(name="Welcome"))
    ok(caller.admin("reset", {"sandbox": "stage"}))
    assert (names(caller), names(stage)) == ({"Welcome"}, set())
    stage.http.close()


def test_seeding_adds_so_many_elements_that_the_api_would_take(caller: Caller) -> None:
    amounts = {"actions": 120, "cappings": 15, "journeys": 30}
    assert ok(caller.admin("seed", {"sandbox": "dev", **amounts})) == {"added": 165}
    first = {"x-vyg-query-page": "0"}
    listed = ok(caller.post("list/actions", {}, headers=first))["pagination"]["totalCount"]
    assert listed - len(BUILT_IN) == 120
    assert {item["state"] for item in caller.results("endpointConfigs")} == {"created", "deployed"}
    journeys = ok(caller.get(f"{caller.running.journeys_url}/journey?pageSize=100"))["results"]
    assert len(journeys) == 30
    assert any(item["usedIn"] for item in caller.results("actions"))


EMPTY: dict[str, Any] = {"definition": {}, "metadata": {}}
BUILT_IN = ("Email", "Push", "SMS", "InApp", "Web", "CodeBased", "ContentCard")


def test_the_same_seed_makes_the_same_elements_and_another_one_others(caller: Caller) -> None:
    def seeded(seed: int) -> set[str]:
        ok(caller.admin("reset", {}))
        ok(caller.admin("seed", {"sandbox": "dev", "actions": 20, "seed": seed}))
        return names(caller)

    first = seeded(1)
    assert seeded(1) == first
    assert seeded(2) != first


def test_seeding_twice_goes_on_where_the_first_one_ended(caller: Caller) -> None:
    for _ in range(2):
        ok(caller.admin("seed", {"sandbox": "dev", "actions": 5, "cappings": 2, "journeys": 8}))
    assert len(names(caller)) == 10


def test_made_up_elements_that_meet_others_are_refused_as_a_whole(caller: Caller) -> None:
    caller.add_journey(id="seeded-00001")
    answer = caller.admin("seed", {"sandbox": "dev", "actions": 5, "cappings": 0, "journeys": 2})
    assert refusal(answer) == (409, 409)
    assert names(caller) == set()


@pytest.mark.parametrize(
    "body",
    [{}, {"sandbox": "nowhere"}, {"sandbox": "dev", "actions": -1}, {"sandbox": "dev", "journeys": 10_001}],
)
def test_a_wrong_order_is_refused_and_adds_nothing(caller: Caller, body: dict[str, Any]) -> None:
    assert refusal(caller.admin("seed", body)) == (400, 400)
    assert names(caller) == set()


def test_the_state_needs_the_token(caller: Caller) -> None:
    for method, path in (("GET", "snapshot"), ("PUT", "snapshot"), ("POST", "reset"), ("POST", "seed")):
        answer = httpx.request(method, f"{caller.running.admin_url}/{path}", json={})
        assert answer.status_code == 401


def test_snapshots_while_others_write_are_each_one_moment(tmp_path: Path) -> None:
    store, space = Store(tmp_path / "db"), Space("o", "s")
    done = threading.Event()

    def write_pairs() -> None:
        for number in range(200):
            with store.write() as tx:
                for half in "ab":
                    tx.add(space, "actions", Element(f"{number}{half}", "", EMPTY))
        done.set()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    counts = []
    while not done.is_set():
        counts.append(len(read_snapshot(store.image()).elements))
    writer.join()
    store.close()
    assert len(set(counts)) > 1
    assert all(count % 2 == 0 for count in counts)


def test_a_restore_that_fails_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    store, space = Store(tmp_path / "db"), Space("o", "s")
    with store.write() as tx:
        tx.add(space, "actions", Element("old", "", {}))
    row = (1, "o", "s", "actions", "new", "", "{}")

    def restore() -> None:
        with store.write() as tx:
            tx.empty()
            tx.fill([row, row], [])

    with pytest.raises(sqlite3.IntegrityError):
        restore()
    with store.read() as tx:
        assert [one.uid for one in tx.page(space, "actions")] == ["old"]
    store.close()


def test_readers_see_the_old_state_or_the_new_one(caller: Caller) -> None:
    reader = connect(caller.running, "dev")
    for letter in "ab":
        caller.create("actions", action(name=letter))
    two = snapshot(caller)
    for letter in "cd":
        caller.create("actions", action(name=letter))
    four = snapshot(caller)
    seen: set[int] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(len(names(reader)))

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(20):
        ok(admin_put(caller, {"snapshot": two}))
        ok(admin_put(caller, {"snapshot": four}))
    done.set()
    looking.join()
    reader.http.close()
    assert seen <= {2, 4}


def test_a_reset_ends_what_readers_see_of_the_past(caller: Caller) -> None:
    caller.create("actions", action())
    ok(caller.admin("faults", {"fault": "stale", "reads": 100, "method": "DELETE", "sandbox": "dev"}))
    caller.delete(f"actions/{caller.results('actions')[-1]['uid']}")
    assert names(caller) == {"SlackPost"}
    ok(caller.admin("reset", {}))
    assert names(caller) == set()


def test_sandboxes_that_a_snapshot_does_not_know_have_what_is_built_in() -> None:
    with start_emulator(EmulatorConfig(sandboxes={"elsewhere": "development"})) as running:
        elsewhere = connect(running, "elsewhere")
        kept = snapshot(elsewhere)
        elsewhere.http.close()
    with start_emulator() as running:
        caller = connect(running, "dev")
        ok(admin_put(caller, {"snapshot": kept}))
        assert {item["name"] for item in caller.results("actions")} == set(BUILT_IN)
        caller.http.close()


def test_a_long_body_is_taken_from_the_owner_alone(caller: Caller) -> None:
    body = {"snapshot": "x" * (3 << 20)}
    assert refusal(caller.http.put(f"{caller.running.admin_url}/snapshot", json=body)) == (413, 413)
    assert refusal(admin_put(caller, body)) == (400, 400)

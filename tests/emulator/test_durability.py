"""What is acknowledged is kept, and nothing is kept by half."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import action, capping
from toolkit.emulator import EmulatorConfig, EmulatorStartError, RunningEmulator, StoreError, start_emulator
from toolkit.emulator.elements import Element, Space
from toolkit.emulator.remote import NoEmulatorError, Remote
from toolkit.emulator.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "platform.sqlite3"


@contextmanager
def entered(database: Path, **settings: Any) -> Iterator[Caller]:
    with start_emulator(EmulatorConfig(database=database, **settings)) as running:
        caller = connect(running, "dev")
        try:
            yield caller
        finally:
            caller.http.close()


def test_everything_is_there_after_a_restart(database: Path) -> None:
    with entered(database) as caller:
        uid = caller.create("actions", action())
        cap = caller.create("endpointConfigs", capping())
        caller.post(f"endpointConfigs/{cap}/deploy")
        caller.add_journey(nodes=[{"actionUid": uid}])
        before = [caller.results("actions"), caller.results("endpointConfigs")]
    with entered(database) as caller:
        assert [caller.results("actions"), caller.results("endpointConfigs")] == before
        assert refusal(caller.delete(f"actions/{uid}")) == (409, 1474)


def test_another_organisation_in_the_same_database_sees_nothing(database: Path) -> None:
    with entered(database) as caller:
        uid = caller.create("actions", action())
    with entered(database, organisation="OTHER@AdobeOrg") as caller:
        assert refusal(caller.get(f"actions/{uid}")) == (404, 404)
        assert {one["actionType"] for one in caller.results("actions")} == {"builtIn"}


def test_a_temporary_database_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with start_emulator():
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


@contextmanager
def subprocess_emulator(database: Path) -> Iterator[tuple[subprocess.Popen[str], RunningEmulator]]:
    command = [sys.executable, "-m", "toolkit.emulator", "--database", str(database)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, RunningEmulator(**json.loads(process.stdout.readline()))
        finally:
            process.kill()


@dataclass
class Writer:
    """Writes until the server is gone, and remembers what was acknowledged and what was on its way."""

    number: int
    running: RunningEmulator
    progress: Callable[[], None]
    acknowledged: dict[str, str | None] = field(default_factory=dict)
    """Name to description; None once it was deleted."""
    on_its_way: tuple[str, str | None] = ("", None)

    def write(self) -> None:
        caller = connect(self.running, "dev")
        try:
            for count in range(10_000):
                self._write_one(caller, f"w{self.number}_{count}", deletes=count % 3 == 2)
        except httpx.HTTPError:  # the server is gone
            pass
        finally:
            caller.http.close()

    def _write_one(self, caller: Caller, name: str, *, deletes: bool) -> None:
        self.on_its_way = (name, "first")
        uid = caller.create("actions", action(name=name, description="first"))
        self._done()
        self.on_its_way = (name, "second")
        ok(caller.put(f"actions/{uid}", action(name=name, description="second")))
        self._done()
        if deletes:
            self.on_its_way = (name, None)
            ok(caller.delete(f"actions/{uid}"))
            self._done()

    def _done(self) -> None:
        name, description = self.on_its_way
        self.acknowledged[name] = description
        self.progress()


def test_acknowledged_writes_survive_a_kill_among_concurrent_writers(database: Path) -> None:
    with subprocess_emulator(database) as (process, running):
        enough = threading.Semaphore(0)
        writers = [Writer(number, running, enough.release) for number in range(6)]
        threads = [threading.Thread(target=writer.write) for writer in writers]
        for thread in threads:
            thread.start()
        for _ in range(120):
            assert enough.acquire(timeout=30)
        os.killpg(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    with entered(database) as caller:
        kept: dict[str, str] = {}
        page = 0
        while results := caller.results("actions", headers={"x-vyg-query-page": str(page)}):
            kept.update({one["name"]: one["description"] for one in results if "endpoint" in one})
            page += 1
    for writer in writers:
        for name, description in writer.acknowledged.items():
            maybe = {writer.on_its_way[1]} if writer.on_its_way[0] == name else set()
            assert kept.pop(name, None) in {description, *maybe}
        kept.pop(writer.on_its_way[0], None)
    assert kept == {}, "something was kept that nobody wrote"


def test_a_kill_during_a_restore_leaves_the_old_state_or_the_new_one(database: Path) -> None:
    with subprocess_emulator(database) as (process, running):
        controls = Remote(running.admin_url, running.admin_token)
        images = []
        for count in (300, 600):
            controls.call("POST", "reset", {})
            controls.call("POST", "seed", {"sandbox": "dev", "actions": count})
            images.append(controls.call("GET", "snapshot"))
        begun = threading.Semaphore(0)

        def restore() -> None:
            for number in range(10_000):
                begun.release()
                try:
                    controls.call("PUT", "snapshot", images[number % 2])
                except NoEmulatorError:  # the server is gone
                    return

        restoring = threading.Thread(target=restore)
        restoring.start()
        for _ in range(3):
            assert begun.acquire(timeout=30)
        os.killpg(process.pid, signal.SIGKILL)
        restoring.join()
    store, space = Store(database), Space("LOCAL@AdobeOrg", "dev")
    with store.read() as tx:
        held = (tx.count(space, "actions"), tx.count(space, "journeys"))
    store.close()
    assert held in {(307, 10), (607, 10)}


def test_interrupting_the_foreground_stops_cleanly(database: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess_emulator(database) as (process, running):
            caller = connect(running, "dev")
            caller.create("actions", action(name=f"signal_{number}"))
            process.send_signal(number)
            assert process.wait(20) == 0
            caller.http.close()
    with entered(database) as caller:
        names = [one["name"] for one in caller.results("actions")]
        assert names[-2:] == [f"signal_{signal.SIGINT}", f"signal_{signal.SIGTERM}"]


def test_a_failed_transaction_leaves_no_half_write(database: Path) -> None:
    store, space = Store(database), Space("o", "s")

    def add_twice() -> None:
        with store.write() as tx:
            tx.add(space, "k", Element("uid", "", {}))
            tx.add(space, "k", Element("uid", "", {}))

    with pytest.raises(sqlite3.IntegrityError):
        add_twice()
    with store.read() as tx:
        assert tx.count(space, "k") == 0
    store.close()


def test_a_reader_sees_one_state_while_others_write(database: Path) -> None:
    store, space = Store(database), Space("o", "s")
    with store.read() as reading:
        assert reading.count(space, "k") == 0
        with store.write() as writing:
            writing.add(space, "k", Element("uid", "", {}))
        assert reading.count(space, "k") == 0
    with store.read() as reading:
        assert reading.count(space, "k") == 1
    store.close()


def test_concurrent_writers_of_one_name_leave_one_winner(database: Path) -> None:
    with start_emulator(EmulatorConfig(database=database)) as running:
        callers = [connect(running, "dev") for _ in range(8)]
        statuses: list[int] = []
        threads = [
            threading.Thread(
                target=lambda one=one: statuses.append(one.post("actions", action()).status_code)
            )
            for one in callers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for caller in callers:
            caller.http.close()
    assert sorted(statuses) == [200] + [409] * 7


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but quite a long text all the same" * 100)
    for path in (text, tmp_path, tmp_path / "missing" / "file"):
        with (
            pytest.raises(EmulatorStartError, match="database"),
            start_emulator(EmulatorConfig(database=path)),
        ):
            pass
    assert text.read_text().startswith("not a database")


def test_a_database_of_another_version_is_refused(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="another version"):
        Store(database)


def test_ten_thousand_elements_page_through_the_index(database: Path) -> None:
    store, space = Store(database), Space("o", "s")
    with store.write() as tx:
        for number in range(10_000):
            tx.add(space, "k", Element(f"{number}", "", {}))
    with store.read() as tx:
        assert [one.uid for one in tx.page(space, "k", 9_998, 100)] == ["9998", "9999"]
    store.close()
    connection = sqlite3.connect(database)
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT uid, name, body FROM element"
        " WHERE organisation = ? AND sandbox = ? AND kind = ? ORDER BY seq LIMIT ? OFFSET ?",
        ("o", "s", "k", 1, 1),
    ).fetchall()
    connection.close()
    assert "element_by_age" in str(plan)
    assert "TEMP B-TREE" not in str(plan)

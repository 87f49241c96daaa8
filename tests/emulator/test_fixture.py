"""Beginning with a folder of documents, and writing one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Caller, connect, ok, refusal
from tests.emulator.samples import MASK, action, basic, capping, constant, endpoint, throttling
from toolkit.emulator import EmulatorConfig, EmulatorStartError, start_emulator
from toolkit.emulator.fixture import FixtureError, write_fixture

JOURNEY = {
    "id": "journey-1",
    "name": "Welcome",
    "status": "Deployed",
    "nodes": [{"id": "n", "type": "action", "name": "SlackPost"}],
}


def lay_out(folder: Path, **documents: Any) -> Path:
    """Write documents, named ``sandbox__kind__name``."""
    for name, document in documents.items():
        file = folder / f"{name.replace('__', '/')}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return folder


@contextmanager
def begun(folder: Path, sandbox: str = "dev", database: Path | None = None) -> Iterator[Caller]:
    with start_emulator(EmulatorConfig(fixture=folder, database=database)) as running:
        caller = connect(running, sandbox)
        try:
            yield caller
        finally:
            caller.http.close()


def reasons(folder: Path) -> dict[str, str]:
    """What is wrong, by file."""
    with pytest.raises(EmulatorStartError) as caught, start_emulator(EmulatorConfig(fixture=folder)):
        pass
    first, *lines = str(caught.value).splitlines()
    assert first == "the fixture can't be used:"
    return dict(line.split(": ", 1) for line in lines)


def custom(caller: Caller) -> list[dict[str, Any]]:
    return [one for one in caller.results("actions") if one["actionType"] == "custom"]


def test_an_emulator_begins_with_the_documents_of_a_folder(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        dev__actions__Slack=action(authentication=basic()),
        dev__endpointConfigs__limit={**capping(), "state": "deployed", "uid": "my-own"},
        dev__journeys__welcome=JOURNEY,
        prod__throttlingConfigs__all=throttling(),
    )
    (tmp_path / "README.md").write_text("notes are left alone")
    with begun(tmp_path) as caller:
        (found,) = custom(caller)
        assert found["usedIn"] == [{"journeyId": "journey-1", "name": "Welcome", "status": "Deployed"}]
        assert refusal(caller.delete(f"actions/{found['uid']}")) == (409, 1474)
        live = caller.read("endpointConfigs", "my-own")
        assert (live["state"], live["deployedConfig"]["url"]) == ("deployed", capping()["url"])
        journeys = ok(caller.get(f"{caller.running.journeys_url}/journey"))["results"]
        assert [one["id"] for one in journeys] == ["journey-1"]
    with begun(tmp_path, "prod") as caller:
        assert [one["state"] for one in caller.results("throttlingConfigs")] == ["created"]


def test_every_wrong_file_is_named_with_its_reason_in_one_run(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        dev__actions__a=action(name="no good name"),
        dev__actions__b="{",
        dev__actions__c="[]",
        dev__actions__d=action(endpoint=endpoint(url="ftp://example.com")),
        dev__actions__e=action(authentication=basic(MASK)),
        dev__actions__f={**action(), "state": "deployed"},
        dev__actions__g=action(name="Same"),
        dev__actions__h=action(name="Same"),
        dev__actions__i="[" * 100_000,
        dev__actions__j='"' + "x" * (1 << 20) + '"',
        dev__endpointConfigs__a={**capping(url=""), "state": "deployed"},
        dev__journeys__a={**JOURNEY, "status": "deployed"},
        dev__throttlingConfigs__a=throttling(),
        dev__action__a=action(),
        nowhere__actions__a=action(),
        dev__astray=action(),
    )
    (tmp_path / "dev/actions/k.json").write_bytes(b"\xff")
    found = reasons(tmp_path)
    words = {
        "dev/actions/a.json": "(1471)",
        "dev/actions/b.json": "not valid JSON",
        "dev/actions/c.json": "no JSON object",
        "dev/actions/d.json": "(1475)",
        "dev/actions/e.json": "a mask was sent",
        "dev/actions/f.json": "not deployed",
        "dev/actions/h.json": "(1470)",
        "dev/actions/i.json": "valid JSON",
        "dev/actions/j.json": "longer than",
        "dev/actions/k.json": "not UTF-8",
        "dev/endpointConfigs/a.json": "can't be deployed",
        "dev/journeys/a.json": "status is one of",
        "dev/throttlingConfigs/a.json": "(1463)",
        "dev/action/a.json": "a kind is one of actions",
        "nowhere/actions/a.json": "no sandbox of this name, but prod, stage, dev",
        "dev/astray.json": "documents are in <sandbox>/<kind>/",
    }
    assert {file: words[file] in reason for file, reason in found.items()} == dict.fromkeys(words, True)


def test_a_folder_that_is_not_there_is_a_start_error(tmp_path: Path) -> None:
    with (
        pytest.raises(EmulatorStartError, match="is no folder"),
        start_emulator(EmulatorConfig(fixture=tmp_path / "missing")),
    ):
        pass


def test_a_sandbox_that_holds_something_keeps_it(tmp_path: Path) -> None:
    folder, database = lay_out(tmp_path / "fixture", dev__actions__Slack=action()), tmp_path / "db"
    with begun(folder, database=database) as caller:
        assert len(custom(caller)) == 1
    with pytest.raises(EmulatorStartError, match="dev: the sandbox holds something already"):
        begun(folder, database=database).__enter__()
    with start_emulator(EmulatorConfig(database=database)):
        pass


def test_what_is_written_can_be_begun_with_and_holds_no_secret(tmp_path: Path) -> None:
    headers = [constant("x-key", "header secret"), constant("Content-Type", "application/json")]
    lay_out(
        tmp_path / "one",
        dev__actions__Slack=action(authentication=basic(), endpoint=endpoint(headers=headers)),
        dev__endpointConfigs__limit={**capping(), "state": "deployed"},
        dev__journeys__welcome=JOURNEY,
        prod__throttlingConfigs__all={**throttling(), "state": "deployed"},
    )
    with begun(tmp_path / "one") as caller:
        first = ok(caller.admin("fixture"))["sandboxes"]
    assert write_fixture(tmp_path / "two", first) == 4
    with begun(tmp_path / "two") as caller:
        assert ok(caller.admin("fixture"))["sandboxes"] == first
        values = {one["name"]: one["value"] for one in custom(caller)[0]["endpoint"]["headers"]}
    assert values["x-key"] == "INSERT SECRET HERE"
    assert values["Content-Type"] == "application/json"
    text = "".join(file.read_text() for file in (tmp_path / "two").rglob("*.json"))
    assert "hunter2" not in text
    assert "header secret" not in text


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FixtureError, match="holds something"):
        write_fixture(tmp_path, {"dev": {"actions": [action()]}})
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("sandbox", ["..", "../up", "/root", "", ".hidden", "a/b", "a\\b", "x\0"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, sandbox: str) -> None:
    with pytest.raises(FixtureError, match="no name of a folder"):
        write_fixture(tmp_path / "in", {sandbox: {"actions": [action()]}})
    assert list(tmp_path.rglob("*.json")) == []


def test_documents_of_hostile_or_equal_names_get_files_of_their_own(tmp_path: Path) -> None:
    named = ("../../up", "..", "Same", "same", "same", "<script>", "\u202egnp", "x" * 10_000, "a/b")
    documents = [{**JOURNEY, "name": name} for name in named]
    assert write_fixture(tmp_path, {"dev": {"journeys": documents}}) == len(named)
    files = list((tmp_path / "dev" / "journeys").iterdir())
    assert len({file.name.lower() for file in files}) == len(named)
    assert all(len(file.name) < 100 and file.name.isascii() for file in files)

"""What every platform keeps, whatever it is behind: the same tests for HTTP and for a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platform.samples import capping_definition, custom_action, resource
from toolkit.app.connect import connected
from toolkit.core.canonical import same_json
from toolkit.core.redact import Secret
from toolkit.emulator import RunningEmulator, start_emulator
from toolkit.model.catalog import RemoteRef, Resource
from toolkit.model.text import MASKED, SecretRef
from toolkit.plan.merge import compare
from toolkit.plan.types import Verdict
from toolkit.platform.port import Outcome, Platform, PlatformError
from toolkit.workspace.settings import Settings, Target

PASSWORD = "planted-password"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of some kind, empty but for what ships with it."""

    target: Target
    root: Path
    use: Callable[[str, str], None]
    """Let a journey of some status use an action."""

    def open(self) -> Any:
        return connected(self.target, self.root, {}, resolve=_resolve)


def _resolve(reference: SecretRef) -> Secret:
    return Secret("made-up-local-client-secret" if reference.path == "client" else PASSWORD)


def _target(table: dict[str, Any]) -> Target:
    return Settings.model_validate({"targets": {"here": table}}).targets["here"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with start_emulator() as running:
        yield running


def _http(root: Path, running: RunningEmulator) -> Place:
    _administer(running, "reset", {})
    table = {
        "base-url": running.base_url,
        "journeys-url": running.journeys_url,
        "ims-url": running.ims_url,
        "organisation": running.organisation,
        "sandbox": "prod",
        "client-id": running.client_id,
        "client-secret": "${secret:client}",
    }
    return Place(_target(table), root, lambda name, status: _journey(running, name, status))


def _journey(running: RunningEmulator, name: str, status: str) -> None:
    journey = {"id": "j1", "name": "Hello", "status": status, "nodes": [{"id": "n", "name": name}]}
    _administer(running, "journeys", {"sandbox": "prod", "journey": journey})


def _administer(running: RunningEmulator, path: str, body: dict[str, Any]) -> None:
    headers = {"x-emulator-admin-token": running.admin_token}
    httpx.post(f"{running.admin_url}/{path}", json=body, headers=headers).raise_for_status()


def _directory(root: Path, _: RunningEmulator) -> Place:
    def use(name: str, status: str) -> None:
        journey = {"journeyId": "j1", "name": "Hello", "status": status, "actions": [name]}
        (root / "sandbox" / "journeys.json").write_text(json.dumps([journey]))

    return Place(_target({"kind": "directory", "path": "sandbox", "production": True}), root, use)


@pytest.fixture(params=[_http, _directory], ids=["http", "directory"])
def place(request: pytest.FixtureRequest, tmp_path: Path, emulator: RunningEmulator) -> Place:
    made: Place = request.param(tmp_path, emulator)
    return made


@pytest.fixture
def platform(place: Place) -> Iterator[Platform]:
    with place.open() as opened:
        yield opened


def throttling(**changes: Any) -> Resource:
    raw = {
        "$schema": "",
        "formatVersion": 1,
        "kind": "ThrottlingConfig",
        "name": "partner",
        "urlPattern": "https://api.example.com/*",
        "methods": ["POST"],
        "maxThroughput": 300,
    }
    return resource({**raw, **changes})


def live(written: Resource | None) -> tuple[Resource, RemoteRef]:
    assert written is not None
    assert written.remote is not None
    return written, written.remote


def differing(wanted: Resource, found: Resource | None) -> list[Any]:
    assert found is not None
    changes = compare(wanted.document, found.document)
    return [change.path for change in changes if change.verdict is not Verdict.UNKNOWABLE]


LIMITS = [(capping_definition(), capping_definition(20)), (throttling(), throttling(maxThroughput=400))]
KINDS = [(custom_action(), custom_action(description="Says hello.")), *LIMITS]
BY_NAME = pytest.mark.parametrize(("one", "other"), KINDS, ids=["action", "capping", "throttling"])
BY_LIMIT = pytest.mark.parametrize(("one", "other"), LIMITS, ids=["capping", "throttling"])


def test_what_nobody_has_written_is_not_there(platform: Platform) -> None:
    assert len(platform.read().catalog) == 0
    assert platform.find(custom_action().key) is None


@BY_NAME
def test_what_is_created_reads_back_the_same_by_every_way(
    place: Place, platform: Platform, one: Resource, other: Resource
) -> None:
    created, remote = live(platform.create(one).resource)
    assert differing(one, created) == []
    with place.open() as again:
        assert (
            again.find(one.key)
            == again.fetch(one.key, remote)
            == again.read().catalog.get(one.key)
            == created
        )


@BY_NAME
def test_an_update_replaces_all_and_keeps_the_uid(platform: Platform, one: Resource, other: Resource) -> None:
    _, before = live(platform.create(one).resource)
    updated, after = live(platform.update(other, before).resource)
    assert differing(other, updated) == []
    assert (after.uid, after.fingerprint == before.fingerprint) == (before.uid, False)
    assert platform.read().catalog.get(other.key) == updated
    _, back = live(platform.update(one, after).resource)
    assert differing(one, platform.find(one.key)) == []
    assert back.uid == before.uid


@BY_NAME
def test_what_is_deleted_is_gone_and_stays_so(platform: Platform, one: Resource, other: Resource) -> None:
    _, remote = live(platform.create(one).resource)
    assert platform.delete(one.key, remote).resource is None
    assert platform.fetch(one.key, remote) is None
    assert platform.find(one.key) is None
    assert len(platform.read().catalog) == 0
    assert platform.delete(one.key, remote).resource is None


@BY_LIMIT
def test_a_limit_counts_from_its_creation_through_every_change(
    platform: Platform, one: Resource, other: Resource
) -> None:
    created, remote = live(platform.create(one).resource)
    updated, _ = live(platform.update(other, remote).resource)
    assert (created.document["state"], updated.document["state"]) == ("deployed", "deployed")
    assert remote.state == "deployed"


def test_an_organisation_has_one_throttling(platform: Platform) -> None:
    platform.create(throttling())
    with pytest.raises(PlatformError) as refused:
        platform.create(throttling(urlPattern="https://other.example.com/*"))
    assert (refused.value.code, refused.value.outcome) == ("AJO505", Outcome.REFUSED)
    assert len(platform.read().catalog) == 1


def test_a_name_that_is_taken_is_refused_with_the_status_that_says_so(platform: Platform) -> None:
    platform.create(custom_action())
    with pytest.raises(PlatformError) as refused:
        platform.create(custom_action(description="another one"))
    assert (refused.value.code, refused.value.status) == ("AJO505", 409)
    found = platform.find(custom_action().key)
    assert found is not None
    assert found.document["description"] == ""


def test_a_rename_keeps_the_uid_and_a_taken_name_is_refused(platform: Platform) -> None:
    _, remote = live(platform.create(custom_action()).resource)
    renamed, after = live(platform.update(custom_action(name="Hello"), remote).resource)
    assert (renamed.key.identity, after.uid) == ("Hello", remote.uid)
    assert platform.find(custom_action().key) is None
    _, second = live(platform.create(custom_action()).resource)
    assert second.uid != remote.uid
    with pytest.raises(PlatformError) as refused:
        platform.update(custom_action(name="Hello"), second)
    assert refused.value.status == 409


def test_an_update_of_what_is_gone_says_so(platform: Platform) -> None:
    _, remote = live(platform.create(custom_action()).resource)
    platform.delete(custom_action().key, remote)
    with pytest.raises(PlatformError) as refused:
        platform.update(custom_action(), remote)
    assert refused.value.code == "AJO508"


def test_who_uses_an_action_is_told(place: Place, platform: Platform) -> None:
    platform.create(custom_action())
    place.use("Welcome", "Deployed")
    _, remote = live(platform.find(custom_action().key))
    assert [(use.journey_id, use.name, use.status) for use in remote.used_in] == [("j1", "Hello", "Deployed")]
    found = platform.read().catalog.get(custom_action().key)
    assert found is not None
    assert found.remote == remote


QUERY = {"method": "POST", "url": "https://api.example.com/v1", "query": {"team": "crm"}}
FREE = [
    {"description": "Says hello."},
    {"endpoint": {"method": "POST", "url": "https://api.example.com/v2"}},
    {"authentication": {"type": "apiKey", "name": "k", "value": "${secret:k}", "location": "header"}},
]
LOCKED = [{"request": {"n": 1}}, {"endpoint": {"method": "PUT", "url": "https://api.example.com/v1"}}]


@pytest.mark.parametrize("status", ["Draft", "Deployed"])
@pytest.mark.parametrize("changes", FREE)
def test_what_is_free_may_change_while_a_journey_uses_the_action(
    place: Place, platform: Platform, status: str, changes: dict[str, Any]
) -> None:
    _, remote = live(platform.create(custom_action()).resource)
    place.use("Welcome", status)
    assert (
        differing(custom_action(**changes), platform.update(custom_action(**changes), remote).resource) == []
    )


@pytest.mark.parametrize(
    ("status", "changes"),
    [*(("Deployed", changes) for changes in LOCKED), ("Draft", LOCKED[0]), ("Deployed", {"endpoint": QUERY})],
)
def test_what_a_journey_locks_is_refused_and_stays(
    place: Place, platform: Platform, status: str, changes: dict[str, Any]
) -> None:
    created, remote = live(platform.create(custom_action()).resource)
    place.use("Welcome", status)
    with pytest.raises(PlatformError) as refused:
        platform.update(custom_action(**changes), remote)
    assert (refused.value.code, refused.value.outcome) == ("AJO505", Outcome.REFUSED)
    with pytest.raises(PlatformError) as kept:
        platform.delete(created.key, remote)
    assert kept.value.code == "AJO505"
    found = platform.fetch(created.key, remote)
    assert found is not None
    assert same_json(found.document, created.document)


@pytest.mark.parametrize(("status", "changes"), [("Draft", {"endpoint": QUERY}), ("Stopped", LOCKED[0])])
def test_what_a_journey_does_not_lock_changes_and_goes(
    place: Place, platform: Platform, status: str, changes: dict[str, Any]
) -> None:
    _, remote = live(platform.create(custom_action()).resource)
    place.use("Welcome", status)
    updated, after = live(platform.update(custom_action(**changes), remote).resource)
    assert differing(custom_action(**changes), updated) == []
    if status == "Stopped":
        assert platform.delete(updated.key, after).resource is None


def test_a_fingerprint_tells_states_apart_and_not_readings_or_users(place: Place, platform: Platform) -> None:
    _, first = live(platform.create(custom_action()).resource)
    place.use("Welcome", "Draft")
    _, used = live(platform.find(custom_action().key))
    _, changed = live(platform.update(custom_action(description="x"), first).resource)
    _, back = live(platform.find(custom_action().key))
    assert first.fingerprint == used.fingerprint != changed.fingerprint == back.fingerprint


def test_a_secret_reads_back_as_a_mask_and_is_shown_nowhere(place: Place, platform: Platform) -> None:
    created, _ = live(platform.create(custom_action()).resource)
    assert created.document["authentication"]["password"] == MASKED
    assert PASSWORD not in repr(platform.read()) + repr(created.document)
    files = [file.read_bytes() for file in place.root.rglob("*") if file.is_file()]
    assert not [content for content in files if PASSWORD.encode() in content]


def test_many_may_write_at_once(platform: Platform) -> None:
    actions = [custom_action(name=f"Welcome{number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(platform.create, actions))
    assert {one.resource.key for one in written if one.resource} == {one.key for one in actions}
    assert set(platform.read().catalog.resources) == {one.key for one in actions}

"""A folder as a target: what is in its files, what is not, and whatever somebody puts beside them."""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform.samples import capping_definition, custom_action, resource
from tests.strategies import Refs, campaign_actions, custom_actions, endpoint_configs, throttling_configs
from toolkit.core.redact import MASK
from toolkit.model.catalog import RemoteRef, Resource
from toolkit.model.text import MASKED
from toolkit.plan.merge import compare
from toolkit.plan.types import Verdict
from toolkit.platform.port import PlatformError
from toolkit.targets import DirectoryPlatform
from toolkit.targets.directory import LIVE
from toolkit.workspace.load import load_file

SECRETS = Refs(secrets=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def target(folder: Path) -> DirectoryPlatform:
    return DirectoryPlatform(folder, inside=folder.parent)


def put(target: DirectoryPlatform, wanted: Resource) -> tuple[Resource, RemoteRef]:
    found = target.create(wanted).resource
    assert found is not None
    assert found.remote is not None
    return found, found.remote


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


@given(custom_actions(SECRETS) | campaign_actions() | endpoint_configs() | throttling_configs())
def test_whatever_can_be_defined_reads_back_as_it_was_written(raw: dict[str, Any]) -> None:
    wanted = resource(raw)
    with tempfile.TemporaryDirectory() as root:
        target = DirectoryPlatform(Path(root) / "out", inside=Path(root), production=True)
        written, _ = put(target, wanted)
        changes = compare(wanted.document, written.document)
        assert [one for one in changes if one.verdict is not Verdict.UNKNOWABLE] == []
        assert target.find(wanted.key) == written
        assert [path for path in Path(root).rglob("*") if not path.is_relative_to(Path(root) / "out")] == []


@given(st.text(min_size=1, max_size=60), st.data())
def test_no_identity_leads_out_of_the_folder(text: str, data: st.DataObject) -> None:
    url = data.draw(
        st.sampled_from([text, f"../../{text}", f"/{text}", f"{text}\x00", "..", "con", "a/../.."])
    )
    wanted = capping_definition()
    document = {**wanted.document, "url": url}
    with tempfile.TemporaryDirectory() as root:
        target = DirectoryPlatform(Path(root) / "out", inside=Path(root))
        key = type(wanted.key)(wanted.key.kind, url)
        with suppress(PlatformError):  # nothing that a definition could say
            target.create(Resource(key, "limit", document))
        assert {path.parent for path in files(Path(root))} <= {Path(root) / "out" / "cappings"}


def test_a_file_is_a_definition_that_can_be_read(target: DirectoryPlatform, folder: Path) -> None:
    put(target, custom_action())
    put(target, capping_definition())
    for path in files(folder):
        loaded, findings = load_file(folder.parent, path)
        assert loaded is not None
        assert findings == []


def test_a_file_keeps_references_and_no_value_of_a_secret(target: DirectoryPlatform, folder: Path) -> None:
    put(target, custom_action())
    put(
        target,
        custom_action(
            name="Typed", authentication={"type": "basic", "username": "u", "password": "typed-in"}
        ),
    )
    referring, typed = (json.loads(path.read_text())["authentication"] for path in reversed(files(folder)))
    assert referring["password"] == "${secret:p}"
    assert typed["password"] == MASK


def test_a_secret_in_a_header_reads_back_as_a_mask_too(target: DirectoryPlatform) -> None:
    endpoint = {
        "method": "POST",
        "url": "https://a.example.com/",
        "headers": {"X-Team": "t-${secret:team@2}"},
    }
    found, remote = put(target, custom_action(endpoint=endpoint))
    assert found.document["endpoint"]["headers"]["X-Team"] == MASKED
    endpoint["headers"] = {"X-Team": "t-${secret:team@3}"}
    again = target.update(custom_action(endpoint=endpoint), remote).resource
    assert again is not None
    assert again.remote is not None
    assert again.remote.fingerprint != remote.fingerprint


def test_files_are_for_their_owner_and_nothing_half_written_is_left(
    target: DirectoryPlatform, folder: Path
) -> None:
    _, remote = put(target, custom_action())
    target.update(custom_action(description="x"), remote)
    (path,) = files(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name.startswith("Welcome.")


def test_a_reader_sees_the_old_file_or_the_new_one(target: DirectoryPlatform, folder: Path) -> None:
    _, remote = put(target, custom_action(description="a" * 9000))
    other = DirectoryPlatform(folder, inside=folder.parent)
    with ThreadPoolExecutor(2) as pool:
        writing = [
            pool.submit(target.update, custom_action(description=letter * 9000), remote)
            for letter in "bcd" * 5
        ]
        while not all(one.done() for one in writing):
            found = other.find(custom_action().key)
            assert found is not None
            assert len(set(found.document["description"])) == 1
    assert [one.exception() for one in writing] == [None] * 15


def test_of_two_who_create_one_name_one_is_refused(folder: Path) -> None:
    def create(number: int) -> str:
        try:
            target = DirectoryPlatform(folder, inside=folder.parent)
            target.create(custom_action(description=str(number)))
        except PlatformError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(create, range(8)))
    assert sorted(ended) == ["AJO505"] * 7 + ["done"]
    assert len(DirectoryPlatform(folder, inside=folder.parent).read().catalog) == 1


def test_an_edit_by_hand_is_read_as_the_change_it_is(target: DirectoryPlatform, folder: Path) -> None:
    _, remote = put(target, custom_action())
    (path,) = files(folder)
    path.write_text(path.read_text().replace('"description": ""', '"description": "theirs"'))
    found = target.find(custom_action().key)
    assert found is not None
    assert found.remote is not None
    assert (found.document["description"], found.remote.uid) == ("theirs", remote.uid)
    assert (found.remote.fingerprint != remote.fingerprint, found.remote.state) == (True, LIVE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "one JSON object"),
        (b'{"kind": "CustomAction", "name": "Welcome"}', "missing"),
        (b'{"a": 1, "a": 2}', "repeats a key"),
        (b"[" * 5000, "nested"),
    ],
)
def test_what_is_no_definition_is_listed_as_not_understood_and_never_written_over(
    target: DirectoryPlatform, folder: Path, content: bytes, words: str
) -> None:
    _, remote = put(target, custom_action())
    (path,) = files(folder)
    path.write_bytes(content)
    (other,) = target.read().others
    assert words in other.reason
    assert other.uid == remote.uid
    with pytest.raises(PlatformError, match="Welcome") as refused:
        target.fetch(custom_action().key, remote)
    assert refused.value.code == "AJO504"
    assert path.read_bytes() == content


def test_a_value_that_is_not_filled_in_and_a_wrong_folder_are_not_understood(
    target: DirectoryPlatform, folder: Path
) -> None:
    put(target, custom_action())
    (path,) = files(folder)
    path.write_text(path.read_text().replace("api.example.com", "${host}"))
    assert "needs the value host" in target.read().others[0].reason
    put(target, capping_definition())
    (limit,) = (folder / "cappings").iterdir()
    limit.rename(folder / "actions" / limit.name)
    assert {one.reason for one in target.read().others} >= {"a EndpointConfig stands in the wrong folder"}


def test_files_that_no_sync_names_are_told_and_others_are_left_alone(
    target: DirectoryPlatform, folder: Path
) -> None:
    put(target, custom_action())
    (folder / "actions" / "Mine.json").write_text("{}")
    (folder / "actions" / "README.md").write_text("Who keeps this.")
    (folder / "actions" / ".Welcome.tmp").write_text("half")
    state = target.read()
    assert len(state.catalog) == 1
    assert [(one.uid, one.reason) for one in state.others] == [("Mine", "its name is none that a sync gives")]


def test_two_files_of_one_name_stop_everything(target: DirectoryPlatform, folder: Path) -> None:
    put(target, custom_action())
    (path,) = files(folder)
    path.with_name("Other.0123456789ab.json").write_bytes(path.read_bytes())
    for ask in (target.read, lambda: target.find(custom_action().key)):
        with pytest.raises(PlatformError) as refused:
            ask()
        assert refused.value.code == "AJO507"


@pytest.mark.parametrize(
    "uid", ["../../etc/passwd", "a/b", "", "x.0123456789ab\n", "x.0123456789ab-99999", ".."]
)
def test_a_uid_that_none_has_is_never_part_of_a_path(
    target: DirectoryPlatform, folder: Path, uid: str
) -> None:
    (folder.parent / "outside.json").write_text("mine")
    remote = RemoteRef(uid, "sha256:0", LIVE)
    key = custom_action().key
    for act in (
        lambda: target.fetch(key, remote),
        lambda: target.delete(key, remote),
        lambda: target.update(custom_action(), remote),
    ):
        with pytest.raises(PlatformError) as refused:
            act()
        assert refused.value.code == "AJO504"
    assert (folder.parent / "outside.json").read_text() == "mine"


def test_a_link_is_never_followed(target: DirectoryPlatform, folder: Path) -> None:
    _, remote = put(target, custom_action())
    (path,) = files(folder)
    outside = folder.parent / "outside.json"
    path.rename(outside)
    kept = outside.read_bytes()
    path.symlink_to(outside)
    assert [one.reason for one in target.read().others] == ["it is no regular file"]
    target.delete(custom_action().key, remote)
    assert (outside.read_bytes(), os.path.lexists(path)) == (kept, False)


@pytest.mark.parametrize("where", ["out", "out/actions"])
def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path, where: str) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = root / where
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    target = DirectoryPlatform(root / "out", inside=root)
    for act in (target.read, lambda: target.create(custom_action())):
        with pytest.raises(PlatformError) as refused:
            act()
        assert refused.value.code == "AJO501"
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["{", "[1]", '{"a": 1}', '[{"journeyId": 1, "name": "a", "status": "b", "actions": []}]']
)
def test_who_uses_what_is_not_guessed(target: DirectoryPlatform, folder: Path, content: str) -> None:
    put(target, custom_action())
    (folder / "journeys.json").write_text(content)
    with pytest.raises(PlatformError) as refused:
        target.read()
    assert refused.value.code == "AJO504"
    assert "journeys.json" in refused.value.message


def test_names_that_only_some_file_systems_tell_apart_have_files_of_their_own(
    target: DirectoryPlatform, folder: Path
) -> None:
    for name in ("Welcome", "WELCOME", "welcome"):
        put(target, custom_action(name=name))
    assert len({path.name.lower() for path in files(folder)}) == 3
    assert len(target.read().catalog) == 3

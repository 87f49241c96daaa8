"""A quick check says what looking at everything says: with helpers, with a cache, whatever became of it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import definitions
from tests.scenarios.desk import Desk, action, capping
from toolkit.app.check import check
from toolkit.app.validate import validate
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import Finding
from toolkit.workspace.cache import FOLDER
from toolkit.workspace.load import open_workspace

SETTINGS = """
[targets.{name}]
organisation = "LOCAL@AdobeOrg"
sandbox = "{name}"
client-id = "client"
client-secret = "${{secret:platform/client-secret}}"
values = {{ host = "{host}", a_1 = "one" }}
"""
NAMES = st.sampled_from(["A.json", "b/A.json", "b/B.capping.json", "c.json"])
CONTENTS = definitions.map(dump_json) | st.sampled_from(["{", "[]", '{"a": 1, "a": 2}', "\ufeff{}", ""])
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, CONTENTS),
        st.tuples(st.just("remove"), NAMES, st.just("")),
        st.tuples(st.just("host"), st.just(""), st.sampled_from(["one.example", "10.0.0.1", "localhost"])),
        st.tuples(st.just("nothing"), st.just(""), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


def settled(root: Path, host: str) -> None:
    both = (SETTINGS.format(name="stage", host=host), SETTINGS.format(name="prod", host="two.example"))
    (root / "ajo.toml").write_text("".join(both), encoding="utf-8")


def plainly(root: Path) -> tuple[Finding, ...]:
    return validate(open_workspace(root))


def edit(root: Path, what: str, name: str, content: str) -> None:
    file = root / "actions" / name
    match what:
        case "write":
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content.encode("utf-8", "surrogatepass"))
        case "remove":
            file.unlink(missing_ok=True)
        case "host":
            settled(root, content)


@law
@given(EDITS)
def test_after_any_edits_a_kept_answer_is_a_fresh_answer(edits: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "actions").mkdir()
        settled(root, "one.example")
        for step in edits:
            edit(root, *step)
            assert check(root).findings == plainly(root)


def workspace(desk: Desk) -> Path:
    desk.write(action("Hello", endpoint={"method": "POST", "url": "https://10.0.0.1/"}))
    desk.write(action("Hidden", description="Try it\x07."))
    desk.write(capping("limit", "api.example.com"))
    return desk.root


def test_helpers_find_what_one_process_finds(desk: Desk) -> None:
    root = workspace(desk)
    for number in range(300):
        desk.write(action(f"More{number}", endpoint={"method": "POST", "url": f"http://{number}.example/"}))
    assert check(root, keep=False, helpers=2).findings == plainly(root)


def test_the_files_that_hold_definitions_are_counted_as_before(desk: Desk) -> None:
    root = workspace(desk)
    (root / "actions" / "broken.json").write_text("{")
    for _ in range(2):
        assert check(root).files == tuple(item.file for item in open_workspace(root).definitions)


def kept_files(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob("*.json"))


def test_nothing_is_kept_when_it_was_not_asked_for(desk: Desk) -> None:
    check(workspace(desk), keep=False)
    assert not (desk.root / ".ajo").exists()


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\x00", b"0" * 64 + b"\nnull", b"[" * 100_000])
def test_a_damaged_cache_is_written_anew(desk: Desk, damage: bytes) -> None:
    root = workspace(desk)
    expected = check(root).findings
    for file in kept_files(root):
        file.write_bytes(damage)
    assert check(root).findings == expected
    assert all(file.read_bytes() != damage for file in kept_files(root))


def test_a_truncated_cache_is_not_believed(desk: Desk) -> None:
    root = workspace(desk)
    expected = check(root).findings
    for file in kept_files(root):
        file.write_bytes(file.read_bytes()[:-3])
    assert check(root).findings == expected


def test_a_cache_signed_elsewhere_can_not_hide_a_finding(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(desk)
    expected = check(root).findings
    for file in kept_files(root):
        mark, _, body = file.read_bytes().partition(b"\n")
        emptied = json.loads(body)
        if file.name == "whole.json":
            emptied[1] = []
        file.write_bytes(mark + b"\n" + json.dumps(emptied, separators=(",", ":")).encode())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another-home"))
    assert check(root).findings == expected


def test_what_is_kept_is_for_its_owner_alone_and_ignored_by_git(desk: Desk) -> None:
    root = workspace(desk)
    check(root)
    assert stat.S_IMODE((root / FOLDER).stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept_files(root)} == {0o600}
    assert (root / FOLDER / ".gitignore").read_text() == "*\n"


def test_a_folder_that_can_not_be_written_is_no_error(desk: Desk) -> None:
    root = workspace(desk)
    (root / ".ajo").write_text("a file where the folder would be")
    assert check(root).findings == plainly(root)


def test_nothing_is_written_where_a_link_leads_out_of_the_workspace(desk: Desk, tmp_path: Path) -> None:
    root = workspace(desk)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / ".ajo").symlink_to(elsewhere)
    assert check(root).findings == plainly(root)
    assert list(elsewhere.iterdir()) == []


def test_without_a_home_nothing_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    root = workspace(desk)
    assert check(root).findings == plainly(root)
    assert not (root / ".ajo").exists()


def test_what_is_gone_is_kept_no_longer(desk: Desk) -> None:
    root = workspace(desk)
    check(root)
    before = (root / FOLDER / "files.json").stat().st_size
    next((root / "actions").rglob("Hello.json")).unlink()
    check(root)
    assert (root / FOLDER / "files.json").stat().st_size < before


def test_copies_of_the_process_find_what_one_process_finds(desk: Desk) -> None:
    root = workspace(desk)
    for number in range(300):
        desk.write(action(f"More{number}", endpoint={"method": "POST", "url": f"http://{number}.example/"}))
    script = f"""
from pathlib import Path
from toolkit.app.check import check
from toolkit.app.forks import can_fork
from toolkit.app.validate import validate
from toolkit.workspace.load import open_workspace
assert can_fork()
root = Path({str(root)!r})
assert check(root, keep=False, helpers=2).findings == validate(open_workspace(root))
"""
    subprocess.run([sys.executable, "-c", script], check=True)

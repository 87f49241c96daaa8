"""What a change of files looks like from outside."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.workspace.lookout import Lookout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "actions/team").mkdir(parents=True)
    (folder / "ajo.toml").write_text("")
    (folder / "actions/team/Hello.json").write_text("{}")
    return folder


def edited(root: Path) -> None:
    (root / "actions/team/Hello.json").write_text('{"a": 1}')


def added(root: Path) -> None:
    (root / "actions/New.json").write_text("{}")


def removed(root: Path) -> None:
    (root / "actions/team/Hello.json").unlink()


def renamed(root: Path) -> None:
    (root / "actions/team/Hello.json").rename(root / "actions/team/Other.json")


def replaced_by_an_equal_one_of_the_same_time(root: Path) -> None:
    file = root / "actions/team/Hello.json"
    before = file.stat()
    (root / "new").write_text("{}")
    os.utime(root / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (root / "new").replace(file)


def settings_edited(root: Path) -> None:
    (root / "ajo.toml").write_text("[targets]\n")


def settings_removed(root: Path) -> None:
    (root / "ajo.toml").unlink()


def settings_of_the_other_name_added(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.ajo]\n")


def link_out_of_the_workspace(root: Path) -> None:
    (root / "actions/link").symlink_to("/nowhere")


CHANGES = [
    edited,
    added,
    removed,
    renamed,
    replaced_by_an_equal_one_of_the_same_time,
    settings_edited,
    settings_removed,
    settings_of_the_other_name_added,
    link_out_of_the_workspace,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.replace("_", " "))
def test_a_change_is_seen_once(root: Path, change: Callable[[Path], None]) -> None:
    lookout = Lookout(root)
    before = lookout.look()
    change(root)
    after = lookout.look()
    assert after != before
    assert lookout.look() == after


def note_added(root: Path) -> None:
    (root / "actions/README.md").write_text("read me")


def hidden_file_added(root: Path) -> None:
    (root / "actions/.Hello.json.a1b2").write_text("{")


def hidden_folder_added(root: Path) -> None:
    (root / "actions/.cache").mkdir()
    (root / "actions/.cache/X.json").write_text("{}")


def something_else_added(root: Path) -> None:
    (root / "other.json").write_text("{}")


@pytest.mark.parametrize(
    "change",
    [note_added, hidden_file_added, hidden_folder_added, something_else_added],
    ids=lambda change: change.__name__.replace("_", " "),
)
def test_what_is_no_definition_is_no_change(root: Path, change: Callable[[Path], None]) -> None:
    lookout = Lookout(root)
    before = lookout.look()
    change(root)
    assert lookout.look() == before


def test_another_folder_in_the_settings_is_followed(root: Path) -> None:
    lookout = Lookout(root)
    lookout.look()
    (root / "elsewhere").mkdir()
    (root / "ajo.toml").write_text('actions = "elsewhere"\n')
    before = lookout.look()
    (root / "elsewhere/New.json").write_text("{}")
    assert lookout.look() != before


@pytest.mark.parametrize("settings", ['actions = "/"\n', "not toml [", 'actions = "none"\n'])
def test_a_folder_outside_or_missing_and_broken_settings_are_no_obstacle(root: Path, settings: str) -> None:
    (root / "ajo.toml").write_text(settings)
    assert len(Lookout(root).look()) <= 4


def test_a_link_that_leads_nowhere_is_seen(root: Path) -> None:
    link_out_of_the_workspace(root)
    assert Lookout(root).look()[str(root / "actions/link")] is None

"""What commits put into a workspace since another, whatever the shape of the history between them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.test_history import QUIET, Repo, run, text_of
from toolkit.core.errors import AjoError
from toolkit.workspace.git import Repository
from toolkit.workspace.history import versions_since
from toolkit.workspace.load import open_workspace
from toolkit.workspace.synced import commit_before_push, reference_of, standing


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def names_since(repo: Repo, base: str, folders: Sequence[str] = ("actions",)) -> set[str]:
    found = versions_since(repo.root, repo.read(base), folders, QUIET)
    return {item.definition.name for item in found.definitions}


def head(repo: Repo) -> str:
    return run(repo.top, "rev-parse", "HEAD")


def test_every_version_that_a_commit_brought_is_found_and_what_is_at_the_base_is_not(repo: Repo) -> None:
    base = head(repo)
    repo.write("actions/acme/Two.json", text_of("Two", "https://a.example.com/"))
    repo.commit()
    repo.write("actions/acme/Two.json", text_of("Two", "https://b.example.com/"))
    repo.commit()
    (repo.root / "actions/acme/Two.json").unlink()
    repo.commit()
    found = versions_since(repo.root, repo.read(base), ["actions"], QUIET)
    assert len(found.definitions) == 2
    assert names_since(repo, base) == {"Two"}


def test_a_moved_file_is_found_at_its_new_place(repo: Repo) -> None:
    base = head(repo)
    (repo.root / "actions/acme/One.json").rename(repo.root / "actions/acme/Moved.json")
    repo.commit()
    found = versions_since(repo.root, repo.read(base), ["actions"], QUIET)
    assert [item.file for item in found.definitions] == ["actions/acme/Moved.json"]


def test_both_sides_of_a_merge_and_what_only_the_merge_has_are_found(repo: Repo) -> None:
    base = head(repo)
    run(repo.top, "checkout", "--quiet", "-b", "side")
    repo.write("actions/acme/Side.json", text_of("Side"))
    repo.commit()
    run(repo.top, "checkout", "--quiet", "main")
    repo.write("actions/acme/Main.json", text_of("Main"))
    repo.commit()
    run(repo.top, "merge", "--quiet", "--no-ff", "--no-commit", "side")
    repo.write("actions/acme/Merge.json", text_of("Merge"))
    repo.commit()
    assert names_since(repo, base) == {"Side", "Main", "Merge"}


def test_a_base_on_another_branch_finds_what_is_here_alone(repo: Repo) -> None:
    run(repo.top, "checkout", "--quiet", "-b", "side")
    repo.write("actions/acme/Side.json", text_of("Side"))
    side = repo.commit()
    run(repo.top, "checkout", "--quiet", "main")
    repo.write("actions/acme/Main.json", text_of("Main"))
    repo.commit()
    assert names_since(repo, side) == {"Main"}


def test_what_nobody_could_have_synced_is_left_out(repo: Repo) -> None:
    base = head(repo)
    repo.write("actions/acme/Broken.json", "{")
    repo.write("actions/README.md", "words")
    (repo.root / "actions/acme/Link.json").symlink_to("One.json")
    repo.commit()
    assert names_since(repo, base) == set()


def test_settings_that_a_commit_changed_are_found_with_their_text(repo: Repo) -> None:
    base = head(repo)
    repo.write("ajo.toml", 'actions = "other"\n')
    repo.write("other/Two.json", text_of("Two"))
    repo.commit()
    found = versions_since(repo.root, repo.read(base), ["actions", "other"], QUIET)
    assert found.settings == (("ajo.toml", 'actions = "other"\n'),)
    assert names_since(repo, base, ["actions", "other"]) == {"Two"}


def test_a_workspace_below_the_top_finds_its_own(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "below/here")
    base = head(repo)
    repo.write("actions/acme/Two.json", text_of("Two"))
    (repo.top / "actions").mkdir()
    (repo.top / "actions/Not.json").write_text(text_of("Not"))
    repo.commit()
    assert names_since(repo, base) == {"Two"}


def test_the_users_settings_of_git_change_nothing(repo: Repo) -> None:
    base = head(repo)
    for name, value in (("diff.renames", "copies"), ("log.showSignature", "true"), ("diff.noprefix", "true")):
        run(repo.top, "config", name, value)
    repo.write("actions/acme/Two.json", text_of("Two"))
    repo.commit()
    assert names_since(repo, base) == {"Two"}


def test_the_number_of_processes_does_not_grow_with_files_and_commits(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = 0
    original = subprocess.Popen.__init__

    def counting(self: Any, *arguments: Any, **options: Any) -> None:
        nonlocal started
        started += 1
        original(self, *arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", counting)
    counts = []
    for files in (1, 20):
        base = head(repo)
        for number in range(files):
            repo.write(f"actions/acme/F{number}.json", text_of(f"F{number}", f"https://{files}.example.com/"))
            repo.commit()
        snapshot = repo.read(base)
        started = 0
        assert len(versions_since(repo.root, snapshot, ["actions"], QUIET).definitions) == files
        counts.append(started)
    assert counts[0] == counts[1]


def test_a_reference_is_told_from_one_whose_name_it_begins(repo: Repo) -> None:
    run(repo.top, "update-ref", "refs/ajo/synced/prod/eu", "HEAD")
    repository = Repository.around(repo.root, QUIET)
    assert repository.reference("refs/ajo/synced/prod") is None
    assert repository.reference("refs/ajo/synced/prod/eu") == head(repo)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("prod", "refs/ajo/synced/prod"),
        ("eu prod", "refs/ajo/synced/eu%20prod"),
        ("..", "refs/ajo/synced/%2E%2E"),
        ("a/b", "refs/ajo/synced/a%2Fb"),
        ("Zürich", "refs/ajo/synced/Z%C3%BCrich"),
    ],
)
def test_any_name_of_a_target_is_a_name_for_git(repo: Repo, target: str, name: str) -> None:
    assert reference_of(target) == name
    run(repo.top, "check-ref-format", name)


@pytest.mark.parametrize(
    ("file", "is_named"),
    [
        ("actions/acme/New.json", True),
        ("ajo.toml", True),
        ("ajo-waivers.json", True),
        ("notes.md", False),
        ("actions/README.md", False),
    ],
)
def test_only_what_a_sync_reads_has_to_be_committed(repo: Repo, file: str, is_named: bool) -> None:
    repo.write(file, SETTINGS_TEXT if file.endswith("toml") else "{}")
    stood = standing(open_workspace(repo.root), "here", QUIET, ("ajo-waivers.json",))
    assert stood is not None
    assert stood.changed == ((file,) if is_named else ())


SETTINGS_TEXT = 'actions = "actions"\n# changed\n'


def test_there_is_no_standing_outside_of_git_and_before_the_first_commit(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "ajo.toml").write_text(SETTINGS_TEXT)
    assert standing(open_workspace(tmp_path), "here", QUIET) is None
    run(tmp_path, "init", "--quiet")
    assert standing(open_workspace(tmp_path), "here", QUIET) is None


def test_two_syncs_at_once_do_not_take_the_reference_from_each_other(repo: Repo) -> None:
    from toolkit.workspace.synced import move

    stood = standing(open_workspace(repo.root), "here", QUIET)
    assert stood is not None
    later = repo.commit()
    run(repo.top, "update-ref", stood.name, later)
    with pytest.raises(AjoError, match="could not be moved") as raised:
        move(stood)
    assert raised.value.code == "AJO825"
    assert run(repo.top, "rev-parse", stood.name) == later


@pytest.mark.parametrize("text", ["", "[]", "{", '{"before": 7}', '{"before": "' + "0" * 40 + '"}'])
def test_an_event_without_a_commit_before_it_names_none(tmp_path: Path, text: str) -> None:
    event = tmp_path / "event.json"
    event.write_text(text)
    push = {"GITHUB_EVENT_NAME": "push"}
    assert commit_before_push({**push, "GITHUB_EVENT_PATH": str(event)}) is None
    assert commit_before_push({**push, "GITHUB_EVENT_PATH": str(tmp_path / "none.json")}) is None


def test_where_a_pull_request_was_before_is_not_where_its_target_was(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"before": "' + "1" * 40 + '"}')
    variables = {"GITHUB_EVENT_PATH": str(event)}
    assert commit_before_push({**variables, "GITHUB_EVENT_NAME": "pull_request"}) is None
    assert commit_before_push({**variables, "GITHUB_EVENT_NAME": "push"}) == "1" * 40

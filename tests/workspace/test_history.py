"""Definitions as they were: exactly what was committed, whatever is around it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from toolkit.core.errors import AjoError
from toolkit.workspace import git_process
from toolkit.workspace.history import Snapshot, read_revision, split_revision
from toolkit.workspace.load import open_workspace

SETTINGS = 'actions = "actions"\n'
COMMAND = shutil.which("git") or "git"
QUIET = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}


def text_of(name: str, url: str = "https://example.com/") -> str:
    return (
        f'{{"$schema": "s", "formatVersion": 1, "kind": "CustomAction", "name": "{name}", '
        f'"endpoint": {{"method": "POST", "url": "{url}"}}}}\n'
    )


def run(folder: Path, *arguments: str) -> str:
    wanted = ("user.name=A", "user.email=a@b.c", "protocol.file.allow=always", "commit.gpgsign=false")
    options = [part for one in (*wanted, "init.defaultBranch=main") for part in ("-c", one)]
    done = subprocess.run(
        [COMMAND, *options, *arguments], cwd=folder, env=QUIET, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Repo:
    """A repository whose workspace is at `root`, perhaps below the top."""

    def __init__(self, top: Path, below: str = "") -> None:
        self.top, self.root = top, top / below
        self.root.mkdir(parents=True, exist_ok=True)
        run(top, "init", "--quiet")
        self.write("ajo.toml", SETTINGS)
        self.write("actions/acme/One.json", text_of("One"))
        self.commit()

    def write(self, file: str, text: str | bytes) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(self, message: str = "Work") -> str:
        run(self.top, "add", "--all")
        run(self.top, "commit", "--quiet", "--message", message, "--allow-empty")
        return run(self.top, "rev-parse", "HEAD")

    def read(
        self,
        revision: str = "HEAD",
        path: str | None = None,
        environment: Mapping[str, str] = QUIET,
        root: Path | None = None,
    ) -> Snapshot:
        return read_revision(root or self.root, revision, environment, path)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def names(snapshot: Snapshot) -> list[str]:
    return [item.definition.name for item in snapshot.definitions]


def refused(**asked: Any) -> str:
    repo = asked.pop("repo")
    with pytest.raises(AjoError) as raised:
        repo.read(**asked)
    return raised.value.code


def test_definitions_and_settings_are_read_as_they_were_committed(repo: Repo) -> None:
    first = run(repo.top, "rev-parse", "HEAD")
    repo.write("actions/acme/One.json", text_of("One", "https://changed.example.com/"))
    repo.write("ajo.toml", "# later\n")
    snapshot = repo.read()
    (item,) = snapshot.definitions
    assert (item.file, item.source.text) == ("actions/acme/One.json", text_of("One"))
    assert (snapshot.commit, snapshot.settings_file, snapshot.settings_text) == (first, "ajo.toml", SETTINGS)
    assert snapshot.findings == ()


def test_history_and_disk_give_the_same_definitions_and_findings(repo: Repo) -> None:
    repo.write("actions/acme/Two.json", text_of("Two"))
    repo.write("actions/acme/Broken.json", '{"kind": "CustomAction",')
    repo.write("actions/acme/Latin.json", b"\xff\xfe")
    repo.write("actions/acme/Huge.json", b" " * (1024 * 1024 + 7))
    repo.write("actions/acme/.hidden.json", "nothing")
    repo.write("actions/.drafts/Three.json", text_of("Three"))
    repo.write("actions/README.md", "nothing")
    repo.write("actions/ä b/Vier.json", text_of("Vier"))
    repo.commit()
    loaded, snapshot = open_workspace(repo.root), repo.read()
    assert snapshot.definitions == tuple(sorted(loaded.definitions, key=lambda item: item.file))
    then = [(found.code, found.file, found.line) for found in snapshot.findings]
    assert then == [(found.code, found.file, found.line) for found in loaded.findings]


@pytest.mark.parametrize("revision", ["HEAD~1", "v1", "main~1", "HEAD^{/First}", "@{upstream}"])
def test_a_revision_is_whatever_git_calls_one(repo: Repo, tmp_path: Path, revision: str) -> None:
    run(repo.top, "commit", "--quiet", "--allow-empty", "--message", "First")
    run(repo.top, "tag", "--annotate", "--message", "x", "v1")
    run(repo.top, "branch", "old")
    run(repo.top, "branch", "--set-upstream-to", "old")
    repo.write("actions/acme/Two.json", text_of("Two"))
    repo.commit("Second")
    assert names(repo.read(revision)) == ["One"]


@pytest.mark.parametrize(
    "revision",
    [
        *("", "-", "--help", "--all", "--output=x", "-x", "nope", "HEAD..HEAD", "HEAD^@", "^HEAD", "a\0b"),
        *("HEAD:actions", "HEAD\n", " ", "--end-of-options", ":/", "HEAD~99", "refs/heads", "\ud800"),
    ],
)
def test_what_names_no_single_commit_is_refused(repo: Repo, revision: str) -> None:
    assert refused(repo=repo, revision=revision) == "AJO821"
    assert sorted(path.name for path in repo.root.iterdir()) == [".git", "actions", "ajo.toml"]


def test_a_path_within_the_revision_takes_the_place_of_the_settings(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "team/crm")
    repo.write("other/Two.json", text_of("Two"))
    repo.write("other/odd.name", text_of("Odd"))
    repo.commit()
    assert names(repo.read()) == ["One"]
    assert names(repo.read(path="team/crm/other")) == ["Two"]
    assert names(repo.read(path="./other/")) == ["Two"]
    assert names(repo.read(path="./other/odd.name")) == ["Odd"]
    assert names(repo.read(path="team/crm/actions/acme/One.json")) == ["One"]
    assert sorted(names(repo.read(path="."))) == ["One", "Two"]
    assert sorted(names(repo.read(path="team"))) == ["One", "Two"]
    assert repo.read(path="team").definitions[0].file == "actions/acme/One.json"


@pytest.mark.parametrize(
    "path", ["nope", "actions/Nope.json", "../x", "./../..", "/etc", "a\0b", "actions*", "\ud800"]
)
def test_a_path_that_is_not_there_is_refused(repo: Repo, path: str) -> None:
    assert refused(repo=repo, path=path) == "AJO824"


def test_the_top_of_the_repository_can_be_asked_for(repo: Repo) -> None:
    assert names(repo.read(path="")) == ["One"]


def test_a_workspace_that_was_not_there_yet_had_no_definitions(repo: Repo) -> None:
    run(repo.top, "checkout", "--quiet", "--orphan", "empty")
    run(repo.top, "rm", "-r", "--cached", "--quiet", ".")
    run(repo.top, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
    snapshot = repo.read()
    assert (snapshot.definitions, snapshot.settings_file, snapshot.findings) == ((), "", ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ajo.toml", 'actions = "definitions"'),
        ("pyproject.toml", '[tool.ajo]\nactions = "definitions"'),
        ("pyproject.toml", '[tool.ajo]\nactions = "./definitions/"'),
    ],
)
def test_settings_of_that_time_say_where_definitions_were(repo: Repo, name: str, text: str) -> None:
    (repo.root / "ajo.toml").unlink()
    repo.write(name, text)
    repo.write("definitions/Two.json", text_of("Two"))
    repo.commit()
    snapshot = repo.read()
    assert (names(snapshot), snapshot.settings_file) == (["Two"], name)


def test_a_project_file_without_our_table_is_not_ours(repo: Repo) -> None:
    (repo.root / "ajo.toml").unlink()
    repo.write("pyproject.toml", "[tool.other]\n")
    repo.commit()
    assert (repo.read().settings_file, names(repo.read())) == ("", ["One"])


@pytest.mark.parametrize(
    "text", ["actions = ", "actions = 1", 'actions = ""', 'actions = "../x"', 'actions = "/etc"', b"\xff"]
)
def test_broken_settings_of_that_time_are_a_finding(repo: Repo, text: str | bytes) -> None:
    repo.write("ajo.toml", text)
    repo.commit()
    snapshot = repo.read()
    assert [found.code for found in snapshot.findings] == ["AJO302"]
    assert names(snapshot) == ["One"]


def test_a_link_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(text_of("Outside"))
    (repo.root / "actions/acme/Away.json").symlink_to(tmp_path / "outside.json")
    (repo.root / "actions/acme/Two.json").symlink_to("One.json")
    repo.commit()
    snapshot = repo.read()
    assert names(snapshot) == ["One"]
    assert [(found.code, found.severity.value, found.file) for found in snapshot.findings] == [
        ("AJO823", "warning", "actions/acme/Away.json"),
        ("AJO823", "warning", "actions/acme/Two.json"),
    ]


@pytest.mark.parametrize("asked", [None, "actions/acme", "actions"])
def test_a_linked_folder_is_not_followed(repo: Repo, asked: str | None) -> None:
    (repo.root / "actions").rename(repo.root / "real")
    (repo.root / "actions").symlink_to("real")
    repo.commit()
    snapshot = repo.read(path=asked)
    assert names(snapshot) == []
    assert [(found.code, found.file) for found in snapshot.findings] == [("AJO823", "actions")]


def test_linked_settings_are_not_followed(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text('actions = "other"')
    (repo.root / "ajo.toml").unlink()
    (repo.root / "ajo.toml").symlink_to(tmp_path / "elsewhere.toml")
    repo.commit()
    snapshot = repo.read()
    assert ([found.code for found in snapshot.findings], names(snapshot)) == (["AJO823"], ["One"])


def test_settings_that_were_a_folder_are_none(repo: Repo) -> None:
    (repo.root / "ajo.toml").unlink()
    repo.write("ajo.toml/file", "x")
    repo.commit()
    assert repo.read().settings_file == ""


@pytest.mark.parametrize("place", ["actions/vendor", "actions"])
def test_a_submodule_is_not_read(repo: Repo, tmp_path: Path, place: str) -> None:
    other = Repo(tmp_path / "other")
    if place == "actions":
        shutil.rmtree(repo.root / "actions")
        repo.commit()
    run(repo.top, "submodule", "add", "--quiet", str(other.top), place)
    repo.commit()
    snapshot = repo.read()
    assert [(found.code, found.file) for found in snapshot.findings] == [("AJO823", place)]


def test_a_worktree_has_the_history_of_its_repository(repo: Repo, tmp_path: Path) -> None:
    run(repo.top, "branch", "feature")
    repo.write("actions/acme/Two.json", text_of("Two"))
    repo.commit()
    run(repo.top, "worktree", "add", "--quiet", str(tmp_path / "tree"), "feature")
    assert names(repo.read("main", root=tmp_path / "tree")) == ["One", "Two"]
    assert names(repo.read("HEAD", root=tmp_path / "tree")) == ["One"]


def test_a_shallow_clone_says_what_it_lacks(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Second")
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", "--depth", "1", repo.top.as_uri(), str(clone))
    assert names(repo.read(root=clone)) == ["One"]
    with pytest.raises(AjoError) as raised:
        repo.read("HEAD~1", root=clone)
    assert raised.value.code == "AJO822"
    assert "--unshallow" in raised.value.fix


@pytest.mark.parametrize("what", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_nothing(repo: Repo, tmp_path: Path, what: str) -> None:
    run(repo.top, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    options = ("--quiet", "--no-checkout", f"--filter={what}")
    run(tmp_path, "clone", *options, repo.top.as_uri(), str(clone))
    assert refused(repo=repo, root=clone) == "AJO822"


def test_a_bare_repository_and_the_inside_of_one_are_no_workspace(repo: Repo, tmp_path: Path) -> None:
    assert refused(repo=repo, root=repo.top / ".git") == "AJO820"
    run(tmp_path, "clone", "--quiet", "--bare", str(repo.top), "bare.git")
    assert refused(repo=repo, root=tmp_path / "bare.git") == "AJO820"


def test_a_folder_outside_of_any_repository_says_so(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(AjoError, match="not a git repository") as raised:
        repo.read(root=tmp_path)
    assert raised.value.code == "AJO820"


def test_without_git_it_says_what_to_do(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(AjoError) as raised:
        repo.read(environment={"PATH": str(tmp_path)})
    assert (raised.value.code, "Install git" in raised.value.fix) == ("AJO820", True)


def test_a_repository_without_commits_knows_no_revision(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    run(tmp_path / "new", "init", "--quiet")
    assert refused(repo=repo, root=tmp_path / "new") == "AJO821"


def test_the_environment_of_the_caller_leads_nowhere_else(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.write("actions/acme/Evil.json", text_of("Evil"))
    other.commit()
    trap = tmp_path / "trap"
    environment = {
        **QUIET,
        "GIT_DIR": str(other.top / ".git"),
        "GIT_WORK_TREE": str(other.top),
        "GIT_OBJECT_DIRECTORY": str(other.top / ".git/objects"),
        "GIT_INDEX_FILE": str(other.top / ".git/index"),
        "GIT_NAMESPACE": "evil",
        "GIT_TRACE": str(trap),
        "GIT_TRACE2": str(trap),
        "GIT_PAGER": f"touch {trap}",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.pager",
        "GIT_CONFIG_VALUE_0": f"touch {trap}",
    }
    assert names(repo.read(environment=environment)) == ["One"]
    assert not trap.exists()


def test_nothing_of_the_repository_is_run_or_changed(repo: Repo, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    script = repo.top / ".git/trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(script, repo.top / ".git/hooks" / name)
    for key in ("core.pager", "core.fsmonitor", "core.sshCommand", "core.editor", "diff.external"):
        run(repo.top, "config", key, str(script))
    run(repo.top, "config", "filter.evil.smudge", str(script))
    (repo.top / ".gitattributes").write_text("*.json filter=evil diff=evil\n")
    before = {path: path.stat().st_mtime_ns for path in (repo.top / ".git").rglob("*")}
    assert names(repo.read()) == ["One"]
    assert not trap.exists()
    assert {path: path.stat().st_mtime_ns for path in (repo.top / ".git").rglob("*")} == before


def test_replaced_objects_do_not_pass_for_what_was_committed(repo: Repo) -> None:
    first = run(repo.top, "rev-parse", "HEAD:actions/acme/One.json")
    other = repo.write("other", text_of("Other"))
    run(repo.top, "replace", first, run(repo.top, "hash-object", "-w", str(other)))
    assert names(repo.read()) == ["One"]


def test_names_that_are_not_text_are_shown_escaped(repo: Repo) -> None:
    path = os.fsencode(repo.root / "actions/acme") + b"/b\xffd.json"
    with open(path, "wb") as file:  # noqa: PTH123  # a path of bytes
        file.write(b"{")
    repo.commit()
    (found,) = repo.read().findings
    assert found.file == "actions/acme/b\\udcffd.json"


def test_a_name_may_hold_whatever_a_file_system_allows(repo: Repo) -> None:
    repo.write("actions/a\tb\nc/-x.json", text_of("Odd"))
    repo.commit()
    assert names(repo.read()) == ["Odd", "One"]


def counting(folder: Path) -> tuple[Path, dict[str, str]]:
    """An environment whose git writes a line into a log each time that it is started."""
    log, fake = folder / "log", folder / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho x >> {log}\nexec {COMMAND} "$@"\n')
    fake.chmod(0o755)
    return log, {**QUIET, "PATH": f"{fake.parent}:{QUIET['PATH']}"}


def test_the_number_of_processes_does_not_grow_with_the_number_of_files(repo: Repo, tmp_path: Path) -> None:
    log, environment = counting(tmp_path)
    repo.read(environment=environment)
    few = len(log.read_text().splitlines())
    for number in range(300):
        repo.write(f"actions/many/N{number}.json", text_of(f"N{number}"))
    repo.commit()
    assert len(repo.read(environment=environment).definitions) == 301
    assert len(log.read_text().splitlines()) == 2 * few <= 12


def test_a_base_of_ten_thousand_files_is_read_by_a_handful_of_processes(repo: Repo, tmp_path: Path) -> None:
    lines = ["commit refs/heads/many\n", "committer A <a@b.c> 0 +0000\n", "data 0\n"]
    for file, text in [
        ("ajo.toml", SETTINGS),
        *((f"actions/N{n}.json", text_of(f"N{n}")) for n in range(10_000)),
    ]:
        lines.append(f"M 100644 inline {file}\ndata {len(text)}\n{text}\n")
    subprocess.run(
        [COMMAND, "fast-import", "--quiet"],
        cwd=repo.top,
        env=QUIET,
        input="".join(lines),
        text=True,
        check=True,
    )
    log, environment = counting(tmp_path)
    assert len(repo.read("many", environment=environment).definitions) == 10_000
    assert len(log.read_text().splitlines()) <= 6


def test_git_that_dies_midway_is_an_error_not_half_a_workspace(repo: Repo, tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\ncase "$*" in *cat-file*) read line; echo "$line blob 999999"; exit 1;; esac\n'
        f'exec {COMMAND} "$@"\n'
    )
    fake.chmod(0o755)
    environment = {**QUIET, "PATH": f"{fake.parent}:{QUIET['PATH']}"}
    assert refused(repo=repo, environment=environment) == "AJO822"


def test_git_that_hangs_is_given_up(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)
    monkeypatch.setattr(git_process, "TIMEOUT_S", 0.2)
    environment = {**QUIET, "PATH": f"{fake.parent}:{QUIET['PATH']}"}
    assert refused(repo=repo, environment=environment) == "AJO820"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("main", ("main", None)),
        ("main:", ("main", "")),
        ("main:a/b", ("main", "a/b")),
        ("main:a:b", ("main", "a:b")),
        ("HEAD^{/fix: it}:a", ("HEAD^{/fix: it}", "a")),
        ("HEAD@{10:00}", ("HEAD@{10:00}", None)),
        (":a", ("", "a")),
        ("", ("", None)),
    ],
)
def test_a_revision_and_a_path_are_told_apart(text: str, parts: tuple[str, str | None]) -> None:
    assert split_revision(text) == parts

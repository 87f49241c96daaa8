"""Jobs on machines of their own: one syncs a target at a time, as a lease on their git remote says."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, Ran, action
from tests.scenarios.relay import PATIENCE_S, Relay, relay
from tests.scenarios.test_alone import creating
from tests.workflows.runner import git
from toolkit.core.errors import AjoError
from toolkit.notebook import Session

LEASE, SYNCED = "refs/ajo/lease/here", "refs/ajo/synced/here"


@dataclass(frozen=True, slots=True)
class Jobs:
    """Two clones of one remote, each as if on a machine of its own; `between` holds what creates."""

    one: Desk
    two: Desk
    remote: Path
    between: Relay

    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, desk: Desk) -> subprocess.Popen[str]:
        """Start a sync whose words go into a file beside the clone; the fixture waits for its end."""
        with desk.root.with_name(f"{desk.root.name}.said").open("w") as said:
            options = {"stdout": subprocess.DEVNULL, "stderr": said, "env": self.environment(desk)}
            self.started.append(desk.start("sync", "--yes", **options))
        return self.started[-1]

    def run(self, desk: Desk, *arguments: str) -> Ran:
        return desk.process(*arguments, env=self.environment(desk))

    def environment(self, desk: Desk) -> dict[str, str]:
        own = {name: text for name, text in desk.environment().items() if not name.startswith("GITHUB_")}
        return {**own, "XDG_STATE_HOME": str(desk.root.parent / f"state-{desk.root.name}")}

    def held(self) -> subprocess.Popen[str]:
        """A sync of the first that has the lease and waits at its first creation."""
        process = self.start(self.one)
        assert self.between.reached.wait(PATIENCE_S)
        return process

    def names(self) -> list[str]:
        return git(self.remote, "for-each-ref", "--format=%(refname)", "refs/ajo").splitlines()

    def let_end(self) -> None:
        """Put the end of the lease into the past."""
        terms = json.loads(git(self.remote, "cat-file", "blob", LEASE))
        terms["until"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        file = self.remote.parent / "terms.json"
        file.write_text(json.dumps(terms))
        git(self.remote, "update-ref", LEASE, git(self.remote, "hash-object", "-w", str(file)))


@pytest.fixture
def jobs(desk: Desk, tmp_path: Path) -> Iterator[Jobs]:
    with relay(desk.running, hold_before=creating) as between:
        desk.settings(**between.settings(), workers=1, lease="origin")
        desk.write(action("Alpha"))
        git(desk.root, "init", "--quiet")
        git(desk.root, "add", "--all")
        git(desk.root, "commit", "--quiet", "--message", "An action")
        remote = tmp_path / "remote.git"
        git(tmp_path, "clone", "--quiet", "--bare", str(desk.root), str(remote))
        one, two = (replace(desk, root=tmp_path / name) for name in ("one", "two"))
        for clone in (one, two):
            git(tmp_path, "clone", "--quiet", f"file://{remote}", str(clone.root))
        jobs = Jobs(one, two, remote, between)
        yield jobs
        between.release.set()
        for process in jobs.started:
            process.wait(PATIENCE_S)


def test_a_second_job_is_refused_and_told_who_holds_the_lease_and_until_when(jobs: Jobs) -> None:
    process = jobs.held()
    for command in ("sync", "rollback HEAD --apply", "target check --write-probe"):
        second = jobs.run(jobs.two, *command.split(), "--yes")
        assert (second.exit, second.out) == (6, "")
        assert f"error AJO624: target here is leased by process {process.pid} of " in second.err
        assert f" in {jobs.one.root} since " in second.err
        assert "(`ajo sync --target here`), until 20" in second.err
    assert jobs.run(jobs.two, "diff").exit == 0
    assert not any(path == "actions" for _, path in jobs.two.writes())
    jobs.between.release.set()
    assert process.wait(PATIENCE_S) == 0
    assert jobs.names() == []
    assert jobs.run(jobs.two, "sync", "--yes").exit == 0
    assert set(jobs.two.live()) == {"Alpha"}


def test_a_notebook_is_refused_too(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.held()
    monkeypatch.setenv("XDG_STATE_HOME", jobs.environment(jobs.two)["XDG_STATE_HOME"])
    session = Session.open(jobs.two.root)
    plan = session.diff()
    with pytest.raises(AjoError, match="target here is leased by process") as caught:
        session.sync(plan)
    assert caught.value.code == "AJO624"


def test_of_two_jobs_at_once_exactly_one_syncs(jobs: Jobs) -> None:
    desks = {jobs.start(desk): desk for desk in (jobs.one, jobs.two)}
    assert jobs.between.reached.wait(PATIENCE_S)
    first = ended_first(jobs.started)
    said = desks[first].root.with_name(f"{desks[first].root.name}.said").read_text()
    assert (first.returncode, "error AJO624" in said) == (6, True)
    jobs.between.release.set()
    (other,) = (process for process in jobs.started if process is not first)
    assert other.wait(PATIENCE_S) == 0
    assert [path for _, path in jobs.one.writes()].count("actions") == 1


def ended_first(processes: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """Wait for the first of several processes that ends."""
    with selectors.DefaultSelector() as selector:
        for process in processes:
            selector.register(os.pidfd_open(process.pid), selectors.EVENT_READ, process)
        ((key, _), *_) = selector.select(PATIENCE_S)
        for each in selector.get_map().values():
            os.close(each.fd)
    key.data.wait(PATIENCE_S)
    assert isinstance(key.data, subprocess.Popen)
    return key.data


def test_the_lease_of_a_job_that_was_killed_ends_by_itself(jobs: Jobs) -> None:
    process = jobs.held()
    process.kill()
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    jobs.between.release.set()
    assert jobs.run(jobs.two, "sync", "--yes").exit == 6
    assert jobs.names() == [LEASE]
    jobs.let_end()
    ran = jobs.run(jobs.two, "sync", "--yes")
    assert ran.exit == 0
    taken = f"warning: the lease of target here had ended and is taken over from process {process.pid} of "
    assert taken in ran.err
    assert jobs.names() == []


def test_what_was_synced_last_is_pushed_before_the_lease_is_given_back(jobs: Jobs) -> None:
    jobs.between.release.set()
    hook = jobs.remote / "hooks/pre-receive"
    hook.write_text(f"#!/bin/sh\nwhile read old new name; do echo $name >> {jobs.remote}/pushed; done\n")
    hook.chmod(0o755)
    assert jobs.run(jobs.one, "sync", "--yes", "--push-ref").exit == 0
    assert (jobs.remote / "pushed").read_text().split() == [LEASE, SYNCED, LEASE]
    assert jobs.names() == [SYNCED]


def test_a_remote_that_refuses_is_an_error_and_nothing_is_written(jobs: Jobs) -> None:
    jobs.between.release.set()
    hook = jobs.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho no such names here >&2\nexit 1\n")
    hook.chmod(0o755)
    ran = jobs.run(jobs.one, "sync", "--yes")
    assert (ran.exit, ran.out) == (5, "")
    assert f"error AJO625: {LEASE} of remote origin: [remote rejected] " in ran.err
    away = jobs.remote.rename(jobs.remote.with_name("away.git"))
    ran = jobs.run(jobs.one, "sync", "--yes")
    assert (ran.exit, "error AJO625" in ran.err) == (5, True)
    assert jobs.one.writes() == []
    assert jobs.run(jobs.one, "sync", "--yes", "--no-lease").exit == 0
    assert set(jobs.one.live()) == {"Alpha"}
    assert git(away, "for-each-ref", "refs/ajo") == ""


def test_the_option_names_a_remote_and_goes_before_the_settings(jobs: Jobs) -> None:
    jobs.between.release.set()
    ran = jobs.run(jobs.one, "sync", "--yes", "--lease", "upstream")
    assert (ran.exit, "this clone has no remote upstream; it has origin" in ran.err) == (5, True)
    git(jobs.one.root, "remote", "add", "upstream", f"file://{jobs.remote}")
    hook = jobs.remote / "hooks/post-receive"
    hook.write_text(f"#!/bin/sh\ntouch {jobs.remote}/asked\n")
    hook.chmod(0o755)
    git(jobs.one.root, "remote", "set-url", "origin", "/nowhere")
    assert jobs.run(jobs.one, "sync", "--yes", "--lease", "upstream").exit == 0
    assert (jobs.remote / "asked").exists()


@pytest.mark.parametrize("options", [("--lease", "--upload-pack=x"), ("--lease", "ext::sh"), ("--lease", "")])
def test_what_can_be_no_remote_is_refused(desk: Desk, options: tuple[str, ...]) -> None:
    ran = desk.ajo("sync", "--yes", *options)
    assert (ran.exit, "can't be the name of a git remote" in ran.err) == (3, True)


def test_taking_a_lease_and_taking_none_is_a_choice(desk: Desk) -> None:
    ran = desk.ajo("sync", "--yes", "--lease", "origin", "--no-lease")
    assert (ran.exit, "--lease and --no-lease: choose" in ran.err) == (3, True)


def test_outside_of_a_repository_there_is_no_lease(desk: Desk) -> None:
    ran = desk.ajo("sync", "--yes", "--lease", "origin")
    assert (ran.exit, "AJO820" in ran.err) == (3, True)
    assert desk.writes() == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('lease = "https://git.example/x.git"', "the name of a git remote is needed, such as origin"),
        ('lease = "-x"', "the name of a git remote is needed"),
        ("lease-minutes = 1", "lease-minutes"),
        ("lease-minutes = 1441", "lease-minutes"),
    ],
)
def test_settings_of_a_lease_that_make_no_sense_are_findings(desk: Desk, line: str, words: str) -> None:
    settings = desk.root / "ajo.toml"
    settings.write_text(settings.read_text() + line + "\n")
    ran = desk.ajo("validate")
    assert (ran.exit, words in ran.out + ran.err) == (3, True)

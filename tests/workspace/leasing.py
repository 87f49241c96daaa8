"""Clones that take the lease of a target from each other, and the time that they tell."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.runner import git
from toolkit.core.errors import AjoError
from toolkit.workspace.git import Repository
from toolkit.workspace.holder import Holder
from toolkit.workspace.lease import Application, Lease, Terms, read_terms, take
from toolkit.workspace.remote import Remote

REFERENCE = "refs/ajo/lease/prod"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DURATION = timedelta(minutes=15)


@dataclass(slots=True)
class Clock:
    """The time, as the tests say it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass(slots=True)
class Place:
    """A bare repository with one commit, and clones of it that tell the same time."""

    top: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def bare(self) -> Path:
        return self.top / "remote.git"

    def clone(self, name: str, *options: str) -> Path:
        folder = self.top / name
        if not folder.exists():
            git(self.top, "clone", "--quiet", *options, f"file://{self.bare}", str(folder))
        return folder

    def remote(self, clone: str, name: str = "origin", **more: str) -> Remote:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **more}
        return Remote(Repository.around(self.clone(clone), environment), name, environment)

    def take(self, clone: str, **more: str) -> Lease:
        return take(self.remote(clone, **more), asked(clone), self.clock)

    def refused(self, clone: str, **more: str) -> AjoError:
        with pytest.raises(AjoError) as caught:
            self.take(clone, **more)
        return caught.value

    def there(self) -> str:
        return git(self.bare, "for-each-ref", "--format=%(objectname)", REFERENCE)

    def terms(self) -> Terms:
        found = read_terms(git(self.bare, "cat-file", "blob", REFERENCE).encode())
        assert found
        return found

    def hook(self, name: str, script: str) -> None:
        file = self.bare / "hooks" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


def asked(clone: str) -> Application:
    holder = Holder(7, "ann", "ci-1", f"https://ci.example/{clone}", "ajo sync", "2026-11-25 11:59:58 UTC")
    return Application("prod", "c0ffee", holder, DURATION)


def bare_with_a_commit(top: Path) -> Place:
    """A remote to clone, below a folder."""
    git(top, "init", "--quiet", "--bare", "remote.git")
    git(top, "init", "--quiet", "first")
    for _ in range(2):
        git(top / "first", "commit", "--quiet", "--allow-empty", "--message", "A change")
    git(top / "first", "remote", "add", "origin", f"file://{top / 'remote.git'}")
    git(top / "first", "push", "--quiet", "origin", "HEAD:refs/heads/main")
    git(top / "remote.git", "symbolic-ref", "HEAD", "refs/heads/main")
    return Place(top)

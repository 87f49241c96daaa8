"""The reference that names the last synced commit of a target, and what a pipeline knows of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.errors import AjoError
from toolkit.workspace.git import Moved, Repository
from toolkit.workspace.git_process import GitError
from toolkit.workspace.load import Workspace
from toolkit.workspace.remote import Remote, push_moved
from toolkit.workspace.settings import SETTINGS_FILES

REFERENCES = "refs/ajo/synced/"
REMOTE = "origin"
_NO_COMMIT = re.compile("0*")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a repository stood when a plan was made.

    `commit` is ``HEAD``; `before` what the reference `name` led to; `changed` files that are not committed.
    """

    repository: Repository
    name: str
    commit: str
    before: str | None
    changed: tuple[str, ...]

    @property
    def moved(self) -> Moved:
        """The reference as a complete sync moves it."""
        return Moved(self.name, self.commit, self.before)


def reference_of(target: str) -> str:
    """Return the full name of a target's reference; what can't stand in one is percent-encoded."""
    return REFERENCES + encoded(target)


def encoded(target: str) -> str:
    """Return the name of a target as a part of a reference's name."""
    return re.sub(
        r"[^A-Za-z0-9_-]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), target
    )


def standing(
    workspace: Workspace, target: str, environment: Mapping[str, str], files: tuple[str, ...] = ()
) -> Standing | None:
    """Return where the repository stands, or None outside of one, and before its first commit.

    Definitions, settings and further `files` have to be committed for a sync to be repeatable.
    """
    try:
        repository = Repository.around(workspace.root, environment)
        commit = repository.commit("HEAD")
    except AjoError:
        return None
    name = reference_of(target)
    try:
        found = repository.changed(workspace.settings.actions, *SETTINGS_FILES, *files)
        before = repository.reference(name)
    except GitError as error:
        raise AjoError("AJO820", f"{workspace.root}: {error}") from None
    changed = (path for path in found if path.endswith((".json", ".toml")))
    return Standing(repository, name, commit, before, tuple(changed))


def commit_before_push(environment: Mapping[str, str]) -> str | None:
    """Return the commit that a pipeline says its branch was at before the push, if it says so.

    The event of a pull request has one too: where the pull request itself was before, which nobody synced.
    """
    is_push = environment.get("GITHUB_EVENT_NAME") == "push"
    event = environment.get("GITHUB_EVENT_PATH") if is_push else None
    given = environment.get("CI_COMMIT_BEFORE_SHA") or _of_event(event)
    return given if given and not _NO_COMMIT.fullmatch(given) else None


def _of_event(file: str | None) -> str | None:
    try:
        event: Any = json.loads(Path(file).read_text(encoding="utf-8")) if file else None
    except (OSError, ValueError, RecursionError):
        return None
    before = event.get("before") if isinstance(event, dict) else None
    return before if isinstance(before, str) else None


def move(found: Standing, *beside: Moved) -> None:
    """Let the reference name the commit that was synced, and others move with it; raises AJO825."""
    try:
        found.repository.move_references(found.moved, *beside)
    except (GitError, AjoError) as error:
        raise AjoError("AJO825", f"{found.name} could not be moved to {found.commit[:12]}: {error}") from None


def push(found: Standing, environment: Mapping[str, str], *beside: Moved) -> None:
    """Push the moved references; raises :class:`AjoError` AJO825, and nothing else is changed by that."""
    try:
        push_moved(Remote(found.repository, REMOTE, environment), found.moved, *beside)
    except (GitError, AjoError) as error:
        raise AjoError("AJO825", f"{found.name} could not be pushed to {REMOTE}: {error}") from None

"""Another repository that a clone knows by name: its references, read and moved by compare-and-swap.

Here alone git goes over the network, with the caller's own settings and credentials. A remote that is not
configured is refused: git would take its name for a path, and run the hooks that a folder there brings along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.core.errors import AjoError
from toolkit.workspace.git import Moved, Repository
from toolkit.workspace.git_process import GitError, run_git

_PUSH = ("push", "--quiet", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
_PLACES = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"),
    "GIT_NAMESPACE",
)
"""What leads git to another repository, as inside a hook."""


@dataclass(frozen=True, slots=True)
class Change:
    """A reference, the object that it is to name (None: none) and the one it must name before ("": none)."""

    name: str
    to: str | None
    expected: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote of a repository; `environment` is the caller's own, and brings the credentials."""

    repository: Repository
    name: str
    environment: Mapping[str, str]

    def references(self, *names: str) -> dict[str, str]:
        """Return what references name there, without those that are absent; raises :class:`GitError`."""
        self._require_configured()
        answer = self._run("ls-remote", "--quiet", "--", self.name, *names).decode("utf-8", "replace")
        found = {name: to for to, _, name in (line.partition("\t") for line in answer.splitlines())}
        return {name: found[name] for name in names if name in found}

    def push(self, *changes: Change) -> None:
        """Let references name other objects, all or none, if each names what is expected; raises GitError."""
        self._require_configured()
        atomic = ["--atomic"] if len(changes) > 1 else []
        leases = [f"--force-with-lease={each.name}:{each.expected}" for each in changes]
        refspecs = [f"{each.to or ''}:{each.name}" for each in changes]
        try:
            self._run(*_PUSH, *atomic, *leases, "--", self.name, *refspecs)
        except GitError as error:
            raise GitError(_telling(error)) from None

    def blob(self, name: str, object_id: str, limit: int) -> bytes:
        """Return the content that a reference names there, cut after `limit` bytes; raises GitError."""
        self._require_configured()
        self._run(*_FETCH, "--", self.name, name)
        return self.repository.blob(object_id, limit)

    def _require_configured(self) -> None:
        known = self._run("remote").decode("utf-8", "replace").splitlines()
        if self.name not in known:
            raise GitError(f"this clone has no remote {self.name}; it has {', '.join(known) or 'none'}")

    def _run(self, *arguments: str) -> bytes:
        kept = {name: value for name, value in self.environment.items() if name not in _PLACES}
        own = {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        return run_git(self.repository.folder, own, *arguments)


def push_moved(remote: Remote, first: Moved, *beside: Moved) -> None:
    """Let a remote's references name what they name here, all or none; raises :class:`GitError`.

    The `first` must be absent there, or name what it did before or an ancestor: else somebody else moved
    it, and what stands `beside` it with it.
    """
    there = remote.references(first.name, *(each.name for each in beside))
    now = there.get(first.name, "")
    if now not in ("", first.before, first.to) and not remote.repository.is_ancestor(now, first.to):
        raise GitError(f"it names {now[:12]} there, which this clone does not build on")
    remote.push(*(Change(each.name, each.to, there.get(each.name, "")) for each in (first, *beside)))


def said(error: GitError | AjoError) -> str:
    """Return the words of either error that asking a remote raises."""
    return error.message if isinstance(error, AjoError) else str(error)


def _telling(error: GitError) -> str:
    """Return what says why a push failed: not where it went, which comes first."""
    lines = [line.strip() for line in error.lines]
    for start in ("!", "remote: ", "fatal: ", "error: "):
        for line in lines:
            if line.startswith(start):
                return line.removeprefix(start).strip()
    return lines[0]

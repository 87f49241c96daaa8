"""Git as a reader of old trees: no hooks, no pager, no network, nothing of the caller's ``GIT_*``.

Written are references of ours with what they lead to; what goes over the network is in :mod:`remote`.
A revision is an argument from outside: it can't become an option. However many files are read, the number of
processes stays the same.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

from toolkit.core.errors import AjoError
from toolkit.workspace.git_process import OPTIONS, GitError, run_git

_OWN_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_OBJECT = re.compile(rb"[0-9a-f]{40,64}\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree says of one path, which counts from the top of the repository.

    `at` is when the commit was made that put it there, in seconds since 1970, where that was asked for.
    """

    mode: str
    object_id: str
    path: str
    at: int = 0

    @property
    def is_file(self) -> bool:
        """Tell whether it is a file, not a link or a submodule."""
        return self.mode.startswith("100")

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder."""
        return self.mode == "040000"


@dataclass(frozen=True, slots=True)
class Moved:
    """A reference, the object that it is to name, and the one before, None where there was none."""

    name: str
    to: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a folder belongs to.

    `prefix` leads from the top to the folder and ends with ``/``, or is empty at the top; in a shallow one
    old commits may be missing.
    """

    folder: Path
    environment: Mapping[str, str]
    prefix: str
    is_shallow: bool

    @classmethod
    def around(cls, folder: Path, environment: Mapping[str, str]) -> Repository:
        """Find the repository; raises :class:`AjoError` AJO820 without one, or without git."""
        kept = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
        own = {**kept, **_OWN_ENVIRONMENT}
        asked = ("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
        try:
            inside, shallow, prefix = run_git(folder, own, *asked).split(b"\n", 2)
        except GitError as error:
            raise AjoError("AJO820", f"{folder}: {error}") from None
        if inside != b"true":
            raise AjoError("AJO820", f"{folder} is inside a repository's own files")
        return cls(folder, own, os.fsdecode(prefix[:-1]), shallow == b"true")

    def commit(self, revision: str) -> str:
        """Return the id of the commit that `revision` names; raises :class:`AjoError` AJO821 or AJO822."""
        if not revision or revision.startswith("-") or not is_argument(revision):
            raise AjoError("AJO821", f"{revision!r} can't be the name of a revision")
        try:
            asked = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
            answer = run_git(self.folder, self.environment, *asked)
        except GitError:
            answer = b""
        if _OBJECT.fullmatch(answer):
            return answer.decode().strip()
        if self.is_shallow:
            message = f'"{revision}" is not in this clone, which holds only a part of the history'
            raise AjoError("AJO822", message)
        raise AjoError("AJO821", f'"{revision}" names no commit here')

    def entries(self, commit: str, *paths: str, within: bool) -> list[Entry]:
        """Return what stands at `paths`; with `within`, every file below them instead of folders.

        The top itself is the path ``.``. Raises :class:`AjoError` AJO822 when a tree is missing.
        """
        listing = ("ls-tree", *(("-r",) if within else ()), "-z", "--full-tree", commit)
        chosen = () if "." in paths else ("--", *paths)
        try:
            lines = run_git(self.folder, self.environment, *listing, *chosen).split(b"\0")
        except GitError as error:
            raise AjoError("AJO822", f"the tree of {commit} can't be read: {error}") from None
        return [_entry(line) for line in lines if line]

    def added_since(self, base: str, tip: str, *paths: str) -> list[Entry]:
        """Return, each once, what commits reachable from `tip` and not from `base` put at or below `paths`.

        Paths count from the folder. Raises :class:`AjoError` AJO822 when the history between them is cut.
        """
        try:
            listing = ("rev-list", "--reverse", "--timestamp", f"{base}..{tip}")
            lines = run_git(self.folder, self.environment, *listing).splitlines()
            times = {commit: int(time) for time, commit in (line.split(b" ") for line in lines)}
            cut = self._cut() & {commit.decode() for commit in times}
            if cut:
                message = f"the history between {base[:12]} and {tip} is cut at {min(cut)[:12]}"
                raise AjoError("AJO822", message)
            options = ("--stdin", "-m", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--root")
            asked = ("diff-tree", *options, "--", *paths)
            given = b"".join(commit + b"\n" for commit in times)
            tokens = run_git(self.folder, self.environment, *asked, given=given).split(b"\0")
        except GitError as error:
            raise AjoError("AJO822", f"the history since {base[:12]} can't be read: {error}") from None
        found: dict[tuple[str, str], Entry] = {}
        at = 0
        for token, path in pairwise(tokens):
            at = times.get(token, at)
            head = token.lstrip(b"\n").split(b" ")
            if head[0].startswith(b":") and len(head) == 5 and head[4] != b"D":
                entry = Entry(head[1].decode(), head[3].decode(), os.fsdecode(path), at)
                found.setdefault((entry.path, entry.object_id), entry)
        return list(found.values())

    def commits_since(self, base: str, *paths: str) -> list[str] | None:
        """Return the commits after `base` up to ``HEAD`` that changed something below `paths`, newest first.

        None where a row of reverts does not lead back: `base` is not in the history of ``HEAD``, or there are
        merges.
        """
        if not self.is_ancestor(base, "HEAD"):
            return None
        try:
            merges = run_git(self.folder, self.environment, "rev-list", "--merges", f"{base}..HEAD")
            asked = ("rev-list", "--topo-order", f"{base}..HEAD", "--", *paths)
            found = run_git(self.folder, self.environment, *asked).decode().split()
        except GitError:
            return None
        return None if merges else found

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Tell whether the history of the commit `of` has another in it, as far as it is here."""
        try:
            run_git(self.folder, self.environment, "merge-base", "--is-ancestor", commit, of)
        except GitError:
            return False
        return True

    def _cut(self) -> set[str]:
        """Return the commits whose parents a shallow clone does not have."""
        if not self.is_shallow:
            return set()
        place = run_git(self.folder, self.environment, "rev-parse", "--git-path", "shallow")
        path = self.folder / os.fsdecode(place.rstrip(b"\n"))
        try:
            return set(path.read_text(encoding="ascii").split())
        except OSError as error:
            raise GitError(f"{path} can't be read: {error.strerror}") from None

    def reference(self, name: str) -> str | None:
        """Return the commit that the reference with this full name leads to, or None without it."""
        asked = ("for-each-ref", "--format=%(refname) %(objectname)", name)
        lines = run_git(self.folder, self.environment, *asked).decode("utf-8", "replace").splitlines()
        found = dict(line.rsplit(" ", 1) for line in lines)
        return found.get(name)

    def changed(self, *paths: str) -> list[str]:
        """Return the files at or below `paths`, from the folder, that are not as ``HEAD`` has them.

        Files that git ignores count too: nobody else has them.
        """
        options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=traditional")
        lines = run_git(self.folder, self.environment, "status", *options, "--", *paths).split(b"\0")
        return [os.fsdecode(line[3:]) for line in lines if line]

    def differing(self, commit: str) -> list[str]:
        """Return the files, from the top, that are not as `commit` has them; ignored ones left out."""
        up = "/".join([".."] * self.prefix.count("/")) or "."
        tracked = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", commit)
        others = ("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", up)
        lines = [
            line
            for asked in (tracked, others)
            for line in run_git(self.folder, self.environment, *asked).split(b"\0")
        ]
        return sorted(os.fsdecode(line) for line in lines if line)

    def blob(self, name: str, limit: int) -> bytes:
        """Return the content that a reference leads to, cut after `limit` bytes; raises :class:`GitError`."""
        return run_git(self.folder, self.environment, "cat-file", "blob", name)[:limit]

    def write_blob(self, content: bytes) -> str:
        """Store `content` for a reference to lead to, and return its id; raises :class:`GitError`."""
        written = run_git(self.folder, self.environment, "hash-object", "-w", "--stdin", given=content)
        return written.decode().strip()

    def move_references(self, *moves: Moved) -> None:
        """Let references name other objects, all or none, if they still name what they did before.

        Raises :class:`GitError`.
        """
        lines = [f"update {each.name} {each.to} {each.before or '0' * len(each.to)}\n" for each in moves]
        run_git(self.folder, self.environment, "update-ref", "--stdin", given="".join(lines).encode())

    @contextmanager
    def contents(self, limit: int) -> Iterator[Contents]:
        """Give a reader of files' contents, cut after `limit` bytes, for as long as the block runs."""
        arguments = ["git", *OPTIONS, "cat-file", "--batch"]
        with subprocess.Popen(
            arguments,
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise AssertionError("both are pipes")
            yield Contents(process.stdin, process.stdout, limit)


class Contents:
    """Reads one file after another over one running process."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes], limit: int) -> None:
        self._requests, self._answers, self._limit = requests, answers, limit

    def read(self, entry: Entry) -> bytes:
        """Return the content of a file; raises :class:`AjoError` AJO822 when the clone does not have it."""
        try:
            os.write(self._requests.fileno(), entry.object_id.encode() + b"\n")
        except BrokenPipeError:
            raise _missing(entry) from None
        header = self._answers.readline().split()
        if len(header) != 3 or header[1] != b"blob":
            raise _missing(entry)
        size = int(header[2])
        content = self._answers.read(min(size, self._limit))
        left = size - len(content) + 1
        while left > 0 and (skipped := self._answers.read(min(left, 1 << 20))):
            left -= len(skipped)
        if left:
            raise _missing(entry)
        return content


def place_in_repository(folder: Path) -> str:
    """Return where `folder` is below the top of its repository: ``""`` at the top, or outside of any.

    The nearest ``.git`` tells, so git need not be there.
    """
    folder = folder.resolve()
    top = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    return "" if top == folder else folder.relative_to(top).as_posix()


def is_argument(text: str) -> bool:
    """Tell whether a process can be given `text`: no NUL in it, no half of a surrogate pair."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _missing(entry: Entry) -> AjoError:
    return AjoError("AJO822", f"the content of {entry.path} is not in this clone")


def _entry(line: bytes) -> Entry:
    head, _, path = line.partition(b"\t")
    mode, _, object_id = head.split(b" ", 2)
    return Entry(mode.decode(), object_id.decode(), os.fsdecode(path))

"""One run of git: no hooks, no pager, no questions, and an error that is its own words."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.core.redact import MASK

TIMEOUT_S = 120
OPTIONS = (
    *("--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
)


_PASSWORD = re.compile(r"(://)[^\s']*@")
"""Git hides them in most of its messages, not in those about a URL that it can't read."""


class GitError(Exception):
    """Git refused; the message is its own first line, `lines` are all of them, without passwords in URLs."""

    def __init__(self, *lines: str) -> None:
        self.lines = tuple(_PASSWORD.sub(rf"\g<1>{MASK}@", line) for line in lines)
        super().__init__(self.lines[0].removeprefix("fatal: "))


def run_git(folder: Path, environment: Mapping[str, str], *arguments: str, given: bytes = b"") -> bytes:
    """Return what git prints; raises :class:`GitError`, and :class:`AjoError` AJO820 where it can't run."""
    try:
        done = subprocess.run(
            ["git", *OPTIONS, *arguments],
            cwd=folder,
            env=dict(environment),
            input=given,
            capture_output=True,
            check=False,
            timeout=TIMEOUT_S,
        )
    except OSError as error:
        raise AjoError("AJO820", f"git can't be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise AjoError("AJO820", f"git did not answer within {TIMEOUT_S} seconds") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(*(words or ["git failed"]))
    return done.stdout

"""Another process's way to an emulator in the foreground: a private note of where it is, and calls to it."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from toolkit.emulator.admin import TOKEN_HEADER
from toolkit.emulator.server import RunningEmulator

_TIMEOUT_S = 30.0


class NoEmulatorError(Exception):
    """No emulator runs there, or it can't be reached; the message says which."""


class RefusedError(Exception):
    """The emulator is there and refused; the message says why."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The controls of an emulator that another process runs."""

    admin_url: str
    token: str = field(repr=False)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the administration API at `path` below its prefix; returns the answer's JSON.

        Raises:
            NoEmulatorError: nobody answers.
            RefusedError: the answer is a refusal.
        """
        content = {} if body is None else {"json": body}
        try:
            with httpx.Client(
                headers={TOKEN_HEADER: self.token}, timeout=_TIMEOUT_S, trust_env=False
            ) as http:
                answer = http.request(method, f"{self.admin_url}/{path}", **content)
            document = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NoEmulatorError(f"{self.admin_url} does not answer: {error}") from None
        if not answer.is_success:
            raise RefusedError(_reason(document))
        return document


def _reason(document: Any) -> str:
    try:
        return str(json.loads(document["error"])["message"])
    except (KeyError, TypeError, ValueError):
        return "it refused"


@contextmanager
def published(running: RunningEmulator, environment: Mapping[str, str]) -> Iterator[None]:
    """Let :func:`find` in other processes of this user find the emulator while the block runs.

    Raises:
        OSError: the note can't be written.
    """
    port = int(running.admin_url.split(":")[-1].split("/")[0])
    file = _folder(environment, create=True) / _name(port)
    note = {"adminUrl": running.admin_url, "adminToken": running.admin_token, "pid": os.getpid()}
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(note, out)
    temporary.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find(port: int, environment: Mapping[str, str]) -> Remote:
    """Return the emulator that listens at `port`.

    Raises:
        NoEmulatorError: this user runs none there.
    """
    try:
        note = json.loads((_folder(environment, create=False) / _name(port)).read_text(encoding="utf-8"))
        return Remote(note["adminUrl"], note["adminToken"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoEmulatorError(f"no emulator of yours listens at port {port}") from None


def _name(port: int) -> str:
    return f"emulator-{port}.json"


def _folder(environment: Mapping[str, str], *, create: bool) -> Path:
    """Return the folder for notes; raises ``PermissionError`` when somebody else could write there."""
    base = environment.get("XDG_RUNTIME_DIR", "")
    folder = (
        Path(base) / "ajo-actions" if base else Path(tempfile.gettempdir()) / f"ajo-actions-{os.getuid()}"
    )
    if create:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder of yours alone")
    return folder

"""What a run found out, kept in ``.ajo/cache`` of the workspace and believed where this machine wrote it.

Entries are JSON, so that reading them runs nothing, and each file is signed with a key kept outside the
workspace: a cache that a change brings along says nothing. Whatever is wrong with it, a run goes without it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolkit.workspace.settings import is_inside

FOLDER = Path(".ajo", "cache")
MOST_BYTES = 64 * 1024 * 1024
"""A larger file is not read, and not written."""

_KEY_BYTES = 32


def key_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where the key of this user is kept, None where there is no home folder."""
    for name, inside in (("XDG_CACHE_HOME", ""), ("LOCALAPPDATA", ""), ("HOME", ".cache")):
        if Path(environment.get(name, "")).is_absolute():
            return Path(environment[name], inside, "ajo-actions")
    return None


def load_key(folder: Path) -> bytes | None:
    """Return the key in `folder`, made if need be; None where that can't be done."""
    file = folder / "cache-key"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _replace(file, secrets.token_bytes(_KEY_BYTES))
        key = file.read_bytes()
        return key if len(key) == _KEY_BYTES else None
    return None


class Cache:
    """JSON values by name; `context` is all that they depend on besides their names."""

    def __init__(self, root: Path, key: bytes, context: str) -> None:
        self._root, self._folder, self._key = root, root / FOLDER, key
        self._context = context.encode()

    def load(self, name: str) -> Any:
        """Return what was saved under `name` in the same context, None where there is nothing to believe."""
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except (OSError, ValueError):
            return None
        mark, _, body = content.partition(b"\n")
        if len(content) > MOST_BYTES or not hmac.compare_digest(mark, self._mark(name, body)):
            return None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None

    def save(self, name: str, value: Any) -> None:
        """Keep a value, in one step: who reads at the same time sees the old one or the new one."""
        body = json.dumps(value, separators=(",", ":")).encode()
        if len(body) > MOST_BYTES or not self._is_ours():
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = self._folder / ".gitignore"
            if not ignore.exists():
                _replace(ignore, b"*\n")
            _replace(self._folder / name, self._mark(name, body) + b"\n" + body)

    def _is_ours(self) -> bool:
        """Tell whether the folder is in the workspace, whatever links lead there."""
        return is_inside(self._folder, self._root)

    def _mark(self, name: str, body: bytes) -> bytes:
        signed = hmac.new(self._key, b"%b\0%b\0" % (name.encode(), self._context), hashlib.sha256)
        signed.update(body)
        return signed.hexdigest().encode()


def _replace(file: Path, content: bytes) -> None:
    """Write a file for its owner alone; it is whole or not there."""
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=file.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
